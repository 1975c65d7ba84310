"""Several processes of one worker on this machine."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

# A rendezvous on loopback alone: the processes are all here.
LOOPBACK = ["--nnodes=1", "--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0", "--local-addr=127.0.0.1"]


def is_process() -> bool:
    """Whether torchrun, or Ray Train, has started this one among others."""
    return "RANK" in os.environ


def leave_group() -> None:
    """Makes this process one that works for itself: vLLM would take torchrun's variables for its own."""
    for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
        os.environ.pop(name, None)


def run_torchrun(script: str, spec: Path, count: int, restarts: int, attempt: str) -> None:
    """Runs `count` processes of `script`. Where one dies they are all started again, by a torchrun of its own: one that
    restarts them itself hands on the rendezvous of the dead ones, and the new ones may wait for those."""
    command = [
        sys.executable, "-m", "torch.distributed.run", *LOOPBACK, f"--nproc-per-node={count}", "--max-restarts=0",
        script, "--spec", str(spec.resolve()),
    ]  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    for _ in range(restarts + 1):
        status = _run(command, os.environ | {"REVERSAL_ATTEMPT": attempt})
        if status == 0:
            return
    raise RuntimeError(f"torchrun ended with status {status}, {restarts + 1} times; its messages are above")


def _run(command: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=environment, preexec_fn=_end_with_parent)
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _end_with_parent() -> None:
    """In a child: asks the system to end it when its parent dies, however that happens, so that nothing is left at
    work beside the next attempt. Linux has this; elsewhere a parent that is killed leaves its children."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
