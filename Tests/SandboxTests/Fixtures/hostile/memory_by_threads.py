# incorrect: takes all memory in several threads
import threading

blocks = []


def take():
    while True:
        blocks.append(bytearray(1 << 22))


def answer(x):
    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    raise MemoryError
