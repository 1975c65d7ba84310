from pathlib import Path
from typing import Any

import pytest
from conftest import MODEL, prompts, run, write_json, write_lines

from reversal_workers.contract import SpecError
from reversal_workers.specification import read
from reversal_workers.specs import RolloutSpec, TrainSpec

ROLLOUT: dict[str, Any] = {"model": "/m", "prompts": "/p", "output": "/o"}
TRAIN: dict[str, Any] = {"method": "sft", "model": "/m", "rows": "/r", "output": "/o"}


def test_defaults_and_nested_values() -> None:
    spec = read(RolloutSpec, ROLLOUT | {"sampling": {"stop": ["#"], "temperature": 1}, "actors": {"gpus": 2}})
    assert (spec.sampling.stop, spec.sampling.temperature, spec.actors.gpus) == (("#",), 1.0, 2)
    assert spec.sampling.max_tokens == 512 and spec.backend.name == "transformers"
    assert read(TrainSpec, TRAIN | {"lora": {"rank": 4}}).lora is not None
    assert read(TrainSpec, TRAIN | {"lora": None}).lora is None


@pytest.mark.parametrize(
    ("cls", "change", "message"),
    [
        (RolloutSpec, {"samplng": {}}, "'samplng' is unknown; did you mean 'sampling'?"),
        (RolloutSpec, {"sampling": {"temprature": 1}}, "'sampling.temprature' is unknown; did you mean 'temperature'?"),
        (RolloutSpec, {"sampling": {"zzz": 1}}, "known are sample_count, decoding"),
        (RolloutSpec, {"sampling": {"temperature": "1"}}, "'sampling.temperature' is \"1\"; give a number"),
        (RolloutSpec, {"sampling": {"max_tokens": True}}, "'sampling.max_tokens' is true; give a whole number"),
        (RolloutSpec, {"sampling": {"max_tokens": 1.5}}, "give a whole number"),
        (RolloutSpec, {"sampling": {"top_p": 0}}, "sampling: top_p is 0.0; give more than 0"),
        (RolloutSpec, {"sampling": {"stop": "x"}}, "'sampling.stop' is \"x\"; give a list"),
        (RolloutSpec, {"sampling": {"stop": [""]}}, "stop holds an empty text"),
        (RolloutSpec, {"sampling": {"decoding": "beam"}}, "give one of 'sampled', 'greedy'"),
        (RolloutSpec, {"sampling": {"decoding": "greedy", "sample_count": 2}}, "one sample"),
        (RolloutSpec, {"backend": {"name": "vllm"}}, "vllm needs device 'cuda'"),
        (RolloutSpec, {"backend": {"name": "vllm", "device": "cuda", "options": {"seed": 1}}}, "options.seed"),
        (RolloutSpec, {"backend": {"options": {"a": 1}}}, "options are vllm's"),
        (RolloutSpec, {"kind": "train"}, "'kind' is \"train\""),
        (TrainSpec, {"method": "ppo"}, "give one of 'sft', 'dpo'"),
        (TrainSpec, {"reference": "/x"}, "reference is dpo's"),
        (TrainSpec, {"training": {"epochs": 0}}, "epochs is 0"),
        (TrainSpec, {"training": {"batch_rows": 3}, "processes": {"count": 2}}, "multiple of the 2 processes"),
        (TrainSpec, {"strategy": {"name": "fsdp"}}, "needs processes.device 'cuda'"),
        (TrainSpec, {"strategy": {"name": "deepspeed"}, "processes": {"device": "cuda"}}, "DeepSpeed's configuration"),
        (TrainSpec, {"lora": {"rank": 0}}, "lora: rank is 0"),
    ],
)
def test_refusals(cls: type[Any], change: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as error:
        read(cls, (ROLLOUT if cls is RolloutSpec else TRAIN) | change)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(SpecError, match="'prompts' is missing"):
        read(RolloutSpec, {"model": "/m", "output": "/o"})


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("{", 2, "is no JSON"),
        ('{"model": NaN}', 2, "NaN is no number"),
        ('{"modle": "/m"}', 2, "did you mean 'model'?"),
        ('{"model": "s3://b/m", "prompts": "/p", "output": "/o"}', 2, "only paths of a shared file system"),
        ('{"model": "m", "prompts": "/p", "output": "/o"}', 2, "no absolute path"),
    ],
)
def test_exit_status_of_a_bad_spec(tmp_path: Path, text: str, status: int, message: str) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(text)
    found, output = run("rollout.py", spec)
    assert found == status and message in output and "Traceback" not in output


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "a"}], ":1: 'prompt' is missing"),
        ([{"id": "a", "prompt": "x"}, {"id": "a", "prompt": "y"}], ":2: the id 'a' occurs twice"),
        ([{"id": 1.5, "prompt": "x"}], "'id' is missing or neither"),
        ([{"id": "a", "prompt": "x", "sample_indices": [1, 0]}], "must ascend"),
        ([{"id": "a", "prompt": ""}], "the prompt 'a' is empty"),
        ([{"id": "a", "prompt": "word " * 500}], "shorten the prompt"),
    ],
)
def test_exit_status_of_bad_data(tmp_path: Path, rows: list[Any], message: str) -> None:
    spec = write_json(
        tmp_path / "spec.json",
        {"model": str(MODEL), "prompts": str(write_lines(tmp_path / "p", rows)), "output": str(tmp_path / "out")},
    )
    status, output = run("rollout.py", spec)
    assert status == 4 and message in output and "Traceback" not in output
    assert '"exit":4' in (tmp_path / "out" / "progress.jsonl").read_text()


def test_a_model_that_is_none_is_bad_data(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    spec = write_json(
        tmp_path / "spec.json",
        {
            "model": str(tmp_path / "model"),
            "prompts": str(write_lines(tmp_path / "p", prompts(1))),
            "output": str(tmp_path / "out"),
        },
    )
    status, output = run("rollout.py", spec)
    assert status == 4 and "cannot be read as a model" in output
