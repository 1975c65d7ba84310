# incorrect: answers with lists nested a hundred thousand deep
def answer(x):
    value = []
    for _ in range(100000):
        value = [value]
    return value
