"""Times `reversal audit` at several sizes, and beside the same measures as one would write them in Python.

    python Benchmarks/audit.py [--sizes 20000,200000,2000000] [--rounds 3] [--peer-rows 20000]

The answers are made by `audit_scale.py`: 50 samples and a greedy answer for each question and each of five iterations, of
GSM8K's length, judged. Both read the same files, in processes of their own that take turns. The peer computes fewer numbers
(`peers/audit.py`); what both compute must agree, or the comparison ends.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import machine

HERE = Path(__file__).resolve().parent
SAMPLES, ITERATIONS = 50, 5


def answers(rows):
    """The folder of at least `rows` sampled answers, made once."""
    questions = -(-rows // (SAMPLES * ITERATIONS))
    folder = machine.WORKPLACE / f"audit-{questions}"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        machine.run([
            sys.executable, HERE / "audit_scale.py", "--questions", questions, "--samples", SAMPLES, "--iterations",
            ITERATIONS, "--out", folder,
        ])
        (folder / "complete").touch()
    return folder, questions * SAMPLES * ITERATIONS


def inputs(folder):
    samples = [part for t in range(1, ITERATIONS + 1) for part in ("--samples", f"{t}={folder / f'M{t}.jsonl'}")]
    return ["--problems", folder / "problems.jsonl", *samples]


def ours(folder):
    return machine.run([machine.REVERSAL, "audit", *inputs(folder), "--json", "-"])


def check_agreement(audit, peer):
    """Compares the point estimates that both print."""
    pairs = []
    for entry in audit["pass_at_1"]:
        pairs.append((f"pass@1 {entry['iteration']}", entry["accuracy"]))
        pairs.append((f"delta {entry['iteration']}", entry["delta"]))
    for entry in audit["pass_at_k"]:
        pairs.append((f"pass {entry['iteration']} @{entry['k']}", entry["estimate"]))
    for entry in audit["improvement_set"]:
        for field, name in [("first_iteration_pass_at_k", "improved"), ("control_pass_at_k", "control")]:
            for point in entry[field]:
                pairs.append((f"{name} {entry['iteration']} @{point['k']}", point["estimate"]))
    pairs += [("coverage", audit["coverage"]["mean_correct"]), ("solvable", audit["coverage"]["solvable"])]
    for entry in audit["diversity"]:
        stratum = entry["stratum"] == "correct"
        for field, name in [("distinct_n", "distinct_n"), ("expectation_adjusted_distinct_n", "adjusted"),
                            ("distinct_equations", "equations")]:
            pairs.append((f"{name} {entry['iteration']} {stratum}", entry[field]))
    compared = 0
    for name, estimate in pairs:
        if estimate is None or name not in peer:
            continue
        compared += 1
        # The vocabulary behind the adjusted form is counted to 0.3 % beyond 262,144 different n-grams.
        tolerance = 1e-6 if name.startswith("adjusted") else 1e-9
        if abs(estimate["estimate"] - peer[name][0]) > tolerance or estimate["n"] != peer[name][3]:
            sys.exit(f"audit: '{name}' is {estimate} here and {peer[name]} by the peer")
    if compared < 100:
        sys.exit(f"audit: only {compared} estimates could be compared")
    return compared


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="20000,200000,1868250", help="sampled answers in all (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rows", type=int, default=20000)
    parser.add_argument("--json", type=Path, help="write the measurements here as well")
    arguments = parser.parse_args()

    load = machine.load()
    print(f"Revision {machine.revision()}; {machine.processor()}, load {load:.1f} at the start; "
          f"{arguments.rounds} rounds.\n")
    print("| sampled answers | seconds (by round) | most memory | seconds a million |\n| --- | --- | --- | --- |")
    found = {"sizes": [], "beside": None}
    for size in map(int, arguments.sizes.split(",")):
        folder, rows = answers(size)
        runs = [ours(folder) for _ in range(arguments.rounds)]
        seconds = [run.seconds for run in runs]
        median, peak = statistics.median(seconds), max(run.peak_bytes for run in runs)
        print(f"| {rows:,} | {median:.2f} ({min(seconds):.2f}–{max(seconds):.2f}) | {peak / 1e6:,.0f} MB | "
              f"{median / rows * 1e6:.1f} |", flush=True)
        found["sizes"].append({"rows": rows, "seconds": seconds, "peak_bytes": peak})

    folder, rows = answers(arguments.peer_rows)
    times = {"ours": [], "peer": []}
    for index in range(arguments.rounds):
        for engine in ["ours", "peer"] if index % 2 == 0 else ["peer", "ours"]:
            if engine == "ours":
                run = ours(folder)
                audit = json.loads(run.output)
            else:
                run = machine.run([sys.executable, HERE / "peers/audit.py", *inputs(folder)])
                peer = json.loads(run.output)["estimates"]
            times[engine].append(run.seconds)
    compared = check_agreement(audit, peer)
    ratios = [theirs / own for own, theirs in zip(times["ours"], times["peer"])]
    ratio = statistics.median(times["peer"]) / statistics.median(times["ours"])
    print(f"\nBeside Python (nltk, numpy) on {rows:,} answers: {statistics.median(times['ours']):.2f} s and "
          f"{statistics.median(times['peer']):.1f} s, {ratio:.0f} × ({min(ratios):.0f}–{max(ratios):.0f}); "
          f"{compared} estimates agree.")
    found["beside"] = {"rows": rows, **times}
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
