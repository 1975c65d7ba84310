"""Measures the native engine beside transformers on PyTorch and prints a Markdown table of ratios of medians.

Ours and theirs take turns, each in a process of its own, and change who goes first every round. Run it on an otherwise
idle machine: OpenMP programs slow down out of proportion on a busy one, and the ratio would flatter us.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REVERSAL = ROOT / ".build/release/reversal"

TRAIN = ["--sequences", "32", "--length", "128", "--steps", "8"]
LENGTHS = ["--prompt-length", "64", "--new-tokens", "128", "--batch-size", "64"]
# What is measured: a name, the command of both programs, their common options, options of transformers alone.
WORK = [
    ("training step, 32 × 128 tokens", "train", TRAIN, []),
    ("sampling, 1 sequence", "sample", ["--prompts", "1", "--samples", "1", *LENGTHS], ["--repeats", "3"]),
    ("sampling, 64 distinct prompts", "sample", ["--prompts", "64", "--samples", "1", *LENGTHS], []),
    ("sampling, 64 samples of one prompt", "sample", ["--prompts", "1", "--samples", "64", *LENGTHS], []),
    ("sampling, 8 prompts × 50 samples, 64 at a time", "sample", ["--prompts", "8", "--samples", "50", *LENGTHS], []),
]


def make_model(folder):
    """A Llama of 4.95 M random parameters with a byte-level tokenizer, which both programs load."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, set_seed

    set_seed(1)
    # No end-of-sequence token: no answer ends before its length.
    config = LlamaConfig(
        vocab_size=512, hidden_size=256, intermediate_size=704, num_hidden_layers=6, num_attention_heads=8,
        num_key_value_heads=8, max_position_embeddings=512, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=None, pad_token_id=None)
    LlamaForCausalLM(config).save_pretrained(folder)
    symbols = sorted(pre_tokenizers.ByteLevel.alphabet()) + [f"<unused_{i}>" for i in range(256)]
    tokenizer = Tokenizer(models.BPE(vocab={symbol: i for i, symbol in enumerate(symbols)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(folder / "tokenizer.json"))


def tokens_per_second(command):
    environment = {**os.environ, "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"compare: {' '.join(command)} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])["tokens_per_second"]


def measure(work, model, threads, rounds):
    """tokens a second of ours and of theirs, a value a round."""
    name, command, common, theirs_only = work
    common = ["--model", str(model), "--threads", str(threads), *common]
    programs = {
        "ours": [str(REVERSAL), "benchmark", command, "--json", *common],
        "theirs": [sys.executable, str(ROOT / f"Benchmarks/transformers_{command}.py"), *common, *theirs_only],
    }
    speeds = {"ours": [], "theirs": []}
    for number in range(rounds):
        for program in sorted(programs, reverse=number % 2 == 1):
            speeds[program].append(tokens_per_second(programs[program]))
        ours, theirs = speeds["ours"][-1], speeds["theirs"][-1]
        print(f"{name}, round {number + 1}: {ours:,.0f} against {theirs:,.0f}", file=sys.stderr)
    return speeds


def table(results):
    lines = [
        "| work | ours, tokens/s | transformers, tokens/s | ratio of medians | ratios by round |",
        "|---|---|---|---|---|",
    ]
    for name, speeds in results.items():
        ours, theirs = statistics.median(speeds["ours"]), statistics.median(speeds["theirs"])
        ratios = [a / b for a, b in zip(speeds["ours"], speeds["theirs"])]
        spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
        lines.append(f"| {name} | {ours:,.0f} | {theirs:,.0f} | {ours / theirs:.2f} | {spread} |")
    return "\n".join(lines)


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def revision():
    def git(*command):
        return subprocess.run(["git", "-C", str(ROOT), *command], capture_output=True, text=True).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if git("status", "--porcelain") else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", metavar="TEXT", help="only the work whose name contains this")
    parser.add_argument("--model", type=Path, default=ROOT / ".build/benchmark-model", help="made if absent")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every measured value")
    arguments = parser.parse_args()

    work = [item for item in WORK if not arguments.only or arguments.only in item[0]]
    if not work:
        names = "; ".join(item[0] for item in WORK)
        parser.error(f"no work is called '{arguments.only}'; there is: {names}")
    if not REVERSAL.exists():
        sys.exit("compare: .build/release/reversal is missing; run 'make build'")
    if not (arguments.model / "tokenizer.json").exists():
        make_model(arguments.model)

    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"compare: the machine is busy (load {load:.1f}): the ratios will flatter us", file=sys.stderr)
    results = {item[0]: measure(item, arguments.model, arguments.threads, arguments.rounds) for item in work}
    print(
        f"Revision {revision()}; {processor()}, {arguments.threads} threads of {os.cpu_count()}, load {load:.1f} at the "
        f"start; PyTorch {version('torch')}, transformers {version('transformers')}; {arguments.rounds} alternating "
        f"rounds, float32.\n\n{table(results)}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
