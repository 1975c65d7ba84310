# incorrect: answers with every number at once
def answer(x):
    return range(1000)
