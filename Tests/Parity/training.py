"""Training against TRL and PEFT: the same weights, rows, order and optimizer give the same losses and the same adapters.

  python Tests/Parity/training.py --reversal .build/release/reversal     compares live; exit status 1 where it disagrees
  python Tests/Parity/training.py --write                                makes the fixture that `make test` compares with

Pinned: torch 2.15.0, transformers 5.23.0, trl 1.16.0, peft 0.21.2, tokenizers and safetensors as they bring them.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

FIXTURE = Path(__file__).resolve().parent.parent / "LanguageModelTests" / "Fixtures" / "trl"
STEPS = 20
ROWS_A_STEP = 4
LEARNING_RATE = {"sft": 2e-3, "dpo": 1e-3}
TOLERANCE = 1e-3  # of each step's loss


def rows():
    """Sums with answers of different lengths; of the preference rows the rejected answer is off by one."""
    draw = random.Random(1)
    supervised, preference = [], []
    for index in range(STEPS * ROWS_A_STEP):
        numbers = [draw.randrange(2, 60) for _ in range(draw.randrange(2, 5))]
        prompt = f"Question: {' + '.join(map(str, numbers))} = ?\nAnswer:"
        steps, total = [], numbers[0]
        for number in numbers[1:]:
            steps.append(f" {total} + {number} = {total + number}.")
            total += number
        good, bad = f"{''.join(steps)}\n#### {total}", f"{''.join(steps[:-1])} So it is {total + 1}.\n#### {total + 1}"
        supervised.append({"prompt": prompt, "completion": good})
        preference.append({"prompt": prompt, "chosen": good, "rejected": bad})
    return supervised, preference


def write_model(folder, texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=300,
            special_tokens=["<end>", "<pad>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=24,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.15,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=1,
    )
    LlamaForCausalLM(config).float().save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<pad>").save_pretrained(folder)


def in_order(trainer_class):
    """A trainer that takes the rows as they come and keeps each step's loss in full precision."""

    class Ordered(trainer_class):
        def __init__(self, *arguments, **options):
            self.step_losses = []
            super().__init__(*arguments, **options)

        def _get_train_sampler(self, *arguments, **options):
            return torch.utils.data.SequentialSampler(self.train_dataset)

        def training_step(self, *arguments, **options):
            loss = super().training_step(*arguments, **options)
            self.step_losses.append(loss.item())
            return loss

    return Ordered


def trl_losses(method, model, tokenizer, data, accumulation=1):
    """Loss of each optimizer step; of accumulated micro-batches what they add up to."""
    config, trainer = {"sft": (SFTConfig, SFTTrainer), "dpo": (DPOConfig, DPOTrainer)}[method]
    with tempfile.TemporaryDirectory() as folder:
        options = dict(
            output_dir=folder,
            per_device_train_batch_size=ROWS_A_STEP // accumulation,
            gradient_accumulation_steps=accumulation,
            num_train_epochs=1,
            learning_rate=LEARNING_RATE[method],
            lr_scheduler_type="constant",
            warmup_steps=0,
            optim="adamw_torch",
            adam_beta1=0.9,
            adam_beta2=0.999,
            adam_epsilon=1e-8,
            weight_decay=0.0,
            max_grad_norm=1.0,
            bf16=False,
            fp16=False,
            use_cpu=True,
            gradient_checkpointing=False,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            logging_steps=1000,
            max_length=256,
        )
        if method == "sft":
            options |= dict(completion_only_loss=True, packing=False)
        else:
            options |= dict(beta=0.1, loss_type="sigmoid")
        run = in_order(trainer)(
            model=model, args=config(**options), train_dataset=Dataset.from_list(data), processing_class=tokenizer
        )
        run.train()
    losses = run.step_losses
    return [sum(losses[start : start + accumulation]) for start in range(0, len(losses), accumulation)]


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def write():
    FIXTURE.mkdir(parents=True, exist_ok=True)
    supervised, preference = rows()
    write_model(FIXTURE, [row["prompt"] + row["completion"] for row in supervised])
    for name in ["tokenizer_config.json", "special_tokens_map.json"]:
        (FIXTURE / name).unlink(missing_ok=True)
    for name, data in [("sft", supervised), ("dpo", preference)]:
        text = "".join(json.dumps(row) + "\n" for row in data)
        (FIXTURE / f"{name}.jsonl").write_text(text, encoding="utf-8")
    tokenizer = load_tokenizer()
    expected = {
        name: {
            "learning_rate": LEARNING_RATE[name],
            "rows_a_step": ROWS_A_STEP,
            "losses": trl_losses(name, load(FIXTURE), tokenizer, data),
        }
        for name, data in [("sft", supervised), ("dpo", preference)]
    }
    (FIXTURE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def load_tokenizer():
    return PreTrainedTokenizerFast(
        tokenizer_file=str(FIXTURE / "tokenizer.json"), eos_token="<end>", pad_token="<pad>"
    )


class Comparison:
    def __init__(self, program):
        self.program = program
        self.failures = 0

    def check(self, name, found, expected, tolerance, relative=True):
        assert len(found) == len(expected) and expected, f"{name}: {len(found)} values, {len(expected)} expected"
        error = max(abs(f - e) / (abs(e) if relative else 1) for f, e in zip(found, expected))
        self.failures += not error <= tolerance
        print(f"{'ok ' if error <= tolerance else 'BAD'} {name}: {error:.2e} of {tolerance:.0e} allowed", flush=True)

    def run(self, *arguments, text=None):
        command = [self.program, *map(str, arguments)]
        result = subprocess.run(command, input=text, capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"{' '.join(command)}: {result.stderr}")
        return result.stdout

    def losses(self, folder, method, *options):
        log = Path(folder) / "log.jsonl"
        out = Path(folder) / "out"
        self.run(
            "train", method, "--model", FIXTURE, "--data", FIXTURE / f"{method}.jsonl", "--out", out, "--log", log,
            "--batch-rows" if method == "sft" else "--batch-pairs", ROWS_A_STEP, "--no-shuffle",
            "--schedule", "constant", "--warmup-fraction", 0, "--learning-rate", LEARNING_RATE[method], *options,
        )
        return [json.loads(line)["loss"] for line in log.read_text().splitlines()]

    def log_probabilities(self, data, *options):
        text = "".join(json.dumps(row) + "\n" for row in data)
        lines = self.run("logprobs", "--model", FIXTURE, *options, text=text).splitlines()
        return [value for line in lines for value in json.loads(line)["token_log_probabilities"]]


def torch_log_probabilities(model, tokenizer, data):
    values = []
    for row in data:
        start = len(tokenizer(row["prompt"])["input_ids"])
        tokens = tokenizer(row["prompt"] + row["completion"], return_tensors="pt")["input_ids"]
        with torch.no_grad():
            logs = model(tokens).logits[0, :-1].log_softmax(-1)
        values += logs.gather(1, tokens[0, 1:, None])[start - 1 :, 0].tolist()
    return values


def compare_losses(comparison, supervised, preference):
    tokenizer = load_tokenizer()
    for method, data in [("sft", supervised), ("dpo", preference)]:
        expected = trl_losses(method, load(FIXTURE), tokenizer, data)
        stored = json.loads((FIXTURE / "expected.json").read_text())[method]["losses"]
        comparison.check(f"{method}: TRL's losses are those of the fixture", expected, stored, 1e-4)
        with tempfile.TemporaryDirectory() as folder:
            comparison.check(f"{method}: loss of each step", comparison.losses(folder, method), expected, TOLERANCE)
        with tempfile.TemporaryDirectory() as folder:
            found = comparison.losses(folder, method, "--accumulate", 2, "--recompute")
            accumulated = trl_losses(method, load(FIXTURE), tokenizer, data, accumulation=2)
            comparison.check(f"{method}: gradient accumulation", found, accumulated, TOLERANCE)


def compare_adapters(comparison, supervised, preference):
    tokenizer = load_tokenizer()
    data = supervised[:12]
    for rslora, targets in [(False, "all-linear"), (True, ["q_proj", "v_proj", "down_proj"])]:
        with tempfile.TemporaryDirectory() as folder:
            names = targets if isinstance(targets, str) else ",".join(targets)
            flags = ["--lora", "--lora-rank", 4, "--lora-alpha", 6, "--lora-targets", names]
            flags += ["--rslora"] if rslora else []
            comparison.losses(folder, "sft", *flags)
            model = PeftModel.from_pretrained(load(FIXTURE), Path(folder) / "out").eval()
            expected = torch_log_probabilities(model, tokenizer, data)
            name = f"adapter on {names}{', rslora' if rslora else ''}"
            found = comparison.log_probabilities(data, "--adapter", Path(folder) / "out")
            comparison.check(f"{name}: ours in PEFT", found, expected, 1e-3, relative=False)
            base = torch_log_probabilities(load(FIXTURE).eval(), tokenizer, data)
            assert max(abs(b - e) for b, e in zip(base, expected)) > 0.05, "the adapter changes nothing"
        with tempfile.TemporaryDirectory() as folder:
            comparison.losses(folder, "sft", *flags, "--merge")
            model = load(Path(folder) / "out").eval()
            comparison.check(
                f"{name}: merged, in transformers", torch_log_probabilities(model, tokenizer, data), expected, 1e-3,
                relative=False,
            )
        torch.manual_seed(3)
        config = LoraConfig(
            r=4, lora_alpha=6, target_modules=targets, lora_dropout=0.0, use_rslora=rslora, task_type="CAUSAL_LM"
        )
        model = get_peft_model(load(FIXTURE), config).eval()
        for key, value in model.named_parameters():
            if "lora_B" in key:
                torch.nn.init.normal_(value, std=0.2)
        with tempfile.TemporaryDirectory() as folder:
            adapter = Path(folder) / "peft"
            model.save_pretrained(adapter)
            expected = torch_log_probabilities(model, tokenizer, data)
            found = comparison.log_probabilities(data, "--adapter", adapter)
            comparison.check(f"{name}: PEFT's in ours", found, expected, 1e-3, relative=False)
            for method, rows in [("sft", supervised), ("dpo", preference)]:
                start = PeftModel.from_pretrained(load(FIXTURE), adapter, is_trainable=True)
                expected = trl_losses(method, start, tokenizer, rows)
                with tempfile.TemporaryDirectory() as other:
                    found = comparison.losses(other, method, "--adapter", adapter)
                comparison.check(f"{name}: {method} trained on, loss of each step", found, expected, TOLERANCE)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reversal", help="path of the built program")
    parser.add_argument("--write", action="store_true", help="make the fixture")
    options = parser.parse_args()
    if options.write:
        write()
    if options.reversal:
        comparison = Comparison(options.reversal)
        supervised, preference = rows()
        compare_losses(comparison, supervised, preference)
        compare_adapters(comparison, supervised, preference)
        sys.exit(1 if comparison.failures else 0)


if __name__ == "__main__":
    main()
