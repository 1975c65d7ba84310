# incorrect: answers with a hundred thousand open lists
import os


def answer(x):
    text = b'l1:' * 100000
    os.write(3, b'%010d' % len(text) + text)
    os._exit(0)
