"""What the tests share: a tiny model, a way to run a worker, and a Ray head on loopback."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

WORKERS = Path(__file__).resolve().parent.parent
# A Llama of two layers with random weights, and rows to train it on; made by Tests/Parity/training.py.
MODEL = WORKERS.parent / "Tests" / "LanguageModelTests" / "Fixtures" / "trl"
sys.path.insert(0, str(WORKERS))


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value))
    return path


def write_lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def lines(path: Path) -> list[Any]:
    return [json.loads(text) for text in path.read_text().split("\n") if text]


def prompts(count: int) -> list[dict[str, Any]]:
    return [{"id": f"q{number}", "prompt": f"Question: {number} + 3 = ?\nAnswer:"} for number in range(count)]


def start(script: str, spec: Path, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(WORKERS / script), "--spec", str(spec)],
        env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def run(script: str, spec: Path, **environment: str) -> tuple[int, str]:
    process = start(script, spec, **environment)
    output, _ = process.communicate(timeout=1500)
    return process.returncode, output


def shards(folder: Path) -> dict[str, bytes]:
    """Every file that the manifest names, by its name."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return {row["file"]: (folder / row["file"]).read_bytes() for row in manifest["shards"]}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RayHead:
    """A head with token authentication that listens on loopback only, and the processes it consists of."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rh", dir="/tmp"))
        self.token = secrets.token_hex(32)
        self.token_file = self.folder / "token"
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(self.token)
        self.port, self.dashboard = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            # Without the first, Ray listens on every interface, whatever address it is given.
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token_file),
            "RAY_ADDRESS": f"127.0.0.1:{self.port}",
            "RAY_USAGE_STATS_ENABLED": "0",
        }

    def start(self) -> None:
        environment = {key: value for key, value in self.environment.items() if key != "RAY_ADDRESS"}
        session = self.folder / secrets.token_hex(2)
        ray = Path(sys.executable).with_name("ray")
        self.process = subprocess.Popen(
            [
                ray, "start", "--head", "--block", "--node-ip-address", "127.0.0.1", "--port", str(self.port),
                "--dashboard-host", "127.0.0.1", "--dashboard-port", str(self.dashboard), "--num-cpus", "4",
                "--object-store-memory", "200000000", "--temp-dir", session, "--disable-usage-stats",
            ],
            env=os.environ | environment, stdout=(self.folder / "log").open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        end = time.monotonic() + 600
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.5)

    def _answers(self) -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.dashboard}/api/version", headers={"Authorization": f"Bearer {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def processes(self) -> list[psutil.Process]:
        if self.process is None:
            return []
        try:
            return [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        except psutil.NoSuchProcess:
            return []

    def worker(self, title: str) -> psutil.Process | None:
        """A process of this head whose title begins with `ray::` and holds `title`."""
        for process in self.processes():
            try:
                name = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if name.startswith("ray::") and title in name and "IDLE" not in name:
                return process
        return None

    def kill(self) -> None:
        """As a power cut does it."""
        processes = self.processes()
        for process in processes:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass
        psutil.wait_procs(processes, timeout=20)
        if self.process is not None:
            self.process.wait()
        self.process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def head() -> Iterator[RayHead]:
    head = RayHead()
    try:
        head.start()
        yield head
    finally:
        head.remove()
