"""Sampling speed of transformers on PyTorch: one JSON line with new tokens a second, prefill included.

`--prompts` random prompts, `--samples` answers to each, drawn by `model.generate` in equal batches of at most
`--batch-size` rows with a key-value cache, float32.
"""

import argparse
import json
import math
import statistics
import time

import torch
from transformers import AutoModelForCausalLM, GenerationConfig

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--model", required=True, help="a Hugging Face model folder")
parser.add_argument("--prompts", type=int, default=64)
parser.add_argument("--samples", type=int, default=1, help="answers to each prompt")
parser.add_argument("--prompt-length", type=int, default=64)
parser.add_argument("--new-tokens", type=int, default=128)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
torch.manual_seed(arguments.seed)
model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32).eval()
# No end-of-sequence token, so that every answer has the full length. The padding token is the vocabulary's last, which
# no prompt holds: transformers would take it for padding and mask it.
padding = model.config.vocab_size - 1
model.generation_config = GenerationConfig(
    do_sample=True, temperature=0.75, top_p=0.95, top_k=0, eos_token_id=None, pad_token_id=padding)

prompts = torch.randint(0, padding, (arguments.prompts, arguments.prompt_length))
rows = prompts.repeat_interleave(arguments.samples, 0)
batches = rows.chunk(math.ceil(len(rows) / arguments.batch_size))


@torch.inference_mode()
def generate(batch, new_tokens):
    answer = model.generate(input_ids=batch, attention_mask=torch.ones_like(batch), max_new_tokens=new_tokens)
    assert answer.shape == (len(batch), batch.shape[1] + new_tokens), "an answer ended early"


generate(batches[0], 8)
seconds = []
for _ in range(arguments.repeats):
    start = time.perf_counter()
    for batch in batches:
        generate(batch, arguments.new_tokens)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"tokens_per_second": len(rows) * arguments.new_tokens / statistics.median(seconds)}))
