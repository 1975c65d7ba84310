# incorrect: answers with a generator
def answer(x):
    while True:
        yield x * x
