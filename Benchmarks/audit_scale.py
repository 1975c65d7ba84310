#!/usr/bin/env python3
"""Writes problems and judged samples of several iterations, with texts of GSM8K's length, to measure an audit.

    python3 Benchmarks/audit_scale.py --questions 7473 --samples 50 --iterations 5 --out DIR
    reversal audit --problems DIR/problems.jsonl --samples 1=DIR/M1.jsonl ... --json DIR/audit.json

Later iterations are right more often and repeat themselves more, as self-training does. The same arguments give the same
bytes. --unjudged leaves the judgements out, so that the audit judges every answer.
"""

import argparse
import json
import pathlib
import random

NAMES = "Ada Bela Chidi Dana Emre Farah Goran Hana Ines Jonas Kofi Lena Marek Nadia Omar Priya Quinn Rosa Sami Tova".split()
THINGS = "apples marbles stamps notebooks lanterns buttons tickets shells ribbons candles pencils tiles".split()
OPENINGS = ["First,", "To begin,", "We start here:", "Step one:", "Initially,", "Let us see:", "At first,", "So,"]
LINKS = ["Then", "After that", "Next", "Now", "From this", "So", "Therefore", "In turn"]
CLOSINGS = ["The answer is", "In total that is", "Altogether there are", "This leaves", "Hence the result is"]


class Question:
    """A chain of additions and products, with the words that its answers draw on."""

    def __init__(self, index, draw):
        self.identifier = f"gsm8k/train/{index}"
        self.name = draw.choice(NAMES)
        self.thing = draw.choice(THINGS)
        self.start = draw.randint(2, 60)
        self.steps = [(draw.choice("+*"), draw.randint(2, 12)) for _ in range(draw.randint(2, 6))]
        self.difficulty = len(self.steps)
        self.text = (
            f"{self.name} has {self.start} {self.thing}. "
            + " ".join(
                f"Then {self.name} buys {n} more." if op == "+" else f"Then the number grows {n}-fold."
                for op, n in self.steps
            )
            + f" How many {self.thing} are there in the end?"
        )
        self.reference = f"{self.chain(None)}\n#### {self.result()}"

    def result(self):
        value = self.start
        for op, n in self.steps:
            value = value + n if op == "+" else value * n
        return value

    def chain(self, draw, slip=None):
        """The worked answer; with `draw` its words vary, and step `slip` is miscalculated."""
        value = self.start
        lines = []
        for index, (op, n) in enumerate(self.steps):
            following = value + n if op == "+" else value * n
            if index == slip:
                following += 1 + index
            link = (draw.choice(OPENINGS) if index == 0 else draw.choice(LINKS)) if draw else "Then"
            lines.append(
                f"{link} {self.name} has {value} {op} {n} = <<{value}{op}{n}={following}>>{following} {self.thing}"
                f" once this step is done."
            )
            value = following
        self.value = value
        return "\n".join(lines)

    def answer(self, draw, is_correct):
        slip = None if is_correct else draw.randrange(len(self.steps))
        chain = self.chain(draw, slip)
        return f"{chain}\n{draw.choice(CLOSINGS)} {self.value} {self.thing}.\n#### {self.value}", self.value


def write_samples(path, questions, samples, iteration, seed, judged):
    with open(path, "w", encoding="utf-8") as file:
        for number, question in enumerate(questions):
            draw = random.Random(f"{seed}/{iteration}/{number}")
            rate = max(0.05, min(0.95, 0.75 - 0.09 * question.difficulty + 0.05 * iteration))
            kept = []
            for index in range(-1, samples):
                decoding = "greedy" if index < 0 else "sampled"
                if kept and draw.random() < 0.08 * iteration:
                    text, value, is_correct = draw.choice(kept)
                else:
                    is_correct = draw.random() < rate
                    text, value = question.answer(draw, is_correct)
                    is_correct = value == question.result()
                    kept.append((text, value, is_correct))
                row = {
                    "problem_id": question.identifier,
                    "sample_index": max(0, index),
                    "decoding": decoding,
                    "completion": text,
                }
                if judged:
                    row["correct"] = is_correct
                    row["extracted"] = str(value)
                file.write(json.dumps(row, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=7473)
    parser.add_argument("--samples", type=int, default=50, help="sampled answers a question and iteration")
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--unjudged", action="store_true", help="leave out the judgements")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    questions = [Question(i, random.Random(f"{arguments.seed}/{i}")) for i in range(arguments.questions)]
    with open(arguments.out / "problems.jsonl", "w", encoding="utf-8") as file:
        for question in questions:
            problem = {
                "id": question.identifier,
                "task": "gsm8k",
                "question": question.text,
                "reference": question.reference,
                "group": f"Level {min(max(question.difficulty - 1, 1), 5)}",
            }
            file.write(json.dumps(problem) + "\n")
    for iteration in range(1, arguments.iterations + 1):
        path = arguments.out / f"M{iteration}.jsonl"
        write_samples(path, questions, arguments.samples, iteration, arguments.seed, not arguments.unjudged)


if __name__ == "__main__":
    main()
