# incorrect: answers with an object that equals everything
class Everything:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None


def answer(x):
    return Everything()
