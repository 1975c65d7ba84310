"""Judges the same answers with `reversal verify --task math` and with Math-Verify, and counts and times both.

    python Benchmarks/peers/math_answers.py --reversal .build/release/reversal [--shared ../shared] [--json FILE]

Rows: the project's own corpus, and the 400 real outputs below SHARED/data where they exist. Both judge on one core, in turn,
and neither's reading of rows and starting up counts (`reversal benchmark verify`); beside it stands what a row takes
`reversal verify` from file to file. A row is right where "correct" is what the
corpus, or the label, says; all other verdicts are one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import math_verify


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def judged_by_peer(rows: list[dict]) -> tuple[list[bool], float]:
    verdicts = []
    start = time.perf_counter()
    for row in rows:
        # A bare reference is mathematics: without dollar signs Math-Verify would read it as prose.
        gold = math_verify.parse(f"${row['reference']}$")
        verdicts.append(bool(math_verify.verify(gold, math_verify.parse(row["completion"]))))
    return verdicts, time.perf_counter() - start


def judged_by_reversal(command: list[str], rows: list[dict]) -> tuple[list[bool], float]:
    text = "".join(
        json.dumps({"id": str(place), "completion": row["completion"], "reference": row["reference"]}) + "\n"
        for place, row in enumerate(rows)
    )
    start = time.perf_counter()
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    elapsed = time.perf_counter() - start
    verdicts = [json.loads(line)["verdict"] == "correct" for line in done.stdout.splitlines()]
    if len(verdicts) != len(rows):
        sys.exit(f"{command[0]}: {len(verdicts)} verdicts for {len(rows)} rows")
    return verdicts, elapsed


def judging_seconds(command: list[str], rows: list[dict]) -> float:
    """Median of five passes, extraction and comparison only, as for the peer."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for place, row in enumerate(rows):
            row = {"id": str(place), "completion": row["completion"], "reference": row["reference"]}
            file.write(json.dumps(row) + "\n")
        file.flush()
        done = subprocess.run([*command, "--data", file.name, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["seconds"]


def main() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reversal", default=str(root / ".build/release/reversal"))
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REVERSAL_SHARED", root.parent / "shared")))
    parser.add_argument("--repeat", type=int, default=20, help="times that reversal judges every row, as one file")
    parser.add_argument("--json", type=Path, help="where to write the verdicts that differ")
    options = parser.parse_args()

    sets = {"corpus": [
        row | {"label": row["expected"] == "correct"}
        for row in lines(root / "Tests/MathematicsTests/Fixtures/math-answers.jsonl")
    ]}
    outputs = options.shared / "data/model_outputs/math_qwen_cot.jsonl"
    if outputs.exists():
        sets["real outputs"] = [row | {"label": row["correct"]} for row in lines(outputs)]
    else:
        print(f"{outputs} is not there: the corpus only", file=sys.stderr)

    pinned = ["taskset", "-c", "0", options.reversal]
    command = [*pinned, "verify", "--task", "math", "--threads", "1"]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    differences = []
    for name, rows in sets.items():
        math_verify.verify(math_verify.parse("$1$"), math_verify.parse("$1$"))  # Its grammar is loaded before the clock runs.
        theirs, their_time = judged_by_peer(rows)
        ours, filter_time = judged_by_reversal(command, rows * options.repeat)
        ours, filter_time = ours[: len(rows)], filter_time / options.repeat
        our_time = judging_seconds([*pinned, "benchmark", "verify", "--task", "math"], rows)
        for row, our, their in zip(rows, ours, theirs):
            if our != row["label"] or their != row["label"]:
                differences.append({
                    "set": name, "reference": row["reference"], "completion": row["completion"][-200:],
                    "label": row["label"], "reversal": our, "math_verify": their,
                })
        count = len(rows)
        for judge, verdicts, elapsed in [("reversal", ours, our_time), ("Math-Verify", theirs, their_time)]:
            right = sum(verdict == row["label"] for verdict, row in zip(verdicts, rows))
            false_positives = sum(verdict and not row["label"] for verdict, row in zip(verdicts, rows))
            print(
                f"{name:13} {judge:12} right {right:4} of {count}   wrongly accepted {false_positives:3}   "
                f"{elapsed / count * 1e6:9.1f} µs a row"
            )
        print(f"{name:13} reversal verify, file to file: {filter_time / count * 1e6:.1f} µs a row")
        print(f"{name:13} speed {their_time / our_time:.0f} times Math-Verify's ({their_time / filter_time:.0f} file to file)")
    if options.json:
        options.json.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in differences), encoding="utf-8")


if __name__ == "__main__":
    main()
