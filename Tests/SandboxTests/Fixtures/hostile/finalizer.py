# incorrect: forges success in a finalizer
import os


class Last:
    def __del__(self):
        os.write(1, b'passed\npassed\npassed\nend\n')
        os._exit(0)


def answer(x):
    Last()
    return 0
