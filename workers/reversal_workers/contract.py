"""What a worker and whoever started it have agreed on: exit statuses, progress, names, the manifest.

What lies on disk decides, never a job's status: a worker may be killed at any moment and started again, and the second
one does what is left.
"""

import hashlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reversal_workers.storage import Storage

DONE, BAD_SPEC, TRY_AGAIN, BAD_DATA = 0, 2, 3, 4

PROGRESS = "progress.jsonl"
MANIFEST = "manifest.json"


class SpecError(Exception):
    """The specification cannot be carried out as it stands: exit status 2."""


class DataError(Exception):
    """What the specification points at cannot be used: exit status 4."""


def line(value: Any) -> str:
    """One line of JSON with sorted keys, the same bytes for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def model_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a model folder's files: the weights, and all that decides what they say."""
    if not (folder / "config.json").is_file():
        raise DataError(f"{folder}: holds no config.json; give a model folder in the Hugging Face layout")
    # What a training or a conversion left behind says nothing about the model.
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix in {".json", ".safetensors", ".model", ".jinja", ".txt"}
        and path.name not in {MANIFEST, "trainer_state.json"}
    )
    if not any(path.suffix == ".safetensors" for path in files):
        raise DataError(f"{folder}: holds no *.safetensors; give a model folder in the Hugging Face layout")
    return sha256(line([[path.name, file_sha256(path)] for path in files]).encode())


def name(*parts: Any) -> str:
    """The name of a result: by what it was made from, so that the same work has the same name on every attempt."""
    return sha256(line(parts).encode())[:32]


class Progress:
    """Appends to `progress.jsonl`: how far the work is, and why it ended where it did not end well."""

    def __init__(self, storage: Storage, attempt: str) -> None:
        self.storage = storage
        self.attempt = attempt

    def add(self, **fields: Any) -> None:
        row = {"attempt": self.attempt, "time": round(time.time(), 3)} | fields
        self.storage.append(PROGRESS, line(row) + "\n")

    def units(self, completed: int, total: int, unit: str, **fields: Any) -> None:
        self.add(completed=completed, total=total, unit=unit, **fields)


def attempt_name() -> str:
    """Unique among the attempts at a piece of work; `REVERSAL_ATTEMPT` where whoever started this one named it."""
    return os.environ.get("REVERSAL_ATTEMPT") or f"{int(time.time())}-{os.getpid()}"


def write_manifest(storage: Storage, kind: str, shards: list[dict[str, Any]], **fields: Any) -> None:
    """Comes last: a folder that has one, with digests that hold, is done."""
    storage.replace(MANIFEST, (line({"kind": kind, "shards": shards} | fields) + "\n").encode())


def read_manifest(storage: Storage) -> dict[str, Any] | None:
    """The manifest of an earlier attempt; None where there is none, or none that can be read."""
    content = storage.read_if_present(MANIFEST)
    if content is None:
        return None
    try:
        manifest = json.loads(content)
    except ValueError:
        return None
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("shards"), list) else None


def cause(error: BaseException) -> BaseException:
    """What a worker of Ray raised, under the errors that Ray wraps it in."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        if isinstance(found, SpecError | DataError):
            return found
        seen.add(id(found))
        found = getattr(found, "cause", None) or found.__cause__ or found.__context__
    return error


def exit_status(work: Callable[[], None], progress: Callable[[], Progress | None]) -> int:
    """Runs `work` and says in one line why it failed, on standard error and in `progress.jsonl`."""
    try:
        work()
        return DONE
    except Exception as raised:  # whatever it is, the caller needs one of four answers
        error = cause(raised)
        status = BAD_SPEC if isinstance(error, SpecError) else BAD_DATA if isinstance(error, DataError) else TRY_AGAIN
        if status == TRY_AGAIN:
            traceback.print_exception(raised)
        text = " ".join((str(error) or type(error).__name__).split())[:2000]
        print(f"{Path(sys.argv[0]).name}: {text}", file=sys.stderr, flush=True)
        try:
            log = progress()
            if log is not None:
                log.add(error=text, exit=status)
        except Exception as unwritten:  # the storage may be what failed
            print(f"the reason could not be kept: {unwritten}", file=sys.stderr, flush=True)
        return status
