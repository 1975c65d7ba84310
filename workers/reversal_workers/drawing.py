"""Drawing one token, and what becomes of the tokens drawn: arithmetic without a model."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reversal_workers.contract import line

Logits = NDArray[np.float64]
Decode = Callable[[Sequence[int]], str]


def derived(seed: int, prompt: str | int, sample: int, *path: int) -> int:
    """64 bits that depend on these values alone: never on a shard, on an order or on what was drawn before."""
    digest = hashlib.sha256(line([seed, str(prompt), sample, *path]).encode()).digest()
    return int.from_bytes(digest[:8], "little")


def uniform(seed: int, prompt: str | int, sample: int, position: int) -> float:
    """The random number in [0, 1) for one token of one sample."""
    return (derived(seed, prompt, sample, position) >> 11) * 2.0**-53


def log_softmax(logits: Logits) -> Logits:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float64)


def draw(logits: Logits, temperature: float, top_p: float, number: float) -> int:
    """The token that `number` picks among the most likely ones whose mass reaches `top_p`, at a temperature."""
    probabilities = np.exp(log_softmax(logits / temperature))
    order = np.argsort(-probabilities, kind="stable")
    mass = np.cumsum(probabilities[order])
    kept = int(np.searchsorted(mass, top_p * mass[-1])) + 1 if top_p < 1 else len(order)
    kept = min(kept, len(order))
    return int(order[min(int(np.searchsorted(mass[:kept], number * mass[kept - 1], side="right")), kept - 1)])


@dataclass(frozen=True)
class Drawn:
    """The tokens of one sample as they came, the end-of-sequence token included."""

    tokens: Sequence[int]
    # Sum of natural logarithms at temperature 1 without top-p, over all of them.
    log_probability: float


def cut(text: str, stop: Sequence[str]) -> int | None:
    """Where the first of the stop texts begins."""
    found = [place for place in (text.find(pattern) for pattern in stop) if place >= 0]
    return min(found, default=None)


def row(
    prompt: str | int, sample: int, drawn: Drawn, decode: Decode, ends: frozenset[int], stop: Sequence[str]
) -> dict[str, Any]:
    """One row as `reversal sample` writes it, with the tokens to train on: those of the text and the end of sequence;
    tokens that belong to a stop text are left out."""
    tokens = list(drawn.tokens)
    ended = bool(tokens) and tokens[-1] in ends
    text = decode(tokens[:-1] if ended else tokens)
    kept, place = tokens, cut(text, stop)
    if place is not None:
        text = text[:place]
        count = len(tokens) - ended
        while count > 0 and len(decode(tokens[:count])) > place:
            count -= 1
        kept = tokens[:count]
    return {
        "id": prompt,
        "sample_index": sample,
        "completion": text,
        "finish_reason": "stop" if ended or place is not None else "length",
        "token_count": len(tokens),
        "log_probability": drawn.log_probability,
        "token_ids": kept,
    }
