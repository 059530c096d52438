"""What proves a link: events by which there would have been no effect without the cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sansheng.analysis.story.difference import Difference
from sansheng.analysis.story.links import ARRIVED, LATE, OVER_WAGES, PAID, PAID_LATE
from sansheng.analysis.story.told import Told

Proof = Callable[[Told, Difference, Difference], bool]


def outstanding(run: Told, cause: Difference, effect: Difference) -> bool:
    r"""Whether a payment that should have been there would have paid all wages of the month.

    What is put off comes whole months later than it was due, so what comes late in the next month was due in this
    one. An agency pays wages out of cash, those of earlier months first: if it paid any of this month's, nothing
    older was left, and the cash that it lacked is what it owes of this month's, all people together.
    """
    agency = (effect.of("agency"),)
    month = effect.month
    late = run.cell(LATE, agency, month).value
    came = min(cause.hurt.value, run.cell(ARRIVED, agency, month + 1).value)
    return (
        cause.until == month + 1
        and came >= late > 0.0
        and run.cell(PAID, agency, month).value > 0.0
    )


def over_wages(run: Told, cause: Difference, effect: Difference) -> bool:
    """Whether the model, asked once more with nothing owed, would have let the person stay.

    Of the wage that was late some is still owed if less has been paid since than it was.
    """
    who = effect.of("worker"), effect.of("agency")
    months = range(cause.month + 1, effect.month + 1)
    since = sum(run.cell(PAID_LATE, who, month).value for month in months)
    return since < cause.hurt.value and run.cell(OVER_WAGES, who, effect.month).value > 0.0


PROOFS: Mapping[str, Proof] = {"outstanding": outstanding, "over_wages": over_wages}
"""By name."""
