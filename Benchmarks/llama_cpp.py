"""llama.cpp for the comparison: builds its benchmark programs, writes models in its format, runs and reads them.

It comes from the source distribution of llama-cpp-python, which carries the whole of llama.cpp, so that a package index
is all it needs.
"""

import argparse
import hashlib
import html
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request
from pathlib import Path

import machine

VERSION = "0.3.36"
SHA256 = "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"
INDEX = "https://pypi.org/simple/llama-cpp-python/"
FOLDER = machine.ROOT / ".build-llama.cpp"
SOURCE = FOLDER / f"llama_cpp_python-{VERSION}/vendor/llama.cpp"
PROGRAMS = FOLDER / "bin"
BENCH, BATCHED_BENCH = PROGRAMS / "llama-bench", PROGRAMS / "llama-batched-bench"


def absence():
    """Why llama.cpp cannot be measured; None where it can."""
    if BENCH.exists() and BATCHED_BENCH.exists() and (SOURCE / "gguf-py").exists():
        return None
    return "llama.cpp is not built; Benchmarks/llama_cpp.py build builds it (20 minutes)"


# --- Building --------------------------------------------------------------------------------------------------------


def download(path):
    """The source distribution, straight from the index: pip would run its build to learn its dependencies."""
    name = f"llama_cpp_python-{VERSION}.tar.gz"
    with urllib.request.urlopen(INDEX, timeout=60) as page:
        links = re.findall(r'href="([^"]+)"', page.read().decode())
    found = [link for link in map(html.unescape, links) if urllib.parse.urlparse(link).path.endswith("/" + name)]
    if not found:
        sys.exit(f"llama_cpp: {INDEX} does not list {name}")
    address = urllib.parse.urljoin(INDEX, found[0])
    partial = path.with_suffix(".partial")
    digest = hashlib.sha256()
    with urllib.request.urlopen(address, timeout=60) as source, open(partial, "wb") as file:
        while block := source.read(1 << 20):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != SHA256:
        partial.unlink()
        sys.exit(f"llama_cpp: {address} has the SHA-256 {digest.hexdigest()}, not {SHA256}")
    partial.rename(path)


def build(jobs):
    if absence() is None:
        return
    FOLDER.mkdir(exist_ok=True)
    archive = FOLDER / f"llama_cpp_python-{VERSION}.tar.gz"
    if not SOURCE.exists():
        if not archive.exists():
            download(archive)
        with tarfile.open(archive) as file:
            file.extractall(FOLDER, filter="data")
    tools = FOLDER / "tools"
    if not (tools / "bin/ninja").exists():
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        wheels = ["--only-binary", ":all:", "cmake", "ninja"]
        subprocess.run([tools / "bin/pip", "install", "--quiet", *wheels], check=True)
    objects = FOLDER / "objects"
    environment = {**os.environ, "PATH": f"{tools / 'bin'}:{os.environ['PATH']}"}
    options = {
        "CMAKE_BUILD_TYPE": "Release", "BUILD_SHARED_LIBS": "OFF", "LLAMA_CURL": "OFF", "LLAMA_BUILD_TESTS": "OFF",
        "LLAMA_BUILD_EXAMPLES": "OFF", "LLAMA_BUILD_SERVER": "OFF", "LLAMA_BUILD_MTMD": "OFF", "LLAMA_BUILD_UI": "OFF",
    }
    configure = ["cmake", "-G", "Ninja", "-S", SOURCE, "-B", objects]
    configure += [f"-D{key}={value}" for key, value in options.items()]
    compile_ = ["cmake", "--build", objects, "--parallel", str(jobs), "--target", BENCH.name, BATCHED_BENCH.name]
    for command in (configure, compile_):
        if subprocess.run(command, env=environment).returncode != 0:
            sys.exit(f"llama_cpp: '{' '.join(map(str, command))}' failed; its messages are above")
    PROGRAMS.mkdir(exist_ok=True)
    for program in (BENCH, BATCHED_BENCH):
        shutil.copy2(objects / "bin" / program.name, program)


# --- Converting ------------------------------------------------------------------------------------------------------

# Names in the folder of Hugging Face, behind "model.layers.N.", and in GGUF, behind "blk.N.".
BLOCK_NAMES = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}
NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def gguf_name(name):
    if name in NAMES:
        return NAMES[name]
    match = re.fullmatch(r"model\.layers\.(\d+)\.(.+)", name)
    if not match or match[2] not in BLOCK_NAMES:
        sys.exit(f"llama_cpp: the tensor '{name}' is none of a Llama without biases; only those are converted")
    return f"blk.{match[1]}.{BLOCK_NAMES[match[2]]}"


def interleaved(values, heads):
    """Rows of a query or key projection reordered: halves of a head, as Hugging Face rotates them, to pairs."""
    rows, columns = values.shape
    return values.reshape(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns)


def convert(folder, output, dtype):
    """Writes a GGUF file tensor by tensor; norms are float32, as llama.cpp wants. No vocabulary: no text is read."""
    import numpy
    import torch
    from safetensors import safe_open

    if not (SOURCE / "gguf-py").exists():
        sys.exit("llama_cpp: the gguf package is missing; run 'llama_cpp.py build' first")
    sys.path.insert(0, str(SOURCE / "gguf-py"))
    import gguf

    configuration = json.loads((folder / "config.json").read_text())
    if configuration.get("model_type") != "llama" or configuration.get("rope_scaling"):
        sys.exit(f"llama_cpp: {folder} is no Llama without rope scaling; only those are converted")
    heads = configuration["num_attention_heads"]
    key_value_heads = configuration.get("num_key_value_heads", heads)
    head_dimension = configuration.get("head_dim") or configuration["hidden_size"] // heads
    rope_theta = configuration.get("rope_theta") or configuration.get("rope_parameters", {}).get("rope_theta", 10000.0)

    partial = output.with_name(output.name + ".partial")
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_name(folder.name)
    writer.add_vocab_size(configuration["vocab_size"])
    writer.add_context_length(configuration["max_position_embeddings"])
    writer.add_embedding_length(configuration["hidden_size"])
    writer.add_block_count(configuration["num_hidden_layers"])
    writer.add_feed_forward_length(configuration["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_value_heads)
    writer.add_key_length(head_dimension)
    writer.add_value_length(head_dimension)
    writer.add_rope_dimension_count(head_dimension)
    writer.add_rope_freq_base(rope_theta)
    writer.add_layer_norm_rms_eps(configuration["rms_norm_eps"])
    writer.add_tokenizer_model("no_vocab")
    file_types = {"f32": "ALL_F32", "f16": "MOSTLY_F16", "bf16": "MOSTLY_BF16"}
    writer.add_file_type(getattr(gguf.LlamaFileType, file_types[dtype]))

    torch_types = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}

    def element_type(shape):
        return "f32" if len(shape) == 1 else dtype

    files = [safe_open(path, framework="pt") for path in sorted(folder.glob("*.safetensors"))]
    names = [(file, name) for file in files for name in file.keys()]
    for file, name in names:
        shape = file.get_slice(name).get_shape()
        kind = element_type(shape)
        numpy_type = numpy.dtype("float32" if kind == "f32" else "float16")
        size = math.prod(shape) * numpy_type.itemsize
        stored = getattr(gguf.GGMLQuantizationType, kind.upper())
        writer.add_tensor_info(gguf_name(name), shape, numpy_type, size, stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for file, name in names:
        values = file.get_tensor(name)
        if name.endswith("q_proj.weight"):
            values = interleaved(values, heads)
        elif name.endswith("k_proj.weight"):
            values = interleaved(values, key_value_heads)
        values = values.to(torch_types[element_type(values.shape)]).contiguous()
        # numpy has no bfloat16: the bits are the same as those of an integer.
        writer.write_tensor_data((values.view(torch.int16) if values.dtype == torch.bfloat16 else values).numpy())
    writer.close()
    partial.rename(output)


# --- Running ---------------------------------------------------------------------------------------------------------


def one_sequence(model, prompt_length, new_tokens, threads, repeats):
    """New tokens a second of one sequence by llama-bench, the prompt's time included; it warms up by itself.

    A prompt of one token is that from which generation starts, as in llama-bench's own tests of generation.
    """
    work = ["-n", new_tokens] if prompt_length <= 1 else ["-n", 0, "-pg", f"{prompt_length},{new_tokens}"]
    done = machine.run([BENCH, "-m", model, "-p", 0, *work, "-t", threads, "-r", repeats, "-o", "json"])
    test = json.loads(done.output)[0]
    return {
        "tokens_per_second": new_tokens / (sorted(test["samples_ns"])[len(test["samples_ns"]) // 2] * 1e-9),
        "build": test["build_commit"], "wall_seconds": done.seconds, "peak_bytes": done.peak_bytes,
    }


def batch(model, sequences, prompt_length, new_tokens, threads, shared_prompt):
    """New tokens a second of parallel sequences by llama-batched-bench, prompts included. It draws tokens, but does not
    sample: nothing is computed from the logits."""
    # llama.cpp gives each sequence a multiple of 256 positions.
    context = sequences * -(-(prompt_length + new_tokens) // 256) * 256
    command = [
        BATCHED_BENCH, "-m", model, "-c", context, "-npp", prompt_length, "-ntg", new_tokens, "-npl", sequences,
        "-t", threads, "-tb", threads, "--output-format", "jsonl",
    ]
    done = machine.run(command + (["-pps"] if shared_prompt else []))
    lines = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
    if len(lines) != 1:
        sys.exit(f"llama_cpp: llama-batched-bench printed {len(lines)} results, not 1")
    return {
        "tokens_per_second": sequences * new_tokens / lines[0]["t"], "decoding_tokens_per_second": lines[0]["speed_tg"],
        "peak_bytes": done.peak_bytes,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("build", help=f"download llama-cpp-python {VERSION} and build the benchmark programs")
    command.add_argument("--jobs", type=int, default=os.cpu_count())
    command = commands.add_parser("convert", help="write a Llama folder of Hugging Face as a GGUF file")
    command.add_argument("folder", type=Path)
    command.add_argument("output", type=Path)
    command.add_argument("--dtype", choices=["f32", "f16", "bf16"], default="f32")
    command = commands.add_parser("bench", help="print new tokens a second as a JSON line")
    command.add_argument("--model", type=Path, required=True, help="a GGUF file")
    command.add_argument("--sequences", type=int, default=1, help="1 runs llama-bench, more llama-batched-bench")
    command.add_argument("--shared-prompt", action="store_true", help="all sequences continue one prompt (-pps)")
    command.add_argument("--prompt-length", type=int, default=64)
    command.add_argument("--new-tokens", type=int, default=128)
    command.add_argument("--threads", type=int, default=2)
    command.add_argument("--repeats", type=int, default=3, help="of one sequence; the median counts")
    arguments = parser.parse_args()

    if arguments.command == "build":
        build(arguments.jobs)
    elif arguments.command == "convert":
        convert(arguments.folder, arguments.output, arguments.dtype)
    else:
        if reason := absence():
            sys.exit(f"llama_cpp: {reason}")
        lengths = (arguments.prompt_length, arguments.new_tokens, arguments.threads)
        if arguments.sequences == 1:
            result = one_sequence(arguments.model, *lengths, arguments.repeats)
        else:
            result = batch(arguments.model, arguments.sequences, *lengths, arguments.shared_prompt)
        print(json.dumps(result))


if __name__ == "__main__":
    main()
