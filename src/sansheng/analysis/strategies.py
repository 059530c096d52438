"""Strategies of whoever does the work, and what evidence of it earns them.

A strategy is how strongly stations and agencies answer to money and to being judged: how far work goes where it pays
and where it shows, how readily failures are closed on paper, how much effort goes into appearances. Strengths run from
the lowest value that a parameter declares to the highest; at the lowest, called honest, nobody answers to either.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sansheng.core.tables import F64
from sansheng.study.config import Study
from sansheng.study.simulate import Question, listen

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "pay": ("beta_p",),
    "visibility": ("beta_v",),
    "false_closure": ("phi_max", "kappa"),
    "grooming": ("g_max",),
}
"""What a strategy decides, and the parameters that say how strongly."""

STRENGTHS = (0.0, 0.5, 1.0)
"""Strengths tried, from the lowest value of a parameter to the highest."""

Strategy = tuple[float, ...]
"""Strength of each dimension."""

HONEST: Strategy = (0.0,) * len(DIMENSIONS)


def strategies() -> list[Strategy]:
    """Return all strategies, the weakest first."""
    return sorted(itertools.product(STRENGTHS, repeat=len(DIMENSIONS)), key=lambda s: (sum(s), s))


def parameters_of(strategy: Strategy) -> dict[str, float]:
    """Return the values of parameters in a strategy."""
    from sansheng.month import PARAMETERS

    return {
        name: PARAMETERS[name].low + strength * (PARAMETERS[name].high - PARAMETERS[name].low)
        for names, strength in zip(DIMENSIONS.values(), strategy, strict=True)
        for name in names
    }


class Earned(NamedTuple):
    """What evidence was worth in a run, by calendar year.

    Parameters
    ----------
    households
        Of the place.
    closed
        Cases reported closed, net of what audits reopened: ``float64[year, community, category, hardness]``.
    pay
        Their tariffs, fen, of the same shape; zeros where none is paid.
    pot
        Money for tariffs, fen: ``float64[year]``.
    open_ended
        Whether tariffs are paid in full whatever the pot, ``bool[year]``.
    awards
        Awards by reported results, fen a year; NaN where places decide, since what one wins another loses.
    """

    households: int
    closed: F64
    pay: F64
    pot: F64
    open_ended: F64
    awards: float


def earned(study: Study, scenario: str, replicate: int) -> tuple[Earned, F64]:
    """Run a scenario for its whole calendar years; return what evidence earned, and outcomes by month.

    Parameters
    ----------
    study
        Starts in January and reports a year or more.
    scenario, replicate
        Which run.

    Notes
    -----
    The cases of a year are on record when the next one begins, so the run goes on for one month that is not looked at.
    A rule that takes over within a year is taken for the whole of it.
    """
    from sansheng.outcomes.measures import outcome_matrix

    years = study.months // 12
    record, questions = listen(
        study.model_copy(update={"months": 12 * years + 1}), scenario, replicate
    )
    by_year = [
        [q for q in questions if q.month // 12 == study.start.year + y] for y in range(years + 1)
    ]
    last = [_last_of_districts(asked) for asked in by_year]
    closed = np.stack([_columns(asked, "closed") for asked in last[1:]])
    pay = np.stack([_columns(asked, "pay") for asked in last[:-1]])
    said = [[q.answer.times(q.scale) for q in asked] for asked in last[:-1]]
    pots = np.array([sum(a.tariff.pot for a in year if a.tariff) for year in said], np.float64)
    open_ended = np.array([any(a.tariff.open_ended for a in year if a.tariff) for year in said])
    awards = [a.award for year in said for a in year if a.award is not None]
    ranked = any(award.ranked for award in awards)
    granted = float(record.monthly.granted[: 12 * years].sum())
    grants = float(sum(a.grants.sum() for year in said for a in year))
    won = max(0.0, granted - grants - float(pots.sum())) if awards else 0.0
    homes = sum(int(q.view.households.sum()) for q in last[0])
    months: F64 = outcome_matrix(record)[: 12 * years]
    return (
        Earned(homes, closed, pay, pots, open_ended, float("nan") if ranked else won / years),
        months,
    )


def payoff(strategy: Earned, others: Earned) -> float:
    """Return what evidence earns those with a strategy where all others have another, yuan a year per 100 households.

    They are few among many: tariffs and the share of the pot that a claim is worth are those that the others make.
    Money granted beforehand is the same for all and left out. NaN where places decide on awards: what one wins another
    loses, which runs of everybody alike do not show.
    """
    value = (others.pay * strategy.closed).sum(axis=(1, 2, 3))
    theirs = (others.pay * others.closed).sum(axis=(1, 2, 3))
    share = np.divide(value, theirs, out=np.zeros_like(value), where=theirs > 0.0)
    tariffs = np.where(others.open_ended, value, others.pot * share).mean()
    return float(tariffs + strategy.awards) / 100.0 / strategy.households * 100.0


def best_response(answers: Callable[[int], F64], start: int) -> tuple[int, bool]:
    """Return the strategy that is the best answer to itself, and whether there is one.

    Parameters
    ----------
    answers
        Takes what all others do; returns what each strategy then earns, ``float64[strategy]``, the weaker first. Of
        strategies that earn the same the weakest is chosen.
    start
        What the others do to begin with.
    """
    seen = [start]
    while True:
        best = int(answers(seen[-1]).argmax())
        if best == seen[-1]:
            return best, True
        if best in seen:
            return best, False
        seen.append(best)


def _last_of_districts(asked: Sequence[Question]) -> list[Question]:
    """Return the last question of a year in each district."""
    return list({question.district: question for question in asked}.values())


def _columns(asked: Sequence[Question], what: str) -> F64:
    """Return cases or tariffs of all communities, district by district."""
    parts = list[F64]()
    for q in asked:
        tariff = q.answer.times(q.scale).tariff
        closed = q.view.closed_last.astype(np.float64)
        paid = np.zeros_like(closed) if tariff is None else tariff.pay.astype(np.float64)
        parts.append(closed if what == "closed" else paid)
    return np.concatenate(parts)
