"""Files in, the outcomes of their batches out, by Ray Data: reading in tasks, encoding in a pool of actors.

Ray runs a task at least once. What is run again writes the same shard again, or one that no outcome names. An actor's process that ends is
started anew without a limit; the limit is `Maker`'s, on disk. `output` must be a folder that all nodes share.

What an actor had on its desk when its node went waits for that same actor to start elsewhere, and what its node had read is read again. So
actors ask for so small a share of a processor that all of them fit when the largest node is gone, and reading asks for none: else
what is left waits for processors that waiting actors hold, for ever.
"""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ragqa.config import Settings
from ragqa.engine.ingesting import BATCH, Outcome, Read, made_of, maker_of, read_file, require
from ragqa.errors import RagqaError, UsageError
from ragqa.shards import Failure, Made, Piece, Shard

_LEAST_CPUS = 2  # one for an actor that encodes, one for tasks that read


def run_on_ray(files: Sequence[Path], output: Path, settings: Settings, take: Callable[[Outcome], None]) -> None:
    """Read and encode files on the Ray that RAY_ADDRESS names, else on one of this machine; `take` gets each outcome.

    Raises MissingExtra where Ray is not installed, UsageError where it has fewer than two processors.
    """
    require("ray", "ray")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is sent to anyone
    ray: Any = import_module("ray")
    import_module("ray.data")

    started = not ray.is_initialized()
    if started:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
    try:
        nodes = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
        processors = sum(nodes)
        if processors < _LEAST_CPUS:
            raise UsageError(f"Ray has {processors} processors, and needs {_LEAST_CPUS}", remedy="use --engine local")
        ray.data.DataContext.get_current().enable_progress_bars = False
        packed, folder = settings.model_dump_json(), str(output.absolute())
        actors, share = pool_of(nodes)
        rows = ray.data.from_items([{"path": str(path)} for path in files], override_num_blocks=max(1, len(files)))
        reads = rows.flat_map(_reads, fn_args=[packed], num_cpus=0, compute=ray.data.TaskPoolStrategy(size=processors))
        outcomes = reads.map_batches(
            _Actor,
            fn_constructor_args=[folder, packed],
            batch_size=BATCH,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=actors),
            num_cpus=share,
        )
        for row in outcomes.iter_rows():
            take(_outcome_of(json.loads(row["outcome"])))
    except ray.exceptions.RayError as error:
        raise RagqaError(f"Ray gave up: {str(error).strip().splitlines()[-1][:200]}", remedy="see Ray's logs; give a fresh output folder") from error
    finally:
        if started:
            ray.shutdown()


def pool_of(processors: Sequence[int]) -> tuple[int, float]:
    """Return how many actors encode, given each node's processors, and the share of one that each asks for.

    There is one actor for each processor but one. A processor holds the least whole number of actors with which the nodes other than the
    largest have room for all.
    """
    actors = max(1, sum(processors) - 1)
    left = sum(processors) - max(processors)
    return actors, 1 / math.ceil(actors / left) if left else 1.0


def _reads(row: dict[str, Any], packed: str) -> Iterator[dict[str, str]]:
    settings = Settings.model_validate_json(packed)
    return ({"read": json.dumps(read)} for read in read_file(Path(row["path"]), settings))


class _Actor:
    """Holds a model, and makes the shards of batches."""

    def __init__(self, folder: str, packed: str) -> None:
        self._maker = maker_of(Path(folder), Settings.model_validate_json(packed))

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        outcome = made_of([_read_of(json.loads(read)) for read in batch["read"]], self._maker)
        shard = outcome.made.shard
        said = {"shard": shard.model_dump() if shard else None, "failures": outcome.made.failures, "withdrawn": outcome.withdrawn}
        return {"outcome": [json.dumps(said)]}


def _read_of(fields: list[Any]) -> Read:
    piece, failure, withdrawn = fields
    return Read(Piece(*piece) if piece else None, Failure(*failure) if failure else None, (withdrawn[0], tuple(withdrawn[1])) if withdrawn else None)


def _outcome_of(said: dict[str, Any]) -> Outcome:
    shard = Shard.model_validate(said["shard"]) if said["shard"] else None
    failures = tuple(Failure(*failure) for failure in said["failures"])
    return Outcome(Made(shard, failures), tuple((file, tuple(pmids)) for file, pmids in said["withdrawn"]))
