# timeout: never ends being loaded
while True:
    pass
