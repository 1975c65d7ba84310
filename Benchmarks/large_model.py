"""Measures a model of LLaMA2-7B's shape in bfloat16 and prints a Markdown table.

Opening it, decoding one sequence and memory stand beside llama.cpp, and beside the rate at which this machine reads the
same bytes.

Where the machine cannot hold the shape, it says so and measures the largest that fits.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
from pathlib import Path

import llama_cpp
import machine
import make_model

HERE = Path(__file__).resolve().parent
DTYPE = "bfloat16"
OPEN_SECONDS, OF_LLAMA_CPP, OF_STREAMING, PEAK_BYTES = 5.0, 0.8, 0.7, 15e9


def compiled_stream():
    """The program that reads weights and does nothing else."""
    program, source = machine.WORKPLACE / "stream", HERE / "stream.c"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = next(filter(None, map(shutil.which, ("cc", "clang", "gcc"))), None)
        if compiler is None:
            sys.exit("large_model: there is no C compiler for stream.c; install clang or gcc")
        machine.run([compiler, "-O3", "-march=native", "-pthread", source, "-o", program])
    return program


def cache(files, others):
    """Reads files into the page cache, those of the other engine out of it: both may not fit."""
    if hasattr(os, "posix_fadvise"):
        for path in others:
            with open(path, "rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    for path in files:
        with open(path, "rb", buffering=0) as file:
            buffer = bytearray(16 << 20)
            while file.readinto(buffer):
                pass


def bytes_a_token(name):
    """Weights that the decoding of a token reads: all but an embedding table of which it takes a row."""
    shape = make_model.SHAPES[name]
    table = 0 if shape.tied else shape.vocabulary * shape.width
    return (shape.parameters() - table) * make_model.BYTES[DTYPE]


class Measurement:
    def __init__(self, name, arguments):
        self.threads, self.tokens = arguments.threads, arguments.tokens
        self.folder = machine.WORKPLACE / f"{name}-{DTYPE}"
        self.gguf = machine.WORKPLACE / f"{name}-bf16.gguf"
        self.values = {}

    def weights(self):
        return sorted(self.folder.glob("*.safetensors"))

    def note(self, **values):
        for key, value in values.items():
            self.values.setdefault(key, []).append(value)

    def ours(self):
        cache(self.weights(), [self.gguf] if self.gguf.exists() else [])
        # A prompt of one token: as many passes of the model as tokens, as in llama-bench.
        done = machine.run([
            machine.REVERSAL, "benchmark", "sample", "--json", "--model", self.folder, "--prompts", 1, "--samples", 1,
            "--prompt-length", 1, "--new-tokens", self.tokens, "--warm-up-tokens", 2, "--threads", self.threads])
        result = json.loads(done.output.splitlines()[-1])
        self.note(ours=result["tokens_per_second"], open=result["open_seconds"], peak=done.peak_bytes)
        return f"ours {result['tokens_per_second']:.3f} tokens/s"

    def llama_cpp(self):
        cache([self.gguf], self.weights())
        result = llama_cpp.one_sequence(self.gguf, 1, self.tokens, self.threads, 1)
        # Beside the warm-up of one token and the measured ones, the process opens the model and ends.
        opening = result["wall_seconds"] - (self.tokens + 1) / result["tokens_per_second"]
        self.note(llama=result["tokens_per_second"], llama_open=opening, llama_peak=result["peak_bytes"])
        return f"llama.cpp {result['tokens_per_second']:.3f} tokens/s"

    def stream(self):
        cache(self.weights(), [self.gguf] if self.gguf.exists() else [])
        done = json.loads(machine.run([compiled_stream(), self.threads, 2, *self.weights()]).output)
        rate = done["bytes"] / statistics.median(done["seconds"])
        self.note(stream=rate)
        return f"streaming {rate / 1e9:.1f} GB/s"


def table(values, name):
    def median(key):
        return statistics.median(values[key])

    def compared(one, other, goal):
        ratios = [a / b for a, b in zip(one, other)]
        ratio = statistics.median(one) / statistics.median(other)
        met = "met" if ratio >= goal else "**missed**"
        return f"{ratio:.2f} × ({min(ratios):.2f}–{max(ratios):.2f})", f"≥ {goal} ×: {met}"

    def limit(value, most, unit):
        return f"≤ {most:g} {unit}: {'met' if value <= most else '**missed**'}"

    has_llama = "llama" in values
    lines = [[
        "opening the model", f"{median('open'):.2f} s", f"about {median('llama_open'):.1f} s" if has_llama else "", "",
        limit(median("open"), OPEN_SECONDS, "s")]]
    if has_llama:
        lines.append([
            "decoding one sequence", f"{median('ours'):.3f} tokens/s", f"{median('llama'):.3f} tokens/s",
            *compared(values["ours"], values["llama"], OF_LLAMA_CPP)])
    used = [speed * bytes_a_token(name) for speed in values["ours"]]
    lines.append([
        "weights read in decoding", f"{statistics.median(used) / 1e9:.2f} GB/s",
        f"{median('llama') * bytes_a_token(name) / 1e9:.2f} GB/s" if has_llama else "",
        f"streaming at {median('stream') / 1e9:.2f} GB/s: " + compared(used, values["stream"], OF_STREAMING)[0],
        compared(used, values["stream"], OF_STREAMING)[1]])
    theirs = f"{median('llama_peak') / 1e9:.2f} GB" if has_llama else ""
    lines.append([
        "peak resident memory", f"{median('peak') / 1e9:.2f} GB", theirs, "",
        limit(max(values["peak"]) / 1e9, PEAK_BYTES / 1e9, "GB")])
    header = ["what", "ours", "llama.cpp", "ratio of medians (by round)", "goal"]
    return "\n".join("| " + " | ".join(line) + " |" for line in [header, ["---"] * len(header), *lines])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=make_model.SHAPES, default="llama2-7b")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=16, help="generated by each engine in a round")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every measured value")
    parser.add_argument("--remove", action="store_true", help="remove the model files afterwards, 27 GB at 7 B")
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.threads, arguments.tokens) < 1:
        parser.error("--rounds, --threads and --tokens are 1 or more")
    if not machine.REVERSAL.exists():
        sys.exit("large_model: .build/release/reversal is missing; run 'make build'")

    reason = llama_cpp.absence()
    if reason:
        print(f"large_model: {reason}: its column is left empty", file=sys.stderr)
    machine.WORKPLACE.mkdir(parents=True, exist_ok=True)
    load = machine.load()
    name = fitting(arguments.shape, reason is None)
    measurement = Measurement(name, arguments)
    try:
        compare(measurement, name, reason, load, arguments)
    finally:
        if arguments.remove:
            shutil.rmtree(measurement.folder, ignore_errors=True)
            measurement.gguf.unlink(missing_ok=True)


def fitting(name, has_llama):
    """The shape, or where the machine cannot hold it the largest that it can."""
    wanted = [machine.WORKPLACE / f"{name}-{DTYPE}"] + [machine.WORKPLACE / f"{name}-bf16.gguf"] * has_llama
    lack = make_model.misfit(name, DTYPE, machine.WORKPLACE, sum(not path.exists() for path in wanted))
    if lack is None:
        return name
    found = make_model.largest(name, DTYPE, machine.WORKPLACE, len(wanted))
    if found is None:
        sys.exit(f"large_model: {lack}; no shape fits")
    print(f"large_model: {lack}; measuring {found}, the largest shape that fits", file=sys.stderr)
    return found


def compare(measurement, name, reason, load, arguments):
    """Makes the files that are missing, measures and prints.

    `reason` is why llama.cpp is not compared, None where it is; `load` is that at the start.
    """
    if not measurement.folder.exists():
        print(f"large_model: writing {measurement.folder}", file=sys.stderr)
        machine.run([
            sys.executable, HERE / "make_model.py", "--shape", name, "--dtype", DTYPE, "--out", measurement.folder])
    if not reason and not measurement.gguf.exists():
        print(f"large_model: writing {measurement.gguf}", file=sys.stderr)
        machine.run([
            sys.executable, HERE / "llama_cpp.py", "convert", measurement.folder, measurement.gguf, "--dtype", "bf16"])
    compiled_stream()
    # Nothing is to be written to the disk while it is measured.
    os.sync()
    programs = [measurement.ours, measurement.stream] + ([] if reason else [measurement.llama_cpp])
    for number in range(arguments.rounds):
        turn = number % len(programs)
        said = [program() for program in programs[turn:] + programs[:turn]]
        print(f"{name}, round {number + 1}: {', '.join(said)}", file=sys.stderr)
    shape = make_model.SHAPES[name]
    about = (
        f"Revision {machine.revision()}; {machine.processor()}, {arguments.threads} threads of {os.cpu_count()}, load "
        f"{load:.1f} at the start; {name} in shape, {shape.parameters() / 1e9:.2f} G parameters in {DTYPE}, "
        f"{bytes_a_token(name) / 1e9:.2f} GB read a token; "
        + ("" if reason else f"llama.cpp of llama-cpp-python {llama_cpp.VERSION}; ")
        + f"{arguments.rounds} alternating rounds of {arguments.tokens} tokens, weights in the page cache.")
    print(about + "\n\n" + table(measurement.values, name))
    if arguments.json:
        report = {"about": about, "shape": name, "load": load, "values": measurement.values}
        arguments.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
