"""Compares the ids and texts of `reversal tokenize` with those of tokenizers, sentencepiece and tiktoken.

    python Tests/Parity/tokenization.py --reversal .build/release/reversal [--shared ../shared]

Texts: the questions, solutions and programs below SHARED/data where that exists, and random Unicode. Tokenizers: small ones
trained here, one of every kind, and the real ones below SHARED/tokenizers where that exists. Exits with 1 where anything
differs.
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

import sentencepiece
import tiktoken
import tiktoken.load
import tokenizers
from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, processors, trainers

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
])
DEEPSEEK = [
    r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
]
ODD = [
    r"x*", r"(?<=a)b|(?<!a)c", r"\w+?(?=\W)|^\s|\d{2,3}$", r"[a-z&&[^aeiou]]+|[^\P{L}a-z]+", r"(?i)[a-f]{2,}+|\bo\w*",
    r"(?>\p{L}+)'|\p{L}++(?!\d)|.", r"(?:ab|a){1,3}c?|\x{41}+|\u0042", r"\s++$|\s*[\r\n]|[[:;]]|[\]\-\\]",
]
SPECIALS = [
    "<s>", "</s>", "<unk>", "<0x41>", "<0x0A>", "<|begin_of_text|>", "<|eot_id|>", "<|end_of_text|>", "[CLS]", "[MASK]",
    "[UNK]", "<mask>", "<tool>", "<|reserved_special_token_5|>", "▁", "▁▁", "##a", "Ġ", "</w>",
]


def data_texts(folder):
    """Every question, solution and program of the data sets."""
    texts = []
    for file in sorted(folder.rglob("*.json*")):
        content = file.read_text(encoding="utf-8")
        rows = json.loads(content) if file.suffix == ".json" else [json.loads(x) for x in content.split("\n") if x.strip()]

        def collect(value):
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, list):
                [collect(x) for x in value]
            elif isinstance(value, dict):
                [collect(x) for x in value.values()]

        collect(rows)
    return list(dict.fromkeys(texts))


def random_texts(count):
    """Strings of many scripts, combining marks, emoji sequences, controls, private use, unassigned, long white space."""
    rng = random.Random(2407)
    ranges = [
        (0x20, 0x7E), (0xA0, 0x17F), (0x180, 0x24F), (0x250, 0x2FF), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x58F),
        (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0xDFF), (0xE00, 0xE7F), (0xF00, 0xFFF), (0x10A0, 0x10FF),
        (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x2BFF), (0x2E80, 0x2FDF),
        (0x3000, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFDFF),
        (0xFE00, 0xFFFD), (0x10000, 0x1033F), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF),
    ]
    spaces = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", "\u200b", "\u180e", "\x1c"]
    words = ["the", "THE", "It's", "we'll", "I'M", "don't", "'s", "'RE", "'\u017f", "12345", "3.14", "x=1", "naïve", "#### 72"]

    def character():
        low, high = rng.choice(ranges)
        return chr(rng.randint(low, high))

    def piece():
        kind = rng.randrange(14)
        if kind < 4:
            return "".join(chr(rng.randint(0x20, 0x7E)) for _ in range(rng.randint(1, 12)))
        if kind == 4:
            low, high = rng.choice(ranges)
            return "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 10)))
        if kind == 5:
            return character() + "".join(chr(rng.randint(0x300, 0x36F)) for _ in range(rng.randint(1, 4)))
        if kind == 6:
            return "\u200d".join(chr(rng.randint(0x1F466, 0x1F469)) + rng.choice(["", "\U0001f3fd", "\ufe0f"]) for _ in range(3))
        if kind == 7:
            return chr(rng.choice([rng.randint(0, 0x1F), rng.randint(0x7F, 0x9F), 0xFEFF, 0xFFFD, 0xAD]))
        if kind == 8:
            return chr(rng.choice([rng.randint(0xE000, 0xF8FF), rng.randint(0xF0000, 0xFFFFD), 0x10FFFF, 0xFFFE]))
        if kind == 9:
            point = rng.randint(0, 0x10FFFF)
            return "" if 0xD800 <= point < 0xE000 else chr(point)
        if kind == 10:
            return rng.choice(spaces) * rng.choice([1, 1, 2, 3, 17, 100])
        if kind == 11:
            return rng.choice(SPECIALS)
        return rng.choice([" ", ""]) + rng.choice(words)

    texts = ["", " ", "  ", "\n", *SPECIALS, *(" " + x + " y" for x in SPECIALS)]
    while len(texts) < count:
        texts.append("".join(piece() for _ in range(rng.randint(1, rng.choice([3, 12, 40])))))
    return texts


class HuggingFace:
    has_special = True

    def __init__(self, file):
        self.tokenizer = tokenizers.Tokenizer.from_file(str(file))
        self.size = self.tokenizer.get_vocab_size()

    def encode(self, texts, special):
        return [x.ids for x in self.tokenizer.encode_batch(texts, add_special_tokens=special)]

    def decode(self, rows, special):
        return [self.tokenizer.decode(ids, skip_special_tokens=not special) for ids in rows]


class SentencePiece:
    def __init__(self, file):
        self.processor = sentencepiece.SentencePieceProcessor(model_file=str(file))
        self.size = self.processor.get_piece_size()

    def encode(self, texts, special):
        # As transformers' LlamaTokenizer, which adds BOS.
        return [self.processor.encode(x, add_bos=special) for x in texts]

    def decode(self, rows, special):
        return [self.processor.decode(ids) for ids in rows]


class Tiktoken:
    def __init__(self, file):
        ranks = tiktoken.load.load_tiktoken_bpe(str(file))
        names = ["<|begin_of_text|>", "<|end_of_text|>"] + [f"<{i}>" for i in range(254)]
        specials = {name: len(ranks) + i for i, name in enumerate(names)}
        self.encoding = tiktoken.Encoding("llama3", pat_str=LLAMA3, mergeable_ranks=ranks, special_tokens=specials)
        self.size = len(ranks)
        self.bos = len(ranks)

    def encode(self, texts, special):
        return [([self.bos] if special else []) + self.encoding.encode_ordinary(x) for x in texts]

    def decode(self, rows, special):
        return [self.encoding.decode(ids) for ids in rows]


def training_corpus(texts):
    corpus = [x for x in texts if x.isascii()][:3000]
    return corpus + ["Größe, naïve café, señor, Ελλάδα, Москва, 東京, 한국어, हिन्दी. ﬁne Ⅷ ½ İ"] * 20


def trained(model, corpus, trainer, **parts):
    tokenizer = tokenizers.Tokenizer(model)
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def byte_level(corpus, pre_tokenizer, size=2000, **parts):
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False)
    parts = {"decoder": decoders.ByteLevel(), **parts}
    return trained(models.BPE(), corpus, trainer, pre_tokenizer=pre_tokenizer, **parts)


def split_then_bytes(*patterns, behavior="isolated", invert=False):
    splits = [pre_tokenizers.Split(Regex(x), behavior, invert) for x in patterns]
    return pre_tokenizers.Sequence([*splits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def small_tokenizers(corpus):
    """A tokenizer of every kind, by name."""
    made = {}
    template = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)])
    made["gpt2"] = byte_level(corpus, pre_tokenizers.ByteLevel(add_prefix_space=False), post_processor=processors.ByteLevel())
    made["roberta"] = byte_level(
        corpus, pre_tokenizers.ByteLevel(add_prefix_space=True), post_processor=processors.RobertaProcessing(("</s>", 1), ("<s>", 0)))
    made["roberta"].add_special_tokens([AddedToken("<mask>", lstrip=True)])
    made["qwen2"] = byte_level(corpus, split_then_bytes(QWEN2), normalizer=normalizers.NFC())
    made["qwen2"].add_tokens([AddedToken("<tool>", normalized=False), AddedToken("naïve"), AddedToken("the", single_word=True)])
    made["llama3"] = byte_level(corpus, split_then_bytes(LLAMA3), post_processor=template)
    made["o200k"] = byte_level(corpus, split_then_bytes(O200K))
    made["deepseek"] = byte_level(corpus, split_then_bytes(*DEEPSEEK))
    made["smollm2"] = byte_level(
        corpus, pre_tokenizers.Sequence([pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(add_prefix_space=False)]))
    for number, pattern in enumerate(ODD):
        made[f"odd-{number}"] = byte_level(corpus, split_then_bytes(pattern), size=600)
    for behavior in ["removed", "merged_with_previous", "merged_with_next", "contiguous"]:
        for invert in [False, True]:
            made[f"{behavior}-{invert}"] = byte_level(
                corpus, split_then_bytes(r"\s+|[,.]|\d", behavior=behavior, invert=invert), size=600)
            made[f"literal-{behavior}-{invert}"] = byte_level(
                corpus, pre_tokenizers.Sequence([
                    pre_tokenizers.Split("an", behavior, invert), pre_tokenizers.ByteLevel(True, use_regex=False)]), size=600)

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    for name, normalizer in {
        "bert": normalizers.BertNormalizer(), "bert-cased": normalizers.BertNormalizer(lowercase=False),
        "bert-accents": normalizers.BertNormalizer(strip_accents=False, handle_chinese_chars=False, clean_text=False),
    }.items():
        made[name] = trained(
            models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=30), corpus,
            trainers.WordPieceTrainer(vocab_size=1500, special_tokens=pieces, show_progress=False),
            normalizer=normalizer, pre_tokenizer=pre_tokenizers.BertPreTokenizer(),
            post_processor=processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2)), decoder=decoders.WordPiece(cleanup=name == "bert"))

    fallback = {"byte_fallback": True, "fuse_unk": True, "unk_token": "<unk>"}
    specials = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256))]
    for scheme in ["always", "first", "never"]:
        for split in [True, False]:
            trainer = trainers.BpeTrainer(vocab_size=1500, special_tokens=specials, show_progress=False)
            made[f"metaspace-{scheme}-{split}"] = demoted(trained(
                models.BPE(**fallback), corpus, trainer,
                pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split),
                decoder=decoders.Sequence([
                    decoders.ByteFallback(), decoders.Metaspace(prepend_scheme=scheme, split=split)])))
    legacy = trained(
        models.BPE(**fallback), corpus, trainers.BpeTrainer(vocab_size=1500, special_tokens=specials, show_progress=False),
        pre_tokenizer=pre_tokenizers.Metaspace())
    legacy.pre_tokenizer = None
    legacy.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    legacy.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    legacy.add_tokens([AddedToken("<tool>", normalized=True), AddedToken("we'll", normalized=False, rstrip=True)])
    made["llama2-style"] = demoted(legacy)
    unknown = lambda **options: trained(  # noqa: E731
        models.BPE(unk_token="<unk>", **options), [x for x in corpus if x.isascii()],
        trainers.BpeTrainer(vocab_size=800, special_tokens=["<unk>"], show_progress=False,
                            **({"continuing_subword_prefix": "##"} if "continuing_subword_prefix" in options else {}),
                            **({"end_of_word_suffix": "</w>"} if "end_of_word_suffix" in options else {})),
        pre_tokenizer=pre_tokenizers.Whitespace(),
        decoder=decoders.BPEDecoder() if "end_of_word_suffix" in options else None)
    made["unknown"] = unknown()
    made["unknown-fused"] = unknown(fuse_unk=True)
    made["word-end"] = unknown(end_of_word_suffix="</w>")
    made["continuing"] = unknown(continuing_subword_prefix="##")
    for name, steps in {
        "nfd": [normalizers.NFD(), normalizers.StripAccents()], "nfkc": [normalizers.NFKC(), normalizers.Lowercase()],
        "nfkd": [normalizers.NFKD(), normalizers.Strip(left=True, right=False)], "nmt": [normalizers.Nmt(), normalizers.Strip()],
        "replaced": [normalizers.Replace(Regex(r"\s{2,}|(?<=\d),(?=\d)"), " "), normalizers.Lowercase(), normalizers.NFC()],
    }.items():
        made[name] = byte_level(corpus, split_then_bytes(GPT2), size=800, normalizer=normalizers.Sequence(steps))
    for name, pre_tokenizer in {
        "punctuation": pre_tokenizers.Punctuation(), "punctuation-removed": pre_tokenizers.Punctuation("removed"),
        "digits": pre_tokenizers.Digits(False), "whitespace-split": pre_tokenizers.WhitespaceSplit(),
        "delimiter": pre_tokenizers.CharDelimiterSplit("e"),
    }.items():
        made[name] = byte_level(
            corpus, pre_tokenizers.Sequence([pre_tokenizer, pre_tokenizers.ByteLevel(False, use_regex=True)]), size=800)
    return made


def demoted(tokenizer):
    """Without the special status that training gave to the tokens of bytes."""
    definition = json.loads(tokenizer.to_str())
    definition["added_tokens"] = [x for x in definition["added_tokens"] if not x["content"].startswith("<0x")]
    return tokenizers.Tokenizer.from_str(json.dumps(definition))


def small_sentencepiece(folder, corpus):
    """SentencePiece models of type BPE with their options, by name."""
    text = folder / "corpus.txt"
    text.write_text("\n".join(line for x in corpus for line in x.splitlines() if line.strip()), encoding="utf-8")
    made = {}
    for name, options in {
        "sp-default": {}, "sp-identity": {"normalization_rule_name": "identity", "byte_fallback": True},
        "sp-nfkc": {"normalization_rule_name": "nmt_nfkc_cf", "byte_fallback": True},
        "sp-spaces": {
            "normalization_rule_name": "identity", "byte_fallback": True, "remove_extra_whitespaces": False,
            "split_digits": True, "allow_whitespace_only_pieces": True, "user_defined_symbols": ["<tool>", "▁▁x", "12"]},
        "sp-bare": {"add_dummy_prefix": False, "user_defined_symbols": ["we'll"], "control_symbols": ["<tool>"]},
        "sp-across": {"split_by_whitespace": False, "remove_extra_whitespaces": False},
        "sp-suffix": {"treat_whitespace_as_suffix": True},
    }.items():
        prefix = folder / name
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(prefix), vocab_size=1200, model_type="bpe", minloglevel=2,
            character_coverage=0.999, **options)
        made[name] = Path(f"{prefix}.model")
    return made


class Comparison:
    def __init__(self, reversal):
        self.reversal = reversal
        self.failures = 0

    def answers(self, folder, rows, *options):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        done = subprocess.run(
            [self.reversal, "tokenize", "--model", str(folder), *options], input=lines, capture_output=True, text=True,
            encoding="utf-8")
        if done.returncode != 0:
            return done.stderr.strip()
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    def compare(self, name, folder, reference, texts):
        outcome = []
        for special in [False, True]:
            options = ["--special"] if special else []
            ids = reference.encode(texts, special)
            ours = self.answers(folder, [{"text": x} for x in texts], *options)
            outcome.append(self.differences(name, "ids" + " with special tokens" * special, texts, ids, ours, "ids"))
            rng = random.Random(1)
            rows = ids + [[rng.randrange(reference.size) for _ in range(rng.randrange(12))] for _ in range(500)]
            if special and not hasattr(reference, "has_special"):
                continue
            ours = self.answers(folder, [{"ids": x} for x in rows], "--decode", *options)
            expected = reference.decode(rows, special)
            outcome.append(self.differences(name, "texts" + " with special tokens" * special, rows, expected, ours, "text"))
        print(f"{name}: {len(texts)} texts, {sum(outcome)} differences", flush=True)
        self.failures += sum(outcome)

    def differences(self, name, kind, inputs, expected, ours, field):
        if isinstance(ours, str):
            print(f"{name}: {ours}")
            return 1
        found = [i for i, (a, b) in enumerate(zip(expected, ours, strict=True)) if a != b[field]]
        for i in found[:3]:
            print(f"{name}: {kind} of {inputs[i]!r:.300}\n  expected {expected[i]!r:.300}\n  got      {ours[i][field]!r:.300}")
        return len(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reversal", required=True)
    root = Path(__file__).resolve().parent.parent.parent
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REVERSAL_SHARED", root.parent / "shared")))
    parser.add_argument("--random", type=int, default=10_000, metavar="COUNT", help="random strings")
    parser.add_argument("--only", default="", metavar="TEXT", help="only tokenizers whose name contains this")
    arguments = parser.parse_args()

    texts = random_texts(arguments.random)
    data = data_texts(arguments.shared / "data") if (arguments.shared / "data").exists() else []
    corpus = training_corpus(data or texts)
    comparison = Comparison(arguments.reversal)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for kind in ["llama2", "mistral", "llama3"]:
            source = arguments.shared / "tokenizers" / kind
            for file in ["tokenizer.json", "tokenizer.model"]:
                if arguments.only not in f"{kind}/{file}" or not (source / file).exists():
                    continue
                folder = scratch / f"{kind}-{file}"
                folder.mkdir()
                shutil.copyfile(source / file, folder / file)
                reference = HuggingFace if file.endswith("json") else Tiktoken if kind == "llama3" else SentencePiece
                comparison.compare(f"{kind}/{file}", folder, reference(folder / file), data + texts)
        small = texts + data[:: max(1, len(data) // 1000)]
        for name, tokenizer in small_tokenizers(corpus).items():
            if arguments.only in name:
                folder = scratch / name
                folder.mkdir()
                tokenizer.save(str(folder / "tokenizer.json"))
                comparison.compare(name, folder, HuggingFace(folder / "tokenizer.json"), small)
        for name, file in small_sentencepiece(scratch, corpus).items():
            if arguments.only in name:
                folder = scratch / name
                folder.mkdir()
                file.rename(folder / "tokenizer.model")
                comparison.compare(name, folder, SentencePiece(folder / "tokenizer.model"), small)
    if comparison.failures:
        sys.exit(f"tokenizers: {comparison.failures} differences")
    print("tokenizers: no differences")


if __name__ == "__main__":
    main()
