# timeout: backtracks without end
import re


def answer(x):
    return re.match('(a+)+$', 'a' * 50 + 'b')
