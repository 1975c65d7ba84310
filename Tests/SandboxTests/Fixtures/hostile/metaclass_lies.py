# incorrect: answers with a class whose class equals everything
class Meta(type):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def mro(cls):
        return [cls, object]


class Answer(metaclass=Meta):
    pass


def answer(x):
    return Answer
