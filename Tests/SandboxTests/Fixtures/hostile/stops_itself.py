# correct timeout: stops its own process
import os
import signal


def answer(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    os.kill(0, signal.SIGTSTP)
    return x * x
