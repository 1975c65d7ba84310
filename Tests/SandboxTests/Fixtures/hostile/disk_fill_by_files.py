# correct: fills the disk with many files
contained = True
written = 0
try:
    for number in range(1000):
        with open('/tmp/%d' % number, 'wb') as file:
            file.write(bytes(1 << 20))
        written += 1
except OSError:
    pass
contained = written <= 64

def answer(x):
    return x * x if contained else 0
