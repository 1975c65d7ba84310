# incorrect: answers True, which equals 1
def answer(x):
    return True
