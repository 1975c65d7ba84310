"""Makes the encoders of this folder and the embeddings that sentence-transformers computes with them.

    pip install sentence-transformers==6.2.0 torch==2.15.0 transformers==5.23.0 && python make_fixtures.py

Models are random and tiny. Each is one way of writing such a folder: see VARIANTS.
"""

import json
import random
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from sentence_transformers.base.modules import Transformer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForMaskedLM, BertModel, PreTrainedTokenizerFast

HERE = Path(__file__).resolve().parent
# Letters and their continuations, a few words, digits and signs: whatever is not in it is [UNK].
WORDS = "the of and a to in is it add take half sum total each more less apples kites boxes has how many".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("abcdefghijklmnopqrstuvwxyz") + [
    "##" + letter for letter in "abcdefghijklmnopqrstuvwxyz"] + WORDS + list("0123456789") + [
    "##" + digit for digit in "0123456789"] + list("+-=.,?!$%#<>") + ["京", "東"]

# Sizes are odd on purpose: no width is a multiple of a vector's.
VARIANTS = {
    # As sentence-transformers of today saves it.
    "mean": dict(hidden_size=24, num_attention_heads=3, intermediate_size=52, hidden_act="gelu"),
    # As older versions did, the first token's state, weights in bfloat16, a limit of tokens below the positions.
    "first-token": dict(hidden_size=20, num_attention_heads=4, intermediate_size=33, hidden_act="gelu_new"),
    # A plain BERT as published for masked words: keys under bert., gamma and beta, heads beside, no modules.
    "plain": dict(hidden_size=16, num_attention_heads=2, intermediate_size=40, hidden_act="gelu"),
}


def texts():
    chosen = [
        "", " ", "Mia has 12 apples.", "the sum of each is 3 + 4 = 7", "THE SUM of each is 3 + 4 = 7", "東京 kites",
        "naïve café, Ω", "\U0001f34e\U0001f468\u200d\U0001f469", "تفاح", "[CLS] apples [SEP]", "zzzqqq " * 3,
        " ".join(f"add {i} apples and {i * i} kites, half of it." for i in range(30)),
    ]
    rng = random.Random(2407)
    for _ in range(6):
        chosen.append(" ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 12))))
    return chosen


def tokenizer():
    made = Tokenizer(models.WordPiece(
        {word: i for i, word in enumerate(VOCABULARY)}, unk_token="[UNK]", max_input_chars_per_word=40))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_max_length=40)


def randomised(model, generator):
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            scale = 0.3 if weight.dim() == 1 else 1.0 / weight.shape[1] ** 0.5
            weight.copy_((1.0 if name.endswith("LayerNorm.weight") else 0.0) + scale * noise)
            # What bfloat16 can hold, so that a file of either type has the same model.
            weight.copy_(weight.bfloat16().float())
    return model.eval()


def make(name, sizes):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    config = BertConfig(
        vocab_size=len(VOCABULARY), num_hidden_layers=2, max_position_embeddings=48, layer_norm_eps=1e-12, **sizes)
    kind = BertForMaskedLM if name == "plain" else BertModel
    randomised(kind(config), generator).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    if name == "plain":
        tensors = load_file(folder / "model.safetensors")
        renamed = {key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value
                   for key, value in tensors.items()}
        modules = [Transformer(str(folder)), Pooling(sizes["hidden_size"], "mean")]
    else:
        pooling = "mean" if name == "mean" else "cls"
        modules = [Transformer(str(folder)), Pooling(sizes["hidden_size"], pooling)]
        modules += [Normalize()] if name == "mean" else []
    if name == "first-token":
        modules[0].max_seq_length = 21
    encoder = SentenceTransformer(modules=modules, device="cpu")
    expected = encoder.encode(texts(), normalize_embeddings=True, batch_size=5).tolist()

    if name == "plain":
        save_file(renamed, folder / "model.safetensors", metadata={"format": "pt"})
    else:
        for file in folder.iterdir():
            file.unlink()
        encoder.save(str(folder), create_model_card=False)
    if name == "first-token":
        tensors = load_file(folder / "model.safetensors")
        save_file({key: value.bfloat16() for key, value in tensors.items()}, folder / "model.safetensors")
        (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 21, "do_lower_case": false}\n')
        (folder / "1_Pooling" / "config.json").write_text(json.dumps({
            "word_embedding_dimension": sizes["hidden_size"], "pooling_mode_cls_token": True,
            "pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False}) + "\n")
        listed = json.loads((folder / "modules.json").read_text())
        for module, old in zip(listed, ["Transformer", "Pooling"]):
            module["type"] = "sentence_transformers.models." + old
        (folder / "modules.json").write_text(json.dumps(listed, indent=2) + "\n")
    rows = [{"text": text, "embedding": [round(x, 8) for x in row]} for text, row in zip(texts(), expected)]
    (folder / "expected.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0) + "\n")
    # A folder that was rewritten by hand still gives what was computed before.
    again = SentenceTransformer(str(folder), device="cpu").encode(texts(), normalize_embeddings=True)
    print(name, "difference after saving:", float(abs(again - torch.tensor(expected).numpy()).max()))


for name, sizes in VARIANTS.items():
    make(name, sizes)
