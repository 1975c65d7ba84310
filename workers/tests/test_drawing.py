import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from reversal_workers import drawing
from reversal_workers.drawing import Drawn

LOGITS = np.log(np.array([0.5, 0.3, 0.15, 0.05]))


@pytest.mark.parametrize(
    ("top_p", "number", "token"),
    [(1.0, 0.0, 0), (1.0, 0.499, 0), (1.0, 0.51, 1), (1.0, 0.999, 3), (0.5, 0.999, 0), (0.7, 0.99, 1), (0.81, 0.9999, 2)],
)
def test_draw(top_p: float, number: float, token: int) -> None:
    assert drawing.draw(LOGITS, 1.0, top_p, number) == token


def test_draw_follows_the_distribution_at_a_temperature() -> None:
    count = 20_000
    drawn = Counter(
        drawing.draw(LOGITS, 0.5, 1.0, drawing.uniform(1, "q", 0, position)) for position in range(count)
    )
    weights = np.array([0.5, 0.3, 0.15, 0.05]) ** 2
    for token, expected in enumerate(weights / weights.sum()):
        # Five standard deviations.
        assert abs(drawn[token] / count - expected) < 5 * math.sqrt(expected * (1 - expected) / count)


def test_random_numbers_depend_on_everything_that_names_a_token() -> None:
    paths = [(seed, prompt, sample, place) for seed in (0, 1) for prompt in ("a", "b") for sample in (0, 1) for place in (0, 1)]
    numbers = {drawing.uniform(*path) for path in paths}
    assert len(numbers) == len(paths) and all(0 <= number < 1 for number in numbers)
    # The same on every machine and in every version.
    assert drawing.uniform(1, "q", 2, 3) == 0.20031724324791833


def decode(tokens: Sequence[int]) -> str:
    return "".join(chr(token) for token in tokens)


def spell(text: str) -> list[int]:
    return [ord(letter) for letter in text]


@pytest.mark.parametrize(
    ("tokens", "stop", "text", "kept", "reason"),
    [
        (spell("ab") + [0], (), "ab", spell("ab") + [0], "stop"),
        (spell("ab"), (), "ab", spell("ab"), "length"),
        (spell("ab\n#"), ("\n#",), "ab", spell("ab"), "stop"),
        (spell("a#b;c"), (";", "#"), "a", spell("a"), "stop"),
        ([0], (), "", [0], "stop"),
    ],
)
def test_row(tokens: list[int], stop: tuple[str, ...], text: str, kept: list[int], reason: str) -> None:
    row = drawing.row("q", 4, Drawn(tokens, -1.5), decode, frozenset({0}), stop)
    assert (row["completion"], row["token_ids"], row["finish_reason"]) == (text, kept, reason)
    assert (row["id"], row["sample_index"], row["token_count"], row["log_probability"]) == ("q", 4, len(tokens), -1.5)
