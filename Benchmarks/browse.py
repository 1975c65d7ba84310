"""The browser of answers over millions of answers: what each page takes, what the index takes, and memory.

    python3 Benchmarks/browse.py --reversal .build/release/reversal [--answers 2000000] [--rounds 15] [--folder DIR]

A run is made with synthetic texts (Tests/Browser/make_run.py), served, taken in, and asked for each kind of page in turn. Times are of
whole replies over loopback, after the index is complete; each request differs from the ones before where its kind allows.
"""

import argparse
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

MAKE = Path(__file__).parent.parent / "Tests" / "Browser" / "make_run.py"


def memory(pid):
    """Resident MiB, now and at most."""
    text = Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024 for name in ["VmRSS", "VmHWM"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reversal", default=".build/release/reversal")
    parser.add_argument("--answers", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="where the run is made and kept; a temporary folder otherwise")
    parser.add_argument("--reuse-index", action="store_true", help="measure the pages alone, with the index of an earlier call")
    parser.add_argument("--questions", type=int, default=8_000)
    parser.add_argument("--iterations", type=int, default=5)
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="reversal-browse-"))
    folder.mkdir(parents=True, exist_ok=True)
    run = folder / "run"
    if not run.exists():
        demo = folder / "demo"
        if not demo.exists():
            subprocess.run([arguments.reversal, "demo", "--out", demo], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        samples = arguments.answers // (arguments.questions * arguments.iterations) - 1
        subprocess.run([sys.executable, MAKE, "--like", demo, "--out", run, "--questions", str(arguments.questions),
                        "--samples", str(samples), "--iterations", str(arguments.iterations)], check=True)
    try:
        measure(arguments, folder, run)
    finally:
        if not arguments.folder:
            shutil.rmtree(folder)


def measure(arguments, folder, run):
    cache = folder / "cache"
    if not arguments.reuse_index:
        shutil.rmtree(cache, ignore_errors=True)
    server = subprocess.Popen([arguments.reversal, "serve", run, "--port", "0", "--cache", cache], stdout=subprocess.PIPE, text=True)
    address = re.match(r"Open (http://\S+)/ ", server.stdout.readline())[1]

    def get(path):
        start = time.perf_counter()
        with urllib.request.urlopen(address + path) as reply:
            body = reply.read()
        return time.perf_counter() - start, body

    try:
        start = time.perf_counter()
        slowest = 0
        while True:
            seconds, body = get("/metrics")
            slowest = max(slowest, seconds, get("/runs/run")[0])
            numbers = dict(re.findall(r"(reversal_answers_\w+)\{run=\"run\"\} (\S+)", body.decode()))
            if float(numbers["reversal_answers_stored"]) == float(numbers["reversal_answers_indexed"]) > 0:
                break
            time.sleep(0.5)
        taken = time.perf_counter() - start
        stored = int(float(numbers["reversal_answers_stored"]))
        size = sum(file.stat().st_size for file in cache.iterdir())
        now, most = memory(server.pid)
        print(f"{stored:,} answers, run.sqlite {run.joinpath('run.sqlite').stat().st_size / 1e6:,.0f} MB; taken in within "
              f"{taken:.0f} s, index {size / 1e6:,.0f} MB; memory {now:.0f} MiB, at most {most:.0f} MiB; "
              f"slowest page meanwhile {slowest * 1000:.0f} ms")
        time.sleep(3)
        draw = random.Random(1)

        def question():
            return f"test-{draw.randrange(arguments.questions):05}"

        words = ["marbles", "Olga", "the", "is", "counts", "seeds"]
        kinds = {
            "overview": lambda: "/runs/run",
            "list, first page": lambda: "/runs/run/questions",
            "list, any page": lambda: f"/runs/run/questions?page={draw.randrange(1, arguments.questions // 40)}",
            "in IS(t)": lambda: f"/runs/run/questions?set=improved&t={draw.randrange(2, arguments.iterations + 1)}",
            "lost, level": lambda: f"/runs/run/questions?set=lost&level=Level+{draw.randrange(1, 6)}",
            "solved by none": lambda: "/runs/run/questions?set=unsolved",
            "verdict": lambda: "/runs/run/questions?verdict=timeout&t=2",
            "most narrowed": lambda: f"/runs/run/questions?sort=narrowing&page={draw.randrange(1, 50)}",
            "search, one word": lambda: f"/runs/run/questions?q={draw.choice(words)}",
            "search, a word of every answer": lambda: "/runs/run/questions?q=so",
            "search, two words": lambda: f"/runs/run/questions?q={draw.choice(words)}+{draw.choice(words)}",
            "search, phrase of common words": lambda: "/runs/run/questions?q=%22times+2+is%22",
            "search, beginning": lambda: "/runs/run/questions?q=mar*",
            "question": lambda: f"/runs/run/question?id={question()}",
            "question of a search": lambda: f"/runs/run/question?q=marbles&set=lost&id={question()}",
            "live part": lambda: "/runs/run/live",
            "metrics": lambda: "/metrics",
        }
        print(f"\n| page | median ms | slowest ms | kB |\n|---|---|---|---|")
        for name, path in kinds.items():
            times, sizes = [], []
            for _ in range(arguments.rounds):
                seconds, body = get(path())
                times.append(seconds * 1000)
                sizes.append(len(body))
            print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} | {max(sizes) / 1000:.0f} |", flush=True)
        before = memory(server.pid)[0]
        for _ in range(300):
            get(kinds["question"]())
            get(kinds["list, any page"]())
        after, most = memory(server.pid)
        print(f"\nmemory {before:.0f} MiB before and {after:.0f} MiB after 600 further pages, at most {most:.0f} MiB")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


if __name__ == "__main__":
    main()
