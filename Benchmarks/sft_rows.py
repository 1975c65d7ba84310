"""Writes rows {"prompt","completion"} of GSM8K's lengths, one token a character under the benchmark models' tokenizer.

Lengths are those of GSM8K's training questions and answers under LLaMA2's tokenizer, where both are at hand in
`$REVERSAL_SHARED` or `../shared`; elsewhere they are drawn from log-normal distributions fitted to them.
"""

import argparse
import json
import os
from pathlib import Path

import numpy

import machine

# Of GSM8K's 7,473 training rows under LLaMA2's tokenizer: means and deviations of log tokens of question and answer,
# and the correlation of the two.
LOG_MEANS = (4.124, 4.774)
LOG_DEVIATIONS = (0.352, 0.424)
LOG_CORRELATION = 0.546


def measured():
    """Tokens of GSM8K's questions and answers; None where the data are not at hand."""
    shared = Path(os.environ.get("REVERSAL_SHARED", machine.ROOT.parent / "shared"))
    data, tokenizer = shared / "data/gsm8k/train.jsonl", shared / "tokenizers/llama2/tokenizer.json"
    if not data.exists() or not tokenizer.exists():
        return None
    from tokenizers import Tokenizer

    rows = [json.loads(line) for line in data.read_text().splitlines()]
    encoder = Tokenizer.from_file(str(tokenizer))
    return numpy.array([
        [len(found.ids) for found in encoder.encode_batch([row[field] for row in rows], add_special_tokens=False)]
        for field in ("question", "answer")
    ]).T


def lengths(count, limit, seed):
    """Tokens of prompt and completion of `count` rows, and where they come from; with an end token `limit` at most."""
    generator = numpy.random.default_rng(seed)
    known = measured()
    if known is not None:
        source = "GSM8K's lengths under LLaMA2's tokenizer"
        chosen = generator.permutation(len(known))[:count]
        values = known[chosen]
    else:
        source = "log-normal lengths fitted to GSM8K's under LLaMA2's tokenizer"
        product = LOG_CORRELATION * LOG_DEVIATIONS[0] * LOG_DEVIATIONS[1]
        covariance = [[LOG_DEVIATIONS[0] ** 2, product], [product, LOG_DEVIATIONS[1] ** 2]]
        values = numpy.exp(generator.multivariate_normal(LOG_MEANS, covariance, count)).round().astype(int)
    prompts = values[:, 0].clip(1, limit - 2)
    return numpy.stack([prompts, values[:, 1].clip(1, limit - 1 - prompts)], axis=1), source


def write(path, count, rows_a_step, limit, seed=1):
    """Writes the rows; says how long they are and what padding to the longest of a step adds."""
    found, source = lengths(count, limit, seed)
    generator = numpy.random.default_rng([seed, 1])
    letters = numpy.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=numpy.uint8)
    with open(path, "w") as file:
        for prompt, completion in found:
            text = generator.choice(letters, prompt + completion).tobytes().decode()
            file.write(json.dumps({"prompt": text[:prompt], "completion": text[prompt:]}) + "\n")
    totals = found.sum(axis=1) + 1
    steps = totals[: len(totals) // rows_a_step * rows_a_step].reshape(-1, rows_a_step)
    return {
        "rows": len(totals), "mean_tokens": float(totals.mean()), "longest": int(totals.max()), "source": source,
        "padded_tokens_a_token": float((steps.max(axis=1) * rows_a_step).sum() / steps.sum()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--rows", type=int, default=544)
    parser.add_argument("--rows-a-step", type=int, default=32, help="for what is said about padding")
    parser.add_argument("--limit", type=int, default=512, help="tokens of a row at most, the end token included")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(json.dumps(write(arguments.out, arguments.rows, arguments.rows_a_step, arguments.limit, arguments.seed)))


if __name__ == "__main__":
    main()
