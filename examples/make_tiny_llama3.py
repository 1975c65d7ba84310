"""Makes a LLaMA3-shaped model folder with random weights and LLaMA3's real tokenizer, for trying a run on real data.

    python3 examples/make_tiny_llama3.py runs/llama3-tiny --tokenizer ../shared/tokenizers/llama3

Two layers of width 64, 8.3 M parameters of which 8.2 M are the embedding: it answers nothing right, but every stage of
a run works as on a real model. Only the standard library is needed. The folder appears whole or not at all.
"""

import argparse
import array
import json
import random
import shutil
import statistics
import struct
import sys
from pathlib import Path

HIDDEN, INNER, LAYERS, HEADS, KEY_VALUE_HEADS, VOCABULARY = 64, 128, 2, 4, 2, 128256
HEAD_SIZE = HIDDEN // HEADS

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "bos_token_id": 128000,
    "eos_token_id": 128001,
    "hidden_act": "silu",
    "hidden_size": HIDDEN,
    "initializer_range": 0.02,
    "intermediate_size": INNER,
    "max_position_embeddings": 8192,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": HEADS,
    "num_hidden_layers": LAYERS,
    "num_key_value_heads": KEY_VALUE_HEADS,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 500000.0,
    "tie_word_embeddings": True,
    "torch_dtype": "bfloat16",
    "vocab_size": VOCABULARY,
}
GENERATION = {"bos_token_id": 128000, "eos_token_id": 128001}


def shapes():
    yield "model.embed_tokens.weight", [VOCABULARY, HIDDEN]
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        yield prefix + "input_layernorm.weight", [HIDDEN]
        yield prefix + "self_attn.q_proj.weight", [HEADS * HEAD_SIZE, HIDDEN]
        yield prefix + "self_attn.k_proj.weight", [KEY_VALUE_HEADS * HEAD_SIZE, HIDDEN]
        yield prefix + "self_attn.v_proj.weight", [KEY_VALUE_HEADS * HEAD_SIZE, HIDDEN]
        yield prefix + "self_attn.o_proj.weight", [HIDDEN, HEADS * HEAD_SIZE]
        yield prefix + "post_attention_layernorm.weight", [HIDDEN]
        yield prefix + "mlp.gate_proj.weight", [INNER, HIDDEN]
        yield prefix + "mlp.up_proj.weight", [INNER, HIDDEN]
        yield prefix + "mlp.down_proj.weight", [HIDDEN, INNER]
    yield "model.norm.weight", [HIDDEN]


def bfloat16(value):
    """The bits of the nearest bfloat16: the upper half of a float32."""
    return (struct.unpack("<I", struct.pack("<f", value))[0] + 0x8000) >> 16


def write_weights(path, seed):
    generator = random.Random(seed)
    normal = statistics.NormalDist(0, CONFIG["initializer_range"])
    # A weight is one of 65,536 equally likely normal quantiles, picked by two random bytes.
    quantiles = [bfloat16(normal.inv_cdf((i + 0.5) / 65536)) for i in range(65536)]
    header, weights = {"__metadata__": {"format": "pt"}}, array.array("H")
    for name, shape in shapes():
        start = len(weights)
        if len(shape) == 1:
            weights.extend([bfloat16(1.0)] * shape[0])
        else:
            picks = array.array("H", generator.randbytes(2 * shape[0] * shape[1]))
            weights.extend(map(quantiles.__getitem__, picks))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [2 * start, 2 * len(weights)]}
    if sys.byteorder == "big":
        weights.byteswap()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        weights.tofile(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to; must not exist yet")
    parser.add_argument("--tokenizer", type=Path, required=True, help="the folder with LLaMA3's tokenizer.json")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tokenizer = arguments.tokenizer / "tokenizer.json"
    if not tokenizer.is_file():
        parser.error(f"{tokenizer} does not exist; --tokenizer names the folder that holds LLaMA3's tokenizer.json")
    if arguments.folder.exists():
        parser.error(f"{arguments.folder} exists already; remove it or name another folder")

    partial = arguments.folder.with_name(f".{arguments.folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write_weights(partial / "model.safetensors", arguments.seed)
    (partial / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    (partial / "generation_config.json").write_text(json.dumps(GENERATION, indent=2) + "\n")
    shutil.copyfile(tokenizer, partial / "tokenizer.json")
    partial.rename(arguments.folder)


if __name__ == "__main__":
    main()
