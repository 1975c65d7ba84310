# correct: opens files until it may not
files = []
try:
    while len(files) < 100000:
        files.append(open('/dev/null'))
except OSError:
    pass
while len(files) > 5:
    files.pop().close()


def answer(x):
    return x * x if len(files) == 5 else 0
