# incorrect: ends with status 0 in the first test
import sys


def answer(x):
    sys.exit(0)
