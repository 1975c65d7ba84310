# correct: starts threads with the smallest stacks
contained = True
import threading
import time

threading.stack_size(32768)
count = 0
try:
    for count in range(2000):
        threading.Thread(target=time.sleep, args=(1000,)).start()
except RuntimeError:
    pass
contained = count < 100

def answer(x):
    return x * x if contained else 0
