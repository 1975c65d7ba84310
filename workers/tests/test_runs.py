"""Whole runs of `reversal` on the real things: a Ray cluster in which everything dies once, and `transformers serve`."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import WORKERS, RayHead, free_port

REVERSAL = Path(os.environ.get("REVERSAL", WORKERS.parent / ".build" / "release" / "reversal"))
# The model that `reversal demo` begins with.
BASE = WORKERS.parent / "Sources" / "Engines" / "Native" / "M0"

pytestmark = pytest.mark.skipif(not REVERSAL.exists(), reason=f"{REVERSAL} is not built")


def reversal(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(REVERSAL), *map(str, arguments)], env=os.environ | environment, text=True, capture_output=True, check=False
    )


def configuration(folder: Path, name: str, iterations: int, sections: dict[str, Any]) -> Path:
    """JSON is YAML."""
    for split, count in (("train", 12), ("test", 8)):
        problems = reversal("problems", "--split", split, "--count", count, "--seed", 5)
        (folder / f"{split}.jsonl").write_text(problems.stdout)
    settings = {
        "task": "arithmetic",
        "model": str(BASE),
        "data": {"train": "train.jsonl", "test": "test.jsonl"},
        "method": "sft-dpo",
        "iterations": iterations,
        "sampling": {"n": 6, "max_tokens": 60},
        "evaluation": {"samples": 2, "questions": 4, "first_iteration_samples": 4},
        "training": {
            "first": {"epochs": 4, "learning_rate": 1e-3, "batch_tokens": 400},
            "sft": {"epochs": 2, "learning_rate": 3e-4, "batch_tokens": 400},
            "dpo": {"epochs": 2, "learning_rate": 1e-5, "batch_pairs": 4},
        },
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(settings | sections))
    return path


def workers(engine: str, folder: Path, **more: Any) -> dict[str, Any]:
    connection = {"engine": engine, "python": sys.executable, "folder": str(folder)} | more
    return {
        "sampler": connection | {"actors": 2, "shard_samples": 12},
        "trainer": connection | {"processes": 2, "save_every": 1, "batch_rows": 4, "micro_rows": 2},
    }


def content(run: Path) -> list[str]:
    parts = [["--completions"], ["--problems"], *(["--training-set", str(step)] for step in (1, 2, 3))]
    return [reversal("export", run, *part).stdout for part in parts]


def shards(work: Path) -> dict[str, bytes]:
    """The answers' files by their names, which say what they are answers to."""
    return {path.name: path.read_bytes() for path in work.glob("rollouts/*/*.jsonl") if len(path.stem) > 20}


def until(found: Any, what: str, process: "subprocess.Popen[str]") -> Any:
    end = time.monotonic() + 900
    while (value := found()) is None:
        assert process.poll() is None, f"the run ended before {what}"
        assert time.monotonic() < end, f"no {what}"
        time.sleep(0.02)
    return value


def driver(head: RayHead) -> psutil.Process | None:
    for process in head.processes():
        try:
            command = process.cmdline()
        except psutil.Error:
            continue
        if any(part.endswith("rollout.py") for part in command) and "--spec" in command:
            return process
    return None


def test_a_run_on_ray_in_which_everything_dies_once(head: RayHead, tmp_path: Path) -> None:
    """It ends with an audit, and with the shards, rows and models of a run on this machine without Ray."""
    calm = configuration(tmp_path, "calm", 3, workers("torchrun", tmp_path / "work-calm"))
    finished = reversal("run", calm, "--out", tmp_path / "calm")
    assert finished.returncode == 0, finished.stderr
    address = f"http://127.0.0.1:{head.dashboard}"
    rough = configuration(
        tmp_path, "rough", 3, workers("ray", tmp_path / "work-rough", url=address, token_file=str(head.token_file))
    )
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [str(REVERSAL), "run", str(rough), "--out", str(tmp_path / "rough")], text=True, stdout=log, stderr=log
        )
        try:
            until(lambda: head.worker("RayTrainWorker"), "training process", process).kill()
            until(lambda: head.worker("RayShardWriter"), "actor", process).kill()
            done = set((tmp_path / "work-rough" / "rollouts").glob("*/manifest.json"))
            until(
                lambda: set((tmp_path / "work-rough" / "rollouts").glob("*/manifest.json")) - done or None,
                "end of the answers whose actor was killed", process,
            )  # fmt: skip
            until(lambda: driver(head), "driver", process).kill()
            time.sleep(5)
            until(lambda: driver(head), "driver after the one that was killed", process)
            head.kill()
            head.start()
            process.wait(timeout=3000)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0, (tmp_path / "log").read_text()[-2000:]
    assert shards(tmp_path / "work-rough") == shards(tmp_path / "work-calm")
    assert content(tmp_path / "rough") == content(tmp_path / "calm")
    for file in ("checkpoints/M3/model.safetensors", "audit.json"):
        assert (tmp_path / "rough" / file).read_bytes() == (tmp_path / "calm" / file).read_bytes(), file
    audit = json.loads((tmp_path / "rough" / "audit.json").read_text())
    print(f"the verdict is {audit['verdict']['overall']}; {len(shards(tmp_path / 'work-rough'))} shards")
    assert audit["iterations"] == [1, 2, 3]
    assert reversal("fsck", tmp_path / "rough").returncode == 0
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        assert head.token.encode() not in path.read_bytes(), path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    # Without such a folder its list of models is an error.
    (tmp_path / "cache").mkdir()
    with (tmp_path / "served.log").open("w") as log:
        process = subprocess.Popen(
            [
                Path(sys.executable).with_name("transformers"), "serve", "--device", "cpu", "--host", "127.0.0.1",
                "--port", str(port),
            ],
            env=os.environ | {"HF_HUB_CACHE": str(tmp_path / "cache")}, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        end = time.monotonic() + 300
        try:
            while True:
                assert process.poll() is None and time.monotonic() < end, (tmp_path / "served.log").read_text()
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5):
                        break
                except urllib.error.HTTPError as error:
                    raise AssertionError((tmp_path / "served.log").read_text()) from error
                except OSError:
                    time.sleep(0.5)
            yield port
        finally:
            process.terminate()
            threading.Timer(20, process.kill).start()
            process.wait()


def test_a_run_on_transformers_serve(served: int, tmp_path: Path) -> None:
    """Trained by the embedded engine, answered by the server, whatever it ignores."""
    server = {
        "engine": "endpoint", "url": f"http://127.0.0.1:{served}/v1", "model": str(tmp_path / "run/checkpoints/M{t}"),
        "api": "completions", "concurrency": {"initial": 2, "max": 4},
    }  # fmt: skip
    path = configuration(tmp_path, "served", 2, {"method": "sft", "sampler": server})
    finished = reversal("run", path, "--out", tmp_path / "run")
    log = (tmp_path / "served.log").read_text()[-3000:]
    assert finished.returncode == 0, finished.stderr + log
    rows = [json.loads(text) for text in reversal("export", tmp_path / "run", "--completions").stdout.splitlines()]
    print(f"{len(rows)} answers; said: {finished.stderr.splitlines()}")
    assert {row["iteration"] for row in rows} == {1, 2} and any(row["completion"] for row in rows)
    assert json.loads((tmp_path / "run" / "audit.json").read_text())["iterations"] == [1, 2]
    assert reversal("fsck", tmp_path / "run").returncode == 0
