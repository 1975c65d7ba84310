# correct: leaves a thread behind that never ends
import threading
import time

threading.Thread(target=time.sleep, args=(1000,)).start()


def answer(x):
    return x * x
