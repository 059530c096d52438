"""What a lever is: a reform beside the funding rule, with a channel, a price and a line that pays it.

A lever is one small class in one file. From its first month on it sets parameters and writes columns of the
world, and nothing else: what follows happens in processes, which never ask whether a lever is in force. What
it costs is worked out from people, posts, places and cases of the month that has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.quantities import Quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.options import refuse_unsound
from sansheng.world.schema import Tables

Line = Literal["base", "envelope", "capital"]
LINES: tuple[Line, ...] = get_args(Line)
"""Who pays: the base line, the envelope before the rule divides it, the line for premises."""


class Before(NamedTuple):
    """What a lever found when it, or what it takes over from, came into force.

    Parameters
    ----------
    parameters
        Parameters of the world.
    columns
        Copies of the columns that the lever writes, by ``table.column``.
    """

    parameters: Any
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class Lever:
    """A reform beside the rule; subclasses declare what they are and say what they change and cost.

    Parameters
    ----------
    options
        Values of the declared quantities by name; the others take their defaults.
    paid_from
        Line that pays; None for the lever's own. Where the base line pays, the envelope may pay instead,
        and the other way round.

    Raises
    ------
    BadInput
        If an option is unknown or outside its range, or the line cannot pay for this lever.
    """

    options: Mapping[str, float] = field(default_factory=dict)
    paid_from: Line | None = None

    name: ClassVar[str]
    title: ClassVar[Text]
    about: ClassVar[Text]
    institution: ClassVar[Text]
    source: ClassVar[tuple[str, ...]]
    line: ClassVar[Line]
    cost: ClassVar[Text]
    """How the cost is worked out, in words."""
    channel: ClassVar[tuple[str, ...]]
    """Columns that move first, as ``table.column``."""
    writes: ClassVar[tuple[str, ...]] = ()
    """Columns that the lever writes itself, as ``table.column``."""
    booked: ClassVar[bool] = False
    """Whether processes pay what it costs; the lever then only counts it."""
    quantities: ClassVar[tuple[Quantity, ...]] = ()

    def __post_init__(self) -> None:
        refuse_unsound(Text("lever", "工具"), self.name, self.options, self.quantities)
        if self.paid_from is not None and self.paid_from not in self.lines():
            raise BadInput(Problem(self.refused_line(self.paid_from)))

    @classmethod
    def lines(cls) -> tuple[Line, ...]:
        """Lines that may pay for it, its own first."""
        if cls.line == "capital":
            return ("capital",)
        return (cls.line, "envelope" if cls.line == "base" else "base")

    @classmethod
    def is_free(cls) -> bool:
        """Whether no line pays for it: what moves is when or to whom money goes, or who is paid what."""
        return cls.once is Lever.once and cls.monthly is Lever.monthly

    @classmethod
    def refused_line(cls, line: object) -> Text:
        """Return what to tell somebody who names a line that cannot pay."""
        may = " / ".join(cls.lines())
        return Text(
            f"line {quoted(line)} cannot pay for {cls.name} (valid: {may})",
            f"{cls.name} 不能由 {quoted(line)} 列支（可用：{may}）",
        )

    @property
    def payer(self) -> Line:
        """The line that pays."""
        return self.paid_from or self.line

    def option(self, name: str) -> float:
        """Value of an option, its default if it was not set."""
        declared = {q.name: q for q in self.quantities}
        return self.options.get(name, declared[name].default)

    def settings(self) -> dict[str, float]:
        """Return all options, set or default."""
        return {q.name: self.option(q.name) for q in self.quantities}

    def parameters(self) -> dict[str, float]:
        """Return the parameters that it sets, by name."""
        return {}

    def write(self, t: Tables, before: Before) -> None:
        """Write the columns named in :attr:`writes`, in place, from what was there before; most have none."""

    def once(self, t: Tables, before: Before) -> I64:
        """Return what it costs once, fen by district; asked before anything is changed."""
        return nothing(t)

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Return what the month that has passed cost because of it, fen by district.

        Parameters
        ----------
        t
            Tables after the month.
        p
            Parameters of the world, the lever's own among them.
        before
            What the lever found.
        """
        return nothing(t)

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Return what an average month will cost, fen by district, as well as it can be known."""
        return self.monthly(t, p, before)


def nothing(t: Tables) -> I64:
    """Return no fen, for every district."""
    return np.zeros(t.districts.key.shape[0], np.int64)


def each(t: Tables, amount: float, count: Any, district: Any) -> I64:
    """Return ``amount`` yuan times ``count``, fen by district, to the nearest fen.

    Parameters
    ----------
    amount
        Yuan for one.
    count
        How many there are in each row of a table, shape ``(row,)``.
    district
        District of these rows, shape ``(row,)``.
    """
    by_district = np.bincount(district, weights=count, minlength=t.districts.key.shape[0])
    fen: I64 = np.rint(100.0 * amount * by_district).astype(np.int64)
    return fen


def extra(now: float, before: float) -> float:
    """Return the share of what a rate brings that there would not be at the former rate."""
    return 1.0 - before / now if now > 0.0 else 0.0


def share_of(amounts: I64, share: float) -> I64:
    """Return a share of amounts of fen, to the nearest fen."""
    fen: I64 = np.rint(share * amounts).astype(np.int64)
    return fen


def post_cost(t: Tables, p: Any) -> Any:
    """Return what a post at the starting wage of a station costs a month with insurance, yuan by district."""
    return t.districts.base_wage * (1.0 + p.social_insurance) / 100.0
