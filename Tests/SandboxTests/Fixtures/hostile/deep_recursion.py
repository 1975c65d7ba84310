# incorrect timeout: recurses until the stack ends
import sys

sys.setrecursionlimit(10**9)


def answer(x):
    return answer([x])
