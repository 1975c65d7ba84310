# timeout: raises an error whose text never ends
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def answer(x):
    raise Endless()
