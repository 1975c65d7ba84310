"""Draws answers from a model: `python rollout.py --spec spec.json`, alone, under torchrun, or as the driver of a Ray job.

Started alone, without Ray and with several actors in the specification, it starts torchrun itself. Writes one file a
shard, `progress.jsonl` as it goes and `manifest.json` last. Shards that lie there already are kept.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reversal_workers import contract, launching
from reversal_workers.backends import ShardWriter
from reversal_workers.cluster import connect
from reversal_workers.contract import Progress, SpecError

from reversal_workers.prompts import Shard, content, read_prompts, shards
from reversal_workers.specification import read_file
from reversal_workers.specs import RolloutSpec
from reversal_workers.storage import Storage, UnsupportedStorage, local, open_storage
from reversal_workers.tokens import TextTokenizer

@dataclass(frozen=True)
class Rank:
    """This process among those that torchrun started; alone without it."""

    index: int
    count: int
    local: int

    @staticmethod
    def current() -> "Rank":
        values = (os.environ.get("RANK", "0"), os.environ.get("WORLD_SIZE", "1"), os.environ.get("LOCAL_RANK", "0"))
        return Rank(*map(int, values))

class Rollout:
    def __init__(self, spec: RolloutSpec, file: Path, attempt: str) -> None:
        self.spec, self.file = spec, file
        try:
            self.model, self.prompts = local(spec.model), local(spec.prompts)
            self.storage = open_storage(spec.output)
        except UnsupportedStorage as error:
            raise SpecError(str(error)) from error
        self.progress = Progress(self.storage, attempt)

    def run(self) -> None:
        rank = Rank.current()
        prompts = read_prompts(self.prompts, self.spec.sampling.sample_count)
        tokenizer = TextTokenizer(self.model)
        for prompt in prompts:
            tokenizer.prompt(prompt.id, prompt.text)
        digest = contract.model_digest(self.model)
        self.shards = shards(prompts, digest, self.spec)
        self.total = sum(shard.sample_count for shard in self.shards)
        missing = self._missing()
        if rank.index == 0:
            self._report(missing)
        if self.spec.engine == "ray":
            self._run_ray(missing)
        elif missing and self.spec.actors.count > 1 and not launching.is_process():
            launching.run_torchrun(__file__, self.file, self.spec.actors.count, 0, self.progress.attempt)
        else:
            self._run_local(missing, rank)
        if rank.index == 0:
            self._finish(digest)

    def _missing(self) -> list[Shard]:
        """Shards that are not there whole, or are not what an earlier manifest says they are."""
        manifest = contract.read_manifest(self.storage)
        known = {row.get("file"): row.get("sha256") for row in manifest["shards"]} if manifest else {}
        missing = []
        for shard in self.shards:
            found = self.storage.read_if_present(shard.file)
            if found is None:
                missing.append(shard)
            elif not shard.is_answered_by(found) or known.get(shard.file, contract.sha256(found)) != contract.sha256(found):
                print(f"rollout.py: {shard.file} is damaged and is drawn again", file=sys.stderr, flush=True)
                (self.storage.folder / shard.file).unlink(missing_ok=True)
                missing.append(shard)
        return missing

    def _report(self, missing: list[Shard]) -> None:
        left = sum(shard.sample_count for shard in missing)
        self.progress.units(self.total - left, self.total, "answers")

    def _run_local(self, missing: list[Shard], rank: Rank) -> None:
        """Each rank takes every so-many-th of all shards; the first one waits until all lie there."""
        mine = {shard.name for shard in self.shards[rank.index :: rank.count]}
        left = [shard for shard in missing if shard.name in mine]
        if left:
            if self.spec.backend.device == "cuda":
                # Before any library has looked at the devices: vLLM takes the first ones it sees.
                os.environ["CUDA_VISIBLE_DEVICES"] = visible_devices(
                    rank.local, max(1, self.spec.actors.gpus), os.environ.get("CUDA_VISIBLE_DEVICES")
                )
            launching.leave_group()
            writer = ShardWriter(self.model, self.spec.sampling, self.spec.backend)
            for shard in left:
                self.storage.put(shard.file, content(writer.rows(shard)))
                if rank.index == 0:
                    missing = [item for item in missing if not (self.storage.folder / item.file).exists()]
                    self._report(missing)
        while rank.index == 0 and missing:
            # torchrun ends this process too where another one fails.
            time.sleep(0.2)
            before = len(missing)
            missing = [item for item in missing if not (self.storage.folder / item.file).exists()]
            if len(missing) != before:
                self._report(missing)

    def _run_ray(self, missing: list[Shard]) -> None:
        if not missing:
            return
        import ray
        import ray.data

        connect(ray)
        ray.data.DataContext.get_current().enable_progress_bars = False
        actors = self.spec.actors
        numbers = {shard.name: number for number, shard in enumerate(self.shards)}
        answered = ray.data.from_items(
            [{"shard": numbers[shard.name]} for shard in missing], override_num_blocks=len(missing)
        ).map_batches(
            RayShardWriter,
            fn_constructor_args=(self.spec, self.shards),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=min(actors.count, len(missing))),
            num_cpus=actors.cpus,
            num_gpus=actors.gpus or None,
        )
        done: set[int] = set()
        for row in answered.iter_rows():
            done.add(int(row["shard"]))
            self._report([shard for shard in missing if numbers[shard.name] not in done])

    def _finish(self, digest: str) -> None:
        rows = []
        for shard in self.shards:
            found = self.storage.read_if_present(shard.file)
            if found is None or not shard.is_answered_by(found):
                raise RuntimeError(f"{shard.file} is not there although it was drawn")
            rows.append({"file": shard.file, "rows": shard.sample_count, "sha256": contract.sha256(found)})
        contract.write_manifest(self.storage, "rollout", rows, model_digest=digest)
        self.storage.remove_partial()

class RayShardWriter:
    """An actor of Ray Data: answers the shards whose numbers it is given and writes them where they belong. Ray gives
    a shard to another actor where this one dies."""

    def __init__(self, spec: RolloutSpec, all_shards: list[Shard]) -> None:
        self.writer = ShardWriter(local(spec.model), spec.sampling, spec.backend)
        self.storage: Storage = open_storage(spec.output)
        self.shards = all_shards

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        for number in batch["shard"]:
            shard = self.shards[int(number)]
            self.storage.put(shard.file, content(self.writer.rows(shard)))
        return batch

def visible_devices(process: int, gpus: int, visible: str | None) -> str:
    """The devices of one of this machine's processes, out of those it sees: so many for each, in order."""
    devices = visible.split(",") if visible else [str(number) for number in range((process + 1) * gpus)]
    mine = devices[process * gpus : (process + 1) * gpus]
    if len(mine) < gpus:
        raise SpecError(f"actors.count times actors.gpus is more than the {len(devices)} devices that are visible")
    return ",".join(mine)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--spec", type=Path, required=True, help="JSON file; README.md has its keys")
    arguments = parser.parse_args()
    progress: Progress | None = None

    def work() -> None:
        nonlocal progress
        rollout = Rollout(read_file(RolloutSpec, arguments.spec), arguments.spec, contract.attempt_name())
        progress = rollout.progress
        rollout.run()

    return contract.exit_status(work, lambda: progress)

if __name__ == "__main__":
    sys.exit(main())
