"""Makes the tokenizers of this folder and the ids that the reference implementations give with them.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 tiktoken==0.14.0 && python make_fixtures.py
"""

import base64
import json
import os
import random
from pathlib import Path

import sentencepiece
import tiktoken

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

here = Path(__file__).resolve().parent
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
WORDS = r"\p{N}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
ALPHABET = pre_tokenizers.ByteLevel.alphabet()

corpus = [
    "Mia had 12 red apples and bought 30 more apples at the market. How many apples does Mia have now?",
    "Mia had 12 apples. She bought 30 more. 12 + 30 = <<12+30=42>>42 apples.\n#### 42",
    "Tom's shop sold 48 kites in April, and half as many kites in May.",
    "In May the shop sold 48 / 2 = <<48/2=24>>24 kites.\nThe shop sold 48 + 24 = <<48+24=72>>72 kites.\n#### 72",
    "They've paid $5 for each kite; they'll pay 10% less, won't they?  That's $4.50.",
    "Größe, naïve café, señor, Ελλάδα, Москва, 東京, 한국어, हिन्दी.",
]

texts = [
    "", " ", "  ", "\n", "Mia had 12 apples.", " Mia", "Tom's kites, THEY'LL say; it'S 'tis",
    "12345 67", " 12345", "a  b   c ", "tabs\tand\r\nlines\n\n  end  ", "#### 72\n", "<<48/2=24>>24",
    "<bos>Mia<eos>", "before <mask> after", "x<sep>y <sep> z", "the café stands", "the cafe\u0301 stands",
    "e\u0301\u0327 Å \u212b", "東京 한국어 हिन्दी", "\U0001f468\u200d\U0001f469\u200d\U0001f467 and \U0001f1e9\U0001f1ea",
    "\u017f '\u017fo", "\u00a0\u2003\u3000x\u0085y", "½ ² Ⅷ ٣", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\ufeff\u0000\u007f",
    "<BOS><bo<bos>", "tok token tokenize", "kites<eos>  <eos>kites",
]
random.seed(2407)
for _ in range(40):
    text = ""
    for _ in range(random.randrange(1, 30)):
        kind = random.random()
        if kind < 0.5:
            text += chr(random.randrange(0x20, 0x7F))
        elif kind < 0.7:
            text += random.choice([" ", "  ", "\n", "\r\n", "\t", "'s", "'RE", "\u2009"])
        elif kind < 0.9:
            # Assigned long ago, so that every Unicode version agrees.
            text += chr(random.choice([random.randrange(0xA1, 0x377), random.randrange(0x4E00, 0x9FA5)]))
        else:
            text += random.choice(["<bos>", "<eos>", "Mia", " apples", "48"])
    texts.append(text)


def trained(pre_tokenizer, size, special_tokens, initial_alphabet=ALPHABET, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=special_tokens, initial_alphabet=initial_alphabet, min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def byte_level():
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)


made = {}

made["gpt2"] = trained(pre_tokenizers.ByteLevel(add_prefix_space=True), 340, ["<eos>"])
made["gpt2"].post_processor = processors.ByteLevel(trim_offsets=False)

made["llama3"] = trained(pre_tokenizers.Sequence([split(LLAMA3), byte_level()]), 330, ["<bos>", "<eos>"])
made["llama3"].post_processor = processors.Sequence([
    processors.ByteLevel(trim_offsets=False),
    processors.TemplateProcessing(single="<bos> $A <eos>", special_tokens=[("<bos>", 0), ("<eos>", 1)]),
])

made["mixed"] = trained(
    pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        split(r"\w+|[^\w\s]", "removed", True),
        pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=False),
    ]),
    320, ["<bos>", "<eos>"],
)
made["mixed"].normalizer = normalizers.NFC()
made["mixed"].add_special_tokens([AddedToken("<mask>", lstrip=True)])
made["mixed"].add_tokens([
    AddedToken("<sep>", rstrip=True, normalized=False), AddedToken("café"), AddedToken("tok"), AddedToken("token"),
])

made["sparse"] = trained(
    pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Split("a", "isolated"),
        byte_level(),
    ]),
    120, ["<unk>", "<eos>"], initial_alphabet=[], unk_token="<unk>",
)

made["words"] = trained(pre_tokenizers.Sequence([split(WORDS), byte_level()]), 360, ["<bos>", "<eos>"])

# The other kinds of pre-tokenizers, models, normalizers, post-processors and decoders.
made["split"] = trained(
    pre_tokenizers.Sequence([
        split(r"(?<=\d),(?=\d)|\s+?(?!\S)|['’](?i:s|re)\b", "merged_with_previous"),
        pre_tokenizers.Split(" a", "merged_with_next"),
        split(r"[\p{Lu}&&[^M]]\p{Ll}++|\d{2}", "contiguous", True),
        byte_level(),
    ]),
    300, ["<bos>", "<eos>"],
)
made["split"].post_processor = processors.RobertaProcessing(("<eos>", 1), ("<bos>", 0))

made["bert"] = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
made["bert"].normalizer = normalizers.BertNormalizer()
made["bert"].pre_tokenizer = pre_tokenizers.BertPreTokenizer()
made["bert"].decoder = decoders.WordPiece()
made["bert"].train_from_iterator(
    corpus, trainers.WordPieceTrainer(vocab_size=160, special_tokens=["[UNK]", "[CLS]", "[SEP]"], show_progress=False))
made["bert"].post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
made["bert"].add_tokens([AddedToken("token", single_word=True), AddedToken("<mask>", lstrip=True, rstrip=True)])

FALLBACK = {"unk_token": "<unk>", "byte_fallback": True, "fuse_unk": True}
BYTES = ["<unk>", "<bos>", "<eos>", *(f"<0x{i:02X}>" for i in range(256))]
made["metaspace"] = trained(
    pre_tokenizers.Metaspace(prepend_scheme="first", split=False), 360, BYTES, initial_alphabet=[], **FALLBACK)
made["metaspace"].decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")])
made["metaspace"].post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 1)])

made["legacy"] = trained(pre_tokenizers.Metaspace(), 380, BYTES, initial_alphabet=[], **FALLBACK)
made["legacy"].pre_tokenizer = None
made["legacy"].normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
made["legacy"].decoder = decoders.Sequence([
    decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])

made["wordend"] = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, end_of_word_suffix="</w>"))
made["wordend"].normalizer = normalizers.Sequence([
    normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip(),
    normalizers.Replace(Regex(r"\s{2,}"), " "), normalizers.Nmt()])
made["wordend"].pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("contiguous")])
made["wordend"].decoder = decoders.BPEDecoder()
made["wordend"].train_from_iterator(
    corpus, trainers.BpeTrainer(vocab_size=120, special_tokens=["<unk>"], end_of_word_suffix="</w>", show_progress=False))

expected = []
for name, tokenizer in made.items():
    definition = json.loads(tokenizer.to_str())
    if name == "llama3":
        # As LLaMA 3's: a word that is a token is one, whatever the merges say.
        definition["model"]["ignore_merges"] = True
        definition["model"]["merges"] = definition["model"]["merges"][::-1]
    if name in ["metaspace", "legacy"]:
        # Training made the tokens of bytes special, which those of LLaMA 2 are not.
        definition["added_tokens"] = [x for x in definition["added_tokens"] if not x["content"].startswith("<0x")]
    if name == "gpt2":
        # The spelling of older versions.
        definition["model"]["merges"] = [" ".join(pair) for pair in definition["model"]["merges"]]
    text = json.dumps(definition, ensure_ascii=name == "gpt2", indent=None if name == "gpt2" else 1)
    (here / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    tokenizer = Tokenizer.from_str(text)
    for text in texts:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        expected.append({
            "tokenizer": name,
            "text": text,
            "ids": ids,
            "ids_with_special_tokens": tokenizer.encode(text).ids,
            "decoded": tokenizer.decode(ids),
            "decoded_with_special_tokens": tokenizer.decode(ids, skip_special_tokens=False),
        })


def expect(name, encode, decode, prefix):
    """Rows of a tokenizer.model: special tokens in a text are none there."""
    for text in texts:
        ids = encode(text)
        expected.append({
            "tokenizer": name, "text": text, "ids": ids, "ids_with_special_tokens": prefix + ids, "decoded": decode(ids),
            "decoded_with_special_tokens": decode(ids),
        })


# A few rules in the form of SentencePiece's own tables. The model records the path it is given: a relative one.
os.chdir(here)
rules = Path("rules.tsv")
rules.write_text("".join(
    f"{' '.join(f'{ord(c):X}' for c in old)}\t{' '.join(f'{ord(c):X}' for c in new)}\n"
    for old, new in [("\t", " "), ("\n", " "), ("\u3000", " "), ("½", "1/2"), ("é", "e"), ("e\u0301", "e"), ("\u200d", "")]))
for name, options in {
    "sentencepiece": {"normalization_rule_name": "identity", "remove_extra_whitespaces": False, "byte_fallback": True,
                      "user_defined_symbols": ["<mask>", "tok"], "vocab_size": 380},
    "rules": {"normalization_rule_tsv": str(rules), "vocab_size": 120},
}.items():
    model = here / f"{name}.model"
    with open(model, "wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(corpus * 3), model_writer=file, model_type="bpe", minloglevel=2, **options)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    expect(name, processor.encode, processor.decode, [1])

rules.unlink()

ranks = {bytes([byte]): byte for byte in range(256)}
for token in [b" a", b"pp", b"le", b"ap", b"apple", b"ple", b" app", b"ki", b"tes", b" kites", b"te", b"es", b"12", b"\n\n",
              "é".encode(), "東".encode()]:
    ranks[token] = len(ranks)
encoding = tiktoken.Encoding(
    "fixture", pat_str=LLAMA3, mergeable_ranks=ranks, special_tokens={"<|begin_of_text|>": len(ranks)})
(here / "tiktoken.model").write_text(
    "".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items()), encoding="utf-8")
expect("tiktoken", encoding.encode_ordinary, encoding.decode, [len(ranks)])

lines = "".join(json.dumps(row) + "\n" for row in expected)
(here / "expected.jsonl").write_text(lines, encoding="utf-8")
(here / "corpus.json").write_text(json.dumps(corpus, indent=1) + "\n", encoding="utf-8")
