"""One hash for the numbers of a study, whoever computed them and however the files lay them out."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from sansheng.study.reading import StudyData, open_study
from sansheng.study.shards import RunNumbers, checksum


def study_hash(folder: Path | str) -> str:
    """Return the SHA-256 of a study's decoded tables, see :func:`hash_of`.

    Raises
    ------
    BadInput
        If the folder is damaged or incomplete.
    """
    return hash_of(open_study(folder))


def hash_of(data: StudyData) -> str:
    """Return the SHA-256 of a study's decoded tables.

    It covers every value of months, communities, organisations, workers and draws, runs sorted by scenario, draw and
    replicate. It leaves out what the numbers do not depend on: times, attempts, versions, machine, number of workers,
    and order and shards in which they were stored.

    Raises
    ------
    BadInput
        If a shard is damaged.
    """
    digest = hashlib.sha256()
    digest.update(_names(data))
    draws = data.draws
    for name in sorted(draws.columns):
        values = draws[name].to_numpy().astype("<f8")
        digest.update(f"{name}\0".encode() + values.tobytes())
    for line in sorted(_line(run) for run in data.tables.numbers()):
        digest.update(line.encode())
    return digest.hexdigest()


def _names(data: StudyData) -> bytes:
    layout = data.layout
    names = ["outcomes", *layout.outcomes, "communities", *layout.community_columns]
    for shape in layout.incumbents:
        names += [shape.content, *shape.columns]
    return "\0".join(names).encode() + np.int64(layout.start).tobytes()


def _line(run: RunNumbers) -> str:
    return f"{run.scenario}\0{run.draw:09d}\0{run.replicate:09d}\0{checksum(run)}\n"
