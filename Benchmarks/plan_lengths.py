"""Measures how long the benchmarks' questions and human answers are in the tokens of the paper's models, for `reversal plan`
without their files.

    python3 Benchmarks/plan_lengths.py --data ../shared/data --tokenizers ../shared/tokenizers

DATA has a folder a benchmark (`reversal data list`), TOKENIZERS the folders llama2, llama3 and mistral with the models' own
tokenizer.json. Writes the table in Sources/Planning/BenchmarkLengths.swift anew; --check only says whether it stands there.
Prompts and answers are those that a run makes: zero-shot, the closing token not counted. Standard library only.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "Sources/Planning/BenchmarkLengths.swift"
# Task, the file of its training problems if it has one, and of those it is evaluated on, with the split's name there.
TASKS = [
    ("gsm8k", "gsm8k/train.jsonl", "gsm8k/test.jsonl", "test"),
    ("math", "math/train.jsonl", "math/test.jsonl", "test"),
    ("math-algebra", "math/train.jsonl", "math/test.jsonl", "test"),
    ("math500", None, "math500/test.jsonl", "test"),
    ("csqa", "csqa/train.jsonl", "csqa/dev.jsonl", "validation"),
    ("mbpp", "mbpp/mbpp.jsonl", "mbpp/mbpp.jsonl", "test"),
    ("mbpp-sanitized", "mbpp/sanitized-mbpp.json", "mbpp/sanitized-mbpp.json", "test"),
    ("svamp", None, "svamp/test.jsonl", "test"),
    ("gsm-hard", None, "gsm_hard/test.jsonl", "test"),
    ("humaneval", None, "humaneval/HumanEval.jsonl", "test"),
]  # fmt: skip
# No weight is read, so that any shape does.
SHAPE = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
    "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 130000, "max_position_embeddings": 131072,
}  # fmt: skip


def lengths(reversal: str, task: str, train: Path, test: Path, model: Path) -> dict[str, dict]:
    text = (
        f"task: {task}\nmodel: {model}\nmethod: sft\ndata:\n  train: {train}\n  test: {test}\n"
    )
    config = model / "run.yaml"
    config.write_text(text)
    result = subprocess.run([reversal, "plan", str(config), "--json"], capture_output=True, text=True)
    if not result.stdout:
        sys.exit(result.stderr)
    return {split["split"]: split for split in json.loads(result.stdout)["questions"]}


def rows(arguments: argparse.Namespace) -> list[str]:
    found = []
    for family in ["llama2", "llama3", "mistral"]:
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder)
            (model / "config.json").write_text(json.dumps(SHAPE))
            shutil.copy(arguments.tokenizers / family / "tokenizer.json", model)
            for task, train, test, split in TASKS:
                data = arguments.data.resolve()
                sets = lengths(arguments.reversal, task, data / (train or test), data / test, model)
                wanted = ([("train", "train")] if train else []) + [("test", split)]
                for name, kept in wanted:
                    row = sets[name]
                    found.append(
                        f'    BenchmarkLengths("{task}", .{kept}, .{family}, {row["prompt_tokens"]["estimate"]:.2f}, '
                        f"{row['longest_prompt_tokens']}, {row['answer_tokens']['estimate']:.2f}, "
                        f"{row['longest_answer_tokens']}, {row['longest_row_tokens']}),\n"
                    )
                print(family, task, file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizers", type=Path, required=True)
    parser.add_argument("--reversal", default=str(ROOT / ".build/release/reversal"))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    before = TABLE.read_text()
    table = "  static let all: [BenchmarkLengths] = [\n" + "".join(rows(arguments)) + "  ]\n"
    after = re.sub(r"  static let all: \[BenchmarkLengths\] = \[.*?\]\n(?=  // END)", lambda _: table, before, flags=re.S)
    if arguments.check:
        sys.exit(0 if after == before else f"{TABLE} differs from what is measured; run this without --check")
    TABLE.write_text(after)


if __name__ == "__main__":
    main()
