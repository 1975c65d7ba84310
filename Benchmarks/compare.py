"""Measures the native engine beside transformers, llama.cpp and TRL, and prints Markdown tables of ratios of medians.

Engines take turns, each in a process of its own, and their order changes every round. Run it on an otherwise idle
machine: OpenMP programs slow down out of proportion on a busy one, and the ratios would flatter us.
"""

import argparse
import importlib.util
import json
import os
import statistics
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import llama_cpp
import machine
import make_model

HERE = Path(__file__).resolve().parent
ENGINES = ["ours", "transformers", "llama.cpp", "TRL"]
ROWS_A_STEP, TIMED_STEPS = 32, 16


@dataclass(frozen=True)
class Work:
    """What is measured: by engine (in the first table) or by variant of ours the options of its program."""

    name: str
    shape: str
    programs: dict[str, list]
    # What the ratio of medians, ours to theirs, is to be at least.
    goals: dict[str, float] = field(default_factory=dict)


def sampling(name, shape, ours, llama, new_tokens=128, **rest):
    """A row of sampling: options of both Python programs and ours, and those of llama.cpp."""
    lengths = ["--prompt-length", 64, "--new-tokens", new_tokens]
    return Work(name, shape, {
        "ours": ["sample", *ours, *lengths],
        "transformers": ["sample", *ours, *lengths],
        "llama.cpp": [*llama, *lengths],
    }, **rest)


def training(name, shape, options, **rest):
    return Work(name, shape, {"ours": ["train", *options], "transformers": ["train", *options]}, **rest)


SFT = ["--sequences", ROWS_A_STEP, "--steps", TIMED_STEPS, "--data", "ROWS"]
TOGETHER = ["--batch-size", 64]
BESIDE_OTHERS = [
    training("training step, 32 × 128 tokens", "small", ["--sequences", 32, "--length", 128, "--steps", 8],
             goals={"transformers": 1.5}),
    Work("training, GSM8K-length rows, 32 a step", "small", {"ours": ["train", *SFT], "TRL": SFT}, goals={"TRL": 3.0}),
    sampling("sampling, 1 sequence", "small", ["--prompts", 4, "--samples", 1, "--batch-size", 1], ["--sequences", 1],
             goals={"llama.cpp": 2.0}),
    sampling("sampling, 64 distinct prompts", "small", ["--prompts", 64, "--samples", 1, *TOGETHER],
             ["--sequences", 64], goals={"transformers": 4.0, "llama.cpp": 5.0}),
    sampling("sampling, 64 samples of one prompt", "small", ["--prompts", 1, "--samples", 64, *TOGETHER],
             ["--sequences", 64, "--shared-prompt"]),
    sampling("sampling, 8 prompts × 50 samples, 64 at a time", "small", ["--prompts", 8, "--samples", 50, *TOGETHER],
             ["--sequences", 64, "--shared-prompt"], goals={"transformers": 6.0, "llama.cpp": 6.0}),
    training("125 M: training step, 16 × 128 tokens", "125m", ["--sequences", 16, "--length", 128, "--steps", 3],
             goals={"transformers": 1.0}),
    sampling("125 M: sampling, 32 distinct prompts", "125m", ["--prompts", 32, "--samples", 1, "--batch-size", 32],
             ["--sequences", 32], new_tokens=64, goals={"transformers": 1.5, "llama.cpp": 1.2}),
]

PAIRS = ["--pairs", 16, "--length", 128, "--prompt-length", 64, "--steps", 8]
PREFERENCE = [
    Work("preference step, 16 pairs of 2 × 128 tokens, 64 of them prompt", "small", {
        "cross-entropy": ["train", "--sequences", 32, "--length", 128, "--prompt-length", 64, "--steps", 8],
        "DPO": ["dpo", *PAIRS],
        "DPO, shared prompts": ["dpo", *PAIRS, "--shared-prompt"],
    }),
]



def counted(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


DETERMINISM = [
    Work(f"determinism: {counted(count, 'sequence')}, {counted(threads, 'thread')}", "small", {
        "ours": ["sample", "--prompts", max(count, 4), "--batch-size", count, "--threads", threads],
        "llama.cpp": ["--sequences", count, "--prompt-length", 64, "--threads", threads],
    }) for count in (1, 8, 32, 64) for threads in (1, 2)
]


class Engines:
    """Runs the engines' programs; knows which of them are here."""

    def __init__(self, threads, small_model=None):
        self.threads = threads
        self.small_model = small_model
        self.absent = {}
        if reason := llama_cpp.absence():
            self.absent["llama.cpp"] = reason
        for engine, module in (("transformers", "transformers"), ("TRL", "trl")):
            if importlib.util.find_spec(module) is None:
                self.absent[engine] = f"{engine} is not installed; pip install -r Benchmarks/requirements.txt"

    def models(self, work):
        """Makes what the work needs and lacks: model folder, GGUF file, rows."""
        folder, gguf = self.folder(work), self.gguf(work)
        if not folder.exists():
            machine.run([sys.executable, HERE / "make_model.py", "--shape", work.shape, "--out", folder])
        if "llama.cpp" not in work.programs or "llama.cpp" in self.absent:
            return
        if not gguf.exists() or gguf.stat().st_mtime < (folder / "config.json").stat().st_mtime:
            machine.run([sys.executable, HERE / "llama_cpp.py", "convert", folder, gguf, "--dtype", "f32"])

    def folder(self, work):
        own = self.small_model if work.shape == "small" else None
        return own or machine.WORKPLACE / f"{work.shape}-float32"

    def gguf(self, work):
        return machine.WORKPLACE / f"{self.folder(work).name}.gguf"

    def command(self, engine, work, rows):
        options = [rows if option == "ROWS" else option for option in work.programs[engine]]
        if "--threads" not in options:
            options += ["--threads", self.threads]
        folder = self.folder(work)
        match engine:
            case "transformers":
                return [sys.executable, HERE / f"transformers_{options[0]}.py", "--model", folder, *options[1:]]
            case "TRL":
                return [sys.executable, HERE / "trl_sft.py", "--model", folder, *options]
            case "llama.cpp":
                return [sys.executable, HERE / "llama_cpp.py", "bench", "--model", self.gguf(work), *options]
            case _:
                return [machine.REVERSAL, "benchmark", options[0], "--json", "--model", folder, *options[1:]]

    def measure(self, work, rows, rounds):
        """Tokens a second of each program, a value a round."""
        self.models(work)
        programs = [engine for engine in work.programs if engine not in self.absent]
        speeds = {engine: [] for engine in programs}
        for number in range(rounds):
            turn = number % len(programs)
            order = programs[turn:] + programs[:turn]
            # Rotated, and every other round backwards: nobody always follows the same neighbour.
            for engine in order if number // len(programs) % 2 == 0 else reversed(order):
                finished = machine.run(self.command(engine, work, rows))
                speeds[engine].append(json.loads(finished.output.splitlines()[-1])["tokens_per_second"])
            said = ", ".join(f"{engine} {speeds[engine][-1]:,.0f}" for engine in programs)
            print(f"{work.name}, round {number + 1}: {said}", file=sys.stderr)
        return speeds


@dataclass(frozen=True)
class Ratio:
    """Of two programs' speeds: that of the medians, and the least and the greatest by round."""

    medians: float
    least: float
    greatest: float

    def __init__(self, one, other):
        by_round = [a / b for a, b in zip(one, other)]
        object.__setattr__(self, "medians", statistics.median(one) / statistics.median(other))
        object.__setattr__(self, "least", min(by_round))
        object.__setattr__(self, "greatest", max(by_round))

    def __str__(self):
        return f"{self.medians:.2f} × ({self.least:.2f}–{self.greatest:.2f})"


def verdict(met):
    return "met" if met else "**missed**"


def markdown(header, lines):
    return "\n".join("| " + " | ".join(line) + " |" for line in [header, ["---"] * len(header), *lines])


def engine_table(results):
    engines = [engine for engine in ENGINES if any(engine in speeds for _, speeds in results)]
    lines = []
    for work, speeds in results:
        cells, goals = [work.name], []
        for engine in engines:
            if engine not in speeds:
                cells.append("")
            elif engine == "ours":
                cells.append(f"{statistics.median(speeds['ours']):,.0f}")
            else:
                ratio = Ratio(speeds["ours"], speeds[engine])
                cells.append(f"{statistics.median(speeds[engine]):,.0f}: {ratio}")
                goal = work.goals.get(engine)
                if goal is not None:
                    goals.append(f"≥ {goal:.1f} × {engine}: {verdict(ratio.medians >= goal)}")
        lines.append([*cells, "; ".join(goals)])
    columns = [engine if engine == "ours" else f"{engine}: ours ÷ theirs (by round)" for engine in engines]
    return "New or trained tokens a second.\n\n" + markdown(["work", *columns, "goal"], lines)


def preference_table(results):
    lines = []
    for work, speeds in results:
        plain = Ratio(speeds["cross-entropy"], speeds["DPO"])
        shared = Ratio(speeds["cross-entropy"], speeds["DPO, shared prompts"])
        goals = {
            "cross-entropy": "", "DPO": f"≤ 1.05 ×: {verdict(plain.medians <= 1.05)}",
            "DPO, shared prompts": f"less than without sharing: {verdict(shared.medians < plain.medians)}",
        }
        for variant, values in speeds.items():
            time = "1" if variant == "cross-entropy" else str(Ratio(speeds["cross-entropy"], values))
            lines.append([variant, f"{statistics.median(values):,.0f}", time, goals[variant]])
    title = f"Ours, {PREFERENCE[0].name}; the tokens of both rows of a pair are counted, shared or not.\n\n"
    return title + markdown(["step", "tokens/s", "time ÷ cross-entropy's (by round)", "goal"], lines)


def determinism_table(results):
    lines = []
    for work, speeds in results:
        cells = [work.name.removeprefix("determinism: "), f"{statistics.median(speeds['ours']):,.0f}"]
        if "llama.cpp" in speeds:
            cells.append(f"{statistics.median(speeds['llama.cpp']):,.0f}: {Ratio(speeds['ours'], speeds['llama.cpp'])}")
        lines.append(cells)
    header = ["decoded together", "ours", "llama.cpp: ours ÷ theirs (by round)"][: len(lines[0])]
    return (
        "Sampling of distinct prompts by the same bits at every batch size and thread count, tokens a second"
        + ("; llama.cpp does not promise them.\n\n" if len(header) == 3 else ".\n\n") + markdown(header, lines))


TABLES = [(BESIDE_OTHERS, engine_table), (PREFERENCE, preference_table), (DETERMINISM, determinism_table)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", metavar="TEXT", help="only the work whose name contains this")
    parser.add_argument("--model", type=Path, metavar="DIR", help="in place of the 4.95 M model; made if absent")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every measured value")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.threads < 1:
        parser.error("--rounds and --threads are 1 or more")

    def chosen(works):
        return [work for work in works if not arguments.only or arguments.only in work.name]

    if not any(chosen(works) for works, _ in TABLES):
        parser.error(f"no work is called '{arguments.only}'; there is: "
                     + "; ".join(work.name for works, _ in TABLES for work in works))
    if not machine.REVERSAL.exists():
        sys.exit("compare: .build/release/reversal is missing; run 'make build'")

    load = machine.load()
    engines = Engines(arguments.threads, arguments.model)
    used = {engine for works, _ in TABLES for work in chosen(works) for engine in work.programs}
    for engine, reason in engines.absent.items():
        if engine in used:
            print(f"compare: {reason}: its column is left out", file=sys.stderr)
    machine.WORKPLACE.mkdir(parents=True, exist_ok=True)
    rows = machine.WORKPLACE / "gsm8k-length.jsonl"
    lengths = None
    if "TRL" in used:
        limit = make_model.SHAPES["small"].positions
        done = machine.run([
            sys.executable, HERE / "sft_rows.py", "--out", rows, "--limit", limit, "--rows-a-step", ROWS_A_STEP,
            "--rows", ROWS_A_STEP * (TIMED_STEPS + 1)])
        lengths = json.loads(done.output)

    tables, values = [], {}
    for works, table in TABLES:
        # Work without any other engine here is measured all the same, for our own figure.
        results = [(work, engines.measure(work, rows, arguments.rounds)) for work in chosen(works)]
        values |= {work.name: speeds for work, speeds in results}
        if results:
            tables.append(table(results))

    packages = {"PyTorch": "torch", "transformers": "transformers", "TRL": "trl"}
    versions = [f"{name} {version(module)}" for name, module in packages.items() if importlib.util.find_spec(module)]
    if "llama.cpp" not in engines.absent:
        versions.append(f"llama.cpp of llama-cpp-python {llama_cpp.VERSION}")
    counts = ", ".join(f"{shape.parameters() / 1e6:.2f} M" for shape in map(make_model.SHAPES.get, ("small", "125m")))
    about = (
        f"Revision {machine.revision()}; {machine.processor()}, {arguments.threads} threads of {os.cpu_count()}, load "
        f"{load:.1f} at the start; {', '.join(versions)}; {arguments.rounds} alternating rounds, float32; models of "
        f"{counts} parameters.")
    if lengths:
        about += (
            f" Rows: {lengths['source']}, {lengths['mean_tokens']:.0f} tokens on average, {lengths['longest']} at "
            f"most; padding a step makes {lengths['padded_tokens_a_token']:.2f} tokens of each.")
    print(about + "\n\n" + "\n\n".join(tables))
    if arguments.json:
        report = {"about": about, "load": load, "lengths": lengths, "tokens_per_second": values}
        arguments.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
