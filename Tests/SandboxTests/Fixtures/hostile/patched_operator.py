# incorrect: replaces modules that a test might use
import math
import operator
import sys

operator.eq = lambda a, b: True
math.isclose = lambda *a, **k: True
sys.modules['operator'] = sys.modules['math'] = type(sys)('always')


def answer(x):
    return 0
