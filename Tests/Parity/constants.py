#!/usr/bin/env python3
"""Judges random constants by MATH's equivalence decision, and by mpmath at 1,000 and 2,000 bits.

    python3 Tests/Parity/constants.py --reversal .build/release/reversal [--count 2000] [--seed 1]

Each constant c, of numbers, π, e and nested functions, is asked for as ⌊10⁹ c⌋ beside that integer and beside a
neighbour of it. The neighbour must be refused. The integer must be accepted but where the comparison says that it did not
decide: it may not do so for more than one in a hundred. Constants whose values at the two precisions differ, or of which 10⁹ c
or what is rounded lies within 10⁻⁴⁰ of an integer, are left out: there mpmath's own rounding decides.
"""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import mpmath
from mpmath import mp, mpf

PRECISIONS = (1000, 2000)
SCALE = 10**9
UNDECIDED = ("not decided:", "more work than the limit allows", "a value of too many digits", "a power of too many digits")


class NoValue(Exception):
    """Not a real number, or one too large."""


def real(value):
    if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value) or abs(value) > mpf(10) ** 30:
        raise NoValue
    return value


def odd_root(index):
    def root(x):
        if x < 0 and index % 2 == 0:
            raise NoValue
        return mpmath.sign(x) * mpmath.root(abs(x), index)

    return root


def rounded(function):
    def whole(x):
        if abs(x - mpmath.nint(x)) < mpf(10) ** -40:
            raise NoValue
        return function(x)

    return whole


LEAVES = [
    lambda draw: (lambda n: (str(n), lambda: mpf(n)))(draw.randint(1, 12)),
    lambda draw: (lambda a, b: (rf"\frac{{{a}}}{{{b}}}", lambda: mpf(a) / b))(draw.randint(1, 20), draw.randint(2, 12)),
    lambda draw: (r"\pi", lambda: +mpmath.pi),
    lambda draw: ("e", lambda: +mpmath.e),
]
UNARY = [
    ("(-{})", lambda x: -x),
    (r"\sqrt{{{}}}", mpmath.sqrt),
    (r"\sqrt[3]{{{}}}", odd_root(3)),
    (r"\sqrt[4]{{{}}}", odd_root(4)),
    ("({})^{{-2}}", lambda x: x**-2),
    ("({})^{{3}}", lambda x: x**3),
    (r"\sin({})", mpmath.sin),
    (r"\cos({})", mpmath.cos),
    (r"\tan({})", mpmath.tan),
    (r"\cot({})", mpmath.cot),
    (r"\sec({})", mpmath.sec),
    (r"\csc({})", mpmath.csc),
    (r"\arcsin({})", mpmath.asin),
    (r"\arccos({})", mpmath.acos),
    (r"\arctan({})", mpmath.atan),
    (r"\ln({})", mpmath.log),
    (r"\log({})", mpmath.log10),
    (r"\log_{{3}}({})", lambda x: mpmath.log(x) / mpmath.log(3)),
    ("e^{{{}}}", mpmath.exp),
    (r"\lvert {} \rvert", abs),
    (r"\lfloor {} \rfloor", rounded(mpmath.floor)),
    (r"\lceil {} \rceil", rounded(mpmath.ceil)),
    (r"({})\cdot 7!", lambda x: x * 5040),
    (r"({})\cdot\binom{{9}}{{4}}", lambda x: x * 126),
    (r"({})\cdot\sin 97^\circ", lambda x: x * mpmath.sin(97 * mpmath.pi / 180)),
]
BINARY = [
    ("(({})+({}))", lambda x, y: x + y),
    ("(({})-({}))", lambda x, y: x - y),
    (r"(({})\cdot({}))", lambda x, y: x * y),
    (r"\frac{{{}}}{{{}}}", lambda x, y: x / y),
]


def constant(draw, depth):
    """LaTeX, and a function of the working precision."""
    if depth == 0:
        return draw.choice(LEAVES)(draw)
    if draw.random() < 0.2:
        form, function = draw.choice(BINARY)
        (left, x), (right, y) = constant(draw, depth - 1), constant(draw, depth - 1)
        return form.format(left, right), lambda: real(function(x(), y()))
    form, function = draw.choice(UNARY)
    inner, x = constant(draw, depth - 1)
    return form.format(inner), lambda: real(function(x()))


def integer(value):
    """⌊10⁹ c⌋, where both precisions agree on it with digits to spare."""
    scaled = []
    for precision in PRECISIONS:
        mp.prec = precision
        scaled.append(SCALE * value())
    if abs(scaled[0] - scaled[1]) > mpf(10) ** -50 or abs(scaled[1] - mpmath.nint(scaled[1])) < mpf(10) ** -40:
        raise NoValue
    return int(mpmath.floor(scaled[1]))


def questions(draw, count):
    while count:
        text, value = constant(draw, draw.randint(1, 4))
        try:
            whole = integer(value)
        except (NoValue, ZeroDivisionError, ValueError, OverflowError):
            continue
        completion = rf"\boxed{{\lfloor 10^9({text}) \rfloor}}"
        for offset in (0, draw.choice([-1, 1])):
            yield {"id": "c", "completion": completion, "reference": str(whole + offset), "expected": offset == 0}
        count -= 1


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--reversal", required=True)
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    rows = list(questions(random.Random(options.seed), options.count))
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "constants.jsonl")
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        command = [options.reversal, "verify", "--task", "custom:math", "--explain", "c", "--json", str(file)]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    assert len(answers) == len(rows), f"{len(answers)} answers to {len(rows)} questions"

    undecided, wrong = collections.Counter(), 0
    for row, answer in zip(rows, answers):
        verdict = answer["verdict"]["verdict"]
        if verdict == ("correct" if row["expected"] else "incorrect"):
            continue
        if row["expected"] and answer["why"].startswith(UNDECIDED):
            undecided[answer["why"]] += 1
        else:
            wrong += 1
            print(f"{row['completion']} beside {row['reference']} is {verdict}: {answer['why']}")
    share = sum(undecided.values()) / options.count
    print(f"{options.count} constants: {wrong} wrong verdicts, {share:.1%} not decided {dict(undecided)}")
    if wrong or share > 0.01:
        sys.exit(1)


if __name__ == "__main__":
    main()
