"""The way into a Ray cluster."""

import os
from pathlib import Path
from typing import Any


def connect(ray: Any) -> None:
    """Joins the cluster that `RAY_ADDRESS` names, or this machine's. The entrypoint of a job has these files in its
    working folder already, on every node; a driver that was started by hand sends them along."""
    options: dict[str, Any] = {"address": "auto", "log_to_driver": False, "logging_level": "WARNING"}
    if "RAY_JOB_CONFIG_JSON_ENV_VAR" not in os.environ:
        folder = Path(__file__).resolve().parent.parent
        options["runtime_env"] = {"working_dir": str(folder), "excludes": ["tests", "__pycache__"]}
    ray.init(**options)
