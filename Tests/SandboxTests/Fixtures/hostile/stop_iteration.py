# incorrect: raises what loops take for their end
def answer(x):
    raise StopIteration(x * x)
