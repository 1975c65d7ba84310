# incorrect: answers with an int of a class that equals everything
class Everything(int):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def answer(x):
    return Everything(0)
