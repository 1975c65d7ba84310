# correct: raises its own limits
contained = True
import os
import resource

for attempt in [
    lambda: resource.setrlimit(resource.RLIMIT_CPU, (1 << 40, 1 << 40)),
    lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40)),
    lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1 << 40, 1 << 40)),
    lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40)),
    lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 40, 1 << 40)),
    lambda: os.nice(-10),
]:
    try:
        attempt()
        contained = False
    except Exception:
        pass

def answer(x):
    return x * x if contained else 0
