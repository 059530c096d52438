"""What a rule decides for an allocation period: who is granted how much, what is paid later, on which terms.

All money is whole fen of one district. What is promised in all never exceeds the budget; only an open-ended
tariff may cost more, and then the public purse adds what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sansheng.core.scale import scaled
from sansheng.core.tables import I64

Instrument = Literal["tariff", "award", "venture", "terms"]
"""Parts of an allocation that a rule need not have, and can have only one of."""


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
        Money set aside for tariffs in the period, fen.
    delay
        Months between a claim and its payment, 0–12.
    paperwork
        Staff minutes per claimed task.
    pass_through
        Share of an agency's pay that follows the tariff, 0–1.
    open_ended
        Whether every claim is paid in full, if need be beyond the pot. Otherwise claims are cut in
        proportion, and what is left of the pot is shared out at the year's end.
    """

    pay: I64
    pot: int
    delay: int
    paperwork: float
    pass_through: float
    open_ended: bool = False

    def times(self, scale: int) -> Tariff:
        """Return the tariff with all its money multiplied; see :meth:`Allocation.times`."""
        return replace(self, pay=scaled(self.pay, scale), pot=scaled(self.pot, scale))


@dataclass(frozen=True, slots=True)
class Award:
    """Money that follows the results reported in the period, paid when it is over (以奖代补).

    Parameters
    ----------
    worth
        What each community can win, fen.
    pass_mark
        Mean monthly score, 0–1, above which more than the floor is won.
    span
        Score above it that wins everything; 0 makes the pass mark a cliff.
    floor
        Share of its worth that a community gets whatever its score, 0–1.
    ranked
        Whether the place among the communities of the district decides instead of the pass mark; then all
        money is shared out.
    delay
        Months between the end of the period and the payment, 0–12.
    """

    worth: I64
    pass_mark: float
    span: float
    floor: float
    ranked: bool
    delay: int

    def times(self, scale: int) -> Award:
        """Return the award with all its money multiplied; see :meth:`Allocation.times`."""
        return replace(self, worth=scaled(self.worth, scale))


@dataclass(frozen=True, slots=True)
class Venture:
    """Grants to grassroots groups, by call and shortlist (微创投).

    Parameters
    ----------
    pot
        Money for the call, fen.
    least, most
        What a group may ask for, fen.
    shortlist
        Applicants shortlisted for every one that the pot could pay, at least 1.
    """

    pot: int
    least: int
    most: int
    shortlist: float

    def times(self, scale: int) -> Venture:
        """Return the call with its pot multiplied; what a group may ask for stays as it is.

        See :meth:`Allocation.times`.
        """
        return replace(self, pot=scaled(self.pot, scale))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with organisations; None leaves it to custom, the parameter of that meaning.

    Parameters
    ----------
    months
        Length of contracts that start in July.
    advance
        Share of a month's service that is paid at once, 0–1.
    price_cap
        Highest price of an hour, as a share of what an hour at starting wages costs with overhead.
    w_price, w_rating, w_fit
        Weights of price, stars and professional fit in the score of a bid.
    overhead
        Share of the price for overhead, 0 to below 1.
    focused
        Whether projects are each for one category of service; if not, posts are bought.
    relief
        How far projects are for what the elderly, people on low income and the disabled need, 0–1.
    """

    months: int | None = None
    advance: float | None = None
    price_cap: float | None = None
    w_price: float | None = None
    w_rating: float | None = None
    w_fit: float | None = None
    overhead: float | None = None
    focused: bool | None = None
    relief: float | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a rule decides for an allocation period.

    Parameters
    ----------
    grants
        Ex-ante money by community, fen; paid in quarterly instalments.
    tariff
        What is paid by the task, if anything.
    earmarked
        Share of the money that must be accounted for on its own, 0–1; its compliance costs more hours.
    award
        What is paid by reported results, if anything.
    venture
        A call for grassroots groups, if there is one.
    capital
        Money for premises, fen; paid month by month as long as a community falls short of the standard.
    development
        Money that builds social organisations (training, supervision, management), fen; paid month by
        month, the same to each that employs somebody.
    first
        Months before the first instalment of grants; what was due until then comes with it.
    terms
        What is agreed with organisations that are paid out of grants.
    """

    grants: I64
    tariff: Tariff | None = None
    earmarked: float = 0.0
    award: Award | None = None
    venture: Venture | None = None
    capital: int = 0
    development: int = 0
    first: int = 0
    terms: Terms | None = None

    def times(self, scale: int) -> Allocation:
        """Return the allocation with all its money multiplied.

        Parameters
        ----------
        scale
            Millionths; amounts are rounded down to whole fen, so that their sum never exceeds the budget
            multiplied likewise.
        """
        return replace(
            self,
            grants=scaled(self.grants, scale),
            tariff=self.tariff.times(scale) if self.tariff is not None else None,
            award=self.award.times(scale) if self.award is not None else None,
            venture=self.venture.times(scale) if self.venture is not None else None,
            capital=scaled(self.capital, scale),
            development=scaled(self.development, scale),
        )

    @property
    def promised(self) -> int:
        """All money that it promises, fen."""
        promised: int = sum(self.grants.tolist()) + self.capital + self.development
        if self.tariff is not None:
            promised += self.tariff.pot
        if self.award is not None:
            promised += sum(self.award.worth.tolist())
        if self.venture is not None:
            promised += self.venture.pot
        return promised
