"""Training rows, in TRL's formats, as tokens."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reversal_workers.contract import DataError
from reversal_workers.prompts import read_rows
from reversal_workers.specs import TrainSpec
from reversal_workers.tokens import TextTokenizer


@dataclass(frozen=True)
class TrainingRows:
    """What a trainer of TRL takes as prepared: `input_ids` and `labels`, or `prompt_ids`, `chosen_ids`, `rejected_ids`."""

    rows: list[dict[str, list[int]]]
    token_count: int

    @property
    def mean_tokens(self) -> float:
        return self.token_count / len(self.rows)


class RowReader:
    """Tokenises rows {"prompt","completion"} or {"prompt","chosen","rejected"}. A text that was sampled keeps its tokens
    where the row has them, under "completion_ids" or "chosen_ids" and "rejected_ids". Every answer ends with the
    end-of-sequence token."""

    def __init__(self, tokenizer: TextTokenizer, path: Path) -> None:
        self.tokenizer = tokenizer
        self.path = path

    def read(self, method: str) -> TrainingRows:
        rows: list[dict[str, list[int]]] = []
        count = 0
        answers = ("completion",) if method == "sft" else ("chosen", "rejected")
        for number, row in read_rows(self.path, ("prompt", *answers)):
            where = f"{self.path}:{number}"
            pairs = [self._split(row, answer, where) for answer in answers]
            count += sum(len(prompt) + len(completion) for prompt, completion in pairs)
            if method == "sft":
                ((prompt, completion),) = pairs
                rows.append({"input_ids": prompt + completion, "labels": [-100] * len(prompt) + completion})
            else:
                (prompt, chosen), (other, rejected) = pairs
                if prompt != other:
                    # Prompt and answer are tokenised together, and a token may reach over the seam.
                    raise DataError(f"{where}: the prompt has other tokens before 'chosen' than before 'rejected'")
                rows.append({"prompt_ids": prompt, "chosen_ids": chosen, "rejected_ids": rejected})
        if not rows:
            raise DataError(f"{self.path}: holds no row; give at least one")
        return TrainingRows(rows, count)

    def _split(self, row: dict[str, Any], answer: str, where: str) -> tuple[list[int], list[int]]:
        prompt = self.tokenizer.ids(row["prompt"])
        if not prompt:
            raise DataError(f"{where}: the prompt has no token; give it a text")
        sampled = row.get(f"{answer}_ids")
        if sampled is None:
            ids = self.tokenizer.ids(row["prompt"] + row[answer])
            prompt, completion = ids[: len(prompt)], ids[len(prompt) :]
        else:
            if not isinstance(sampled, list) or not all(
                type(item) is int and 0 <= item < self.tokenizer.vocabulary_size for item in sampled
            ):
                raise DataError(f"{where}: '{answer}_ids' is no list of the model's tokens")
            completion = sampled
        if not completion or completion[-1] != self.tokenizer.end_token:
            completion = [*completion, self.tokenizer.end_token]
        if len(prompt) + len(completion) > self.tokenizer.limit:
            raise DataError(
                f"{where}: has {len(prompt) + len(completion)} tokens, and the model takes {self.tokenizer.limit}; "
                "shorten or drop it"
            )
        return prompt, completion


@dataclass(frozen=True)
class Batches:
    """How rows become steps: `rows` = processes × `micro` × `accumulation`."""

    rows: int
    micro: int
    accumulation: int
    steps: int
    # Rows that the last step of an epoch takes a second time, since every process needs as many.
    repeated: int

    @staticmethod
    def of(spec: TrainSpec, data: TrainingRows) -> "Batches":
        processes = spec.processes.count
        rows = spec.training.batch_rows
        if rows is None:
            rows = processes * max(1, int(spec.training.batch_tokens / data.mean_tokens) // processes)
        share = rows // processes
        micro = max(size for size in range(1, min(share, spec.processes.micro_rows) + 1) if share % size == 0)
        count = len(data.rows)
        return Batches(
            rows=rows, micro=micro, accumulation=share // micro, steps=spec.training.epochs * -(-count // rows),
            repeated=-count % (processes * micro),
        )
