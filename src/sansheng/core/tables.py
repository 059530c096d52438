"""Tables as structs of arrays.

A table is a ``typing.NamedTuple`` class whose fields are annotated NumPy arrays. Compiled kernels take
it as it is and read ``workers.burnout[i]`` as the rule reads; the annotation carries what a referee
wants to know of a column (its unit, who may write it, what it means), so the documentation table is
made from the same line that types the array.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypeVar, cast, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

_DTYPES: dict[Any, type[np.generic]] = {I8: np.int8, I32: np.int32, I64: np.int64, F64: np.float64}


@dataclass(frozen=True)
class Column:
    """What one column holds.

    Parameters
    ----------
    dims
        Names of the axes after the row axis is counted in, for example ``("community", "category")``.
    unit
        Unit of the values; ``"-"`` for pure numbers and codes.
    owner
        The module that is answerable for the column after the world is made, and writes it; the one that makes
        the world where nobody writes it afterwards.
    en, zh
        Meaning in one line.
    also
        Other modules that write it: what each makes of it is part of what the column means.
    """

    dims: tuple[str, ...]
    unit: str
    owner: str
    en: str
    zh: str
    also: tuple[str, ...] = ()


class ColumnInfo(NamedTuple):
    """A column with its table's name, its own name and its dtype, as documentation lists it."""

    table: str
    name: str
    dtype: str
    column: Column


TableT = TypeVar("TableT")


@functools.cache
def columns(table: type[Any]) -> tuple[ColumnInfo, ...]:
    """Return what each column of a table class declares, in order."""
    infos = []
    for name, hint in get_type_hints(table, include_extras=True).items():
        array_type, column = get_args(hint)
        infos.append(ColumnInfo(table.__name__, name, np.dtype(_DTYPES[array_type]).name, column))
    return tuple(infos)


def allocate(table: type[TableT], sizes: Mapping[str, int]) -> TableT:
    """Return a table of zeros.

    Parameters
    ----------
    table
        The table class.
    sizes
        Length of every axis that the table's columns name.
    """
    kind = cast(Any, table)
    arrays = [np.zeros([sizes[dim] for dim in dims], dtype) for dims, dtype in _declared(kind)]
    return table(*arrays)


@functools.cache
def _declared(table: Any) -> tuple[tuple[tuple[str, ...], np.dtype[Any]], ...]:
    """Return the axes and the dtype of each column."""
    return tuple((info.column.dims, np.dtype(info.dtype)) for info in columns(table))


def copy_table(table: TableT) -> TableT:
    """Return a table with the same values and its own memory."""
    return type(table)(*(array.copy() for array in cast(tuple[Any, ...], table)))


def column(
    *dims: str, unit: str, owner: str, also: tuple[str, ...] = (), en: str, zh: str
) -> Column:
    """Declare a column; see :class:`Column`."""
    return Column(dims, unit, owner, en, zh, also)


__all__ = [
    "F64",
    "I8",
    "I32",
    "I64",
    "Annotated",
    "Column",
    "ColumnInfo",
    "allocate",
    "column",
    "columns",
    "copy_table",
]
