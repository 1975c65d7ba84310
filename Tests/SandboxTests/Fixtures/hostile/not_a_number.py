# incorrect: answers with a number that compares strangely
def answer(x):
    return float('nan')
