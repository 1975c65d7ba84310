# correct: traces itself and others
contained = True
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
is_intel = os.uname().machine == 'x86_64'


def call(intel, arm, *arguments):
    if libc.syscall(intel if is_intel else arm, *arguments) < 0:
        raise OSError(ctypes.get_errno())

for attempt in [
    lambda: call(101, 117, 0, 0, 0, 0),
    lambda: call(101, 117, 16, 2, 0, 0),
    lambda: call(310, 270, 1, 0, 0, 0, 0, 0),
    lambda: call(311, 271, 1, 0, 0, 0, 0, 0),
    lambda: call(434, 434, 1, 0),
]:
    try:
        attempt()
        contained = False
    except Exception:
        pass

def answer(x):
    return x * x if contained else 0
