# incorrect: says that it is an int
class Liar:
    __class__ = int

    def __eq__(self, other):
        return True

    def __index__(self):
        return 4

    def __bool__(self):
        return True


def answer(x):
    return Liar()
