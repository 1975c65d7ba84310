"""Training speed of TRL's SFTTrainer: one JSON line with tokens a second, padding not counted.

What a user of TRL gets on rows {"prompt","completion"}: the loss on completions, `--sequences` rows a step padded to
the step's longest, in float32 on the processor. Rows are taken in their order. Gradient checkpointing, TRL's default,
is off: it would only slow this work down. Start-up, tokenising and the first step are not timed, collating is.
"""

import argparse
import json
import tempfile
import time

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import SFTConfig, SFTTrainer

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--model", required=True, help="a Hugging Face model folder")
parser.add_argument("--data", required=True, help="rows, JSON Lines")
parser.add_argument("--sequences", type=int, default=32, help="rows a step")
parser.add_argument("--steps", type=int, default=8, help="timed steps, after one that is not")
parser.add_argument("--threads", type=int, default=2)
arguments = parser.parse_args()
# The first step also takes the memory, as in `reversal benchmark train`, so that both time the same rows.
UNTIMED = 1

torch.set_num_threads(arguments.threads)
model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
# The vocabulary's last two entries, which no text holds.
size = model.config.vocab_size
tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{arguments.model}/tokenizer.json")
tokenizer.eos_token = tokenizer.convert_ids_to_tokens(size - 1)
tokenizer.pad_token = tokenizer.convert_ids_to_tokens(size - 2)

with open(arguments.data) as file:
    rows = [json.loads(line) for line in file]
needed = (UNTIMED + arguments.steps) * arguments.sequences
rows = (rows * -(-needed // len(rows)))[:needed]


class Clock(TrainerCallback):
    """Notes when each step ends."""

    def __init__(self):
        self.ends = []

    def on_step_end(self, *_, **__):
        self.ends.append(time.perf_counter())


clock = Clock()
with tempfile.TemporaryDirectory() as folder:
    trainer = SFTTrainer(
        model=model, processing_class=tokenizer, train_dataset=Dataset.from_list(rows), callbacks=[clock],
        args=SFTConfig(
            output_dir=folder, per_device_train_batch_size=arguments.sequences, num_train_epochs=1, learning_rate=1e-4,
            packing=False, completion_only_loss=True, max_length=1024, gradient_checkpointing=False, use_cpu=True,
            bf16=False, train_sampling_strategy="sequential", logging_strategy="no", save_strategy="no",
            report_to="none", disable_tqdm=True))
    trainer.train()

tokens = [len(row["input_ids"]) for row in trainer.train_dataset]
timed = sum(tokens[UNTIMED * arguments.sequences :])
seconds = clock.ends[-1] - clock.ends[UNTIMED - 1]
assert len(clock.ends) == UNTIMED + arguments.steps, "a step is missing"
print(json.dumps({"tokens_per_second": timed / seconds, "tokens": timed, "seconds": seconds}))
