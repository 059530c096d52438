"""What a funding rule is: it sees what officials see, and decides an allocation period.

A rule is one small class in one file. It sees a :class:`~sansheng.policy.view.View` once per allocation
period and returns an :class:`~sansheng.policy.allocation.Allocation`. Everything that follows from it (effort,
claims, payments, hiring) happens in processes that read the tables of incentives and terms and never ask which rule
wrote them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sansheng.core.errors import did_you_mean
from sansheng.core.quantities import ASSUMED, Quantity
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation, Instrument
from sansheng.policy.options import refuse_unsound
from sansheng.policy.view import View


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
    uses: ClassVar[frozenset[Instrument]] = frozenset()
    """Fields of an allocation, beyond money, that it may set; no two parts of a hybrid set the same."""
    fixes: ClassVar[frozenset[str]] = frozenset()
    """Parameters that its terms go before, so that a lever which sets one would be idle."""
    sees_truth: ClassVar[bool] = False
    """Whether it is shown what no official sees: a point of reference, not a policy."""
    combines: ClassVar[bool] = False
    """Whether it is made of other rules."""
    exempt: ClassVar[bool] = False
    """Whether it is a point of reference, whose spending is not made to match that of others."""

    proportional: ClassVar[bool] = False
    """Whether it claims to pay by size alone, so that a community divided in two gets what it got as one."""

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        own = cls.__dict__
        if cls.sees_truth:  # whoever knows what no official knows is a point of reference
            cls.exempt = True
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

    def fixed(self) -> frozenset[str]:
        """Return the parameters that its terms go before."""
        return self.fixes

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
            What it promises in all must not exceed ``view.budget``.
        """


def _in_words(name: str) -> str:
    """Return ``NeedFirst`` as ``Need first``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", name).strip().capitalize()
