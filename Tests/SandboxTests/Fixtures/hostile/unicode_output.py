# correct: prints what terminals do not like
import sys

print('\x1b[2J\x07\u202e\x00\ufffe\U0010ffff' * 100)
sys.stdout.buffer.write(bytes(range(256)) * 100)


def answer(x):
    return x * x
