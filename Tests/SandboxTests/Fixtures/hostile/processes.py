# correct: starts processes in every way that Python knows
contained = True
import multiprocessing
import os
import subprocess
import sys


def ctypes_clone():
    import ctypes
    if ctypes.CDLL(None).syscall(56 if os.uname().machine == 'x86_64' else 220, 17, 0, 0, 0, 0) < 0:
        raise OSError

for attempt in [
    lambda: os.fork(),
    lambda: os.forkpty(),
    lambda: os.posix_spawn(sys.executable, [sys.executable], {}),
    lambda: subprocess.run([sys.executable, '-c', '']),
    lambda: subprocess.run('true', shell=True, check=True),
    lambda: multiprocessing.Process(target=print).start(),
    lambda: os.popen('true').read(),
    lambda: ctypes_clone(),
]:
    try:
        attempt()
        contained = False
    except Exception:
        pass

def answer(x):
    return x * x if contained else 0
