"""Programs a second that `reversal verify --task mbpp` judges, with bubblewrap and without, and the processor time that
each takes beside what starting Python and bubblewrap takes. Rounds alternate, and the median counts.

    python3 Benchmarks/sandbox.py --reversal .build/release/reversal [--programs 200] [--rounds 3] [--threads 2]
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time

# Ordinary answers: a function of a few lines and three tests.
PROGRAMS = [
    ("def is_prime(n):\n    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))",
     ["assert is_prime(7) == True", "assert is_prime(1) == False", "assert is_prime(91) == False"]),
    ("def words(text):\n    return sorted(text.split(), key=len)",
     ["assert words('ccc a bb') == ['a', 'bb', 'ccc']", "assert words('') == []", "assert words('x') == ['x']"]),
    ("import re\ndef digits(text):\n    return [int(d) for d in re.findall(r'\\d+', text)]",
     ["assert digits('a1b22') == [1, 22]", "assert digits('') == []", "assert digits('7') == [7]"]),
    ("def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a",
     ["assert fibonacci(10) == 55", "assert fibonacci(0) == 0", "assert fibonacci(50) == 12586269025"]),
    ("from collections import Counter\ndef most_common(items):\n    return Counter(items).most_common(1)[0][0]",
     ["assert most_common([1, 2, 2]) == 2", "assert most_common('abca') == 'a'", "assert most_common([5]) == 5"]),
    ("def transpose(rows):\n    return [list(row) for row in zip(*rows)]",
     ["assert transpose([[1, 2], [3, 4]]) == [[1, 3], [2, 4]]", "assert transpose([]) == []",
      "assert transpose([[1]]) == [[1]]"]),
    ("import math\ndef area(r):\n    return math.pi * r * r",
     ["assert area(1) == math.pi", "assert area(0) == 0", "assert round(area(2), 3) == 12.566"]),
    ("def wrong(n):\n    return n + 1",
     ["assert wrong(1) == 1", "assert wrong(2) == 3", "assert wrong(3) == 4"]),
]


def rows(count):
    for number in range(count):
        program, tests = PROGRAMS[number % len(PROGRAMS)]
        setup = "import math" if "math.pi" in tests[0] else ""
        yield {"id": str(number), "completion": "```python\n%s\n```" % program, "reference": "", "tests": tests,
               "setup": setup}


def programs_per_second(reversal, count, threads, options):
    text = "".join(json.dumps(row) + "\n" for row in rows(count))
    command = [reversal, "verify", "--task", "mbpp", "--threads", str(threads), *options]
    before = processor_seconds()
    start = time.perf_counter()
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit("sandbox.py: %s" % done.stderr.strip())
    verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    expected = ["incorrect" if number % len(PROGRAMS) == 7 else "correct" for number in range(count)]
    if verdicts != expected:
        sys.exit("sandbox.py: %d verdicts are not as expected; the figures would mean nothing"
                 % sum(a != b for a, b in zip(verdicts, expected)))
    return count / seconds, (processor_seconds() - before) / count * 1e3


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def milliseconds(command, count=20):
    before = processor_seconds()
    for _ in range(count):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return (processor_seconds() - before) / count * 1e3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reversal", default=".build/release/reversal")
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    bare = [python, "-s", "-S", "-B", "-c", "pass"]
    namespaces = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--die-with-parent", "--", "/usr/bin/true"]
    figures = {"with bubblewrap": [], "without": [], "starting Python": [], "starting bubblewrap": []}
    for _ in range(given.rounds):
        for name, options in (("with bubblewrap", []), ("without", ["--unsafe-code-execution"])):
            figures[name].append(programs_per_second(given.reversal, given.programs, given.threads, options))
        figures["starting Python"].append(milliseconds(bare))
        figures["starting bubblewrap"].append(milliseconds(namespaces))
    inside, outside = median(figures["with bubblewrap"]), median(figures["without"])
    print("%d programs, %d at a time, median of %d rounds" % (given.programs, given.threads, given.rounds))
    print("with bubblewrap      %6.1f programs/s  %6.1f ms of processor time a program" % inside)
    print("without              %6.1f programs/s  %6.1f ms" % outside)
    print("the sandbox's share  %6.0f %% of the processor time" % (100 * (1 - outside[1] / inside[1])))
    print("starting Python                         %6.1f ms, twice a program: for it and for its tests"
          % median(figures["starting Python"]))
    print("starting bubblewrap                     %6.1f ms, likewise" % median(figures["starting bubblewrap"]))


def median(values):
    if isinstance(values[0], tuple):
        return tuple(statistics.median(column) for column in zip(*values))
    return statistics.median(values)


main()
