"""Tokenisation as Reversal's own engine does it: prompt and completion together, special tokens as the tokenizer adds
them, and the completion's tokens those past the prompt's own count."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reversal_workers.contract import DataError

# Tokens of the prompt that are decoded before an answer's, since some tokenizers treat the first token of a text apart.
CONTEXT = 4


class TextTokenizer:
    """A model folder's tokenizer."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoConfig, AutoTokenizer, GenerationConfig

        try:
            self.config: Any = AutoConfig.from_pretrained(folder, local_files_only=True)
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # whatever a foreign folder makes the library raise
            raise DataError(f"{folder}: cannot be read as a model: {error}") from error
        ends = self.config.eos_token_id
        if (folder / "generation_config.json").is_file():
            generation = GenerationConfig.from_pretrained(folder, local_files_only=True)
            ends = generation.eos_token_id if generation.eos_token_id is not None else ends
        listed = [] if ends is None else [ends] if isinstance(ends, int) else list(ends)
        if not listed:
            raise DataError(f"{folder}: config.json has no eos_token_id; answers would never end")
        self.ends = frozenset(listed)
        self.end_token: int = listed[0]
        self.limit: int = self.config.get_text_config().max_position_embeddings
        self.vocabulary_size: int = self.config.get_text_config().vocab_size

    def ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text)["input_ids"])

    def prompt(self, key: str | int, text: str) -> list[int]:
        ids = self.ids(text)
        if not ids:
            raise DataError(f"the prompt '{key}' is empty; give it at least one token")
        if len(ids) >= self.limit:
            raise DataError(
                f"the prompt '{key}' has {len(ids)} tokens, and the model takes {self.limit} with the answer; "
                "shorten the prompt"
            )
        return ids

    def completion(self, prompt: Sequence[int], ids: Sequence[int]) -> str:
        """The text of tokens that follow a prompt."""
        context = list(prompt[-CONTEXT:])
        return self._text([*context, *ids])[len(self._text(context)) :]

    def _text(self, ids: Sequence[int]) -> str:
        text = self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(text)
