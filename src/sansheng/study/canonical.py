"""One hash for the numbers of a study, whoever computed them and however the file lays them out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import I64
from sansheng.study.parquet import Table
from sansheng.study.store import COMMUNITY_KEY, MONTH_KEY, open_study


def study_hash(folder: Path | str) -> str:
    """Return the SHA-256 of a study's tables.

    It covers every decoded value, rows sorted by key and columns by name. It leaves out what the
    numbers do not depend on: times, versions, machine, number of workers and order of the rows.

    Raises
    ------
    BadInput
        If the folder is damaged or incomplete.
    """
    data = open_study(folder)
    digest = hashlib.sha256()
    for name, table, key in (
        ("communities", data.communities, COMMUNITY_KEY),
        ("draws", data.draws, ("draw",)),
        ("months", data.months, MONTH_KEY),
    ):
        digest.update(f"{name} {table_hash(table, key)}\n".encode())
    return digest.hexdigest()


def table_hash(table: Table, key: Sequence[str]) -> str:
    """Return the SHA-256 of a table's values, whatever the order of its rows and columns.

    Parameters
    ----------
    table
        Columns of equal length: integers of any width, floats, or text in an object array.
    key
        Columns that tell the rows apart.

    Raises
    ------
    ValueError
        If two rows have the same key, so that their order would be a matter of chance.
    """
    ranks = [_ranks(table[name]) for name in key]
    order = np.lexsort(ranks[::-1])
    in_order = np.stack(ranks)[:, order]
    if (in_order[:, 1:] == in_order[:, :-1]).all(axis=0).any():
        raise ValueError(f"two rows have the same {', '.join(key)}")
    digest = hashlib.sha256()
    for name in sorted(table):
        tag, content = _tagged(table[name][order])
        digest.update(f"{name}\0{tag}\0{order.size}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _ranks(values: NDArray[Any]) -> I64:
    """Return integers in the order of the values, the same on every system."""
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    distinct = {value: rank for rank, value in enumerate(sorted(set(values.tolist())))}
    return np.fromiter((distinct[value] for value in values), np.int64, values.size)


def _tagged(values: NDArray[Any]) -> tuple[str, bytes]:
    if values.dtype.kind in "iu":
        return "integer", values.astype("<i8").tobytes()
    if values.dtype.kind == "f":
        floats = values.astype("<f8")
        floats[np.isnan(floats)] = np.nan  # many bit patterns say "undefined"
        return "float", floats.tobytes()
    encoded = [value.encode() for value in values.tolist()]
    return "text", b"".join(len(text).to_bytes(8, "little") + text for text in encoded)
