"""One process of a training with TRL, under Ray Train, under torchrun or alone."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import datasets
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, PrinterCallback, TrainerCallback
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from reversal_workers import schedule
from reversal_workers.specs import TrainSpec
from reversal_workers.tokens import TextTokenizer
from reversal_workers.training_rows import Batches, TrainingRows

COMPLETE = "complete"
TOKENIZER_FILES = {
    "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "merges.txt", "chat_template.jinja", "generation_config.json",
}  # fmt: skip


def reversal_trainer(base: Any, spec: TrainSpec, batches: Batches) -> Any:
    """`base` with Reversal's order of rows and learning rate, on rows that are tokens already."""

    class ReversalTrainer(base):  # type: ignore[misc]
        def _prepare_dataset(self, dataset: Any, *arguments: Any, **options: Any) -> Any:
            return dataset

        def _get_train_sampler(self, *arguments: Any, **options: Any) -> Any:
            if spec.training.shuffle:
                return super()._get_train_sampler(*arguments, **options)
            return torch.utils.data.SequentialSampler(self.train_dataset)

        def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
            if self.lr_scheduler is None:
                self.lr_scheduler: Any = torch.optim.lr_scheduler.LambdaLR(
                    optimizer or self.optimizer,
                    lambda done: schedule.factor(spec.training, done + 1, batches.steps),
                )
            return self.lr_scheduler

    return ReversalTrainer


class Report(TrainerCallback):  # type: ignore[misc]
    """Tells every step's loss, and marks a saved state when all processes have written their part of it."""

    def __init__(self, step: Callable[[int, dict[str, Any]], None]) -> None:
        self.step = step
        self.trainer: Any = None

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **options: Any) -> None:
        if state.is_world_process_zero and logs and "loss" in logs:
            self.step(state.global_step, logs)

    def on_save(self, args: Any, state: Any, control: Any, **options: Any) -> None:
        self.trainer.accelerator.wait_for_everyone()
        if state.is_world_process_zero:
            (Path(args.output_dir) / f"checkpoint-{state.global_step}" / COMPLETE).touch()


def newest_state(folder: Path) -> Path | None:
    """The last state that was written whole."""
    states = [path.parent for path in folder.glob(f"checkpoint-*/{COMPLETE}")]
    return max(states, key=lambda path: int(path.name.split("-")[1]), default=None)


def load(folder: Path, spec: TrainSpec) -> Any:
    dtype = "float32" if spec.processes.dtype == "mixed" else spec.processes.dtype
    return AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), local_files_only=True)


def arguments(spec: TrainSpec, batches: Batches, work: Path, seed: int) -> dict[str, Any]:
    training, processes = spec.training, spec.processes
    on_cpu = processes.device == "cpu"
    options: dict[str, Any] = {
        "output_dir": str(work),
        "per_device_train_batch_size": batches.micro,
        "gradient_accumulation_steps": batches.accumulation,
        "num_train_epochs": training.epochs,
        "learning_rate": training.learning_rate,
        "optim": "adamw_torch",
        "adam_beta1": training.beta1,
        "adam_beta2": training.beta2,
        "adam_epsilon": training.epsilon,
        "weight_decay": training.weight_decay,
        "max_grad_norm": training.gradient_clip,
        "seed": seed,
        "data_seed": seed,
        # The weights are kept in float32 or bfloat16 as they are loaded; only `mixed` casts underway.
        "bf16": processes.dtype == "mixed",
        "fp16": False,
        "use_cpu": on_cpu,
        "ddp_backend": None if processes.count == 1 else "gloo" if on_cpu else "nccl",
        "gradient_checkpointing": processes.recompute,
        "save_strategy": "steps" if processes.save_every else "no",
        "save_steps": processes.save_every or 500,
        "save_total_limit": 2 if processes.save_every else None,
        "logging_steps": 1,
        "report_to": [],
        "disable_tqdm": True,
        "max_length": None,
    }
    if spec.strategy.name == "fsdp":
        options |= {"fsdp": True, "fsdp_config": dict(spec.strategy.options)}
    if spec.strategy.name == "deepspeed":
        options["deepspeed"] = dict(spec.strategy.options)
    if spec.method == "sft":
        return options | {"packing": False, "dataset_kwargs": {"skip_prepare_dataset": True}}
    return options | {"beta": training.beta, "loss_type": ["sigmoid"]}


class Training:
    """Trains, and writes the result into a folder that the caller gives its name."""

    def __init__(self, spec: TrainSpec, model: Path, reference: Path, data: TrainingRows, work: Path) -> None:
        self.spec, self.model, self.reference, self.work = spec, model, reference, work
        self.batches = Batches.of(spec, data)
        self.data = data
        torch.set_num_threads(spec.processes.threads)
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        datasets.disable_progress_bars()

    def run(self, step: Callable[[int, dict[str, Any]], None]) -> Any:
        spec = self.spec
        seed = spec.training.seed % 2**31
        transformers.set_seed(seed)
        text_tokenizer = TextTokenizer(self.model)
        tokenizer = text_tokenizer.tokenizer
        if tokenizer.eos_token is None:
            tokenizer.eos_token = tokenizer.convert_ids_to_tokens(text_tokenizer.end_token)
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        policy = load(self.model, spec)
        if spec.lora:
            policy = get_peft_model(policy, lora_configuration(spec))
        kind, config = (SFTTrainer, SFTConfig) if spec.method == "sft" else (DPOTrainer, DPOConfig)
        options: dict[str, Any] = {}
        if spec.method == "dpo" and (spec.lora is None or self.reference != self.model):
            options["ref_model"] = load(self.reference, spec)
        report = Report(step)
        trainer = reversal_trainer(kind, spec, self.batches)(
            model=policy,
            args=config(**arguments(spec, self.batches, self.work, seed)),
            train_dataset=datasets.Dataset.from_list(self.data.rows),
            processing_class=tokenizer,
            callbacks=[report],
            **options,
        )
        report.trainer = trainer
        trainer.remove_callback(PrinterCallback)
        state = newest_state(self.work)
        trainer.train(resume_from_checkpoint=str(state) if state else None)
        return trainer

    def save(self, trainer: Any, folder: Path | None) -> None:
        """Every process takes part; the first one has `folder`, the others write nothing."""
        target = folder or self.work / "unused"
        trainer.save_model(str(target))
        trainer.accelerator.wait_for_everyone()
        if folder is None:
            return
        if self.spec.lora and self.spec.lora.merge:
            merged = PeftModel.from_pretrained(load(self.model, self.spec), folder).merge_and_unload()
            shutil.rmtree(folder)
            folder.mkdir()
            merged.save_pretrained(folder)
        if not self.spec.lora or self.spec.lora.merge:
            self._complete(folder)
        for name in ("training_args.bin", "README.md"):
            (folder / name).unlink(missing_ok=True)

    def _complete(self, folder: Path) -> None:
        """The tokenizer's files as they were, byte for byte, and the settings without what training added."""
        for path in self.model.iterdir():
            if path.is_file() and path.name in TOKENIZER_FILES:
                shutil.copyfile(path, folder / path.name)
        config = json.loads((folder / "config.json").read_text())
        before = json.loads((self.model / "config.json").read_text())
        for key in ("pad_token_id", "use_cache"):
            if key in before:
                config[key] = before[key]
            else:
                config.pop(key, None)
        (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def lora_configuration(spec: TrainSpec) -> Any:
    lora = spec.lora
    assert lora is not None
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=list(lora.targets) or "all-linear",
        use_rslora=lora.rslora,
        task_type="CAUSAL_LM",
    )
