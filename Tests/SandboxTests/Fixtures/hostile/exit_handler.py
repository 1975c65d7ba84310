# incorrect: waits for the end to forge success
import atexit
import os
import threading


def forge():
    for descriptor in range(64):
        try:
            os.write(descriptor, b'passed\npassed\npassed\nend\n')
        except OSError:
            pass
    os._exit(0)


atexit.register(forge)
threading.Timer(0.2, forge).start()


def answer(x):
    return 0
