# incorrect: closes every descriptor
import os


def answer(x):
    os.closerange(0, 1000)
    return x * x
