"""What a funding rule is: who is granted how much ex ante, what is paid ex post, and when.

A rule is one small class in one file. It sees a :class:`~sansheng.policy.view.View` once per allocation
period and returns an :class:`Allocation`. Everything that follows from it (effort, claims, payments,
hiring) happens in processes that read the incentives table and never ask which rule wrote it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sansheng.core.quantities import Quantity
from sansheng.core.scale import scaled
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.options import refuse_unsound
from sansheng.policy.view import View


@dataclass(frozen=True, slots=True)
class Tariff:
    """Money paid per verified task.

    Parameters
    ----------
    pay
        Tariff by community, category and hardness, fen a task.
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

    def times(self, scale: int) -> Tariff:
        """Return the tariff with all its money multiplied; see :meth:`Allocation.times`."""
        return replace(self, pay=scaled(self.pay, scale), pot=scaled(self.pot, scale))


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

    def times(self, scale: int) -> Allocation:
        """Return the allocation with all its money multiplied.

        Parameters
        ----------
        scale
            Millionths; amounts are rounded down to whole fen, so that their sum never exceeds the budget
            multiplied likewise.
        """
        tariff = self.tariff.times(scale) if self.tariff is not None else None
        return replace(self, grants=scaled(self.grants, scale), tariff=tariff)


@dataclass(frozen=True)
class Rule(ABC):
    """A way of paying; subclasses declare what they are and implement :meth:`allocate`.

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
    institution: ClassVar[Text]
    source: ClassVar[tuple[str, ...]]
    quantities: ClassVar[tuple[Quantity, ...]] = ()
    pays_tariff: ClassVar[bool] = False
    """Whether it may pay by the task."""
    combines: ClassVar[bool] = False
    """Whether it is made of other rules."""
    exempt: ClassVar[bool] = False
    """Whether it is a point of reference, whose spending is not made to match that of others."""

    def __post_init__(self) -> None:
        refuse_unsound(Text("rule", "规则"), self.name, self.options, self.quantities)

    def option(self, name: str) -> float:
        """Value of an option, its default if it was not set."""
        declared = {q.name: q for q in self.quantities}
        return self.options.get(name, declared[name].default)

    def settings(self) -> dict[str, Any]:
        """Return all options, set or default: two rules with the same name and settings are one."""
        return {q.name: self.option(q.name) for q in self.quantities}

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
