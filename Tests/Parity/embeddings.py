"""Compares `reversal embed` with sentence-transformers in float32: all-MiniLM-L6-v2, and variants made of its weights.

    embeddings.py --reversal .build/release/reversal [--model DIR]

Without --model the encoder is taken from the models' folder, or fetched as a user would. The cosine of every pair of vectors
must be 0.9999 at least.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer

LEAST = 0.9999
NAME = "all-MiniLM-L6-v2"
SCRIPTS = [
    "東京と京都の間の距離は約四百五十キロです。", "苹果比梨多三个，一共多少个？", "한국어 문장도 있습니다. 사과 열두 개.",
    "تفاحة واحدة وثلاث برتقالات تساوي أربع فواكه", "שלום עולם, שבעה תפוחים", "सेब और केले कुल मिलाकर बारह हैं।",
    "Ελληνικά: δώδεκα μήλα ΣΊΓΜΑΣ", "Москва — двенадцать яблок; Ёлка ёлка", "ภาษาไทยไม่มีช่องว่าง", "naïve café, Größe, İstanbul",
    "🍎🍎🍎 + 🍐 = 4", "👩‍👩‍👧 and 🇩🇪🇯🇵", "e\u0301\u0327 cafe\u0301 \u212b ﬁ ½ ² Ⅷ", "\ufeff\u0000\u007f\u200b\u00ad x",
]


def corner_cases():
    return [
        "", " ", "\n\t ", ".", "a", "[CLS] apples [SEP] [MASK] [PAD]", "x" * 150, "x" * 5_000, "12 + 30 = <<12+30=42>>42\n#### 42",
        "She sold half of the kites. " * 400, "1234567890 " * 3_000, "東" * 2_000, "🍎" * 1_500, "e\u0301" * 900, "\u0000" * 600,
        *SCRIPTS, " ".join(SCRIPTS * 6),
    ]


def random_texts(count):
    rng = random.Random(2407)
    texts = []
    for _ in range(count):
        characters = []
        while len(characters) < rng.randrange(1, 120):
            code = rng.choice([rng.randrange(0x20, 0x7f), rng.randrange(0x20, 0x3000), rng.randrange(0x20, 0x20000),
                               rng.randrange(0x20, 0x110000), 0x20])
            if not 0xd800 <= code < 0xe000:
                characters.append(chr(code))
        texts.append("".join(characters))
    return texts


def gsm8k(shared, count):
    file = shared / "data/gsm8k/test.jsonl"
    if not file.exists():
        print("embeddings: no GSM8K here, its texts are left out", file=sys.stderr)
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [row[field] for row in rows for field in ("question", "answer")]
    return random.Random(1).sample(texts, min(count, len(texts)))


def run(reversal, *arguments, text=None):
    done = subprocess.run([reversal, *map(str, arguments)], input=text, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"embeddings: {done.stderr.strip()}")
    return done.stdout


def variants(source, scratch):
    """The encoder as it is, and as other files say it: 16-bit weights, the first token's state, no modules, GELU by tanh."""
    yield NAME, source
    tensors = load_file(source / "model.safetensors")

    def copy(name):
        folder = scratch / name.replace(" ", "-")
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("model.safetensors"))
        return folder

    def save(folder, dtype=torch.float32, prefix=""):
        save_file({prefix + key: value.to(dtype) if value.is_floating_point() else value for key, value in tensors.items()},
                  folder / "model.safetensors", metadata={"format": "pt"})

    for dtype in (torch.float16, torch.bfloat16):
        folder = copy(str(dtype).removeprefix("torch."))
        save(folder, dtype)
        yield folder.name, folder
    folder = copy("first token, GELU by tanh")
    save(folder)
    pooling = folder / "1_Pooling/config.json"
    pooling.write_text(json.dumps(
        json.loads(pooling.read_text()) | {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}))
    config = folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"hidden_act": "gelu_new"}))
    yield "first token, GELU by tanh", folder
    folder = copy("plain BERT")
    save(folder, prefix="bert.")
    for name in ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json"):
        (folder / name).unlink()
    yield "plain BERT", folder


def compare(reversal, name, folder, texts):
    encoder = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32})
    expected = encoder.encode(texts, normalize_embeddings=True, batch_size=32).astype(numpy.float64)
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    output = run(reversal, "embed", "--model", folder, text=lines)
    found = numpy.array([json.loads(line)["embedding"] for line in output.splitlines()])
    if found.shape != expected.shape:
        sys.exit(f"embeddings: {name}: {found.shape} numbers where {expected.shape} were expected")
    cosines = (found * expected).sum(1) / numpy.linalg.norm(found, axis=1) / numpy.linalg.norm(expected, axis=1)
    worst = int(cosines.argmin())
    print(f"{name}: {len(texts)} texts, least cosine {cosines[worst]:.9f}, greatest difference of a number "
          f"{abs(found - expected).max():.1e}; worst: {texts[worst]!r:.80}", flush=True)
    return int((cosines < LEAST).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reversal", required=True)
    parser.add_argument("--model", type=Path, metavar="DIR", help=f"folder of {NAME}")
    parser.add_argument("--texts", type=int, default=400, metavar="COUNT", help="of GSM8K, and random ones")
    root = Path(__file__).resolve().parent.parent.parent
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REVERSAL_SHARED", root.parent / "shared")))
    arguments = parser.parse_args()
    texts = corner_cases() + gsm8k(arguments.shared, arguments.texts) + random_texts(arguments.texts)
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        model = arguments.model
        if model is None:
            listed = [json.loads(line) for line in run(arguments.reversal, "model", "list", "--json").splitlines()]
            known = next(row for row in listed if row["name"] == NAME)
            model = Path(known["path"])
            if not known["is_there"]:
                model = scratch / NAME
                run(arguments.reversal, "model", "fetch", NAME, "--out", model)
        for index, (name, folder) in enumerate(variants(model, scratch)):
            # The variants differ in how a folder is read: fewer texts show it.
            failures += compare(arguments.reversal, name, folder, texts if index == 0 else texts[: len(corner_cases()) + 100])
    if failures:
        sys.exit(f"embeddings: {failures} vectors differ")
    print("embeddings: every vector agrees")


if __name__ == "__main__":
    main()
