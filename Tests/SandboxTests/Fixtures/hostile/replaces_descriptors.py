# incorrect: puts other files in place of every descriptor
import os


def answer(x):
    null = os.open('/dev/null', os.O_RDWR)
    for descriptor in range(32):
        if descriptor != null:
            os.dup2(null, descriptor)
    return x * x
