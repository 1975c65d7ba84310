# incorrect: takes all memory
def answer(x):
    blocks = []
    while True:
        blocks.append(bytearray(1 << 24))
