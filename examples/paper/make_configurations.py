"""Makes the 36 configurations of "Progress or Regress? Self-Improvement Reversal in Post-training" (arXiv 2407.05013): three
models, four benchmarks, three methods.

    python3 examples/paper/make_configurations.py            # writes the files beside this one
    python3 examples/paper/make_configurations.py --check    # says whether they stand there as they would be written

What the paper states is marked *paper* in the files: models, benchmarks, methods, T = 5, N = 50, temperature 0.75, top-p 0.95,
greedy pass@1, up to 64 samples of M_1 on the improvement sets, training of all weights. Where it is silent the choice is ours
and marked *ours*: lengths, epochs, learning rates, batches, pairs a question. Standard library only.
"""

import argparse
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

MODELS = {
    "llama2-7b": "meta-llama/Llama-2-7b-hf",
    "llama3-8b": "meta-llama/Meta-Llama-3-8B",
    "mistral-7b": "mistralai/Mistral-7B-v0.1",
}
# Ours: as large as full fine-tuning of each is commonly done with.
LEARNING_RATES = {"llama2-7b": "2.0e-5", "llama3-8b": "1.0e-5", "mistral-7b": "5.0e-6"}

# Files as `reversal data list` names them, tokens an answer at most, and what else belongs to `data`.
TASKS = {
    "csqa": ("csqa/train.jsonl", "csqa/dev.jsonl", 64, ""),
    "gsm8k": (
        "gsm8k/train.jsonl",
        "gsm8k/test.jsonl",
        512,
        "  ood: ../../data/math/test.jsonl      # paper: MATH's algebra, for models trained on GSM8K\n  ood_task: math-algebra\n",
    ),
    "math": ("math/train.jsonl", "math/test.jsonl", 1024, ""),
    "mbpp": ("mbpp/mbpp.jsonl", "mbpp/mbpp.jsonl", 512, ""),
}
METHODS = ["sft", "dpo", "sft-dpo"]

TEMPLATE = """\
# {model} on {task}, {method}. Made by make_configurations.py; change that and make all of them again.
# Before you spend anything: reversal plan {name}.yaml --gpu h100 --gpus 8 --price 2.50
task: {task}                             # paper
model: ../../models/{model}    # paper
data:
  train: ../../data/{train}     # paper
  test: ../../data/{test}       # paper
{ood}method: {method}                         # paper
iterations: 5                            # paper: T
seed: 1

sampling:
  n: 50                                  # paper
  temperature: 0.75                      # paper
  top_p: 0.95                            # paper
  max_tokens: {max_tokens}                        # ours

evaluation:
  samples: 50                            # paper, for diversity
  first_iteration_samples: 64            # paper, for pass@N on the improvement sets

selection:
  max_correct_per_question: {rows}           # {rows_note}
  max_pairs_per_question: 4              # ours
  deduplicate: true                      # ours: D_t is a set

training:
  first: {{epochs: 3, learning_rate: {rate}, batch_tokens: 32768}}     # ours
  sft: {{epochs: 1, learning_rate: {rate}, batch_tokens: 32768}}       # ours
  dpo: {{epochs: 1, learning_rate: 5.0e-7, batch_pairs: 64, beta: 0.1}}  # ours
{engines}"""

# Ours: one machine of eight GPUs as a Ray cluster (docs/cluster.md). Paths and address are to be replaced.
ENGINES = """\

# Ours: eight GPUs, on Ray. Set the paths and the address of your cluster (docs/cluster.md).
sampler:
  engine: ray
  url: "http://127.0.0.1:8265"
  token_file: ~/.ray-token
  python: /shared/venv/bin/python
  folder: /shared/work
  backend: vllm
  device: cuda
  dtype: bfloat16
  actors: 8
  gpus_per_actor: 1
  shard_samples: 4096
trainer:
  engine: ray
  url: "http://127.0.0.1:8265"
  token_file: ~/.ray-token
  python: /shared/venv/bin/python
  folder: /shared/work
  device: cuda
  dtype: mixed
  processes: 8
  strategy: fsdp
  micro_rows: 4
  recompute: true
"""


def configurations() -> dict[str, str]:
    files = {}
    for short, model in MODELS.items():
        for task, (train, test, max_tokens, ood) in TASKS.items():
            for method in METHODS:
                name = f"{short}-{task}-{method}"
                files[f"{name}.yaml"] = TEMPLATE.format(
                    name=name, model=model, task=task, method=method, train=train, test=test, ood=ood,
                    max_tokens=max_tokens, rate=LEARNING_RATES[short], rows="null", engines=ENGINES,
                    rows_note="paper: all of them",
                )  # fmt: skip
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    files = configurations()
    others = {path.name for path in FOLDER.glob("*.yaml")} - files.keys()
    if arguments.check:
        wrong = [
            name for name, text in files.items() if not (FOLDER / name).exists() or (FOLDER / name).read_text() != text
        ]
        if wrong or others:
            sys.exit(f"not as make_configurations.py makes them: {', '.join(sorted(wrong + list(others)))}; run it")
        return
    for name, text in files.items():
        (FOLDER / name).write_text(text)
    print(f"{len(files)} configurations in {FOLDER}")


if __name__ == "__main__":
    main()
