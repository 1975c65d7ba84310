"""`train.py` alone and under torchrun, on a processor."""

import json
import os
import subprocess
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil
import pytest
import torch
from conftest import MODEL, lines, run, shards, start, write_json, write_lines
from safetensors import safe_open

from reversal_workers import schedule
from reversal_workers.contract import DataError
from reversal_workers.specification import read
from reversal_workers.specs import Training, TrainSpec
from reversal_workers.tokens import TextTokenizer
from reversal_workers.training_rows import Batches, RowReader

# Of Reversal itself, where it was built.
REVERSAL = Path(os.environ.get("REVERSAL", MODEL.parents[3] / ".build" / "release" / "reversal"))
RATE = {"sft": 2e-3, "dpo": 1e-3}


def training(folder: Path, method: str, output: str = "out", count: int = 1, changes: Any = MappingProxyType({})) -> Path:
    spec = {
        "method": method,
        "model": str(MODEL),
        "rows": str(MODEL / f"{method}.jsonl"),
        "output": str(folder / output),
        "training": {
            "learning_rate": RATE[method], "schedule": "constant", "warmup_fraction": 0, "batch_rows": 4, "shuffle": False,
        },
        "processes": {"count": count, "save_every": 5},
    }  # fmt: skip
    return write_json(folder / f"{output}.json", spec | dict(changes))


def losses(folder: Path) -> list[float]:
    found = {row["completed"]: row["loss"] for row in lines(folder / "progress.jsonl") if "loss" in row}
    return [found[step] for step in sorted(found)]


def weights(folder: Path) -> bytes:
    (content,) = [content for name, content in shards(folder).items() if name.endswith(".safetensors")]
    return content


@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_losses_are_those_of_the_native_engine(tmp_path: Path, method: str) -> None:
    """Within 1 % at every step, from the same weights and rows; with two processes too."""
    if not REVERSAL.exists():
        pytest.skip(f"{REVERSAL} is not built")
    subprocess.run(
        [
            REVERSAL, "train", method, "--model", MODEL, "--data", MODEL / f"{method}.jsonl", "--out", tmp_path / "native",
            "--log", tmp_path / "log.jsonl", "--batch-rows" if method == "sft" else "--batch-pairs", "4", "--no-shuffle",
            "--schedule", "constant", "--warmup-fraction", "0", "--learning-rate", str(RATE[method]),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    native = [row["loss"] for row in lines(tmp_path / "log.jsonl")]
    assert len(native) == 20
    for count in (1, 2):
        assert run("train.py", training(tmp_path, method, f"out{count}", count))[0] == 0
        found = losses(tmp_path / f"out{count}")
        worst = max(abs(a - b) / b for a, b in zip(found, native, strict=True))
        print(f"{method}, {count} processes: {worst:.1e} of the loss at most")
        assert worst < 0.01


@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_losses_are_those_of_the_fixture(tmp_path: Path, method: str) -> None:
    """Which were made with TRL in Tests/Parity/training.py."""
    assert run("train.py", training(tmp_path, method))[0] == 0
    expected = json.loads((MODEL / "expected.json").read_text())[method]["losses"]
    assert losses(tmp_path / "out") == pytest.approx(expected, rel=1e-4)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["summary"]["steps"] == 20
    assert manifest["summary"]["final_loss"] == pytest.approx(sum(expected[-2:]) / 2, rel=1e-4)
    assert not (tmp_path / "out" / ".training").exists() and not (tmp_path / "out" / ".partial").exists()
    model = tmp_path / "out" / manifest["name"]
    assert (model / "tokenizer.json").read_bytes() == (MODEL / "tokenizer.json").read_bytes()
    before, after = (json.loads((path / "config.json").read_text()) for path in (MODEL, model))
    assert {key: before.get(key) for key in before} == {key: after.get(key) for key in before}


@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_mixed_precision_casts_underway_and_keeps_float32(tmp_path: Path, method: str) -> None:
    changes = {"processes": {"count": 1, "save_every": 5, "dtype": "mixed"}}
    assert run("train.py", training(tmp_path, method, changes=changes))[0] == 0
    exact = json.loads((MODEL / "expected.json").read_text())[method]["losses"]
    found = losses(tmp_path / "out")
    assert found == pytest.approx(exact, rel=0.05)
    assert found != pytest.approx(exact, rel=1e-4), "bfloat16 rounds to three digits"
    with safe_open(next((tmp_path / "out").glob("*/model.safetensors")), "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}
    assert any((tensor.bfloat16().float() != tensor).any() for tensor in tensors.values()), "more digits than bfloat16 has"


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    spec = training(tmp_path, "sft")
    assert run("train.py", spec)[0] == 0
    first, steps = shards(tmp_path / "out"), len(lines(tmp_path / "out" / "progress.jsonl"))
    assert run("train.py", spec)[0] == 0
    assert shards(tmp_path / "out") == first and len(lines(tmp_path / "out" / "progress.jsonl")) == steps
    path = next(path for path in (tmp_path / "out").glob("*/model.safetensors"))
    path.write_bytes(path.read_bytes()[:-8] + b"\0" * 8)
    assert run("train.py", spec)[0] == 0
    assert shards(tmp_path / "out") == first


@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_a_killed_training_is_continued_to_the_same_bytes(tmp_path: Path, method: str) -> None:
    changes = {"training": {"learning_rate": 1e-3, "batch_rows": 4, "epochs": 6, "seed": 5}}
    assert run("train.py", training(tmp_path, method, "whole", changes=changes))[0] == 0
    spec = training(tmp_path, method, "killed", changes=changes)
    process = start("train.py", spec)
    log = tmp_path / "killed" / "progress.jsonl"
    while process.poll() is None and not (log.exists() and len(lines_so_far(log)) > 30):
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (tmp_path / "killed" / "manifest.json").exists()
    # A state that was being written when the power went.
    (state,) = (tmp_path / "killed" / ".training").iterdir()
    (state / "checkpoint-9999").mkdir()
    before = len(lines_so_far(log))
    assert run("train.py", spec)[0] == 0
    assert len(lines(log)) - before < 110, "it does not begin anew"
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")


def lines_so_far(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_a_killed_rank_is_started_again(tmp_path: Path) -> None:
    changes = {"training": {"learning_rate": 1e-3, "batch_rows": 4, "epochs": 6}}
    assert run("train.py", training(tmp_path, "sft", "whole", 2, changes))[0] == 0
    process = start("train.py", training(tmp_path, "sft", "killed", 2, changes))
    log = tmp_path / "killed" / "progress.jsonl"
    while process.poll() is None and not (log.exists() and len(lines_so_far(log)) > 30):
        time.sleep(0.01)
    ranks = [child for child in psutil.Process(process.pid).children(recursive=True) if is_rank(child)]
    assert len(ranks) == 2
    ranks[-1].kill()
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_the_processes_end_with_the_one_that_started_them(tmp_path: Path, how: str) -> None:
    changes = {"training": {"learning_rate": 1e-3, "batch_rows": 4, "epochs": 500}}
    process = start("train.py", training(tmp_path, "sft", "out", 2, changes))
    log = tmp_path / "out" / "progress.jsonl"
    while process.poll() is None and not (log.exists() and len(lines_so_far(log)) > 3):
        time.sleep(0.01)
    children = psutil.Process(process.pid).children(recursive=True)
    assert len([child for child in children if is_rank(child)]) == 2
    status, output = run("train.py", tmp_path / "out.json")
    assert status == 3 and "another attempt is still at work" in output
    process.kill() if how == "kill" else process.terminate()
    process.wait(timeout=120)
    _, left = psutil.wait_procs(children, timeout=120)
    assert not left


def is_rank(process: psutil.Process) -> bool:
    command = process.cmdline()
    return any(part.endswith("train.py") for part in command) and "torch.distributed.run" not in command


@pytest.mark.parametrize("merge", [True, False])
def test_lora(tmp_path: Path, merge: bool) -> None:
    changes = {"lora": {"rank": 4, "alpha": 8, "merge": merge}}
    assert run("train.py", training(tmp_path, "dpo", changes=changes))[0] == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    names = {path.name for path in (tmp_path / "out" / manifest["name"]).iterdir()}
    assert ("model.safetensors" in names) == merge and ("adapter_model.safetensors" in names) != merge
    assert losses(tmp_path / "out")[0] == pytest.approx(0.6931, abs=1e-3)
    if merge:
        assert weights(tmp_path / "out") != (MODEL / "model.safetensors").read_bytes()


def test_the_reference_of_dpo_counts(tmp_path: Path) -> None:
    assert run("train.py", training(tmp_path, "sft"))[0] == 0
    trained = next(path.parent for path in (tmp_path / "out").glob("*/model.safetensors"))
    for lora in (None, {"rank": 4}):
        name = f"dpo-{lora is None}"
        assert run("train.py", training(tmp_path, "dpo", name, changes={"reference": str(trained), "lora": lora}))[0] == 0
        # Against itself, the first step's loss would be log 2.
        assert abs(losses(tmp_path / name)[0] - 0.6931) > 0.01


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": "a"}, ":2: 'completion' is missing"),
        ({"prompt": "", "completion": "b"}, ":2: the prompt has no token"),
        ({"prompt": [{"role": "user", "content": "x"}], "completion": "b"}, "'prompt' is missing or no text"),
        ({"prompt": "a", "completion": "b " * 300}, "the model takes 256"),
        ({"prompt": "a", "completion": "b", "completion_ids": [1, 99999]}, "'completion_ids' is no list"),
    ],
)
def test_bad_rows(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    rows = write_lines(tmp_path / "rows", [{"prompt": "a", "completion": "b"}, row])
    with pytest.raises(DataError) as error:
        RowReader(TextTokenizer(MODEL), rows).read("sft")
    assert message in str(error.value)


def test_bad_rows_end_with_status_4(tmp_path: Path) -> None:
    rows = write_lines(tmp_path / "rows", [{"prompt": "a"}])
    status, output = run("train.py", training(tmp_path, "sft", changes={"rows": str(rows)}))
    assert status == 4 and "'completion' is missing" in output


def test_sampled_tokens_are_trained_on_as_they_are(tmp_path: Path) -> None:
    tokenizer = TextTokenizer(MODEL)
    rows = write_lines(
        tmp_path / "rows",
        [{"prompt": "a", "completion": "12", "completion_ids": [18, 19]}, {"prompt": "a", "completion": "12"}],
    )
    first, second = RowReader(tokenizer, rows).read("sft").rows
    prompt = tokenizer.ids("a")
    assert first["input_ids"] == [*prompt, 18, 19, tokenizer.end_token]
    assert first["labels"] == [-100] * len(prompt) + [18, 19, tokenizer.end_token]
    assert second["input_ids"] == [*tokenizer.ids("a12"), tokenizer.end_token]


@pytest.mark.parametrize(
    ("rows", "processes", "changes", "expected"),
    [
        (80, 1, {"batch_rows": 4}, Batches(4, 4, 1, 20, 0)),
        (80, 2, {"batch_rows": 12}, Batches(12, 3, 2, 7, 4)),
        (10, 1, {"batch_rows": 7, "epochs": 2}, Batches(7, 1, 7, 4, 0)),
        (10, 2, {"batch_tokens": 40}, Batches(4, 2, 1, 3, 2)),
        (10, 2, {"batch_tokens": 1}, Batches(2, 1, 1, 5, 0)),
    ],
)
def test_batches(rows: int, processes: int, changes: dict[str, Any], expected: Batches) -> None:
    from reversal_workers.training_rows import TrainingRows

    spec = read(
        TrainSpec,
        {"method": "sft", "model": "/m", "rows": "/r", "output": "/o"}
        | {"training": changes, "processes": {"count": processes}},
    )
    assert Batches.of(spec, TrainingRows([{"input_ids": []}] * rows, token_count=rows * 10)) == expected


def test_schedule() -> None:
    cosine = Training(warmup_fraction=0.15, final_fraction=0.1)
    assert [schedule.factor(cosine, step, 10) for step in (1, 2, 6, 10)] == pytest.approx([0.5, 1, 0.55, 0.1])
    linear = Training(schedule="linear", warmup_fraction=0, final_fraction=0)
    assert [schedule.factor(linear, step, 4) for step in (1, 2, 4)] == pytest.approx([0.75, 0.5, 0])
    assert schedule.factor(Training(schedule="constant", warmup_fraction=0), 7, 9) == 1


@pytest.mark.parametrize("strategy", ["fsdp", "deepspeed"])
def test_arguments_of_strategies_for_gpus(tmp_path: Path, strategy: str) -> None:
    """What is handed to transformers; without a GPU it goes no further than that."""
    from reversal_workers.trl_training import arguments

    options = {"fsdp": {"version": 2}, "deepspeed": {"zero_optimization": {"stage": 3}}}[strategy]
    spec = read(
        TrainSpec,
        {"method": "sft", "model": "/m", "rows": "/r", "output": "/o"}
        | {"strategy": {"name": strategy, "options": options}, "processes": {"count": 2, "device": "cuda"}},
    )
    found = arguments(spec, Batches(4, 2, 1, 5, 0), tmp_path, 0)
    assert found["ddp_backend"] == "nccl" and not found["use_cpu"]
    if strategy == "fsdp":
        assert found["fsdp"] is True and found["fsdp_config"] == options
    else:
        assert found["deepspeed"] == options
