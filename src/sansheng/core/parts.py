"""Numba's compiler, as kernels that call each other need it.

A kernel that another one calls is *a part*: its code is typed and written down once, then linked into whatever calls
it, and only what Python calls is optimised and made into machine code. Numba on its own would do both for every
function on the way, each time with all that it calls in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numba
from numba.core import codegen, compiler, config

_numba: Any = numba  # the inner parts of Numba that do the work are not typed
_codegen: Any = codegen
_compiler: Any = compiler
_config: Any = config


class _Flags(_compiler.Flags):  # type: ignore[misc]
    """Settings of a compilation, of which all that say the same are one.

    Numba looks every operation of every function up by the settings in force, and compares them option by option
    unless they are one.
    """

    _known: ClassVar[dict[str, _Flags]] = {}
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def copy(self) -> _Flags:
        """Return the settings that say the same; nobody changes those in force."""
        copied: _Flags = super().copy()
        return self._known.setdefault(repr(copied), copied)


class _OptimisedPartLibrary(_codegen.JITCodeLibrary):  # type: ignore[misc]
    """Code to be linked into other code, and never machine code."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class _PartLibrary(_OptimisedPartLibrary):
    """Code that is optimised only where it is linked."""

    def _optimize_final_module(self) -> None:
        pass


@contextmanager
def _straight_lines_in_vectors() -> Iterator[None]:
    """Let the optimiser make vectors of straight-line code too, which Numba by itself leaves alone.

    Compilations wait for each other, so nobody else's is under way.
    """
    before = _config.SLP_VECTORIZE
    _config.SLP_VECTORIZE = 1
    try:
        yield
    finally:
        _config.SLP_VECTORIZE = before


class Whole(_compiler.Compiler):  # type: ignore[misc]
    """Compiler of a function that Python calls."""

    noalias = False
    """Whether its arguments share no memory, which no option of a function says."""

    def __init__(
        self,
        typing: Any,
        target: Any,
        library: Any,
        args: Any,
        returned: Any,
        flags: Any,
        kinds: Any,
    ) -> None:
        if self.noalias:
            flags.noalias = True
        super().__init__(typing, target, library, args, returned, _Flags(flags), kinds)

    def compile_extra(self, func: Any) -> Any:
        """Compile a function."""
        with _straight_lines_in_vectors():
            return super().compile_extra(func)


class DisjointWhole(Whole):
    """As :class:`Whole`, for arguments that share no memory."""

    noalias = True


class Part(Whole):
    """Compiler of a function that only other compiled functions call."""

    library: Any = _PartLibrary

    def compile_extra(self, func: Any) -> Any:
        """Compile a function; what stands for it is no code that could be run."""
        self.state.flags.no_compile = True
        library = self.library(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library = library
        result = super().compile_extra(func)
        described = result.fndesc
        stands_for_it = _numba._dynfunc.make_function(
            described.lookup_module(), func.__name__, "", 0, result.environment, (library,)
        )
        self.state.targetctx.insert_user_function(stands_for_it, described, [library])
        return result._replace(entry_point=stands_for_it)


class DisjointPart(Part):
    """As :class:`Part`, for arguments that share no memory."""

    noalias = True
    library = _OptimisedPartLibrary
