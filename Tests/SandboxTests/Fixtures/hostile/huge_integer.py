# timeout incorrect: computes a number with a billion digits
def answer(x):
    return 7 ** 10 ** 9
