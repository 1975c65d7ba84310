"""Reads the event files of `reversal export --tensorboard` with TensorBoard's own reader and compares every scalar.

    event_files.py --reversal .build/release/reversal

A run of two iterations is made and exported; what TensorBoard reads must be what `reversal report --format csv` says, to the
precision of float32, at the same steps, and every record's checksum must hold.
"""

import argparse
import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader


def run(*arguments, **options):
    return subprocess.run([str(a) for a in arguments], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def make_run(reversal, folder):
    model = next(Path(reversal).resolve().parent.glob("*.resources/M0"), None)
    if model is None:
        sys.exit("event_files: the embedded model is not beside the program")
    for split, count in [("train", 12), ("test", 12), ("ood", 6)]:
        (folder / f"{split}.jsonl").write_text(
            run(reversal, "problems", "--split", split, "--count", count, "--seed", 5))
    (folder / "run.yaml").write_text(
        f"task: arithmetic\nmodel: {model}\ndata: {{train: train.jsonl, test: test.jsonl, ood: ood.jsonl}}\n"
        "method: sft\niterations: 2\nsampling: {n: 4, max_tokens: 100}\n"
        "evaluation: {samples: 4, questions: 8, first_iteration_samples: 4}\n"
        "training:\n  first: {epochs: 1, batch_tokens: 700}\n  sft: {epochs: 1, batch_tokens: 700}\n")
    run(reversal, "run", folder / "run.yaml", "--out", folder / "run", stderr=subprocess.DEVNULL)
    return folder / "run"


def tag(row):
    parts = row["measure"].split(".") + [row["decoding"], row["stratum"], row["part"]]
    parts += [f"k={row['k']}" if row["k"] else "", f"tau={float(row['tau'])}" if row["tau"] else ""]
    return "/".join(part for part in parts if part)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reversal", required=True)
    reversal = parser.parse_args().reversal
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make_run(reversal, folder)
        run(reversal, "export", made, "--tensorboard", folder / "events")
        expected = {}
        for row in csv.DictReader(io.StringIO(run(reversal, "report", made, "--format", "csv"))):
            if not row["iteration"] or not row["estimate"]:
                continue
            step = int(row["iteration"])
            expected[tag(row), step] = float(row["estimate"])
            if row["low"]:
                expected["low/" + tag(row), step] = float(row["low"])
                expected["high/" + tag(row), step] = float(row["high"])

        events = EventAccumulator(str(folder / "events" / "run"), size_guidance={"scalars": 0})
        events.Reload()
        found = {(name, scalar.step): scalar.value for name in events.Tags()["scalars"] for scalar in events.Scalars(name)}
        training = {key: found.pop(key) for key in list(found) if key[0].startswith("training/")}
        if set(found) != set(expected):
            sys.exit(f"event_files: tags differ: {sorted(set(found) ^ set(expected))[:10]}")
        for key, value in expected.items():
            if numpy.float32(value) != numpy.float32(found[key]):
                sys.exit(f"event_files: {key} is {found[key]}, and {value} in the audit")
        if ("training/final_loss", 2) not in training:
            sys.exit(f"event_files: no losses: {sorted(training)}")

        file = next((folder / "events" / "run").iterdir())
        records = sum(1 for _ in RawEventFileLoader(str(file)).Load())
        if records != len(found) + len(training) + 1:
            sys.exit(f"event_files: {records} records of {len(found) + len(training) + 1} were read")
    print(f"event_files: {len(found)} scalars of the audit and {len(training)} of the training, as TensorBoard reads them")


main()
