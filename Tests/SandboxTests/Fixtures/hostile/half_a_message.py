# timeout: begins an answer and never ends it
import os
import time


def answer(x):
    os.write(3, b'0000000100l2:')
    time.sleep(1000)
