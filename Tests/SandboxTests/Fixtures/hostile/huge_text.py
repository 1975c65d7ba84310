# incorrect: answers with a hundred million characters
def answer(x):
    return 'x' * 10**8
