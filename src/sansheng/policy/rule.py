"""What a funding rule is: it sees what officials see, and decides an allocation period.

A rule is one small class in one file. It sees a :class:`~sansheng.policy.view.View` once per allocation
period and returns an :class:`~sansheng.policy.allocation.Allocation`. Everything that follows from it (effort,
claims, payments, hiring) happens in processes that read the tables of incentives and terms and never ask which rule
wrote them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Instrument
from sansheng.policy.options import refuse_unsound
from sansheng.policy.view import View


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
    uses: ClassVar[frozenset[Instrument]] = frozenset()
    """Fields of an allocation, beyond money, that it may set; no two parts of a hybrid set the same."""
    fixes: ClassVar[frozenset[str]] = frozenset()
    """Parameters that its terms go before, so that a lever which sets one would be idle."""
    sees_truth: ClassVar[bool] = False
    """Whether it is shown what no official sees: a point of reference, not a policy."""
    combines: ClassVar[bool] = False
    """Whether it is made of other rules."""

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
            What it promises in all must not exceed ``view.budget``.
        """
