"""One hash for the numbers of a study, whoever computed them and however the files lay them out.

It covers every value of months, communities, organisations, workers and draws, runs sorted by scenario, draw and
replicate. It leaves out what the numbers do not depend on: times, attempts, versions, machine, number of workers, and
order and shards in which they were stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sansheng.study.reading import StudyData, open_study
from sansheng.study.shards import checksum


def study_hash(folder: Path | str) -> str:
    """Return the hash of a folder's tables after decoding every one of them.

    Raises
    ------
    BadInput
        If the folder is damaged or incomplete.
    """
    return decoded_hash_of(open_study(folder))


def decoded_hash_of(data: StudyData) -> str:
    """Return the hash of a study's tables as they lie there now, decoded shard by shard.

    Raises
    ------
    BadInput
        If a shard is damaged.
    """
    return _hash(data, ((*run.key, checksum(run)) for run in data.tables.numbers()))


def hash_of(data: StudyData) -> str:
    """Return the hash by the checksums that the ledger keeps of runs: the same value, in milliseconds.

    It says which numbers these are; :func:`decoded_hash_of` also sees whether they still are.

    Raises
    ------
    BadInput
        If the table of draws is damaged.
    """
    runs = (row for row in data.ledger if row.status == "done")
    return _hash(data, ((row.scenario, row.draw, row.replicate, str(row.checksum)) for row in runs))


def _hash(data: StudyData, runs: Iterable[tuple[str, int, int, str]]) -> str:
    digest = hashlib.sha256()
    digest.update(_names(data))
    draws = data.draws
    for name in sorted(draws.columns):
        values = draws[name].to_numpy().astype("<f8")
        digest.update(f"{name}\0".encode() + values.tobytes())
    for line in sorted(_line(*run) for run in runs):
        digest.update(line.encode())
    return digest.hexdigest()


def _names(data: StudyData) -> bytes:
    layout = data.layout
    names = ["outcomes", *layout.outcomes, "communities", *layout.community_columns]
    for shape in layout.incumbents:
        names += [shape.content, *shape.columns]
    return "\0".join(names).encode() + np.int64(layout.start).tobytes()


def _line(scenario: str, draw: int, replicate: int, numbers: str) -> str:
    return f"{scenario}\0{draw:09d}\0{replicate:09d}\0{numbers}\n"
