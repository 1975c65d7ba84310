"""The course of the learning rate, as Reversal's own engine has it."""

import math

from reversal_workers.specs import Training


def factor(training: Training, step: int, total: int) -> float:
    """The share of the peak at step `step` of `total`, counted from 1."""
    warmup = warmup_steps(training, total)
    if step <= warmup:
        return step / warmup
    progress = min((step - warmup) / (total - warmup), 1) if total > warmup else 1.0
    remaining = {
        "constant": 1.0,
        "linear": 1 - progress,
        "cosine": 0.5 * (1 + math.cos(math.pi * progress)),
    }[training.schedule]
    return training.final_fraction + (1 - training.final_fraction) * remaining


def warmup_steps(training: Training, total: int) -> int:
    return math.ceil(training.warmup_fraction * total)
