"""Prints what each of the paper's 36 configurations will take: a table with GPU hours and money, and the sum.

    python3 examples/paper/plan_all.py [--gpu h100] [--gpus 8] [--price 2.50] [--threads 32] [--more OPTION…]

Nothing is computed on a GPU, and neither models nor data are needed. What follows --more goes to `reversal plan` as it is (as
`--more --sample-rate 9000`). Standard library only.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def span(value: dict, factor: float = 1.0, digits: int = 0) -> str:
    return " ".join(
        [f"{value['estimate'] * factor:,.{digits}f}", f"({value['low'] * factor:,.{digits}f}–{value['high'] * factor:,.{digits}f})"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gpu", default="h100")
    parser.add_argument("--gpus", default="8")
    parser.add_argument("--threads", default="32", help="processor cores that judge")
    parser.add_argument("--price", default="2.50")
    parser.add_argument("--reversal", default=str(FOLDER.parent.parent / ".build/release/reversal"))
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[])
    arguments = parser.parse_args()
    options = ["--gpu", arguments.gpu, "--gpus", arguments.gpus, "--price", arguments.price, "--threads", arguments.threads]
    sums = {key: [0.0, 0.0, 0.0] for key in ["hours", "dollars"]}
    print("| configuration | answers, M | generated tokens, M | wall clock, h | GPU hours | dollars | disk, GB | fits |")
    print("|---|---|---|---|---|---|---|---|")
    impossible = 0
    for file in sorted(FOLDER.glob("*.yaml")):
        command = [arguments.reversal, "plan", str(file), "--json", *options, *arguments.more]
        result = subprocess.run(command, capture_output=True, text=True)
        if not result.stdout:
            sys.exit(result.stderr)
        plan = json.loads(result.stdout)
        totals = plan["totals"]
        refused = [finding for finding in plan["findings"] if finding["gravity"] == "refused"]
        impossible += bool(refused)
        disk = sum(totals["disk"][part]["estimate"] for part in ["checkpoints", "database", "workers"])
        print(
            f"| {file.stem} | {totals['samples']['estimate'] / 1e6:.2f} | {totals['generated_tokens']['estimate'] / 1e6:,.0f} | "
            f"{span(totals['seconds'], 1 / 3600, 1)} | {span(totals['gpu_hours'])} | {span(totals['dollars'])} | "
            f"{disk / 1e9:,.0f} | {'no' if refused else 'yes'} |"
        )
        for key, name in [("hours", "gpu_hours"), ("dollars", "dollars")]:
            sums[key] = [
                total + totals[name][end] for total, end in zip(sums[key], ["estimate", "low", "high"], strict=True)
            ]
    texts = [f"{total:,.0f} ({low:,.0f}–{high:,.0f})" for total, low, high in sums.values()]
    print(f"| all | | | | {texts[0]} | {texts[1]} | | {impossible} do not fit |")
    print("\nThe ranges are those of the assumptions, all taken low or high together (docs/planning.md).")


if __name__ == "__main__":
    main()
