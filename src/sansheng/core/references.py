"""Tables as kernels take them: one pointer each.

A named tuple of arrays is a value: a kernel that takes one takes seven numbers an array, copies them all
when it hands the table on, and most of what there is to compile is those copies. A :class:`Reference`
holds the addresses and shapes of a table's arrays in one row of words; kernels take the address of the
row and read a column's words where they use the column. Kernels read ``workers.burnout[i]`` either way.

How long an axis is that has one length in every world (categories, ages, pools) is part of the type: the compiler then
knows how often the loops over it turn, and lays them out as a few steps of several values each.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection
from typing import Any, TypeVar, cast

import numpy as np
from numba.core import cgutils, extending, types
from numba.core.datamodel import models
from numba.core.typing import templates
from numba.np import arrayobj, numpy_support

from sansheng.core.tables import columns

_cgutils: Any = cgutils  # the inner parts of Numba that do the work are not typed
_extending: Any = extending
_templates: Any = templates
_arrayobj: Any = arrayobj
_types: Any = types

TableT = TypeVar("TableT")


VARIES = -1
"""Length of an axis that differs between worlds."""


def refer(table: TableT, constant: Collection[str] = ()) -> TableT:
    """Return a reference to a table. Its columns are read as if it were the table.

    Parameters
    ----------
    table
        Table of C-contiguous arrays.
    constant
        Names of the axes whose lengths kernels are compiled for.

    Raises
    ------
    ValueError
        If a column is not contiguous.
    """
    return cast(TableT, Reference(table, constant))


class Reference:
    """A table by the addresses of its columns.

    Parameters
    ----------
    table
        Table of C-contiguous arrays; kept alive, and seen as it changes.
    constant
        See :func:`refer`.
    """

    __slots__ = ("_address", "_table", "_type", "_words")

    def __init__(self, table: Any, constant: Collection[str]) -> None:
        words: list[int] = []
        for array in table:
            words.append(array.__array_interface__["data"][0])
            words.extend(array.shape)
        self._table = table
        self._words = np.array(words, dtype=np.int64)
        self._address = self._words.__array_interface__["data"][0]
        layout = tuple((array.dtype, array.shape, array.flags.c_contiguous) for array in table)
        kind: Any = type(table)
        self._type = _table_type(kind, layout, frozenset(constant))

    def __getattr__(self, column: str) -> Any:
        # For kernels that run as plain Python, where compiling is disabled.
        return getattr(self._table, column)


class Constants:
    """Numbers that never change, by their names and the address of their row.

    A kernel takes the address alone, and may read a number once for a whole loop: what the loop writes cannot be it.

    Parameters
    ----------
    numbers
        Named tuple of floats.
    """

    __slots__ = ("_address", "_numbers", "_row", "_type")

    def __init__(self, numbers: Any) -> None:
        self._numbers = numbers
        self._row = np.array(tuple(numbers), dtype=np.float64)
        self._address = self._row.__array_interface__["data"][0]
        self._type = _constants_type(type(numbers).__name__, numbers._fields)

    def __getattr__(self, name: str) -> Any:
        # For kernels that run as plain Python, where compiling is disabled.
        return getattr(self._numbers, name)


class ConstantsType(_types.Type):  # type: ignore[misc]
    """Numba's type of :class:`Constants`: the name of the tuple and those of its numbers."""

    def __init__(self, tuple_: str, names: tuple[str, ...]) -> None:
        self.places = {name: i for i, name in enumerate(names)}
        super().__init__(f"{tuple_}_{_digest(names)}")


@functools.cache
def _constants_type(tuple_: str, names: tuple[str, ...]) -> ConstantsType:
    return ConstantsType(tuple_, names)


def _digest(described: object) -> str:
    """Return a short name of a description: names of types are part of those of all functions that take them."""
    return hashlib.sha256(repr(described).encode()).hexdigest()[:12]


class TableType(_types.Type):  # type: ignore[misc]
    """Numba's type of a reference: the table's name, and of each column the name, dtype and lengths of axes."""

    def __init__(self, table: str, columns: tuple[tuple[str, str, tuple[int, ...]], ...]) -> None:
        self.columns = columns
        super().__init__(f"{table}_{_digest(columns)}")

    def column(self, name: str) -> tuple[int, tuple[int, ...], Any]:
        """Return the first word, the lengths and the array type of a column, or ``(-1, (), None)``."""
        word = 0
        for other, dtype, lengths in self.columns:
            if other == name:
                scalar = numpy_support.from_dtype(np.dtype(dtype))
                return word, lengths, _types.Array(scalar, len(lengths), "C")
            word += 1 + len(lengths)
        return -1, (), None


@functools.lru_cache(maxsize=1024)
def _table_type(kind: Any, layout: tuple[Any, ...], constant: frozenset[str]) -> TableType:
    """Return the type of a table of that class, whose columns have these dtypes and shapes and lie in one piece."""
    described = []
    for info, (dtype, shape, in_one_piece) in zip(columns(kind), layout, strict=True):
        if not in_one_piece:
            raise ValueError(f"column {info.name} is not contiguous")
        lengths = tuple(
            length if axis in constant else VARIES
            for axis, length in zip(info.column.dims, shape, strict=True)
        )
        described.append((info.name, dtype.str, lengths))
    return TableType(kind.__name__, tuple(described))


def _typeof(reference: Reference | Constants, _: Any) -> Any:
    return reference._type


def _unbox(_: Any, reference: Any, c: Any) -> Any:
    address = c.pyapi.object_getattr_string(reference, "_address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    failed = _cgutils.is_not_null(c.builder, c.pyapi.err_occurred())
    return _extending.NativeValue(pointer, is_error=failed)


class _Columns(_templates.AttributeTemplate):  # type: ignore[misc]
    key = TableType

    def generic_resolve(self, table: TableType, name: str) -> Any:
        return table.column(name)[2]


class _Numbers(_templates.AttributeTemplate):  # type: ignore[misc]
    key = ConstantsType

    def generic_resolve(self, constants: ConstantsType, name: str) -> Any:
        return _types.float64 if name in constants.places else None


def _word(context: Any, builder: Any, row: Any, i: int, kind: Any) -> Any:
    """Return a word of a row of which none ever changes.

    Without a word of that, each would be read again after whatever a loop writes, and no loop over columns could
    work on several rows at once.
    """
    words = builder.bitcast(row, context.get_value_type(kind).as_pointer())
    value = builder.load(builder.gep(words, [context.get_constant(_types.intp, i)]))
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def _number(context: Any, builder: Any, constants: ConstantsType, row: Any, name: str) -> Any:
    return _word(context, builder, row, constants.places[name], _types.float64)


def _column(context: Any, builder: Any, table: TableType, row: Any, name: str) -> Any:
    first, lengths, array_type = table.column(name)
    word = functools.partial(_word, context, builder, row, kind=_types.intp)
    array = _arrayobj.make_array(array_type)(context, builder)
    itemsize = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
    shape = [
        word(first + 1 + axis) if length == VARIES else context.get_constant(_types.intp, length)
        for axis, length in enumerate(lengths)
    ]
    strides = [context.get_constant(_types.intp, itemsize)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    data = builder.inttoptr(word(first), array.data.type)
    _arrayobj.populate_array(array, data, shape, strides, itemsize, meminfo=None)
    return array._getvalue()


for _held, _type in ((Reference, TableType), (Constants, ConstantsType)):
    _extending.register_model(_type)(models.OpaqueModel)
    _extending.typeof_impl.register(_held)(_typeof)
    _extending.unbox(_type)(_unbox)
_extending.infer_getattr(_Columns)
_extending.infer_getattr(_Numbers)
_extending.lower_getattr_generic(TableType)(_column)
_extending.lower_getattr_generic(ConstantsType)(_number)
