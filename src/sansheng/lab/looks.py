"""What the lab shows of results: sections of the report, one community month by month, one person's working life."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sansheng.analysis.verdicts import verdict
from sansheng.core.text import Text
from sansheng.report.pages import Section
from sansheng.report.said import Said

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.lab.classroom.game import Line
    from sansheng.lab.classroom.prediction import Sign, Truth


@dataclass(frozen=True)
class Overview:
    """The first page of results.

    Parameters
    ----------
    title, conditions, finding, warnings
        As in a report.
    sections
        Comparison, and when the difference comes.
    scenarios
        Names with their titles, the baseline first.
    text
        The study file as it ran.
    hash
        Canonical hash of the results.
    communities
        How many there are.
    """

    title: Text
    conditions: Text
    finding: Text
    warnings: Sequence[Text]
    sections: Sequence[Section]
    scenarios: Mapping[str, Text]
    text: str
    hash: str
    communities: int


def overview(said: Said) -> Overview:
    """Return the first page of results."""
    from sansheng.report.answer import finding, question
    from sansheng.report.build import warnings
    from sansheng.report.comparison import comparison
    from sansheng.report.over_time import over_time
    from sansheng.study.canonical import hash_of
    from sansheng.study.own_place import place_of
    from sansheng.study.store import STUDY

    data = said.data
    names = (data.baseline, *said.subject.others)
    return Overview(
        title=question(said),
        conditions=said.both(lambda subject: subject.conditions.line(subject.lang)),
        finding=finding(said),
        warnings=warnings(said),
        sections=[comparison(said), over_time(said)],
        scenarios={name: said.title(name) for name in names},
        text=(data.folder / STUDY).read_text(encoding="utf-8"),
        hash=hash_of(data),
        communities=sum(d.communities.value for d in place_of(data.study).districts),
    )


def gains(said: Said) -> Section:
    """Return who gains and who loses, with a map of subdistricts."""
    from sansheng.lab.tiles import tiles
    from sansheng.report.gains import gains as section

    found = section(said)
    return replace(found, charts=[*tiles(said), *found.charts])


def money(said: Said) -> Section | None:
    """Return where money goes; None if the study does not store it."""
    from sansheng.report.money import money as section

    return section(said)


def community(said: Said, number: int, other: str) -> Section:
    """Return what happens in one community under the baseline and another scenario, month by month."""
    from sansheng.analysis.story.lives import community_story
    from sansheng.lab.stories import of_community

    table = community_story(said.data, number, said.data.baseline, other)
    return of_community(said, number, other, table)


def worker(said: Said, number: int, other: str) -> Section:
    """Return one person's working life under the baseline and another scenario."""
    from sansheng.analysis.story.lives import worker_life
    from sansheng.lab.stories import of_worker

    table = worker_life(said.data, number, said.data.baseline, other)
    return of_worker(said, number, other, table)


def workers(said: Said, other: str) -> Sequence[int]:
    """Return people whose lives differ between the baseline and another scenario, those with most to tell first."""
    from sansheng.analysis.story.recorded import told_of

    both = told_of(said.data, said.data.baseline, other, replicate=0, draw=0)
    counted = [_mentions(run.table) for run in (both.a, both.b)]
    least = counted[0].combine(counted[1], min, fill_value=0)
    ordered = least[least > 1].sort_values(ascending=False, kind="stable")
    return [int(number) for number in ordered.index[:MOST_PEOPLE]]


MOST_PEOPLE = 40
"""People to choose from."""


def _mentions(table: pd.DataFrame) -> pd.Series[int]:
    people = table[(table["actor_kind"] == "worker") & (table["actor"] > 0)]
    return people.groupby("actor").size()


def truth(said: Said, outcome: str) -> Truth:
    """Return what the runs say of one outcome under the one scenario beside the baseline."""
    from sansheng.lab.classroom.prediction import Truth

    row = next(row for row in said.compared if row.outcome == outcome)
    low, high = row.low, row.high
    sign = _SIGNS.get(verdict(row.difference, low, high, said.outcomes[outcome].better, row.zone))
    return Truth(row.difference, low, high, sign)


_SIGNS: Mapping[str, Sign] = {
    "better": "better",
    "worse": "worse",
    "no_practical_difference": "same",
    "identical": "same",
}


def board(said: Said) -> Sequence[Line]:
    """Return the board of a team game, the best by needs met first."""
    from sansheng.analysis.standing import rank
    from sansheng.lab.classroom.game import REPORTED, SERVED, TRUE, Line

    closed, reported = (
        dict(zip(said.data.scenarios, said.data.per_run(name).mean(axis=(1, 2)), strict=True))
        for name in (TRUE, REPORTED)
    )
    return [
        Line(
            place.scenario,
            place.mean,
            float(closed[place.scenario]),
            float(reported[place.scenario]),
            place.place,
            place.best,
            place.worst,
            1 + sum(other > reported[place.scenario] for other in reported.values()),
        )
        for place in rank(said.data, SERVED)
    ]


LOOKS: Mapping[str, Callable[..., Any]] = {
    "overview": overview,
    "gains": gains,
    "money": money,
    "community": community,
    "worker": worker,
    "workers": workers,
    "truth": truth,
    "board": board,
}
"""What can be looked at, by the name that the lab's pages use."""
