"""Writes the valid files that fuzzing begins with: python3 Tests/Fuzzing/make_corpus.py

Every one is of our own making and read without an error. What fuzzing found is beside them as found-*, and is kept.
"""

import base64
import gzip
import io
import json
import pathlib
import random
import struct
import zipfile

CORPUS = pathlib.Path(__file__).parent / "Corpus"


def write(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def lines(*rows):
    return "\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n"


# A Llama of one layer, whole and in two shards.

CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "dtype": "bfloat16", "vocab_size": 12,
    "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 4, "max_position_embeddings": 32, "rms_norm_eps": 1e-06,
    "hidden_act": "silu", "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2,
    "rope_parameters": {
        "rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 16,
    },
}
LAYER = "model.layers.0."
SHAPES = {
    "model.embed_tokens.weight": [12, 8], LAYER + "input_layernorm.weight": [8],
    LAYER + "self_attn.q_proj.weight": [8, 8], LAYER + "self_attn.k_proj.weight": [4, 8],
    LAYER + "self_attn.v_proj.weight": [4, 8], LAYER + "self_attn.o_proj.weight": [8, 8],
    LAYER + "post_attention_layernorm.weight": [8], LAYER + "mlp.gate_proj.weight": [12, 8],
    LAYER + "mlp.up_proj.weight": [12, 8], LAYER + "mlp.down_proj.weight": [8, 12], "model.norm.weight": [8],
    "lm_head.weight": [12, 8],
}


def safetensors(names):
    numbers = random.Random(1)
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name in names:
        shape = SHAPES[name]
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        kind = ["BF16", "F32", "F16"][len(header) % 3]
        values = [numbers.uniform(-0.3, 0.3) for _ in range(count)]
        if kind == "BF16":
            tensor = b"".join(struct.pack("<f", value)[2:] for value in values)
        else:
            tensor = struct.pack(f"<{count}{'f' if kind == 'F32' else 'e'}", *values)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(tensor)]}
        data += tensor
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


write("config", "llama.json", json.dumps(CONFIG, indent=1))
write("config", "mistral.json", json.dumps({
    "architectures": ["MistralForCausalLM"], "model_type": "mistral", "torch_dtype": "bfloat16", "vocab_size": 12,
    "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2,
    "num_key_value_heads": 1, "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_theta": 1e4,
    "sliding_window": 4, "tie_word_embeddings": False, "eos_token_id": [2, 3]}))
write("safetensors", "whole.safetensors", safetensors(SHAPES))
write("model", "config.json", json.dumps(CONFIG))
halves = [list(SHAPES)[:6], list(SHAPES)[6:]]
for number, half in enumerate(halves, 1):
    write("model", f"part-{number}.safetensors", safetensors(half))
write("safetensors-index", "index.json", json.dumps({
    "metadata": {"total_size": 1456},
    "weight_map": {name: f"part-{number}.safetensors" for number, half in enumerate(halves, 1) for name in half}}))

# Sentence encoders: the list of modules.
write("modules", "mean.json", json.dumps([
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]))

# Tokenizers: those of Tests/LanguageModelTests/Fixtures, and small ones.
FIXTURES = pathlib.Path(__file__).parent.parent / "LanguageModelTests/Fixtures"
for name in ["llama3", "mixed", "split", "bert", "metaspace", "legacy", "wordend", "sparse"]:
    content = json.loads((FIXTURES / f"tokenizers/{name}.json").read_text())
    write("tokenizer-json", f"{name}.json", json.dumps(content, ensure_ascii=False, separators=(",", ":")))
for name in ["sentencepiece", "rules"]:
    write("sentencepiece", f"{name}.model", (FIXTURES / f"tokenizers/{name}.model").read_bytes())
ranks = [bytes([byte]) for byte in range(256)] + [b" a", b"th", b"the", "é".encode(), b"\n\n", b"12"]
write("tiktoken", "tiny.model",
      "".join(f"{base64.b64encode(token).decode()} {rank}\n" for rank, token in enumerate(ranks)))
for name, source in json.loads((FIXTURES / "chat/expected.json").read_text())["templates"].items():
    write("chat-template", f"{name}.jinja", source)
for number, pattern in enumerate([
    r"'s|'t|'re| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", r"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}",
    r"[[a-z]&&[^aeiou]]+|(?<=\d)(?>a|ab)c*?|x{2,}+|\x{1F600}"], 1):
    write("split-pattern", f"{number}.txt", pattern)

# Runs, answers, templates.
write("configuration", "whole.yaml", """\
# A run with every section.
task: gsm8k
model: ../models/tiny
data: {train: train.jsonl, train_limit: 64, test: test.jsonl, ood: other.jsonl, ood_limit: 8, ood_task: svamp}
method: sft-dpo
iterations: 3
seed: 18446744073709551615
reference: previous
threads: 2
prompt:
  shots: 2
  chat: true
  system: "Be brief.\\n"
fields: &names
  id: uid
  question: q
sampling: {n: 8, temperature: 0.75, top_p: .95, max_tokens: 128, stop: ["\\n\\n", 'Q:'], batch_size: 16}
evaluation:
  samples: 8
  questions: null
  first_iteration_samples: 0
selection:
  max_correct_per_question: ~
  deduplicate: no
training:
  first: {epochs: 3, learning_rate: 1.0e-3, batch_tokens: 2048, warmup_fraction: 0.1}
  dpo: {batch_pairs: 16, beta: 0.1, gradient_clip: 1}
""")
for number, (answer, reference) in enumerate([
    (r"so it is $\boxed{\frac{1}{2}}$.", "0.5"), (r"\sqrt{12}+\pi", r"2\sqrt3+\pi"), (r"x \in [1,2) \cup (3,\infty)",
    r"[1,2)\cup(3,\infty)"), (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}"),
    (r"x^2+2x+1", r"(x+1)^2"), (r"\binom{5}{2}\cdot 3!", "60"), ("10_8, 3:2, 5\\%, 90^\\circ", "8"),
    (r"-1\pm\sqrt{2}i", r"-1-i\sqrt2,-1+i\sqrt2"), (r"\text{Sunday}", "sunday"),
    (r"\log_2 8 + \sin^2 x + \cos^2 x = y", "y=4"), ("The answer is 1,234.5 cm^2", "1234.5")], 1):
    write("latex", f"{number}.txt", f"{answer}\n%%\n{reference}")

# Outputs of other tools.
PROBLEM = {"id": "q1", "task": "gsm8k", "question": "1+1?", "reference": "#### 2", "group": 2}
write("problems", "problems.jsonl", lines(
    PROBLEM, {"id": "q2", "task": "mbpp", "question": "…", "reference": "x", "tests": ["assert 1"], "setup": "import m"},
    {"id": "q3", "task": "csqa", "question": "?", "reference": "A", "choices": [{"label": "A", "text": "b"}]}))
write("reversal-samples", "samples.jsonl", lines(
    {"problem_id": "q1", "sample_index": 0, "decoding": "greedy", "completion": "#### 2", "correct": True},
    {"problem_id": "q2", "sample_index": 1, "decoding": "sampled", "completion": "é\u2028\"\\",
     "finish_reason": "length", "token_count": 3, "log_probability": -1.5}))
write("lm-eval", "generated.jsonl", lines({
    "doc_id": 0, "doc": {"question": "1+1?", "answer": "#### 2"}, "target": "#### 2",
    "arguments": {"gen_args_0": {"arg_0": "Q: 1+1?\nA:", "arg_1": {"until": ["\n"], "do_sample": False,
                                                                    "temperature": 0.0}}},
    "resps": [["It is 2.\n#### 2", "#### 3"]], "filtered_resps": ["2"], "filter": "strict-match",
    "metrics": ["exact_match"], "doc_hash": "h", "exact_match": 1.0}))
write("lm-eval", "choice.jsonl", lines({
    "doc_id": 1, "doc": {"id": "p", "question": "?", "choices": {"label": ["A", "B"], "text": ["x", "y"]},
                          "answerKey": "A"}, "target": "A",
    "arguments": {"gen_args_0": {"arg_0": "?", "arg_1": " A"}, "gen_args_1": {"arg_0": "?", "arg_1": " B"}},
    "resps": [[["-1.25", "True"]], [["-2.5", "False"]]], "filtered_resps": [["-1.25", "True"], ["-2.5", "False"]],
    "filter": "none", "metrics": ["acc"], "acc": 1.0}))
SAMPLE = {
    "id": "a", "epoch": 1, "input": [{"role": "user", "content": "1+1?"}], "target": ["2"],
    "choices": None, "metadata": {"level": "Level 2"}, "attachments": {"abc": "at length"},
    "output": {"choices": [{"message": {"content": [{"type": "text", "text": "2"}]}, "stop_reason": "stop"}],
               "usage": {"output_tokens": 3}},
    "scores": {"match": {"value": "C", "answer": "2"}}, "error": None,
}
HEADER = {"version": 2, "status": "success", "eval": {"task": "mine/quiz", "model": "m", "config": {"epochs": 1},
          "model_generate_config": {"temperature": 0.8}}, "plan": {}}
write("inspect", "log.json", json.dumps(HEADER | {"samples": [SAMPLE, SAMPLE | {"id": 2, "scores": {
    "match": {"value": 0.5}}, "output": {"choices": [{"message": {"content": "attachment://abc"}}]}}]}))


def archive(entries, method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = method
            file.writestr(entry, content)
    return buffer.getvalue()


LOG = [("header.json", json.dumps(HEADER)), ("samples/a_epoch_1.json", json.dumps(SAMPLE))]
write("inspect-archive", "stored.eval", archive(LOG, zipfile.ZIP_STORED))
write("inspect-archive", "deflated.eval", archive(LOG, zipfile.ZIP_DEFLATED))
write("openai-batch", "batch.jsonl", lines(
    {"id": "b", "custom_id": "q1-0", "error": None, "response": {"status_code": 200, "body": {"choices": [
        {"index": 0, "message": {"role": "assistant", "content": "2"}, "finish_reason": "length"}],
        "usage": {"completion_tokens": 9}}}},
    {"id": "b", "custom_id": "q2:7", "response": None, "error": {"code": "x", "message": "y"}}))
write("evalplus", "samples.jsonl", lines({"task_id": "Mbpp/2", "solution": "s", "raw_solution": "r"}))
write("evalplus", "results.json", json.dumps({"date": "d", "hash": "h", "eval": {"Mbpp/2": [
    {"task_id": "Mbpp/2", "solution": "s", "base_status": "pass", "plus_status": "fail", "base_fail_tests": [],
     "plus_fail_tests": [[1]]}]}}))
write("human-eval", "results.jsonl", lines(
    {"task_id": "HumanEval/0", "completion": "a", "result": "timed out", "passed": False},
    {"task_id": "HumanEval/0", "completion": "b"}))
write("fields", "rows.jsonl", lines(
    {"idx": 1, "response": {"text": ["2", "3"]}, "ok": [1, 0], "q": "1+1?", "gold": 2, "level": 3},
    {"idx": 2, "response": {"text": None}, "ok": None, "q": "?", "gold": "8"}))
write("json", "values.json", '{"a":[1,-2.5e3,0.1E-2,true,false,null,NaN,-Infinity],"\\u00e9\\ud83d\\ude00":"\\"\\\\\\/\\b\\n","":{}}')

# An audit: `reversal audit --json` of eight questions and two models, Cover@τ shortened. It is kept as it is, not made here.

# Archives.
text = "Seven apples and five pears are twelve fruits. " * 4
FILES = [("header.json", '{"version": 2}'), ("a/b.txt", text), ("empty", "")]
write("zip", "stored.zip", archive(FILES, zipfile.ZIP_STORED))
write("zip", "deflated.zip", archive(FILES, zipfile.ZIP_DEFLATED))
wide = io.BytesIO()
with zipfile.ZipFile(wide, "w", zipfile.ZIP_DEFLATED) as file:
    with file.open(zipfile.ZipInfo("wide", (2020, 1, 1, 0, 0, 0)), "w", force_zip64=True) as out:
        out.write(text.encode())
write("zip", "wide.zip", wide.getvalue())
# By zipfile-zstd 0.0.4, as Tests/ArchivesTests/make_fixtures.py has it.
write("zip", "zstandard.zip", base64.b64decode(
    "UEsDBBQAAABdAAAAIVANKRIpFwAAAA4AAAALAAAAaGVhZGVyLmpzb24otS/9AFhxAAB7InZlcnNpb24iOiAyfVBLAwQUAAAAXQAA"
    "ACFQV3JhNUEAAACsAwAAFgAAAHNhbXBsZXMvMV9lcG9jaF8xLmpzb24otS/9AFjFAQD0AlNldmVuIGFwcGxlcyBhbmQgZml2ZSBw"
    "ZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gAQDXKytVBlBLAwQUAAAAXQAAACFQAAAAAAkAAAAAAAAABQAAAGVtcHR5KLUv/SAAAQAA"
    "UEsBAhQDFAAAAF0AAAAhUA0pEikXAAAADgAAAAsAAAAAAAAAAAAAAIABAAAAAGhlYWRlci5qc29uUEsBAhQDFAAAAF0AAAAhUFdy"
    "YTVBAAAArAMAABYAAAAAAAAAAAAAAIABQAAAAHNhbXBsZXMvMV9lcG9jaF8xLmpzb25QSwECFAMUAAAAXQAAACFQAAAAAAkAAAAA"
    "AAAABQAAAAAAAAAAAAAAgAG1AAAAZW1wdHlQSwUGAAAAAAMAAwCwAAAA4QAAAAAA"))
write("gzip", "two.gz", gzip.compress(text.encode(), mtime=0) + gzip.compress(b"More.", mtime=0))

# A page of a package index.
write("package-index", "page.html", '<!DOCTYPE html><html><body><a href="../../packages/model-1.whl#sha256=0">'
      "model-1.whl</a><br/><A class=x HREF='https://h.example/m.whl?a=1&amp;b=2'>m</A></body></html>")
