"""The sbatch template on one node, with stand-ins for Slurm's own commands: it says nothing about Slurm itself."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import WORKERS, prompts, run, shards
from test_rollout import rollout

# Runs what is left after srun's options; of those only --chdir matters here.
SRUN = """#!/bin/bash
while [[ $1 == --* ]]; do [[ $1 == --chdir=* ]] && cd "${1#--chdir=}"; shift; done
exec "$@"
"""


@pytest.mark.parametrize(("rows", "status"), [(4, 0), (0, 4)])
def test_the_template(tmp_path: Path, rows: int, status: int) -> None:
    stand_ins = tmp_path / "bin"
    stand_ins.mkdir()
    for name, text in [
        ("srun", SRUN), ("scontrol", "#!/bin/sh\necho node1\n"), ("hostname", "#!/bin/sh\necho 127.0.0.1\n"),
    ]:  # fmt: skip
        (stand_ins / name).write_text(text)
        (stand_ins / name).chmod(0o755)
    spec = rollout(tmp_path, prompts(rows) if rows else [{"id": "a"}], engine="ray")
    environment = os.environ | {
        "PATH": f"{stand_ins}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "SLURM_JOB_ID": str(os.getpid()),
        "SLURM_JOB_NODELIST": "node1",
        "SLURM_SUBMIT_DIR": str(WORKERS.parent),
        "SLURM_CPUS_PER_TASK": "2",
        "PYTHON": sys.executable,
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    }
    template = WORKERS.parent / "examples" / "ray-on-slurm.sbatch"
    before = {process.pid for process in psutil.process_iter()}
    found = subprocess.run(
        ["bash", template, "rollout.py", spec], env=environment, text=True, capture_output=True, timeout=1500
    )
    assert found.returncode == status, found.stdout + found.stderr
    assert list(tmp_path.glob(".ray-token*")) == []
    left = [process for process in psutil.process_iter(["pid", "cmdline"]) if process.pid not in before]
    assert not [process for process in left if "gcs_server" in " ".join(process.info["cmdline"] or [])]
    if status == 0:
        assert run("rollout.py", rollout(tmp_path, prompts(rows), "alone"))[0] == 0
        assert shards(tmp_path / "out") == shards(tmp_path / "alone")
