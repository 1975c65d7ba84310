"""Fine-tunes a model with TRL: `python train.py --spec spec.json`, alone, under torchrun, or as the driver of a Ray job.

Started alone with several processes in the specification it starts torchrun itself. Writes `progress.jsonl` as it goes,
then the model's folder, then `manifest.json`. A model that lies there already is kept, and a training that was killed
goes on from its newest state.
"""

import argparse
import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from reversal_workers import contract, launching
from reversal_workers.cluster import connect
from reversal_workers.contract import DataError, Progress, SpecError
from reversal_workers.specification import read, read_file
from reversal_workers.specs import TrainSpec
from reversal_workers.storage import UnsupportedStorage, local, open_storage, sync
from reversal_workers.tokens import TextTokenizer
from reversal_workers.training_rows import Batches, RowReader


class TrainingJob:
    """What is to be done, checked as far as that is possible without a device."""

    def __init__(self, spec: TrainSpec, attempt: str) -> None:
        self.spec = spec
        try:
            self.model, self.rows = local(spec.model), local(spec.rows)
            self.reference = local(spec.reference or spec.model)
            self.storage = open_storage(spec.output)
        except UnsupportedStorage as error:
            raise SpecError(str(error)) from error
        self.progress = Progress(self.storage, attempt)

    def check(self) -> None:
        self.digest = contract.model_digest(self.model)
        reference = self.digest if self.reference == self.model else contract.model_digest(self.reference)
        self.data = RowReader(TextTokenizer(self.model), self.rows).read(self.spec.method)
        self.batches = Batches.of(self.spec, self.data)
        spec = dataclasses.asdict(self.spec)
        # Where it lies, who starts it and how often it is tried do not change the result.
        for key in ("engine", "model", "reference", "rows", "output"):
            del spec[key]
        for key in ("cpus", "restarts", "save_every"):
            del spec["processes"][key]
        self.name = contract.name(self.digest, reference, contract.file_sha256(self.rows), spec)
        self.work = self.storage.folder / ".training" / self.name

    def is_done(self) -> bool:
        """Whether the model lies there with the content that its manifest has for it."""
        manifest = contract.read_manifest(self.storage)
        if manifest is None or manifest.get("name") != self.name:
            return False
        folder = self.storage.folder
        return all(
            (folder / row["file"]).is_file() and contract.file_sha256(folder / row["file"]) == row["sha256"]
            for row in manifest["shards"]
        )

    def run_process(self) -> None:
        """The part of one of the processes."""
        from reversal_workers.trl_training import Training

        is_first = int(os.environ.get("RANK", "0")) == 0
        self.work.mkdir(parents=True, exist_ok=True)
        training = Training(self.spec, self.model, self.reference, self.data, self.work)

        def step(number: int, logs: dict[str, Any]) -> None:
            self.progress.units(
                number, self.batches.steps, "steps", loss=logs["loss"], learning_rate=logs.get("learning_rate")
            )

        trainer = training.run(step)
        folder = self.storage.new_folder() if is_first else None
        training.save(trainer, folder)
        if folder is not None:
            self._finish(folder, trainer)

    def _finish(self, folder: Path, trainer: Any) -> None:
        if (self.storage.folder / self.name).exists():
            # Without a manifest that fits it cannot be trusted.
            shutil.rmtree(self.storage.folder / self.name)
        losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]
        tenth = max(1, len(losses) // 10)
        tokens = self.data.token_count * self.spec.training.epochs
        self.storage.put_folder(folder, self.name)
        target = self.storage.folder / self.name
        files = sorted(path for path in target.rglob("*") if path.is_file())
        contract.write_manifest(
            self.storage,
            "train",
            [
                {"file": str(path.relative_to(self.storage.folder)), "sha256": contract.file_sha256(path)}
                for path in files
            ],
            name=self.name,
            model_digest=self.digest,
            summary={
                "steps": trainer.state.global_step,
                "tokens": tokens,
                "initial_loss": sum(losses[:tenth]) / tenth if losses else None,
                "final_loss": sum(losses[-tenth:]) / tenth if losses else None,
            },
            batches=dataclasses.asdict(self.batches),
        )
        shutil.rmtree(self.storage.folder / ".training", ignore_errors=True)
        self.storage.remove_partial()
        sync(self.storage.folder)


def ray_process(configuration: dict[str, Any]) -> None:
    """One of Ray Train's processes. The first one to run has been preceded by others where it was started again."""
    job = TrainingJob(read(TrainSpec, configuration["spec"]), configuration["attempt"])
    job.check()
    if job.spec.processes.device == "cuda":
        import ray.train.torch
        import torch

        torch.cuda.set_device(ray.train.torch.get_device())
    job.run_process()


def run_ray(job: TrainingJob) -> None:
    import ray
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchConfig, TorchTrainer

    # Ray's copies of what is printed would fill the job's log.
    os.environ["RAY_TRAIN_ENABLE_PRINT_PATCH"] = "0"
    processes = job.spec.processes
    on_gpu = processes.device == "cuda"
    connect(ray)
    TorchTrainer(
        ray_process,
        train_loop_config={"spec": json.loads(contract.line(dataclasses.asdict(job.spec))), "attempt": job.progress.attempt},
        torch_config=TorchConfig(backend="nccl" if on_gpu else "gloo"),
        scaling_config=ScalingConfig(
            num_workers=processes.count,
            use_gpu=on_gpu,
            resources_per_worker={"CPU": processes.cpus} | ({"GPU": 1} if on_gpu else {}),
        ),
        run_config=RunConfig(
            name=job.name,
            storage_path=str(job.storage.folder / ".training" / "ray"),
            failure_config=FailureConfig(max_failures=processes.restarts),
        ),
    ).fit()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--spec", type=Path, required=True, help="JSON file; README.md has its keys")
    arguments = parser.parse_args()
    progress: Progress | None = None

    def work() -> None:
        nonlocal progress
        job = TrainingJob(read_file(TrainSpec, arguments.spec), contract.attempt_name())
        progress = job.progress
        job.check()
        is_process = launching.is_process()
        if job.is_done():
            return
        if not is_process:
            try:
                job.storage.lock()
            except BlockingIOError as error:
                raise RuntimeError("another attempt is still at work on this training; wait for its end") from error
            # What an earlier specification left; its name is another one.
            (job.storage.folder / contract.MANIFEST).unlink(missing_ok=True)
        if job.spec.engine == "ray":
            run_ray(job)
        elif is_process:
            expected = job.spec.processes.count
            if int(os.environ.get("WORLD_SIZE", "1")) != expected:
                raise SpecError(f"processes.count is {expected}, and torchrun started {os.environ.get('WORLD_SIZE')}")
            job.run_process()
        elif job.spec.processes.count > 1:
            launching.run_torchrun(
                __file__, arguments.spec, job.spec.processes.count, job.spec.processes.restarts, job.progress.attempt
            )
        else:
            job.run_process()
        if not is_process and not job.is_done():
            raise RuntimeError("the training ended without its result")

    return contract.exit_status(work, lambda: progress)


if __name__ == "__main__":
    sys.exit(main())
