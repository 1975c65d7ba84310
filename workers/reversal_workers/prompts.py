"""Prompts and their division into shards."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reversal_workers.contract import DataError, line, name
from reversal_workers.specs import RolloutSpec


@dataclass(frozen=True)
class Prompt:
    id: str | int
    text: str
    samples: tuple[int, ...]


@dataclass(frozen=True)
class Shard:
    name: str
    prompts: tuple[Prompt, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @property
    def sample_count(self) -> int:
        return sum(len(prompt.samples) for prompt in self.prompts)

    def is_answered_by(self, content: bytes) -> bool:
        """Whether a file holds every sample of the shard once, in order."""
        if not content.endswith(b"\n"):
            return False
        try:
            # Not splitlines(): texts may hold what Unicode counts as an end of line.
            rows = [json.loads(text) for text in content.decode().split("\n")[:-1]]
            found = [(row["id"], row["sample_index"]) for row in rows]
        except (ValueError, TypeError, KeyError):
            return False
        return found == [(prompt.id, sample) for prompt in self.prompts for sample in prompt.samples]


def read_rows(path: Path, keys: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Numbered objects of a JSON Lines file that have texts under `keys`."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    for number, text in enumerate(content.split("\n"), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except ValueError as error:
            raise DataError(f"{path}:{number}: is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise DataError(f"{path}:{number}: is no object")
        for key in keys:
            if not isinstance(row.get(key), str):
                raise DataError(f"{path}:{number}: '{key}' is missing or no text")
        yield number, row


def read_prompts(path: Path, sample_count: int) -> list[Prompt]:
    """Rows {"id","prompt"}, with "sample_indices" where only some samples are wanted."""
    prompts: list[Prompt] = []
    seen: set[str] = set()
    for number, row in read_rows(path, ("prompt",)):
        where = f"{path}:{number}"
        key = row.get("id")
        if not isinstance(key, str | int) or isinstance(key, bool):
            raise DataError(f"{where}: 'id' is missing or neither a text nor a whole number")
        if str(key) in seen:
            raise DataError(f"{where}: the id '{key}' occurs twice; ids name the random numbers and must be unique")
        seen.add(str(key))
        samples = row.get("sample_indices", list(range(sample_count)))
        if not isinstance(samples, list) or not all(type(item) is int and item >= 0 for item in samples):
            raise DataError(f"{where}: 'sample_indices' is no list of whole numbers from 0")
        if sorted(set(samples)) != samples:
            raise DataError(f"{where}: 'sample_indices' must ascend, each once")
        if samples:
            prompts.append(Prompt(key, row["prompt"], tuple(samples)))
    return prompts


def shards(prompts: list[Prompt], digest: str, spec: RolloutSpec) -> list[Shard]:
    """Prompts in their order, as many a shard as make up about `shard_samples` samples. A shard's name says what is in
    it: weights, prompts and samples, parameters, seed, and what of the backend may move a result."""
    parameters = [dataclasses.asdict(spec.sampling) | {"sample_count": None}, dataclasses.asdict(spec.backend)]

    def shard(part: list[Prompt]) -> Shard:
        return Shard(name(digest, [dataclasses.astuple(prompt) for prompt in part], parameters), tuple(part))

    found: list[Shard] = []
    part: list[Prompt] = []
    for prompt in prompts:
        part.append(prompt)
        if sum(len(item.samples) for item in part) >= spec.shard_samples:
            found.append(shard(part))
            part = []
    if part:
        found.append(shard(part))
    return found


def content(rows: list[dict[str, Any]]) -> bytes:
    return "".join(line(row) + "\n" for row in rows).encode()
