# timeout: sleeps
import time


def answer(x):
    time.sleep(1000)
    return x * x
