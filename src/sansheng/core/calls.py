"""Calls of what was compiled apart from the caller: of kernels by kernels, and of kernels by Python.

What calls a kernel by its name is compiled together with it. What calls it by its address is not: the kernels of a
month are compiled by several processes at once, and each is read from disk on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np
from numba.core import cgutils, extending, types

_numba: Any = numba  # the inner parts of Numba that do the work are not typed
_cgutils: Any = cgutils
_extending: Any = extending
_types: Any = types

Addresses = Any
"""Where the machine code of kernels begins; where compiling is disabled, the functions themselves."""


def addresses(kernels: Sequence[Callable[[Any], None]], argument: Any) -> Addresses:
    """Return kernels as :func:`call` takes them, compiled for an argument like this one."""
    if not all(hasattr(kernel, "overloads") for kernel in kernels):
        return kernels
    known = tuple(kernels), _kind(argument)
    if known not in _known:
        signature = (_numba.typeof(argument),)
        _known[known] = np.array([_address(k, signature) for k in kernels], dtype=np.int64)
    return _known[known]


_known: dict[Any, Any] = {}


def run(kernel: Callable[..., None], *arguments: Any) -> None:
    """Run a kernel from Python as if it were called.

    Numba asks Python for the type of every table at every call, which takes longer than a short kernel does.
    """
    if not hasattr(kernel, "overloads"):
        kernel(*arguments)
        return
    known = kernel, _kind(arguments)
    if known not in _known:
        signature = tuple(map(_numba.typeof, arguments))
        _known[known] = _compiled(kernel, signature).entry_point
    _known[known](*arguments)


def _kind(value: Any) -> Any:
    """Return what tells Numba's types of such values apart; to ask Numba takes ten times as long."""
    if isinstance(value, tuple):
        return type(value), *map(_kind, value)
    if isinstance(value, np.ndarray):
        return value.dtype, value.ndim, value.flags.num
    kind = getattr(value, "_type", None)
    return type(value) if kind is None else kind._code


def _address(kernel: Any, signature: Any) -> int:
    compiled = _compiled(kernel, signature)
    address: int = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    return address


def _compiled(kernel: Any, signature: Any) -> Any:
    kernel.compile(signature)
    return kernel.overloads[signature]


def call(kernel: Any, argument: Any) -> None:
    """Run one of the kernels of :func:`addresses` with an argument of the type that it was compiled for."""
    kernel(argument)


def _type_of_call(_: Any) -> Any:
    def typer(kernel: Any, argument: Any) -> Any:
        return _types.none if isinstance(kernel, _types.Integer) else None

    return typer


def _call(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    address, argument = args
    kinds = signature.args[1:]
    function = context.call_conv.get_function_type(_types.none, kinds)
    pointer = builder.inttoptr(address, function.as_pointer())
    status, _ = context.call_conv.call_function(builder, pointer, _types.none, kinds, (argument,))
    with _cgutils.if_unlikely(builder, status.is_error):
        context.call_conv.return_status_propagate(builder, status)
    return context.get_dummy_value()


_extending.type_callable(call)(_type_of_call)
_extending.lower_builtin(call, _types.Integer, _types.Any)(_call)
