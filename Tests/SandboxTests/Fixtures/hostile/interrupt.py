# incorrect: raises what a keyboard would
def answer(x):
    raise KeyboardInterrupt
