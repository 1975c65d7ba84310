# incorrect: answers with a number of twenty million digits
def answer(x):
    return 1 << 66_000_000
