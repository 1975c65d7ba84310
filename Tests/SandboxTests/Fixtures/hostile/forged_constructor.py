# incorrect: asks the tests for a type that is none
import sys

main = sys.modules['__main__']
main.encoded = lambda value, opaque: b'l2:s5:valuex6:systems4:true'


def answer(x):
    return 0
