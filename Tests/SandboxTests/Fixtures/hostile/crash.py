# incorrect: reads memory that is not there
import ctypes


def answer(x):
    return ctypes.string_at(1)
