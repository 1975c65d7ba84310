"""Training speed of transformers on PyTorch: one JSON line with tokens a second.

A step is forward, backward and AdamW on `--sequences` × `--length` random tokens in float32, nothing padded or masked:
the plain loop that a user of transformers writes, with PyTorch's fused AdamW, its fastest on this work.
"""

import argparse
import json
import statistics
import time

import torch
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--model", required=True, help="a Hugging Face model folder")
parser.add_argument("--sequences", type=int, default=32)
parser.add_argument("--length", type=int, default=128)
parser.add_argument("--steps", type=int, default=8, help="timed steps, after two that are not")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
torch.manual_seed(arguments.seed)
model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
tokens = torch.randint(0, model.config.vocab_size, (arguments.sequences, arguments.length))

seconds = []
for _ in range(2 + arguments.steps):
    start = time.perf_counter()
    model(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    seconds.append(time.perf_counter() - start)
seconds = seconds[2:]

count = arguments.sequences * arguments.length
print(json.dumps({
    "tokens_per_second": count / statistics.median(seconds),
    "best_tokens_per_second": count / min(seconds),
}))
