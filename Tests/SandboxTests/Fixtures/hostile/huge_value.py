# incorrect timeout: answers with ten million numbers
def answer(x):
    return [0] * 10**7
