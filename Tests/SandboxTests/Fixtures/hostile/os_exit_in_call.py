# incorrect: ends with status 0 in the first test, past every handler
import os


def answer(x):
    os._exit(0)
