"""What a measurement says about the machine, and how a program is run and its memory measured."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REVERSAL = ROOT / ".build/release/reversal"
# Models and files that benchmarks make; `make clean` removes them.
WORKPLACE = ROOT / ".build/benchmark"


@dataclass(frozen=True)
class Finished:
    output: str
    seconds: float
    # The most memory that the process had at a time (VmHWM), pages of mapped files included.
    peak_bytes: int


def run(command):
    """Runs a program to its end; a failure ends the comparison with what the program said."""
    quiet = {"TRANSFORMERS_VERBOSITY": "error", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    environment = {**os.environ, **quiet}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as messages:
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=messages, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        messages.seek(0)
        if process.returncode != 0:
            said = (messages.read().strip() or output.read().strip())[-2000:]
            words = " ".join(map(str, command))
            sys.exit(f"{Path(sys.argv[0]).stem}: {words} ended with {process.returncode}:\n{said}")
        unit = 1 if sys.platform == "darwin" else 1024
        return Finished(output.read(), seconds, usage.ru_maxrss * unit)


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def revision():
    def git(*command):
        return subprocess.run(["git", "-C", str(ROOT), *command], capture_output=True, text=True).stdout.strip()

    changes = " with changes" if git("status", "--porcelain") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changes


def load():
    """The load of the last minute; above 0.5 the machine is not idle, and says so."""
    value = os.getloadavg()[0]
    if value > 0.5:
        print(
            f"{Path(sys.argv[0]).stem}: the machine is busy (load {value:.1f}): OpenMP programs slow down out of "
            "proportion, and the ratios flatter us", file=sys.stderr)
    return value


def available_memory():
    """Bytes that programs and the page cache can have; None where the system does not tell."""
    if not Path("/proc/meminfo").exists():
        return None
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def free_disk(folder):
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
