# incorrect: hides an equal-to-everything string in a list
class Everything(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def answer(x):
    return [Everything('4')]
