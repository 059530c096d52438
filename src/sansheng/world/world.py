"""A world: tables, parameters, the key of its luck, and the month it is in."""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sansheng.core.errors import BadInput, Problem, did_you_mean
from sansheng.core.quantities import Quantity
from sansheng.core.references import Constants, refer
from sansheng.core.scale import ONE
from sansheng.core.streams import Key
from sansheng.core.tables import copy_table
from sansheng.core.text import Text
from sansheng.world.place import Place
from sansheng.world.schema import CONSTANT, Tables


@dataclass(slots=True)
class World:
    """Everything that a month changes, and what it needs to change it.

    Parameters
    ----------
    place
        Where this is.
    parameters
        Named tuple of floats, see :func:`parameters_type`; constant in a run.
    key
        Seed and replicate that all draws are tied to.
    start
        Index of the first month, see :mod:`sansheng.core.months`.
    month
        Index of the month that comes next.
    tables
        All columns.
    scale
        What envelopes, and all money that rules speak of, are multiplied by, millionths.
    """

    place: Place
    parameters: Any
    key: Key
    start: int
    month: int
    tables: Tables
    scale: int = ONE
    _references: Tables | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def references(self) -> Tables:
        """The tables as kernels take them."""
        if self._references is None:
            self._references = Tables._make(refer(table, CONSTANT) for table in self.tables)
        return self._references

    def copy(self) -> World:
        """Return a world with the same past and its own future."""
        return replace(self, tables=Tables._make(map(copy_table, self.tables)))


def parameters_type(quantities: Mapping[str, Quantity], module: str) -> type[Any]:
    """Return the named tuple class ``Parameters`` with one field per quantity.

    The class must be bound to the name ``Parameters`` in ``module``: compiled kernels are kept on disk
    by the types of their arguments, and a type that cannot be found again is compiled again in every
    process.

    Parameters
    ----------
    quantities
        By name; names become fields, in order.
    module
        ``__name__`` of the module that keeps the class.
    """
    make: Any = namedtuple  # the fields are known at run time only
    return cast(type[Any], make("Parameters", list(quantities), module=module))


def parameters_tuple(
    kind: type[Any], quantities: Mapping[str, Quantity], overrides: Mapping[str, float]
) -> Any:
    """Return the parameters of a run: defaults, except where overridden.

    Parameters
    ----------
    kind
        Class made by :func:`parameters_type` from the same quantities.
    quantities
        By name.
    overrides
        Values by name.

    Raises
    ------
    BadInput
        If a name is unknown or a value is outside its range.
    """
    problems = []
    for name, value in overrides.items():
        if name not in quantities:
            hint = did_you_mean(name, quantities)
            text = Text(f"unknown parameter '{name}'{hint.en}", f"未知参数“{name}”{hint.zh}")
            problems.append(Problem(text))
        elif not quantities[name].contains(value):
            q = quantities[name]
            text = Text(
                f"{name} = {value}; allowed: {q.low:g} to {q.high:g} {q.unit}",
                f"{name} = {value}；允许范围 {q.low:g} 至 {q.high:g}（{q.unit}）",
            )
            problems.append(Problem(text))
    if problems:
        raise BadInput(problems)
    values = {name: float(overrides.get(name, q.default)) for name, q in quantities.items()}
    return kind(**values)


@functools.lru_cache(maxsize=8, typed=True)
def constants(parameters: Any) -> Any:
    """Return parameters as kernels take them, by reference; the same for the same parameters.

    A named tuple of a hundred numbers would be copied at every call of one kernel by another, and
    compiling those copies takes a quarter of the time that compiling the model takes.
    """
    return Constants(parameters)
