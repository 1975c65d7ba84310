# incorrect: waits for somebody to type
def answer(x):
    return eval(input('the answer? '))
