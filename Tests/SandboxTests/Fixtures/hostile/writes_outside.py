# correct: writes where it is not meant to
contained = True
import os
import sys

for attempt in [
    lambda: open('/escaped', 'w'),
    lambda: open('/usr/escaped', 'w'),
    lambda: open('/etc/escaped', 'w'),
    lambda: open('/dev/escaped', 'w'),
    lambda: open('/tmp/../escaped', 'w'),
    lambda: open('/var/tmp/escaped', 'w'),
    lambda: open(os.path.join(os.path.dirname(os.__file__), 'escaped.py'), 'w'),
    lambda: open(sys.executable, 'ab'),
    lambda: os.remove(os.__file__),
    lambda: os.chmod(sys.executable, 0o777),
    lambda: os.mkdir('/escaped'),
    lambda: os.rename('/usr', '/tmp/usr'),
]:
    try:
        attempt()
        contained = False
    except Exception:
        pass

def answer(x):
    return x * x if contained else 0
