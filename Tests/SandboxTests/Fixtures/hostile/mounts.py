# correct: mounts and changes the root
contained = True
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
is_intel = os.uname().machine == 'x86_64'


def call(intel, arm, *arguments):
    if libc.syscall(intel if is_intel else arm, *arguments) < 0:
        raise OSError(ctypes.get_errno())

for attempt in [
    lambda: call(165, 40, b'none', b'/tmp', b'tmpfs', 0, 0),
    lambda: call(166, 39, b'/tmp', 2),
    lambda: call(155, 41, b'/tmp', b'/tmp'),
    lambda: call(428, 428, -100, b'/', 1),
    lambda: os.chroot('/tmp'),
    lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0)),
]:
    try:
        attempt()
        contained = False
    except Exception:
        pass

def answer(x):
    return x * x if contained else 0
