# timeout: never ends
def answer(x):
    while True:
        pass
