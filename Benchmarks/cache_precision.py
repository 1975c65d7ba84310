"""Measures what shorter keys and values would cost in log-probabilities (design/009), and prints a Markdown table.

    python Benchmarks/cache_precision.py FOLDER…

Each model samples 64 rows at temperature 0.9; then their tokens are scored with keys and values as they are and rounded before
attention, in float32 otherwise. A cell is the largest difference of a token's log-probability, in nats.
"""

import sys
from pathlib import Path

import torch
import transformers
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

ROWS, PROMPT, LENGTH = 64, 8, 192


def half(x):
    return x.half().float()


def brain(x):
    return x.bfloat16().float()


def scaled(x):
    """16-bit integers with a scale for each head and position."""
    scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-30) / 32767
    return (x / scale).round() * scale


def three_bytes(x):
    """float32 rounded to its first three bytes."""
    return ((x.contiguous().view(torch.int32) + 0x80) & ~0xFF).view(torch.float32)


def exactly(x):
    return x


VARIANTS = {"float16, both": (half, half), "keys alone": (half, exactly), "values alone": (exactly, half),
            "bfloat16, both": (brain, brain), "scaled integers, both": (scaled, scaled),
            "24 bits, both": (three_bytes, three_bytes)}
roundings = (exactly, exactly)


def attention(module, query, key, value, *rest, **options):
    of_keys, of_values = roundings
    return sdpa_attention_forward(module, query, of_keys(key), of_values(value), *rest, **options)


def log_probabilities(model, rows, chosen):
    global roundings
    roundings = chosen
    logits = model(rows).logits[:, :-1].log_softmax(-1)
    return logits.gather(-1, rows[:, 1:, None])[..., 0][:, PROMPT:]


@torch.no_grad()
def measure(folder):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation="rounded", dtype=torch.float32).eval()
    vocabulary = model.config.vocab_size
    torch.manual_seed(1)
    prompts = torch.randint(1, vocabulary, (ROWS, PROMPT))
    rows = model.generate(
        prompts, attention_mask=torch.ones_like(prompts), do_sample=True, temperature=0.9, pad_token_id=0,
        eos_token_id=vocabulary + 1, max_length=min(LENGTH, model.config.max_position_embeddings))
    exact = log_probabilities(model, rows, (exactly, exactly))
    cells = [f"{(log_probabilities(model, rows, chosen) - exact).abs().max():.1e}" for chosen in VARIANTS.values()]
    print("| " + " | ".join([folder.name, f"{exact.numel():,}", *cells]) + " |", flush=True)


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    ALL_ATTENTION_FUNCTIONS.register("rounded", attention)
    print("| " + " | ".join(["model", "tokens", *VARIANTS]) + " |\n" + "|---" * (2 + len(VARIANTS)) + "|")
    for folder in sys.argv[1:]:
        measure(Path(folder))


if __name__ == "__main__":
    main()
