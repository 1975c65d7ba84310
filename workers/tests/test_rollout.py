"""`rollout.py` alone and under torchrun, on a processor."""

import json
import subprocess
import sys
import time
import types
from pathlib import Path
from typing import Any

import pytest
from conftest import MODEL, WORKERS, lines, prompts, run, shards, start, write_json, write_lines

from reversal_workers.backends import ShardWriter
from reversal_workers.contract import SpecError
from reversal_workers.drawing import derived
from reversal_workers.launching import LOOPBACK
from reversal_workers.prompts import Prompt, Shard, content, read_prompts
from reversal_workers.specs import Backend, Sampling
from rollout import visible_devices


def rollout(folder: Path, rows: list[Any], output: str = "out", **changes: Any) -> Path:
    spec = {
        "model": str(MODEL),
        "prompts": str(write_lines(folder / f"{output}-prompts.jsonl", rows)),
        "output": str(folder / output),
        "sampling": {"sample_count": 5, "max_tokens": 16, "temperature": 1.0, "seed": 3},
        "shard_samples": 10,
    }
    return write_json(folder / f"{output}.json", spec | changes)


def answers(folder: Path) -> dict[tuple[str, int], dict[str, Any]]:
    rows = [json.loads(text) for shard in shards(folder).values() for text in shard.decode().split("\n")[:-1]]
    return {(row["id"], row["sample_index"]): row for row in rows}


def test_rows_and_manifest(tmp_path: Path) -> None:
    assert run("rollout.py", rollout(tmp_path, prompts(5)))[0] == 0
    found = answers(tmp_path / "out")
    assert list(found) == [(f"q{number}", sample) for number in range(5) for sample in range(5)]
    for row in found.values():
        assert row["token_count"] <= 16 and row["log_probability"] < 0
        assert row["finish_reason"] in {"stop", "length"}
        assert len(row["token_ids"]) == row["token_count"]
    assert len({row["completion"] for row in found.values()}) > 20
    progress = lines(tmp_path / "out" / "progress.jsonl")
    assert [row["completed"] for row in progress] == [0, 10, 20, 25] and progress[-1]["total"] == 25
    assert not (tmp_path / "out" / ".partial").exists()


def test_samples_do_not_depend_on_shards_order_or_company(tmp_path: Path) -> None:
    rows = prompts(5)
    assert run("rollout.py", rollout(tmp_path, rows))[0] == 0
    whole = answers(tmp_path / "out")
    part = [rows[4] | {"sample_indices": [0, 3]}, rows[0], rows[2] | {"sample_indices": []}]
    assert run("rollout.py", rollout(tmp_path, part, "part", shard_samples=3))[0] == 0
    found = answers(tmp_path / "part")
    assert set(found) == {("q4", 0), ("q4", 3)} | {("q0", sample) for sample in range(5)}
    assert all(whole[key] == row for key, row in found.items())
    sampling = {"sample_count": 5, "max_tokens": 16, "temperature": 1.0, "seed": 4}
    assert run("rollout.py", rollout(tmp_path, rows, "other", sampling=sampling))[0] == 0
    assert answers(tmp_path / "other")[("q0", 0)] != whole[("q0", 0)]


def test_greedy_is_the_most_likely_token(tmp_path: Path) -> None:
    sampling = {"decoding": "greedy", "max_tokens": 8}
    assert run("rollout.py", rollout(tmp_path, prompts(2), sampling=sampling))[0] == 0
    import torch
    from transformers import AutoModelForCausalLM

    from reversal_workers.tokens import TextTokenizer

    model, tokenizer = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32).eval(), TextTokenizer(MODEL)
    for row, prompt in zip(answers(tmp_path / "out").values(), prompts(2), strict=True):
        ids = tokenizer.ids(prompt["prompt"])
        expected = 0.0
        for token in row["token_ids"]:
            with torch.no_grad():
                logs = model(torch.tensor([ids])).logits[0, -1].double().log_softmax(-1)
            assert int(logs.argmax()) == token
            expected += float(logs[token])
            ids.append(token)
        assert row["log_probability"] == pytest.approx(expected, rel=1e-5)


def test_stop_texts_cut(tmp_path: Path) -> None:
    assert run("rollout.py", rollout(tmp_path, prompts(5)))[0] == 0
    free = answers(tmp_path / "out")
    sampling = {"sample_count": 5, "max_tokens": 16, "temperature": 1.0, "seed": 3, "stop": ["5", "A"]}
    assert run("rollout.py", rollout(tmp_path, prompts(5), "cut", sampling=sampling))[0] == 0
    count = 0
    for key, row in answers(tmp_path / "cut").items():
        long = free[key]["completion"]
        places = [place for place in (long.find("5"), long.find("A")) if place >= 0]
        assert row["completion"] == (long[: min(places)] if places else long)
        count += bool(places)
    assert count > 3


def test_a_killed_worker_is_continued_to_the_same_bytes(tmp_path: Path) -> None:
    rows = prompts(40)
    assert run("rollout.py", rollout(tmp_path, rows, "whole"))[0] == 0
    spec = rollout(tmp_path, rows, "killed")
    process = start("rollout.py", spec)
    out = tmp_path / "killed"
    while process.poll() is None and len(list(out.glob("*.jsonl"))) < 4:
        time.sleep(0.01)
    process.kill()
    process.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in out.glob("*.jsonl") if path.name != "progress.jsonl"}
    assert 2 < len(kept) < 20 and not (out / "manifest.json").exists()
    assert run("rollout.py", spec)[0] == 0
    assert shards(out) == shards(tmp_path / "whole")
    assert all((out / name).stat().st_mtime_ns == time for name, time in kept.items()), "what was there is kept"


@pytest.mark.parametrize("damage", ["cut", "other", "gone"])
def test_a_damaged_shard_is_drawn_again(tmp_path: Path, damage: str) -> None:
    spec = rollout(tmp_path, prompts(4))
    assert run("rollout.py", spec)[0] == 0
    whole = shards(tmp_path / "out")
    name, before = next(iter(whole.items()))
    path = tmp_path / "out" / name
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(before[:-20] if damage == "cut" else before.replace(b"stop", b"spot").replace(b"leng", b"gnel"))
    assert run("rollout.py", spec)[0] == 0
    assert shards(tmp_path / "out") == whole


@pytest.mark.parametrize("by_hand", [True, False])
def test_under_torchrun(tmp_path: Path, by_hand: bool) -> None:
    assert run("rollout.py", rollout(tmp_path, prompts(9), "alone"))[0] == 0
    spec = rollout(tmp_path, prompts(9), "ranks", actors={"count": 2})
    if by_hand:
        command = [sys.executable, "-m", "torch.distributed.run", *LOOPBACK, "--nproc-per-node=2"]
        subprocess.run([*command, str(WORKERS / "rollout.py"), "--spec", str(spec)], check=True, timeout=300)
    else:
        assert run("rollout.py", spec)[0] == 0
    assert shards(tmp_path / "ranks") == shards(tmp_path / "alone")


class FakeVLLM(types.ModuleType):
    """Answers as vLLM's documentation says that it does; it checks our call and says nothing about vLLM."""

    def __init__(self) -> None:
        super().__init__("vllm")
        self.engines: list[dict[str, Any]] = []
        self.requests: list[tuple[Any, Any]] = []
        module = self

        class SamplingParams:
            def __init__(self, **options: Any) -> None:
                self.__dict__ |= options

        class LLM:
            def __init__(self, **options: Any) -> None:
                module.engines.append(options)

            def generate(self, prompts: Any, parameters: Any, use_tqdm: bool) -> Any:
                module.requests += list(zip(prompts, parameters, strict=True))
                chosen = types.SimpleNamespace(logprob=-0.5)
                output = types.SimpleNamespace(token_ids=[30, 31, 0], logprobs=[{30: chosen}, {31: chosen}, {0: chosen}])
                return [types.SimpleNamespace(outputs=[output]) for _ in prompts]

        self.SamplingParams, self.LLM = SamplingParams, LLM


def test_what_vllm_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeVLLM()
    monkeypatch.setitem(sys.modules, "vllm", fake)
    sampling = Sampling(sample_count=2, temperature=0.5, top_p=0.9, max_tokens=7, stop=("#",), seed=9)
    backend = Backend(name="vllm", device="cuda", dtype="bfloat16", options={"tensor_parallel_size": 2})
    shard = Shard("n", (Prompt("a", "one", (0, 2)), Prompt("b", "two", (1,))))
    rows = ShardWriter(MODEL, sampling, backend).rows(shard)
    assert [(row["id"], row["sample_index"]) for row in rows] == [("a", 0), ("a", 2), ("b", 1)]
    assert rows[0]["log_probability"] == -1.5 and rows[0]["token_ids"] == [30, 31, 0]
    (engine,) = fake.engines
    assert engine["tensor_parallel_size"] == 2 and engine["dtype"] == "bfloat16" and engine["model"] == str(MODEL)
    assert engine["logprobs_mode"] == "raw_logprobs" and engine["enable_prefix_caching"]
    asked = [parameters for _, parameters in fake.requests]
    assert [p.seed for p in asked] == [derived(9, key, sample) >> 1 for key, sample in [("a", 0), ("a", 2), ("b", 1)]]
    assert all(0 <= p.seed < 1 << 63 and p.n == 1 and p.stop == ["#"] and p.max_tokens == 7 for p in asked)
    assert fake.requests[0][0] == fake.requests[1][0] != fake.requests[2][0]


def test_vllm_that_is_not_installed_is_a_bad_spec(tmp_path: Path) -> None:
    spec = rollout(tmp_path, prompts(1), backend={"name": "vllm", "device": "cuda"})
    status, output = run("rollout.py", spec)
    assert status == 2 and "not installed here" in output


@pytest.mark.parametrize(
    ("process", "gpus", "visible", "expected"),
    [(0, 1, None, "0"), (3, 1, None, "3"), (1, 2, None, "2,3"), (1, 1, "4,6", "6"), (1, 2, "4,5,6,7", "6,7")],
)
def test_devices(process: int, gpus: int, visible: str | None, expected: str) -> None:
    assert visible_devices(process, gpus, visible) == expected


def test_too_few_devices() -> None:
    with pytest.raises(SpecError, match="the 1 devices"):
        visible_devices(1, 1, "4")


def test_ends_of_line_in_an_answer_are_none() -> None:
    shard = Shard("n", (Prompt("a", "x", (0,)),))
    row = {"id": "a", "sample_index": 0, "completion": "1\u2028\x85\x0b2\n"}
    assert shard.is_answered_by(content([row]))
    assert not shard.is_answered_by(content([row])[:-1]) and not shard.is_answered_by(content([row, row]))


def test_whole_numbers_are_ids_too(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "p", [{"id": 7, "prompt": "x", "more": 1}])
    assert read_prompts(path, 2) == [Prompt(7, "x", (0, 1))]
