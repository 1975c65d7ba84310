# incorrect: answers with a list that holds itself
def answer(x):
    value = []
    value.append(value)
    return value
