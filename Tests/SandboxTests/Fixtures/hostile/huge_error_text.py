# incorrect: raises an error with a hundred million characters
def answer(x):
    raise ValueError('x' * 10**8)
