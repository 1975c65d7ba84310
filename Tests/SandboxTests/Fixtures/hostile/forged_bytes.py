# incorrect: answers with bytes that are no value
import os


def answer(x):
    text = b'l2:s5:valuex4:evil' + b'l99999:' * 100
    os.write(3, b'%010d' % len(text) + text)
    os._exit(0)
