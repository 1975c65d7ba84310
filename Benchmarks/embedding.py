"""Measures `reversal embed`'s engine beside sentence-transformers on GSM8K's answers, in alternating rounds of one run.

Texts are distinct, so that computing equal ones once flatters nobody. Both sides tokenise; loading and a first small batch are
outside of the time. sentence-transformers gets the best of the batch sizes, found in a round that does not count. Run it on an
otherwise idle machine.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

import machine

GOAL = 2.0


def peer(arguments):
    """One measurement of sentence-transformers, in a process of its own."""
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    os.environ["RAYON_NUM_THREADS"] = str(arguments.threads)
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(arguments.threads)
    texts = [json.loads(line)["text"] for line in arguments.data.read_text(encoding="utf-8").splitlines()]
    encoder = SentenceTransformer(str(arguments.model), device="cpu", model_kwargs={"dtype": torch.float32})
    encoder.encode(texts[:16], batch_size=16, normalize_embeddings=True)
    start = time.perf_counter()
    encoder.encode(texts, batch_size=arguments.batch_size, normalize_embeddings=True, show_progress_bar=False)
    print(json.dumps({"texts_per_second": len(texts) / (time.perf_counter() - start)}))


def answers(shared, count):
    rows = (shared / "data/gsm8k/test.jsonl").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(row)["answer"] for row in rows))[:count]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, metavar="DIR", help="sentence-transformers folder of a BERT")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--texts", type=int, default=640)
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[32, 64, 128], metavar="B")
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REVERSAL_SHARED", root.parent / "shared")))
    # Of the process that measures sentence-transformers.
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--batch-size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.data is not None:
        return peer(arguments)
    if arguments.rounds < 1 or arguments.threads < 1 or arguments.texts < 1:
        parser.error("--rounds, --threads and --texts are 1 or more")
    if not machine.REVERSAL.exists():
        sys.exit("embedding: .build/release/reversal is missing; run 'make build'")

    load = machine.load()
    machine.WORKPLACE.mkdir(parents=True, exist_ok=True)
    data = machine.WORKPLACE / "gsm8k-answers.jsonl"
    texts = answers(arguments.shared, arguments.texts)
    data.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    common = ["--model", arguments.model, "--threads", arguments.threads, "--data", data]

    def theirs(batch_size):
        command = [sys.executable, Path(__file__).resolve(), *common, "--batch-size", batch_size]
        return json.loads(machine.run(command).output.splitlines()[-1])["texts_per_second"]

    def ours():
        return json.loads(machine.run([machine.REVERSAL, "benchmark", "embed", "--json", *common]).output)

    trials = {size: theirs(size) for size in arguments.batch_sizes} if len(arguments.batch_sizes) > 1 else {}
    best = max(trials, key=trials.get) if trials else arguments.batch_sizes[0]
    speeds = {"ours": [], "sentence-transformers": []}
    tokens = 0
    for number in range(arguments.rounds):
        for engine in list(speeds) if number % 2 == 0 else list(speeds)[::-1]:
            if engine == "ours":
                figure = ours()
                tokens = figure["tokens"]
                speeds[engine].append(figure["texts_per_second"])
            else:
                speeds[engine].append(theirs(best))
        said = ", ".join(f"{engine} {values[-1]:.1f}" for engine, values in speeds.items())
        print(f"round {number + 1}: {said} texts a second", file=sys.stderr, flush=True)
    ratios = [a / b for a, b in zip(*speeds.values())]
    medians = [statistics.median(values) for values in speeds.values()]
    ratio = medians[0] / medians[1]
    print(
        f"Revision {machine.revision()}; {machine.processor()}, {arguments.threads} threads of {os.cpu_count()}, load "
        f"{load:.1f} at the start; {len(texts)} answers of GSM8K, {tokens / len(texts):.0f} tokens on average, float32; "
        f"batches of {best} texts (tried: {', '.join(f'{size}: {speed:.0f}/s' for size, speed in trials.items()) or 'none'}); "
        f"{arguments.rounds} alternating rounds.\n\n"
        "| texts a second | ours | sentence-transformers | ratio of medians (by round) | goal |\n|---|---|---|---|---|\n"
        f"| median | {medians[0]:.1f} | {medians[1]:.1f} | {ratio:.2f} × ({min(ratios):.2f}–{max(ratios):.2f}) | "
        f"≥ {GOAL:.1f} ×: {'met' if ratio >= GOAL else '**missed**'} |")


if __name__ == "__main__":
    main()
