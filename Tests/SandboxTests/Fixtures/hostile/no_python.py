# incorrect: is no Python
def answer(x: return x * x
