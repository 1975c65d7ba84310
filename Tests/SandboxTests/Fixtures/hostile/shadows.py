# incorrect: defines names that tests use
def int(*arguments):
    return 4


assert_ = len = set = sorted = list = int


def answer(x):
    return 0
