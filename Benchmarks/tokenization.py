"""Measures tokenizing beside tokenizers, sentencepiece and tiktoken, on one core, and prints a Markdown table.

    python Benchmarks/tokenization.py [--shared ../shared] [--rounds 5]

The texts are GSM8K and MATH, the tokenizers the real ones below SHARED. Ours and theirs take turns, each in a process of its
own that reads the texts first and measures the encoding alone; who goes first changes every round.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REVERSAL = ROOT / ".build/release/reversal"
FIELDS = {"gsm8k": ["question", "answer"], "math": ["problem", "solution"]}
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# A name, the tokenizer's folder and file, the package that is compared.
WORK = [
    ("LLaMA 2, tokenizer.json", "llama2", "tokenizer.json", "tokenizers"),
    ("LLaMA 3, tokenizer.json", "llama3", "tokenizer.json", "tokenizers"),
    ("Mistral, tokenizer.json", "mistral", "tokenizer.json", "tokenizers"),
    ("LLaMA 2, tokenizer.model", "llama2", "tokenizer.model", "sentencepiece"),
    ("Mistral, tokenizer.model", "mistral", "tokenizer.model", "sentencepiece"),
    ("LLaMA 3, tokenizer.model", "llama3", "tokenizer.model", "tiktoken"),
]


def write_texts(shared, file):
    with file.open("w", encoding="utf-8") as lines:
        for name, fields in FIELDS.items():
            for split in ["train", "test"]:
                for line in (shared / "data" / name / f"{split}.jsonl").read_text(encoding="utf-8").split("\n"):
                    if line.strip():
                        row = json.loads(line)
                        for field in fields:
                            lines.write(json.dumps({"text": row[field]}) + "\n")


def theirs(package, file, data):
    """Prints bytes a second and the seconds of loading, as `reversal benchmark tokenize --json` does."""
    texts = [json.loads(line)["text"] for line in Path(data).read_text(encoding="utf-8").split("\n") if line]
    start = time.perf_counter()
    if package == "tokenizers":
        import tokenizers

        start = time.perf_counter()
        tokenizer = tokenizers.Tokenizer.from_file(file)
        encode = lambda: [x.ids for x in tokenizer.encode_batch(texts, add_special_tokens=False)]  # noqa: E731
    elif package == "sentencepiece":
        import sentencepiece

        start = time.perf_counter()
        processor = sentencepiece.SentencePieceProcessor(model_file=file)
        encode = lambda: processor.encode(texts, num_threads=1)  # noqa: E731
    else:
        import tiktoken
        import tiktoken.load

        start = time.perf_counter()
        ranks = tiktoken.load.load_tiktoken_bpe(file)
        encoding = tiktoken.Encoding("llama3", pat_str=LLAMA3, mergeable_ranks=ranks, special_tokens={})
        encode = lambda: encoding.encode_ordinary_batch(texts, num_threads=1)  # noqa: E731
    loading = time.perf_counter() - start
    durations = []
    for _ in range(3):
        start = time.perf_counter()
        encode()
        durations.append(time.perf_counter() - start)
    size = sum(len(text.encode()) for text in texts)
    print(json.dumps({"bytes_per_second": size / statistics.median(durations), "loading_seconds": loading}))


def run(command):
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    if hasattr(os, "sched_setaffinity"):
        command = ["taskset", "-c", str(min(os.sched_getaffinity(0))), *command]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"tokenizers: {' '.join(command)} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REVERSAL_SHARED", ROOT.parent / "shared")))
    parser.add_argument("--reversal", type=Path, default=REVERSAL)
    parser.add_argument("--only", default="", metavar="TEXT", help="only the work whose name contains this")
    parser.add_argument("--theirs", nargs=3, metavar=("PACKAGE", "FILE", "DATA"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.theirs:
        return theirs(*arguments.theirs)
    if not arguments.reversal.exists():
        sys.exit(f"tokenizers: {arguments.reversal} is missing; run 'make build'")

    print("| work | ours, MB/s | theirs, MB/s | ratio of medians | ratios by round | loading, ours and theirs, s |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "texts.jsonl"
        write_texts(arguments.shared, data)
        for name, kind, file, package in WORK:
            if arguments.only not in name:
                continue
            folder = Path(scratch) / f"{kind}-{file}"
            folder.mkdir()
            shutil.copyfile(arguments.shared / "tokenizers" / kind / file, folder / file)
            commands = {
                "ours": [
                    str(arguments.reversal), "benchmark", "tokenize", "--json", "--passes", "3", "--model", str(folder),
                    "--data", str(data)],
                "theirs": [sys.executable, __file__, "--theirs", package, str(folder / file), str(data)],
            }
            speeds, loading = {"ours": [], "theirs": []}, {"ours": [], "theirs": []}
            for number in range(arguments.rounds):
                for program in sorted(commands, reverse=number % 2 == 1):
                    figure = run(commands[program])
                    speeds[program].append(figure["bytes_per_second"] / 1e6)
                    loading[program].append(figure["loading_seconds"])
            ours, others = statistics.median(speeds["ours"]), statistics.median(speeds["theirs"])
            ratios = [a / b for a, b in zip(speeds["ours"], speeds["theirs"])]
            print(
                f"| {name}, {package} | {ours:.1f} | {others:.1f} | {ours / others:.2f} | {min(ratios):.2f}–{max(ratios):.2f} "
                f"| {statistics.median(loading['ours']):.2f}, {statistics.median(loading['theirs']):.2f} |", flush=True)


if __name__ == "__main__":
    main()
