"""Views of arrays that kernels may take: making one allocates nothing and counts no reference."""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, extending, types
from numba.np import arrayobj

_cgutils: Any = cgutils  # the inner parts of Numba that do the work are not typed
_extending: Any = extending
_types: Any = types
_arrayobj: Any = arrayobj


def flat(array: Any) -> Any:
    """Return the values of a C-contiguous array in a row; what is written there is written to the array.

    An inner loop over two short axes costs several times what one over a row does. As no reference is counted, the
    array must belong to somebody else: of one that a kernel makes itself, take ``ravel()``.
    """
    return array.reshape(-1)


def shift(row: Any, places: Any) -> Any:
    """Move the values of a row ``places`` to the right; the last ones fall off, the first ones stay."""
    row[places:] = row[: row.shape[0] - places].copy()


def _is_row(kind: Any) -> bool:
    return isinstance(kind, _types.Array) and kind.layout == "C"


def _type_of_flat(_: Any) -> Any:
    def typer(array: Any) -> Any:
        return array.copy(ndim=1) if _is_row(array) else None

    return typer


def _type_of_shift(_: Any) -> Any:
    def typer(row: Any, places: Any) -> Any:
        return _types.none if _is_row(row) and row.ndim == 1 and row.mutable else None

    return typer


def _flat(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    whole = _arrayobj.make_array(signature.args[0])(context, builder, args[0])
    row = _arrayobj.make_array(signature.return_type)(context, builder)
    step, count = whole.itemsize, whole.nitems
    _arrayobj.populate_array(row, whole.data, [count], [step], step, whole.meminfo, whole.parent)
    return row._getvalue()


def _shift(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    row = _arrayobj.make_array(signature.args[0])(context, builder, args[0])
    rest = builder.sub(row.nitems, args[1])
    to = builder.gep(row.data, [args[1]])
    _cgutils.raw_memmove(builder, to, row.data, rest, row.itemsize)
    return context.get_dummy_value()


_extending.type_callable(flat)(_type_of_flat)
_extending.lower_builtin(flat, _types.Array)(_flat)
_extending.type_callable(shift)(_type_of_shift)
_extending.lower_builtin(shift, _types.Array, _types.Integer)(_shift)
