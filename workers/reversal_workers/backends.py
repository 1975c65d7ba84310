"""What computes answers: transformers on any device, vLLM on GPUs. Both are imported where they are used only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from reversal_workers import drawing
from reversal_workers.contract import SpecError
from reversal_workers.drawing import Drawn
from reversal_workers.prompts import Prompt, Shard
from reversal_workers.specs import Backend, Sampling
from reversal_workers.tokens import TextTokenizer


class Generator(Protocol):
    def generate(self, prompts: list[tuple[Prompt, list[int]]]) -> list[list[Drawn]]:
        """The samples of each prompt, in their order."""


class TransformersGenerator:
    """Decodes the samples of one prompt together, in blocks of neighbouring indices: 0..7, 8..15, ….

    A block is always computed whole, whichever of its samples are wanted, and finished samples stay in it: the shapes
    of the matrix products, and with them the order of their sums, depend on the prompt and the sample's index alone.
    So on one kind of machine a sample has the same bits in whatever shard it is drawn, and whatever else is asked.
    """

    def __init__(self, folder: Path, tokenizer: TextTokenizer, sampling: Sampling, backend: Backend) -> None:
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        logging.disable_progress_bar()
        torch.set_num_threads(backend.threads)
        self.torch: Any = torch
        self.tokenizer, self.sampling, self.backend = tokenizer, sampling, backend
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder, dtype=getattr(torch, backend.dtype), local_files_only=True
        )
        self.model = model.to(backend.device).eval()

    def generate(self, prompts: list[tuple[Prompt, list[int]]]) -> list[list[Drawn]]:
        return [self._prompt(prompt, ids) for prompt, ids in prompts]

    def _prompt(self, prompt: Prompt, ids: list[int]) -> list[Drawn]:
        width = 1 if self.sampling.decoding == "greedy" else self.backend.block
        found: dict[int, Drawn] = {}
        for start in sorted({sample // width * width for sample in prompt.samples}):
            found |= zip(range(start, start + width), self._block(prompt, ids, start, width), strict=True)
        return [found[sample] for sample in prompt.samples]

    def _block(self, prompt: Prompt, ids: list[int], start: int, width: int) -> Iterator[Drawn]:
        torch = self.torch
        limit = min(self.sampling.max_tokens, self.tokenizer.limit - len(ids))
        tokens: list[list[int]] = [[] for _ in range(width)]
        sums = [0.0] * width
        # What is not wanted is computed, but not waited for.
        going = [start + index in prompt.samples for index in range(width)]
        inputs = torch.tensor([ids] * width, device=self.backend.device)
        cache = None
        with torch.inference_mode():
            for position in range(limit):
                output = self.model(input_ids=inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)
                cache = output.past_key_values
                logits = output.logits[:, -1].to(torch.float64).cpu().numpy()
                chosen = [0] * width
                for index in range(width):
                    chosen[index] = token = self._draw(logits[index], prompt, start + index, position)
                    if going[index]:
                        tokens[index].append(token)
                        sums[index] += float(drawing.log_softmax(logits[index])[token])
                        going[index] = not self._ends(ids, tokens[index])
                if not any(going):
                    break
                inputs = torch.tensor([[token] for token in chosen], device=self.backend.device)
        return (Drawn(*pair) for pair in zip(tokens, sums, strict=True))

    def _draw(self, logits: drawing.Logits, prompt: Prompt, sample: int, position: int) -> int:
        if self.sampling.decoding == "greedy":
            return int(np.argmax(logits))
        number = drawing.uniform(self.sampling.seed, prompt.id, sample, position)
        return drawing.draw(logits, self.sampling.temperature, self.sampling.top_p, number)

    def _ends(self, prompt: list[int], tokens: list[int]) -> bool:
        if tokens[-1] in self.tokenizer.ends:
            return True
        stop = self.sampling.stop
        return bool(stop) and drawing.cut(self.tokenizer.completion(prompt, tokens), stop) is not None


class VLLMGenerator:
    """One request a sample, each with a seed of its own; the prompt is computed once by vLLM's prefix cache.

    The random numbers of a sample depend on nothing else. Its logits do depend on what happens to be in the batch, by
    rounding, unless the machine has VLLM_BATCH_INVARIANT=1 set.
    """

    def __init__(self, folder: Path, tokenizer: TextTokenizer, sampling: Sampling, backend: Backend) -> None:
        try:
            import vllm
        except ImportError as error:
            raise SpecError(f"backend.name is 'vllm', which is not installed here: {error}") from error
        self.vllm: Any = vllm
        self.tokenizer, self.sampling = tokenizer, sampling
        self.engine = vllm.LLM(
            **({"enable_prefix_caching": True} | backend.options),
            model=str(folder),
            dtype=backend.dtype,
            seed=0,
            # At temperature 1 and without top-p, as Reversal counts them.
            logprobs_mode="raw_logprobs",
        )

    def generate(self, prompts: list[tuple[Prompt, list[int]]]) -> list[list[Drawn]]:
        requests = [(prompt, ids, sample) for prompt, ids in prompts for sample in prompt.samples]
        outputs = self.engine.generate(
            [{"prompt_token_ids": ids} for _, ids, _ in requests],
            [self._parameters(prompt, sample) for prompt, _, sample in requests],
            use_tqdm=False,
        )
        drawn = iter([self._drawn(output.outputs[0]) for output in outputs])
        return [[next(drawn) for _ in prompt.samples] for prompt, _ in prompts]

    def _parameters(self, prompt: Prompt, sample: int) -> Any:
        greedy = self.sampling.decoding == "greedy"
        return self.vllm.SamplingParams(
            n=1,
            temperature=0.0 if greedy else self.sampling.temperature,
            top_p=1.0 if greedy else self.sampling.top_p,
            top_k=-1,
            max_tokens=self.sampling.max_tokens,
            stop=list(self.sampling.stop) or None,
            stop_token_ids=sorted(self.tokenizer.ends),
            # 63 bits: vLLM's random numbers take no more.
            seed=None if greedy else drawing.derived(self.sampling.seed, prompt.id, sample) >> 1,
            logprobs=0,
            detokenize=bool(self.sampling.stop),
        )

    @staticmethod
    def _drawn(output: Any) -> Drawn:
        tokens = list(output.token_ids)
        chosen = zip(tokens, output.logprobs, strict=True)
        return Drawn(tokens, float(sum(candidates[token].logprob for token, candidates in chosen)))


class ShardWriter:
    """Answers shards: loads a model once, then computes one shard after the other."""

    def __init__(self, folder: Path, sampling: Sampling, backend: Backend) -> None:
        self.tokenizer = TextTokenizer(folder)
        self.sampling = sampling
        kind = VLLMGenerator if backend.name == "vllm" else TransformersGenerator
        self.generator: Generator = kind(folder, self.tokenizer, sampling, backend)

    def rows(self, shard: Shard) -> list[dict[str, Any]]:
        prompts = [(prompt, self.tokenizer.prompt(prompt.id, prompt.text)) for prompt in shard.prompts]
        return [
            drawing.row(
                prompt.id, sample, drawn, lambda some, ids=ids: self.tokenizer.completion(ids, some),  # type: ignore[misc]
                self.tokenizer.ends, self.sampling.stop,
            )
            for (prompt, ids), samples in zip(prompts, self.generator.generate(prompts), strict=True)
            for sample, drawn in zip(prompt.samples, samples, strict=True)
        ]
