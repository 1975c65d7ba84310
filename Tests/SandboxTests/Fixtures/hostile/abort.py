# incorrect: aborts
import os


def answer(x):
    os.abort()
