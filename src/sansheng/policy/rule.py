"""What a funding rule is: who is granted how much ex ante, what is paid ex post, and when.

A rule is one small class in one file. It sees a :class:`~sansheng.policy.view.View` once per allocation
period and returns an :class:`Allocation`. Everything that follows from it (effort, claims, payments,
hiring) happens in processes that read the incentives table and never ask which rule wrote it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sansheng.core.errors import did_you_mean
from sansheng.core.quantities import ASSUMED, Quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.options import refuse_unsound
from sansheng.policy.view import View

DEAREST_TASK = 10**12
"""Largest tariff of a task, fen; beyond it claims could overflow."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Money paid per verified task.

    Parameters
    ----------
    pay
        Tariff by community, category and hardness, fen a task, at most :data:`DEAREST_TASK`.
    pot
        Money set aside for tariffs in the period, fen; never exceeded, and settled at the year's end.
    delay
        Months between a claim and its payment, 0–12.
    paperwork
        Staff minutes per claimed task.
    pass_through
        Share of an agency's pay that follows the tariff, 0–1.
    """

    pay: I64
    pot: int
    delay: int
    paperwork: float
    pass_through: float


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a rule decides for an allocation period.

    Parameters
    ----------
    grants
        Ex-ante money by community, fen; paid in quarterly instalments.
    tariff
        What is paid ex post, if anything.
    earmarked
        Share of the money that must be accounted for on its own, 0–1; its compliance costs more hours.
    """

    grants: I64
    tariff: Tariff | None = None
    earmarked: float = 0.0

    def promised(self) -> int:
        """Return all money that is promised, fen."""
        granted: int = sum(self.grants.tolist())
        return granted + (self.tariff.pot if self.tariff else 0)


@dataclass(frozen=True)
class Rule(ABC):
    """A way of paying; subclasses declare what they are and implement :meth:`allocate`.

    A subclass may leave out everything but :meth:`allocate`: its name is then that of the class, its title
    those words, what it is about the first paragraph of its docstring, and its source ``assumed``. A title or
    description may be plain text, the same in both languages.

    Parameters
    ----------
    options
        Values of the rule's declared quantities by name; the others take their defaults.

    Raises
    ------
    BadInput
        If an option is unknown or outside its range.
    """

    options: Mapping[str, float] = field(default_factory=dict)

    name: ClassVar[str]
    title: ClassVar[Text]
    about: ClassVar[Text]
    institution: ClassVar[Text] = Text("", "")
    source: ClassVar[tuple[str, ...]] = (ASSUMED,)
    quantities: ClassVar[tuple[Quantity, ...]] = ()
    pays_tariff: ClassVar[bool] = False
    """Whether it may pay by the task."""
    combines: ClassVar[bool] = False
    """Whether it is made of other rules."""

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        own = cls.__dict__
        if "name" not in own:
            cls.name = cls.__name__
        if "title" not in own:
            words = _in_words(cls.__name__)
            cls.title = Text(words, words)
        if "about" not in own:
            first = " ".join((cls.__doc__ or "").strip().partition("\n\n")[0].split())
            cls.about = Text(first, first)
        for label in ("title", "about", "institution"):
            said = getattr(cls, label)
            if isinstance(said, str):
                setattr(cls, label, Text(said, said))

    def __post_init__(self) -> None:
        refuse_unsound(Text("rule", "规则"), self.name, self.options, self.quantities)

    def option(self, name: str) -> float:
        """Value of an option, its default if it was not set.

        Raises
        ------
        LookupError
            If the rule does not declare it.
        """
        declared = {q.name: q for q in self.quantities}
        if name not in declared:
            hint = did_you_mean(name, declared).en
            raise LookupError(f"no quantity '{name}' is declared{hint}")
        return self.options.get(name, declared[name].default)

    def settings(self) -> dict[str, Any]:
        """Return all options, set or default."""
        return {q.name: self.option(q.name) for q in self.quantities}

    def identity(self) -> tuple[Any, ...]:
        """Return what two rules share that are one: the class and all settings."""
        return type(self), sorted(self.settings().items())

    @abstractmethod
    def allocate(self, view: View) -> Allocation:
        """Decide the allocation period that begins now.

        Parameters
        ----------
        view
            What an official can see.

        Returns
        -------
        Allocation
            Grants and the pot of tariffs together must not exceed ``view.budget``.
        """


def _in_words(name: str) -> str:
    """Return ``NeedFirst`` as ``Need first``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", name).strip().capitalize()
