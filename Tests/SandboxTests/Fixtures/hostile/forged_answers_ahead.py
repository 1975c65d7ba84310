# incorrect: answers questions that were not asked yet
import os

answers = [b'l2:s5:valueN', b'l2:s5:valuel1:o1:0', b'l2:s5:valueT', b'l2:s5:valueT', b'l2:s5:valueT']
for text in answers:
    os.write(3, b'%010d' % len(text) + text)


def answer(x):
    return True
