import json
import os
from pathlib import Path

import pytest

from reversal_workers import contract
from reversal_workers.contract import DataError, Progress, SpecError
from reversal_workers.storage import Storage, UnsupportedStorage, local


def test_the_first_of_two_attempts_counts(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "out")
    storage.put("a", b"first")
    storage.put("a", b"second")
    assert storage.read_if_present("a") == b"first"
    storage.replace("a", b"third")
    assert storage.read_if_present("a") == b"third"
    assert list((tmp_path / "out" / ".partial").iterdir()) == []


def test_without_hard_links_the_file_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*paths: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    storage = Storage(tmp_path)
    storage.put("a", b"content")
    assert storage.read_if_present("a") == b"content"


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    for text in ("one", "two"):
        partial = storage.new_folder()
        (partial / "file").write_text(text)
        storage.put_folder(partial, "model")
    assert (tmp_path / "model" / "file").read_text() == "one"


def test_one_at_a_time(tmp_path: Path) -> None:
    held = Storage(tmp_path).lock()
    assert held is not None
    with pytest.raises(BlockingIOError):
        Storage(tmp_path).lock()
    os.close(held)
    assert Storage(tmp_path).lock() is not None


def test_object_storage_is_refused_in_its_one_place() -> None:
    with pytest.raises(UnsupportedStorage, match="shared file system"):
        local("s3://bucket/path")


def test_the_digest_of_a_model_is_that_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DataError, match="safetensors"):
        contract.model_digest(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"1")
    first = contract.model_digest(tmp_path)
    (tmp_path / "README.md").write_text("words")
    (tmp_path / "manifest.json").write_text("{}")
    assert contract.model_digest(tmp_path) == first
    (tmp_path / "model.safetensors").write_bytes(b"2")
    assert contract.model_digest(tmp_path) != first


@pytest.mark.parametrize(
    ("error", "status"), [(SpecError("a\nb"), 2), (DataError("a"), 4), (OSError("a"), 3), (KeyError("a"), 3)]
)
def test_exit_status(error: Exception, status: int, tmp_path: Path) -> None:
    def work() -> None:
        try:
            raise error
        except Exception as inner:
            # As Ray hands on what its workers raised.
            raise RuntimeError("wrapped") from inner

    progress = Progress(Storage(tmp_path), "a1")
    assert contract.exit_status(work, lambda: progress) == status
    (row,) = [json.loads(text) for text in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert (row["exit"], row["attempt"]) == (status, "a1") and "\n" not in row["error"]


def test_a_manifest_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    assert contract.read_manifest(storage) is None
    storage.replace("manifest.json", b"{")
    assert contract.read_manifest(storage) is None
