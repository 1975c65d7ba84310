"""Where results lie. This is the one place that knows it: object storage such as S3 would be another `Storage`, whose
`put` is a conditional write (If-None-Match) and whose `local` fetches a folder, and `open_storage` would choose it."""

import fcntl
import os
import shutil
import uuid
from pathlib import Path


class UnsupportedStorage(ValueError):
    """An address of a storage that is not there yet."""


class Storage:
    """A folder on a file system that all machines share under the same path."""

    PARTIAL = ".partial"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def read_if_present(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, content: bytes) -> None:
        """Writes a file whole or not at all; one that is there already stays, so that of two attempts at the same
        work the first one's result counts for both."""
        partial = self._write(content)
        try:
            os.link(partial, self.folder / name)
        except FileExistsError:
            pass
        except OSError:
            # No hard links on this file system: the later of two equal files stays.
            os.rename(partial, self.folder / name)
            sync(self.folder)
            return
        os.unlink(partial)
        sync(self.folder)

    def replace(self, name: str, content: bytes) -> None:
        """As `put`, but the new content counts."""
        os.rename(self._write(content), self.folder / name)
        sync(self.folder)

    def append(self, name: str, text: str) -> None:
        """Adds whole lines; those of several writers do not mix."""
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)

    def new_folder(self) -> Path:
        """A folder to write a result of several files in, for `put_folder`."""
        folder = self.folder / self.PARTIAL / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder

    def put_folder(self, partial: Path, name: str) -> None:
        """Gives a folder of `new_folder` its name; one of that name that is there already stays."""
        for path in [*partial.rglob("*"), partial]:
            sync(path)
        try:
            os.rename(partial, self.folder / name)
        except OSError:
            if not (self.folder / name).is_dir():
                raise
            shutil.rmtree(partial)
        sync(self.folder)

    def lock(self) -> int | None:
        """Keeps others from doing the same work at the same time until this process ends. The descriptor that holds
        the lock; None on a file system without locks. Raises `BlockingIOError` where somebody has it."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise
        except OSError:
            os.close(descriptor)
            return None
        return descriptor

    def remove_partial(self) -> None:
        """Removes what attempts that were killed have left. Called when the result is whole: nobody needs it then."""
        shutil.rmtree(self.folder / self.PARTIAL, ignore_errors=True)

    def _write(self, content: bytes) -> Path:
        parent = self.folder / self.PARTIAL
        parent.mkdir(exist_ok=True)
        partial = parent / uuid.uuid4().hex
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return partial


def sync(path: Path) -> None:
    """Makes a file's content, or a folder's names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def local(address: str) -> Path:
    """The path of an address on this machine."""
    if "://" in address:
        raise UnsupportedStorage(f"{address}: only paths of a shared file system are supported; give a path")
    if not address.startswith("/"):
        raise UnsupportedStorage(f"{address}: is no absolute path, which every machine would take for another place")
    return Path(address)


def open_storage(address: str) -> Storage:
    return Storage(local(address))
