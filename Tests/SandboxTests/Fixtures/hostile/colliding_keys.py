# incorrect timeout: answers with numbers of one hash
def answer(x):
    return {number * (2**61 - 1) for number in range(3000)}
