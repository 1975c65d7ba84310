"""Writes the reference fixtures of the native engine: two tiny Llama models and what PyTorch computes with them.

    python -m venv .venv && .venv/bin/pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 numpy==2.4.6
    .venv/bin/python make_reference.py

Weights are float32; everything computed from them is float64. The forward pass is written out here because the one in
transformers falls back to float32 in its norms, its rotary embedding and its softmax; it is checked against
LlamaForCausalLM below. README.md beside this file defines every quantity.
"""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).parent
torch.set_num_threads(1)  # The same sums in the same order on every run.
BETA = 0.1
STEPS, WARMUP, PEAK, FLOOR, DECAY, CLIP = 12, 3, 1e-2, 0.1, 0.1, 1.0

MODELS = {
    # Grouped queries, heads wider together (32) than the hidden state (24), tied head; config.json of transformers 4.
    "llama-gqa-tied": dict(
        seed=5, vocab_size=48, hidden_size=24, intermediate_size=22, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, tie_word_embeddings=True, rope_theta=10000.0, rms_norm_eps=1e-5,
        bos_token_id=1, eos_token_id=2, pad_token_id=0),
    # One key-value head, untied head, another rotary base; config.json of transformers 5.
    "llama-untied": dict(
        seed=2, vocab_size=37, hidden_size=16, intermediate_size=22, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=1, head_dim=4, tie_word_embeddings=False, rope_theta=500000.0, rms_norm_eps=1e-5,
        bos_token_id=1, eos_token_id=[2, 3], pad_token_id=None),
}


def rms_norm(x, weight, epsilon):
    return weight * x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + epsilon)


def rotate(x, theta):
    """x: [heads, tokens, head_dim]; component i turns with component i + head_dim/2."""
    tokens, half = x.shape[1], x.shape[2] // 2
    frequency = theta ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(tokens, dtype=torch.float64)[:, None] * frequency
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * angle.cos() - second * angle.sin(), second * angle.cos() + first * angle.sin()], -1)


def logits(weights, config, tokens):
    """[tokens, vocabulary] of one sequence."""
    layer = lambda index, name: weights[f"model.layers.{index}.{name}.weight"]
    count, size = len(tokens), config["head_dim"]
    split = lambda x: x.view(count, -1, size).transpose(0, 1)
    groups = config["num_attention_heads"] // config["num_key_value_heads"]
    future = torch.triu(torch.ones(count, count, dtype=torch.bool), 1)
    x = weights["model.embed_tokens.weight"][tokens]
    for i in range(config["num_hidden_layers"]):
        h = rms_norm(x, layer(i, "input_layernorm"), config["rms_norm_eps"])
        query = rotate(split(h @ layer(i, "self_attn.q_proj").T), config["rope_theta"])
        key = rotate(split(h @ layer(i, "self_attn.k_proj").T), config["rope_theta"]).repeat_interleave(groups, 0)
        value = split(h @ layer(i, "self_attn.v_proj").T).repeat_interleave(groups, 0)
        scores = (query @ key.transpose(1, 2) / math.sqrt(size)).masked_fill(future, -math.inf)
        mixed = (scores.softmax(-1) @ value).transpose(0, 1).reshape(count, -1)
        x = x + mixed @ layer(i, "self_attn.o_proj").T
        h = rms_norm(x, layer(i, "post_attention_layernorm"), config["rms_norm_eps"])
        gated = torch.nn.functional.silu(h @ layer(i, "mlp.gate_proj").T) * (h @ layer(i, "mlp.up_proj").T)
        x = x + gated @ layer(i, "mlp.down_proj").T
    x = rms_norm(x, weights["model.norm.weight"], config["rms_norm_eps"])
    head = "model.embed_tokens.weight" if config["tie_word_embeddings"] else "lm_head.weight"
    return x @ weights[head].T


def completion_log_probabilities(weights, config, row):
    """log p of each token past the prompt, given all tokens before it."""
    tokens, start = torch.tensor(row["tokens"]), row["prompt_length"]
    table = logits(weights, config, tokens).log_softmax(-1)
    return table[start - 1 : -1].gather(1, tokens[start:, None])[:, 0]


def sft_loss(weights, config, rows):
    every = torch.cat([completion_log_probabilities(weights, config, row) for row in rows])
    return -every.mean()


def dpo_margins(weights, config, pairs):
    total = lambda row: completion_log_probabilities(weights, config, row).sum()
    return torch.stack([torch.stack([total(pair["chosen"]), total(pair["rejected"])]) for pair in pairs])


def dpo_loss(policy, reference):
    delta = policy - reference
    return -torch.nn.functional.logsigmoid(BETA * (delta[:, 0] - delta[:, 1])).mean()


def float64(weights):
    return {name: weight.double().requires_grad_() for name, weight in weights.items()}


def gradient(loss, weights):
    return dict(zip(weights, torch.autograd.grad(loss, list(weights.values()))))


def learning_rate_factor(step):
    if step <= WARMUP:
        return step / WARMUP
    progress = (step - WARMUP) / (STEPS - WARMUP)
    return FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * progress)) / 2


def train(weights, config, rows):
    """AdamW on all rows at every step: the losses and gradient norms before each step, and the final weights."""
    weights = float64(weights)
    matrices = [w for w in weights.values() if w.dim() >= 2]
    vectors = [w for w in weights.values() if w.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}],
        lr=PEAK, betas=(0.9, 0.999), eps=1e-8, foreach=False)
    losses, norms, rates = [], [], []
    for step in range(1, STEPS + 1):
        rate = PEAK * learning_rate_factor(step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = sft_loss(weights, config, rows)
        gradients = gradient(loss, weights)
        norm = math.sqrt(sum(g.pow(2).sum().item() for g in gradients.values()))
        for name, weight in weights.items():
            weight.grad = gradients[name] * min(1.0, CLIP / norm)
        optimizer.step()
        losses.append(loss.item())
        norms.append(norm)
        rates.append(rate)
    return losses, norms, rates, {name: weight.detach() for name, weight in weights.items()}


def initial_weights(config, generator):
    draw = lambda *shape: torch.randn(*shape, generator=generator)
    hidden, inner, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    queries, pairs = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    weights = {"model.embed_tokens.weight": 0.2 * draw(config["vocab_size"], hidden)}
    for i in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{i}."
        weights[prefix + "input_layernorm.weight"] = 1 + 0.2 * draw(hidden)
        weights[prefix + "self_attn.q_proj.weight"] = 0.2 * draw(queries, hidden)
        weights[prefix + "self_attn.k_proj.weight"] = 0.2 * draw(pairs, hidden)
        weights[prefix + "self_attn.v_proj.weight"] = 0.2 * draw(pairs, hidden)
        weights[prefix + "self_attn.o_proj.weight"] = 0.2 * draw(hidden, queries)
        weights[prefix + "post_attention_layernorm.weight"] = 1 + 0.2 * draw(hidden)
        weights[prefix + "mlp.gate_proj.weight"] = 0.2 * draw(inner, hidden)
        weights[prefix + "mlp.up_proj.weight"] = 0.2 * draw(inner, hidden)
        weights[prefix + "mlp.down_proj.weight"] = 0.2 * draw(hidden, inner)
    weights["model.norm.weight"] = 1 + 0.2 * draw(hidden)
    if not config["tie_word_embeddings"]:
        weights["lm_head.weight"] = 0.2 * draw(config["vocab_size"], hidden)
    return weights


def write_configuration(folder, config):
    """The tied model as transformers 4 wrote it (`rope_theta` at the top), the other as transformers 5 does."""
    if config["tie_word_embeddings"]:
        body = {
            "architectures": ["LlamaForCausalLM"], "attention_bias": False, "hidden_act": "silu",
            "max_position_embeddings": 64, "mlp_bias": False, "model_type": "llama", "pretraining_tp": 1,
            "rope_scaling": None, "torch_dtype": "float32", "transformers_version": "4.44.0", "use_cache": True,
            **{key: value for key, value in config.items() if key != "seed"},
        }
        (folder / "config.json").write_text(json.dumps(body, indent=2, sort_keys=True) + "\n")
    else:
        fields = {key: value for key, value in config.items() if key not in ("seed", "rope_theta")}
        LlamaConfig(
            **fields, architectures=["LlamaForCausalLM"], max_position_embeddings=64, dtype="float32",
            rope_parameters={"rope_type": "default", "rope_theta": config["rope_theta"]}).save_pretrained(folder)
    tokens = ("bos_token_id", "eos_token_id", "pad_token_id")
    generation = {key: config[key] for key in tokens if config[key] is not None}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2, sort_keys=True) + "\n")


def write_fixture(name, config):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    generator = torch.Generator().manual_seed(config["seed"])
    stored = initial_weights(config, generator)
    tokens = lambda count: torch.randint(0, config["vocab_size"], (count,), generator=generator).tolist()

    # A row of one token has no completion: it must add nothing to the loss or to the number of tokens.
    lengths = [(5, 1), (1, 1), (17, 6), (33, 20)]
    rows = [{"tokens": tokens(length), "prompt_length": prompt} for length, prompt in lengths]
    pairs = []
    for prompt, chosen, rejected in [(1, 4, 7), (6, 9, 3), (11, 13, 20)]:
        shared = tokens(prompt)
        pairs.append({
            "chosen": {"tokens": shared + tokens(chosen), "prompt_length": prompt},
            "rejected": {"tokens": shared + tokens(rejected), "prompt_length": prompt}})

    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    write_configuration(folder, config)
    losses, norms, rates, trained = train(stored, config, rows)
    # The trained weights, rounded as stored, are also the reference model of DPO.
    save(trained, folder / "adamw_final.safetensors")

    weights = float64(stored)
    loss = sft_loss(weights, config, rows)
    save(gradient(loss, weights), folder / "sft_gradient.safetensors")
    reference = dpo_margins(float64(load_file(folder / "adamw_final.safetensors")), config, pairs).detach()
    policy = dpo_margins(weights, config, pairs)
    preference_loss = dpo_loss(policy, reference)
    save(gradient(preference_loss, weights), folder / "dpo_gradient.safetensors")

    per_token = [completion_log_probabilities(weights, config, row).tolist() for row in rows]
    expected = {
        "rows": rows,
        "logits": {"row": 2, "values": rounded(logits(weights, config, torch.tensor(rows[2]["tokens"])).tolist())},
        "token_log_probabilities": rounded(per_token),
        "sft_loss": rounded(loss.item()),
        "pairs": pairs,
        "dpo": {
            "beta": BETA, "loss": rounded(preference_loss.item()),
            "policy_log_probabilities": rounded(policy.tolist()),
            "reference_log_probabilities": rounded(reference.tolist())},
        "adamw": {
            "steps": STEPS, "warmup_steps": WARMUP, "learning_rate": PEAK, "final_learning_rate_fraction": FLOOR,
            "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": DECAY, "gradient_clip": CLIP,
            "losses": rounded(losses), "gradient_norms": rounded(norms), "learning_rates": rounded(rates)},
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in expected.items())
    (folder / "expected.json").write_text("{\n" + lines + "\n}\n")
    check_against_transformers(folder, config, rows, expected)


def check_against_transformers(folder, config, rows, expected):
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    worst = 0.0
    with torch.no_grad():
        for row in rows:
            ours = logits(float64(load_file(folder / "model.safetensors")), config, torch.tensor(row["tokens"]))
            theirs = model(input_ids=torch.tensor([row["tokens"]])).logits[0]
            worst = max(worst, (ours - theirs.double()).abs().max().item() / ours.abs().max().item())
    assert worst < 1e-5, f"{folder.name}: the written-out forward pass differs from transformers by {worst}"
    adamw = expected["adamw"]
    print(
        f"{folder.name}: {worst:.1e} from transformers; losses {adamw['losses'][0]:.3f} to {adamw['losses'][-1]:.3f}, "
        f"gradient norms {min(adamw['gradient_norms']):.2f} to {max(adamw['gradient_norms']):.2f}, "
        f"DPO {expected['dpo']['loss']:.3f}")


def save(tensors, path):
    save_file({name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}, path)


def rounded(value):
    """Nine significant digits: a float32 survives them."""
    return [rounded(item) for item in value] if isinstance(value, list) else float(f"{value:.9g}")


for name, config in MODELS.items():
    write_fixture(name, config)
