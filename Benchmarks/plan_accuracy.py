"""Holds `reversal plan` against runs: the seconds of every stage of a run of the embedded engine, planned and measured.

    python3 Benchmarks/plan_accuracy.py [--only demo|gsm8k|dpo] [--rounds 1] [--out FOLDER]

For each of three small runs it plans first, with --calibrate on this machine, then runs, and takes the seconds of each stage
from the times at which the run says that the stages ended; what the program takes before the first one, to read the
tokenizer and the questions, is told apart. Answers' lengths and the share of correct ones are not given (but for the random
model of GSM8K, which is never right and never ends): they are part of what is tested. A stage counts where it took at least
--least seconds (1); the exit status is 1 where a ratio of a counted stage, or of the whole run, lies outside 1/1.5 and 1.5.
On an otherwise idle machine. Standard library only.

The run of GSM8K needs ../shared/data/gsm8k and ../shared/tokenizers/llama3; it is left out where they are missing.
"""

import argparse
import datetime
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = 1.5
TRAINING = """
training:
  first: {epochs: 4, learning_rate: 2.0e-3, batch_tokens: 2048}
  sft: {epochs: 1, learning_rate: 5.0e-4, batch_tokens: 2048}
  dpo: {epochs: 2, learning_rate: 3.0e-5, batch_pairs: 16, beta: 0.1}
"""


def arithmetic(folder: Path, reversal: str, method: str) -> Path:
    """The demo's sizes and settings, with files of its problems."""
    for split, count in [("train", 400), ("test", 1000), ("ood", 500)]:
        problems = subprocess.run(
            [reversal, "problems", "--split", split, "--count", str(count), "--seed", "1"], capture_output=True, check=True
        ).stdout
        (folder / f"{split}.jsonl").write_bytes(problems)
    model = ROOT / "Sources/Engines/Native/M0"
    config = folder / "run.yaml"
    config.write_text(
        f"task: arithmetic\nmodel: {model}\ndata: {{train: train.jsonl, test: test.jsonl, ood: ood.jsonl}}\n"
        f"method: {method}\niterations: 5\nsampling: {{n: 8, max_tokens: 240}}\n"
        "evaluation: {samples: 8, questions: 250, first_iteration_samples: 64}\n"
        "selection: {max_correct_per_question: 4, max_pairs_per_question: 2}\n" + TRAINING
    )
    return config


def gsm8k(folder: Path) -> Path | None:
    """examples/gsm8k-llama3-tiny.yaml on its random model."""
    tokenizer, data = ROOT / "../shared/tokenizers/llama3", ROOT / "../shared/data/gsm8k"
    if not (tokenizer.exists() and data.exists()):
        return None
    model = folder / "llama3-tiny"
    subprocess.run(
        [sys.executable, ROOT / "examples/make_tiny_llama3.py", model, "--tokenizer", tokenizer], check=True
    )
    text = (ROOT / "examples/gsm8k-llama3-tiny.yaml").read_text()
    text = text.replace("../runs/llama3-tiny", str(model)).replace("../../shared/data/gsm8k", str(data.resolve()))
    config = folder / "run.yaml"
    config.write_text(text)
    return config


class Watch(threading.Thread):
    """Sees when each stage of a run ends, finer than the whole seconds that the run itself keeps."""

    def __init__(self, out: Path) -> None:
        super().__init__(daemon=True)
        self.out, self.ended, self.over = out, {}, False
        self.begun: float | None = None

    def run(self) -> None:
        import sqlite3

        while not self.over:
            time.sleep(0.05)
            if not (self.out / "run.sqlite").exists():
                continue
            try:
                with sqlite3.connect(f"file:{self.out / 'run.sqlite'}?mode=ro", uri=True, timeout=1) as database:
                    for *key, end in database.execute(
                        "SELECT iteration, name, finished_at FROM stage ORDER BY position"
                    ):
                        # All stages are listed before the first one begins.
                        self.begun = self.begun or time.monotonic()
                        if end is not None:
                            self.ended.setdefault(tuple(key), time.monotonic())
            except sqlite3.OperationalError:
                pass  # It is being made or written; the next look sees it.


def measured(reversal: str, config: Path, out: Path) -> tuple[dict, float, float]:
    """Seconds by stage, of the whole and before the first stage."""
    watch = Watch(out)
    begin = time.monotonic()
    watch.start()
    subprocess.run([reversal, "run", str(config), "--out", str(out)], check=True, capture_output=True)
    whole = time.monotonic() - begin
    time.sleep(0.2)
    watch.over = True
    watch.join()
    assert watch.begun is not None, "the run listed no stages"
    seconds, last = {}, watch.begun
    for key, end in watch.ended.items():
        seconds[key] = end - last
        last = end
    return seconds, whole, watch.begun - begin


def compare(name: str, reversal: str, config: Path, out: Path, least: float) -> list[float]:
    # Random weights are never right and never end an answer, which their user knows.
    known = ["--coverage", "0.0001", "--answer-tokens", "128"] if name.startswith("gsm8k") else []
    text = subprocess.run(
        [reversal, "plan", str(config), "--calibrate", "--json", *known], capture_output=True, check=True, text=True
    ).stdout
    plan = json.loads(text)
    seconds, whole, start = measured(reversal, config, out)
    print(f"\n## {name}\n\n| stage | planned, s | measured, s | ratio |\n|---|---|---|---|")
    ratios = []
    for stage in plan["stages"]:
        key = (stage["iteration"], stage["stage"])
        planned, taken = stage["seconds"]["estimate"], seconds.get(key, 0.0)
        if taken < least and planned < least:
            continue
        ratios.append(planned / max(taken, 1e-3))
        print(f"| M_{key[0]} {key[1]} | {planned:.2f} | {taken:.2f} | {ratios[-1]:.2f} |")
    planned = plan["totals"]["seconds"]["estimate"]
    ratios.append(planned / whole)
    print(f"| before the first stage | | {start:.2f} | |")
    print(f"| the whole run | {planned:.1f} | {whole:.1f} | {ratios[-1]:.2f} |")
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["demo", "dpo", "gsm8k"])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--least", type=float, default=1.0)
    parser.add_argument("--out", type=Path, help="where the runs stay; otherwise they are removed")
    parser.add_argument("--reversal", default=str(ROOT / ".build/release/reversal"))
    arguments = parser.parse_args()
    ratios: list[float] = []
    print(f"{datetime.date.today()}, {subprocess.run(['nproc'], capture_output=True, text=True).stdout.strip()} cores")
    for number in range(arguments.rounds):
        for name in ["demo", "dpo", "gsm8k"]:
            if arguments.only not in (None, name):
                continue
            folder = Path(tempfile.mkdtemp(prefix="reversal-plan-"))
            try:
                config = (
                    gsm8k(folder)
                    if name == "gsm8k"
                    else arithmetic(folder, arguments.reversal, "sft" if name == "demo" else "sft-dpo")
                )
                if config is None:
                    print(f"\n{name}: left out, ../shared is not there")
                    continue
                out = (arguments.out or folder) / f"{name}-{number + 1}"
                ratios += compare(f"{name}, round {number + 1}", arguments.reversal, config, out, arguments.least)
            finally:
                shutil.rmtree(folder)
    outside = [ratio for ratio in ratios if not 1 / ALLOWED <= ratio <= ALLOWED]
    print(f"\n{len(ratios)} ratios from {min(ratios):.2f} to {max(ratios):.2f}, {len(outside)} outside 1/1.5 and 1.5")
    sys.exit(1 if outside else 0)


if __name__ == "__main__":
    main()
