# timeout: prints without end
def answer(x):
    while True:
        print('x' * 100000)
