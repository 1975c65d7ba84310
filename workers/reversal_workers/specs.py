"""The specifications of `rollout.py` and `train.py`: every key, its default and its range. README.md has examples."""

from dataclasses import dataclass, field
from typing import Any, Literal

from reversal_workers.specification import require

Engine = Literal["ray", "torchrun"]
Device = Literal["cpu", "cuda"]
Dtype = Literal["float32", "bfloat16", "float16"]
# mixed: computed in bfloat16, weights and moments in float32.
TrainingDtype = Literal["float32", "bfloat16", "float16", "mixed"]


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn; the meaning of each is that of `reversal sample`."""

    sample_count: int = 1
    decoding: Literal["sampled", "greedy"] = "sampled"
    temperature: float = 0.75
    top_p: float = 0.95
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.sample_count >= 1, f"sample_count is {self.sample_count}; give 1 or more")
        require(self.decoding == "sampled" or self.sample_count == 1, "greedy decoding gives one sample; set sample_count to 1")
        require(self.temperature > 0, f"temperature is {self.temperature}; give more than 0, or decoding 'greedy'")
        require(0 < self.top_p <= 1, f"top_p is {self.top_p}; give more than 0 and at most 1")
        require(self.max_tokens >= 1, f"max_tokens is {self.max_tokens}; give 1 or more")
        require("" not in self.stop, "stop holds an empty text")
        require(0 <= self.seed < 1 << 64, f"seed is {self.seed}; give 0 to 2^64 - 1")


@dataclass(frozen=True)
class Backend:
    """What computes the answers."""

    name: Literal["transformers", "vllm"] = "transformers"
    device: Device = "cpu"
    dtype: Dtype = "float32"
    # transformers: samples of one prompt that are decoded together. Part of the shards' names.
    block: int = 8
    # transformers: processor threads of one actor. Part of the shards' names, since sums may be split by it.
    threads: int = 1
    # vllm: arguments of vllm.LLM, such as {"tensor_parallel_size": 2, "max_model_len": 8192}.
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.block >= 1, f"block is {self.block}; give 1 or more")
        require(self.threads >= 1, f"threads is {self.threads}; give 1 or more")
        require(self.name == "vllm" or not self.options, "options are vllm's; remove them or set name to 'vllm'")
        require(self.name == "transformers" or self.device == "cuda", "vllm needs device 'cuda'")
        reserved = {"model", "seed", "dtype", "logprobs_mode"} & set(self.options)
        require(not reserved, f"options.{'/'.join(sorted(reserved))} is set by the worker; remove it")


@dataclass(frozen=True)
class Actors:
    """What samples: actors of Ray, or processes of torchrun, each with a copy of the model."""

    count: int = 1
    cpus: float = 1
    gpus: int = 0

    def __post_init__(self) -> None:
        require(self.count >= 1, f"count is {self.count}; give 1 or more")
        require(self.cpus >= 0 and self.gpus >= 0, "cpus and gpus must be 0 or more")


@dataclass(frozen=True)
class RolloutSpec:
    model: str
    prompts: str
    output: str
    kind: Literal["rollout"] = "rollout"
    engine: Engine = "torchrun"
    sampling: Sampling = Sampling()
    backend: Backend = Backend()
    actors: Actors = Actors()
    # Samples a shard, about: what a killed worker loses at most.
    shard_samples: int = 256

    def __post_init__(self) -> None:
        require(self.shard_samples >= 1, f"shard_samples is {self.shard_samples}; give 1 or more")


@dataclass(frozen=True)
class Training:
    """How the weights change; the meaning of each is that of `reversal train`."""

    epochs: int = 1
    learning_rate: float = 1e-5
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup_fraction: float = 0.05
    final_fraction: float = 0.1
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    gradient_clip: float = 1.0
    # Rows or pairs an optimizer step; absent, as many as have batch_tokens tokens on average.
    batch_rows: int | None = None
    batch_tokens: int = 4096
    beta: float = 0.1
    shuffle: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.epochs >= 1, f"epochs is {self.epochs}; give 1 or more")
        require(self.learning_rate > 0, f"learning_rate is {self.learning_rate}; give more than 0")
        for key in ("warmup_fraction", "final_fraction"):
            require(0 <= getattr(self, key) <= 1, f"{key} is {getattr(self, key)}; give 0 to 1")
        for key in ("beta1", "beta2"):
            require(0 <= getattr(self, key) < 1, f"{key} is {getattr(self, key)}; give 0 or more, less than 1")
        require(self.weight_decay >= 0, f"weight_decay is {self.weight_decay}; give 0 or more")
        for key in ("epsilon", "gradient_clip", "beta"):
            require(getattr(self, key) > 0, f"{key} is {getattr(self, key)}; give more than 0")
        require(self.batch_rows is None or self.batch_rows >= 1, f"batch_rows is {self.batch_rows}; give 1 or more")
        require(self.batch_tokens >= 1, f"batch_tokens is {self.batch_tokens}; give 1 or more")
        require(0 <= self.seed < 1 << 64, f"seed is {self.seed}; give 0 to 2^64 - 1")


@dataclass(frozen=True)
class Lora:
    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = ()  # none: every linear layer but the head
    rslora: bool = False
    # Whether the result is the whole model with the adapter merged in, or the adapter's folder.
    merge: bool = True

    def __post_init__(self) -> None:
        require(self.rank >= 1, f"rank is {self.rank}; give 1 or more")
        require(self.alpha > 0, f"alpha is {self.alpha}; give more than 0")
        require(0 <= self.dropout < 1, f"dropout is {self.dropout}; give 0 or more, less than 1")


@dataclass(frozen=True)
class Strategy:
    """How the work is spread over the processes."""

    name: Literal["ddp", "fsdp", "deepspeed"] = "ddp"
    # fsdp: transformers' fsdp_config; deepspeed: its configuration file's content.
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.name != "ddp" or not self.options, "options are of fsdp and deepspeed; remove them")
        require(self.name != "deepspeed" or bool(self.options), "options is missing; give DeepSpeed's configuration")


@dataclass(frozen=True)
class Processes:
    """What trains: so many processes, each with a device of its own."""

    count: int = 1
    device: Device = "cpu"
    cpus: float = 1
    # Processor threads of one process.
    threads: int = 1
    dtype: TrainingDtype = "float32"
    # Rows that a process computes at a time at most.
    micro_rows: int = 4
    recompute: bool = False
    # Steps between two states from which a killed training continues; 0 keeps none.
    save_every: int = 0
    # How often the processes are started again after one has died, before the job gives up.
    restarts: int = 2

    def __post_init__(self) -> None:
        for key in ("count", "threads", "micro_rows"):
            require(getattr(self, key) >= 1, f"{key} is {getattr(self, key)}; give 1 or more")
        for key in ("cpus", "save_every", "restarts"):
            require(getattr(self, key) >= 0, f"{key} is {getattr(self, key)}; give 0 or more")
        require(self.dtype != "float16", "dtype 'float16' is for sampling; train in float32, bfloat16 or mixed")


@dataclass(frozen=True)
class TrainSpec:
    method: Literal["sft", "dpo"]
    model: str
    rows: str
    output: str
    kind: Literal["train"] = "train"
    engine: Engine = "torchrun"
    # dpo: the model whose log-probabilities are compared with; absent, the one that training starts from.
    reference: str | None = None
    training: Training = Training()
    lora: Lora | None = None
    strategy: Strategy = Strategy()
    processes: Processes = Processes()

    def __post_init__(self) -> None:
        require(self.method == "dpo" or self.reference is None, "reference is dpo's; remove it")
        require(
            self.strategy.name == "ddp" or self.processes.device == "cuda",
            f"strategy '{self.strategy.name}' needs processes.device 'cuda': accelerate has it for GPUs only",
        )
        rows, count = self.training.batch_rows, self.processes.count
        require(
            rows is None or rows % count == 0,
            f"training.batch_rows is {rows}; give a multiple of the {count} processes",
        )
