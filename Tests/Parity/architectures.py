"""Compares every supported architecture with transformers, and writes the fixtures of that comparison.

    architectures.py --reversal .build/release/reversal    compares live, through the program; fails where they differ
    architectures.py --write-fixtures Tests/LanguageModelTests/Fixtures/architectures

Models are random and tiny. What transformers computes from them is computed in float32, whatever type the file has.
Live, shapes are larger and drawn anew from --seed: each architecture is scored from a file in float32, float16 and
bfloat16, in one piece and in shards, and a checkpoint that `reversal train sft` wrote is loaded in transformers again.
"""

import argparse
import json
import math
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tokenizers
import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config
from transformers.utils import logging

TOLERANCE = 1e-3  # nats a token
LLAMA3 = dict(rope_type="llama3", low_freq_factor=1.0, high_freq_factor=4.0)

# What makes each family itself; sizes are the caller's. `original` is the context that Llama 3's scaling starts from:
# short enough that all its three ranges of frequencies occur.
FAMILIES = {
    "llama2": dict(cls=LlamaConfig, style=4, heads="all", rms_norm_eps=1e-5, rope_theta=10000.0),
    "llama3": dict(cls=LlamaConfig, style=4, heads="some", rope_theta=500000.0),
    "llama3.1": dict(
        cls=LlamaConfig, style=5, heads="some", rope_theta=100.0, scaling=dict(LLAMA3, factor=8.0), original=32),
    "llama3.2": dict(
        cls=LlamaConfig, style=4, heads="one", tie_word_embeddings=True, rope_theta=100.0, wide=True,
        scaling=dict(LLAMA3, factor=32.0), original=24),
    "llama-linear": dict(
        cls=LlamaConfig, style=4, heads="one", rope_theta=50.0, scaling=dict(type="linear", factor=3.0)),
    "llama-bias": dict(
        cls=LlamaConfig, style=5, heads="some", rope_theta=10000.0, attention_bias=True, mlp_bias=True),
    "smollm2": dict(cls=LlamaConfig, style=4, heads="some", tie_word_embeddings=True, rope_theta=100000.0),
    "mistral-v0.1": dict(cls=MistralConfig, style=4, heads="some", rope_theta=10000.0, window=5),
    "mistral-v0.3": dict(cls=MistralConfig, style=5, heads="one", rope_theta=1000000.0, window=None, wide=True),
    "qwen2": dict(cls=Qwen2Config, style=4, heads="one", tie_word_embeddings=True, rope_theta=1000000.0),
    "qwen2-window": dict(cls=Qwen2Config, style=5, heads="some", rope_theta=10000.0, window=4, max_window_layers=1),
}

# Type of the file, whether in shards, and whether the gradient is stored.
FIXTURES = {
    "llama2": ("float16", False, False),
    "llama3.1": ("bfloat16", True, False),
    "llama3.2": ("bfloat16", False, False),
    "llama-linear": ("float32", False, False),
    "llama-bias": ("bfloat16", False, True),
    "smollm2": ("bfloat16", False, False),
    "mistral-v0.1": ("bfloat16", False, True),
    "mistral-v0.3": ("float16", True, False),
    "qwen2": ("bfloat16", False, False),
    "qwen2-window": ("float32", False, True),
}


# Fields of a configuration in memory that files do not have, or did not have then.
NOT_IN_VERSION_4 = {
    "_name_or_path", "chunk_size_feed_forward", "dtype", "id2label", "is_encoder_decoder", "label2id", "layer_types",
    "output_attentions", "output_hidden_states", "problem_type", "return_dict",
}


def configuration(name, sizes):
    """The family's configuration at these sizes, as transformers has it in memory."""
    family = FAMILIES[name]
    heads = sizes["num_attention_heads"]
    rope = dict(family.get("scaling", {"rope_type": "default"}), rope_theta=family["rope_theta"])
    if "original" in family:
        rope["original_max_position_embeddings"] = family["original"]
    fields = dict(
        sizes, num_key_value_heads={"all": heads, "one": 1, "some": heads // 2}[family["heads"]], rope_parameters=rope,
        tie_word_embeddings=family.get("tie_word_embeddings", False), rms_norm_eps=family.get("rms_norm_eps", 1e-6),
        bos_token_id=1, eos_token_id=2, pad_token_id=None)
    head_size = sizes["hidden_size"] // heads
    if family.get("wide"):
        fields["head_dim"] = head_size + 4
    if "window" in family:
        fields["sliding_window"] = family["window"]
    if "max_window_layers" in family:
        fields.update(use_sliding_window=True, max_window_layers=family["max_window_layers"])
    for option in ("attention_bias", "mlp_bias"):
        if option in family:
            fields[option] = family[option]
    return family["cls"](**fields, architectures=[family["cls"].__name__.replace("Config", "ForCausalLM")])


def randomised(config, generator, dtype):
    """A model whose weights are all random and can be stored in `dtype` exactly; float32 in memory."""
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            scale = 0.3 if weight.dim() == 1 else 1.2 / math.sqrt(weight.shape[1])
            if "embed_tokens" in name or "lm_head" in name:
                scale = 0.5
            centre = 1.0 if "norm" in name else 0.0
            weight.copy_((centre + scale * noise).to(dtype).float())
    return model


def version_4(config, dtype):
    """`config.json` as transformers 4 wrote it."""
    fields = {key: value for key, value in config.to_dict().items() if key not in NOT_IN_VERSION_4}
    rope = dict(fields.pop("rope_parameters"))
    fields["rope_theta"] = rope.pop("rope_theta")
    if "type" in rope:
        rope.pop("rope_type", None)
    fields["rope_scaling"] = None if rope.get("rope_type") == "default" else rope
    fields.update(torch_dtype=str(dtype).removeprefix("torch."), transformers_version="4.44.0")
    return fields


def write_model(model, folder, name, dtype, sharded):
    folder.mkdir(parents=True, exist_ok=True)
    stored = AutoModelForCausalLM.from_config(model.config, dtype=dtype)
    stored.load_state_dict(model.state_dict())
    total = sum(weight.numel() * weight.element_size() for weight in stored.parameters())
    stored.save_pretrained(folder, max_shard_size=total // 3 if sharded else "5GB")
    if FAMILIES[name]["style"] == 4:
        (folder / "config.json").write_text(json.dumps(version_4(model.config, dtype), indent=2, sort_keys=True) + "\n")
    reloaded = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    for key, weight in model.state_dict().items():
        assert torch.equal(weight, reloaded.state_dict()[key]), f"{name}: {key} was not stored exactly"
    return reloaded


def token_log_probabilities(model, tokens, prompt_length):
    logits = model(input_ids=torch.tensor([tokens])).logits[0].float()
    targets = torch.tensor(tokens[prompt_length:])
    return logits.log_softmax(-1)[prompt_length - 1 : -1].gather(1, targets[:, None])[:, 0]


def greedy(model, prompt, count):
    """The most likely continuation, None where two tokens are nearly as likely at some position."""
    tokens = list(prompt)
    with torch.no_grad():
        for _ in range(count):
            logits = model(input_ids=torch.tensor([tokens])).logits[0, -1]
            best, second = logits.topk(2).values.tolist()
            if best - second < 1e-2:
                return None
            tokens.append(int(logits.argmax()))
    return tokens[len(prompt):]


# ---- Fixtures


def rounded(values):
    return [rounded(value) if isinstance(value, list) else float(f"{value:.9g}") for value in values]


def write_fixtures(root):
    for index, (name, (dtype, sharded, with_gradient)) in enumerate(FIXTURES.items()):
        folder = root / name
        shutil.rmtree(folder, ignore_errors=True)
        generator = torch.Generator().manual_seed(100 + index)
        heads = 6 if name == "smollm2" else 4
        sizes = dict(
            vocab_size=43, hidden_size=4 * heads, intermediate_size=20, num_hidden_layers=3 if "window" in name else 2,
            num_attention_heads=heads, max_position_embeddings=96)
        dtype = getattr(torch, dtype)
        model = write_model(
            randomised(configuration(name, sizes), generator, dtype), folder, name, dtype, sharded)
        draw = lambda count: torch.randint(3, sizes["vocab_size"], (count,), generator=generator).tolist()
        rows = [{"tokens": draw(length), "prompt_length": prompt} for length, prompt in [(9, 2), (41, 1), (23, 17)]]
        with torch.no_grad():
            per_token = [token_log_probabilities(model, row["tokens"], row["prompt_length"]).tolist() for row in rows]
        prompts = [draw(count) for count in (1, 7, 12, 20)]
        continuations = [{"prompt": prompt, "completion": greedy(model, prompt, 24)} for prompt in prompts]
        expected = {
            "rows": rows, "token_log_probabilities": rounded(per_token),
            "greedy": [entry for entry in continuations if entry["completion"]]}
        if with_gradient:
            every = torch.cat([token_log_probabilities(model, row["tokens"], row["prompt_length"]) for row in rows])
            (-every.mean()).backward()
            gradients = {key: weight.grad.contiguous() for key, weight in model.named_parameters()}
            save_file(gradients, folder / "gradient.safetensors")
        lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in expected.items())
        (folder / "expected.json").write_text("{\n" + lines + "\n}\n")
        size = sum(file.stat().st_size for file in folder.iterdir())
        print(f"{name}: {size / 1000:.0f} kB, {len(expected['greedy'])} greedy continuations")


# ---- Live


def write_tokenizer(folder):
    """Bytes as tokens 3 … 258, in the notation of byte-level BPE."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2} | {token: 3 + index for index, token in enumerate(alphabet)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return tokenizer


def run(reversal, *arguments, lines=None):
    result = subprocess.run(
        [reversal, *map(str, arguments)], capture_output=True, text=True,
        input=None if lines is None else "".join(json.dumps(line) + "\n" for line in lines))
    if result.returncode != 0:
        sys.exit(f"reversal {' '.join(map(str, arguments))} ended with {result.returncode}: {result.stderr.strip()}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def difference(reversal, folder, model, tokenizer, rows):
    """The largest difference of a token's log-probability between the program and `model`."""
    worst = 0.0
    for row, answer in zip(rows, run(reversal, "logprobs", "--model", folder, lines=rows), strict=True):
        prompt = tokenizer.encode(row["prompt"]).ids
        tokens = tokenizer.encode(row["prompt"] + row["completion"]).ids
        with torch.no_grad():
            expected = token_log_probabilities(model, tokens, len(prompt)).tolist()
        assert len(expected) == answer["token_count"], f"{folder}: {answer['token_count']} tokens, not {len(expected)}"
        found = answer["token_log_probabilities"]
        worst = max([worst] + [abs(a - b) for a, b in zip(found, expected, strict=True)])
    return worst


def check(failures, label, value, tolerance):
    verdict = "ok" if value <= tolerance else "DIFFERS"
    print(f"{label:48} {value:.2e} nats a token at most  {verdict}")
    if not value <= tolerance:
        failures.append(label)


def compare(reversal, seed):
    generator = torch.Generator().manual_seed(seed)
    stream = random.Random(seed)
    failures = []
    text = lambda count: "".join(stream.choices("abcdefghij klmnopqrst uvwxyz 0123456789.,é", k=count))
    with tempfile.TemporaryDirectory() as temporary:
        for index, name in enumerate(FAMILIES):
            heads = stream.choice([2, 4, 6])
            sizes = dict(
                vocab_size=stream.randrange(259, 400), hidden_size=heads * stream.choice([8, 12, 20]),
                intermediate_size=stream.randrange(30, 150), num_hidden_layers=stream.randrange(2, 5),
                num_attention_heads=heads, max_position_embeddings=4096)
            lengths = [(1, 3), (70, 150), (300, 9), (1900, 100)]
            rows = [{"prompt": text(length), "completion": text(count)} for length, count in lengths]
            files = [("float32", False), ("float16", True), ("bfloat16", index % 2 == 0)]
            for variant, (dtype, sharded) in enumerate(files):
                folder = Path(temporary) / f"{name}-{dtype}"
                stored = getattr(torch, dtype)
                model = write_model(
                    randomised(configuration(name, sizes), generator, stored), folder, name, stored, sharded)
                tokenizer = write_tokenizer(folder)
                label = f"{name} {dtype}{' in shards' if sharded else ''}"
                check(failures, label, difference(reversal, folder, model, tokenizer, rows), TOLERANCE)
                if variant == 0:
                    check_written(reversal, failures, name, folder, model, tokenizer, rows)
    if failures:
        sys.exit("differs from transformers: " + ", ".join(failures))


def check_written(reversal, failures, name, folder, model, tokenizer, rows):
    """A checkpoint of ours, trained by next to nothing, is the same model to transformers."""
    data, out = folder / "rows.jsonl", folder / "trained"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows[:2]))
    run(reversal, "train", "sft", "--model", folder, "--data", data, "--out", out, "--learning-rate", "1e-9")
    written = AutoModelForCausalLM.from_pretrained(out, dtype=torch.float32, attn_implementation="eager").eval()
    check(failures, f"{name} written, scored", difference(reversal, out, written, tokenizer, rows), TOLERANCE)
    tokens = torch.tensor([tokenizer.encode(rows[1]["prompt"] + rows[1]["completion"]).ids])
    with torch.no_grad():
        logs = [item(input_ids=tokens).logits.log_softmax(-1) for item in (model, written)]
    check(failures, f"{name} written, against the original", (logs[0] - logs[1]).abs().max().item(), TOLERANCE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reversal", help="the built program")
    parser.add_argument("--write-fixtures", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable_progress_bar()
    torch.set_num_threads(1)  # The same sums in the same order on every run.
    if options.write_fixtures:
        write_fixtures(options.write_fixtures)
    if options.reversal:
        compare(str(Path(options.reversal).resolve()), options.seed)
    if not (options.write_fixtures or options.reversal):
        parser.error("give --reversal or --write-fixtures")
