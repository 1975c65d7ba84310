"""The workers under a Ray head of their own, with token authentication, and what dies there in turn."""

import ipaddress
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import RayHead, lines, prompts, run, shards, start
from test_rollout import rollout
from test_train import losses, training, weights

PROMPTS = prompts(40)
SAMPLING = {"sample_count": 5, "max_tokens": 64, "temperature": 1.0, "seed": 3}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shards that every one of these ends with, drawn without Ray."""
    folder = tmp_path_factory.mktemp("whole")
    assert run("rollout.py", rollout(folder, PROMPTS, sampling=SAMPLING))[0] == 0
    return folder / "out"


def on_ray(folder: Path, **changes: Any) -> Path:
    return rollout(folder, PROMPTS, engine="ray", sampling=SAMPLING, actors={"count": 2}, **changes)


def wait_for_shards(folder: Path, count: int) -> None:
    end = time.monotonic() + 900
    while len([path for path in folder.glob("*.jsonl") if path.name != "progress.jsonl"]) < count:
        assert time.monotonic() < end, "no shard comes"
        time.sleep(0.02)


def wait_for_steps(folder: Path, count: int) -> None:
    end = time.monotonic() + 900
    log = folder / "progress.jsonl"
    while not log.exists() or len(log.read_text().splitlines()) < count:
        assert time.monotonic() < end, "no step is done"
        time.sleep(0.02)


def worker(head: RayHead, title: str) -> psutil.Process:
    end = time.monotonic() + 300
    while (found := head.worker(title)) is None:
        assert time.monotonic() < end, f"no process is called {title}"
        time.sleep(0.1)
    return found


def test_everything_listens_on_loopback_only(head: RayHead) -> None:
    addresses = {
        ipaddress.ip_address(connection.laddr.ip)
        for process in head.processes()
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses and all(
        (getattr(address, "ipv4_mapped", None) or address).is_loopback for address in addresses
    ), addresses


def test_an_actor_is_killed(head: RayHead, tmp_path: Path, whole: Path) -> None:
    process = start("rollout.py", on_ray(tmp_path), **head.environment)
    wait_for_shards(tmp_path / "out", 2)
    worker(head, "RayShardWriter").kill()
    output, _ = process.communicate(timeout=1200)
    assert process.returncode == 0, output
    assert shards(tmp_path / "out") == shards(whole)


def test_the_driver_is_killed(head: RayHead, tmp_path: Path, whole: Path) -> None:
    spec = on_ray(tmp_path)
    process = start("rollout.py", spec, **head.environment)
    wait_for_shards(tmp_path / "out", 2)
    process.kill()
    process.communicate()
    assert not (tmp_path / "out" / "manifest.json").exists()
    status, output = run("rollout.py", spec, **head.environment)
    assert status == 0, output
    assert shards(tmp_path / "out") == shards(whole)


def test_a_training_rank_is_killed(head: RayHead, tmp_path: Path) -> None:
    changes = {"training": {"learning_rate": 1e-3, "batch_rows": 4, "epochs": 8, "seed": 5}}
    assert run("train.py", training(tmp_path, "sft", "whole", 2, changes))[0] == 0
    spec = training(tmp_path, "sft", "killed", 2, changes | {"engine": "ray"})
    process = start("train.py", spec, **head.environment)
    wait_for_steps(tmp_path / "killed", 20)
    worker(head, "RayTrainWorker").kill()
    output, _ = process.communicate(timeout=1200)
    assert process.returncode == 0, output
    steps = [row["completed"] for row in lines(tmp_path / "killed" / "progress.jsonl") if "loss" in row]
    assert len(steps) > len(set(steps)) == 160, "some steps are done twice"
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")


def test_the_head_is_killed(head: RayHead, tmp_path: Path, whole: Path) -> None:
    spec = on_ray(tmp_path)
    process = start("rollout.py", spec, **head.environment)
    try:
        wait_for_shards(tmp_path / "out", 2)
        head.kill()
        # It may hang on to a head that is gone for as long as it likes; what lies on disk decides.
        time.sleep(2)
    finally:
        process.kill()
        process.communicate()
    assert not (tmp_path / "out" / "manifest.json").exists()
    head.start()
    status, output = run("rollout.py", spec, **head.environment)
    assert status == 0, output
    assert shards(tmp_path / "out") == shards(whole)
