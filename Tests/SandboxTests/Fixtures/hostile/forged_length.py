# incorrect: announces a message of ten gigabytes
import os


def answer(x):
    os.write(3, b'9999999999')
    os._exit(0)
