"""How two runs part: the first event that differs, and the chain that leads from there to people and needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sansheng.analysis.story.chains import BY_PEOPLE, DIRECT, Chain, Chains, Scope
from sansheng.analysis.story.difference import Pair
from sansheng.analysis.story.links import WAGE
from sansheng.analysis.story.recorded import Both, told_of
from sansheng.analysis.story.said import Sentence, Speaker
from sansheng.analysis.story.telling import Voices, no_chain, tell_chain, tell_parting
from sansheng.analysis.story.told import Told, first_difference
from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.study.progress import Progress
    from sansheng.study.reading import StudyData

TOTALS = (
    ("wage_late", "amount", "yuan", Text("wages late", "拖欠工资")),
    ("quit", None, "people", Text("agency staff who quit", "机构人员离职")),
    ("quit_over_wages", None, "people", Text("of whom over wages owed", "其中因欠薪离职")),
    ("lapsed", "count", "cases", Text("cases given up overdue", "逾期放弃")),
    ("resolved_easy", "count", "cases", Text("easy needs met", "真实解决（易办）")),
    ("resolved_hard", "count", "cases", Text("hard needs met", "真实解决（疑难）")),
)
"""Events that are added up over all months, so that nobody takes one chain for the whole: column, unit and name."""


@dataclass(frozen=True)
class Total:
    """Events of one code in both runs, all months together.

    Parameters
    ----------
    event
        Code.
    text
        What it is.
    unit
        ``yuan``, ``cases`` or ``people``.
    a, b
        Sums.
    """

    event: str
    text: Text
    unit: str
    a: float
    b: float


@dataclass(frozen=True)
class Account:
    """How two scenarios part in one replicate.

    Parameters
    ----------
    a, b
        Names of the scenarios; citations call them A and B.
    titles
        What sentences call them.
    draw, replicate
        Which runs.
    again
        Whether the runs were made again for their events, and gave the stored numbers.
    same
        Events that both begin with, the same in every column; None if all are the same.
    parting
        Tells the first difference.
    chains
        Tells each chain, sentence by sentence: the longest that reaches unmet need, and if no wage is late in it, the
        longest in which one is.
    totals
        What happened in all.
    events
        Events of both runs, ``A`` and ``B``; event number ``n`` is row ``n - 1``.
    """

    a: str
    b: str
    titles: Mapping[str, Text]
    draw: int
    replicate: int
    again: bool
    same: int | None
    parting: Sentence
    chains: tuple[tuple[Sentence, ...], ...]
    totals: tuple[Total, ...]
    events: Mapping[str, pd.DataFrame] = field(repr=False)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        return (self.parting, *(sentence for chain in self.chains for sentence in chain))

    def cited(self) -> pd.DataFrame:
        """Return the events that are cited: ``run``, ``number`` and the columns of the log."""
        import pandas as pd

        marks = sorted({mark for sentence in self.sentences for mark in sentence.citations})
        parts = []
        for run in ("A", "B"):
            numbers = [number for name, number in marks if name == run]
            rows = self.events[run].iloc[[number - 1 for number in numbers]]
            parts.append(rows.assign(run=run, number=numbers))
        joined = pd.concat(parts, ignore_index=True)
        return joined[["run", "number", *self.events["A"].columns]]

    def as_dict(self) -> dict[str, Any]:
        """Return the account as JSON can hold it, with the events that it cites."""
        cited = self.cited().astype(object)
        return {
            "a": self.a,
            "b": self.b,
            "titles": {name: text._asdict() for name, text in self.titles.items()},
            "draw": self.draw,
            "replicate": self.replicate,
            "runs_made_again": self.again,
            "same": self.same,
            "parting": self.parting.as_dict(),
            "chains": [[sentence.as_dict() for sentence in chain] for chain in self.chains],
            "totals": [
                {"event": t.event, **t.text._asdict(), "unit": t.unit, "a": t.a, "b": t.b}
                for t in self.totals
            ],
            "events": cited.where(cited.notna(), None).to_dict(orient="records"),
        }


def first_divergence(
    data: StudyData,
    a: str | None = None,
    b: str | None = None,
    *,
    replicate: int = 0,
    draw: int = 0,
    community: int | None = None,
    agency: int | None = None,
    progress: Progress | None = None,
) -> Account:
    """Tell how two scenarios part in one replicate, by their events.

    Up to their first different event both are the same in every column. From there on the longest chain is told that
    leads by declared links (:data:`~sansheng.analysis.story.links.LINKS`) to needs that are given up, and a
    chain in which a wage is late. It may be either scenario that comes off worse. Every number is that of events,
    which are named.

    Parameters
    ----------
    data
        Results of a study.
    a, b
        Scenarios; left out, the study's baseline and, where there are but two, the other one.
    replicate, draw
        Which runs. If their events were not recorded, both are made again with events, and their numbers compared
        with the stored ones.
    community
        Number of a community: chains end there.
    agency
        Number of an agency: chains pass through no other.
    progress
        Told what is being done.

    Raises
    ------
    BadInput
        If a scenario, run, community or agency is not there.
    RunFailed
        If a run that is made again differs from what was stored.
    """
    both = told_of(data, a, b, replicate=replicate, draw=draw, progress=progress)
    scope = Scope(community, agency)
    _require_known(both, scope)
    return account_of(both, scope)


def account_of(both: Both, scope: Scope) -> Account:
    """Return the account of two runs whose events are at hand."""
    voices = Voices(Speaker("A", both.a), Speaker("B", both.b), both.titles)
    same = first_difference(both.a, both.b)
    chains: tuple[tuple[Sentence, ...], ...] = ()
    if same is not None:
        chains = tuple(tuple(tell_chain(voices, chain)) for chain in _told(both, scope))
        chains = chains or ((no_chain(),),)
    return Account(
        both.a.scenario,
        both.b.scenario,
        both.titles,
        both.draw,
        both.replicate,
        both.again,
        same,
        tell_parting(voices, same),
        chains,
        tuple(
            Total(code, text, unit, _sum(both.a, code, column), _sum(both.b, code, column))
            for code, column, unit, text in TOTALS
        ),
        {"A": both.a.table, "B": both.b.table},
    )


def _told(both: Both, scope: Scope) -> Sequence[Chain]:
    """Return the best chain whoever is hurt, and the best one with a late wage if that has none."""
    ways = [
        Chains(Pair(hurt, other), scope) for hurt, other in ((both.b, both.a), (both.a, both.b))
    ]
    found = [chain for way in (BY_PEOPLE, DIRECT) for chains in ways if (chain := chains.best(way))]
    if not found:
        return []
    best = max(found, key=lambda chain: chain.merit)
    with_wages = [chain for chain in found if _has_wage(chain)]
    if _has_wage(best) or not with_wages:
        return [best]
    return [best, max(with_wages, key=lambda chain: chain.merit)]


def _has_wage(chain: Chain) -> bool:
    return any(WAGE in (step.cause.measure, step.effect.measure) for step in chain.steps)


def _sum(run: Told, code: str, column: str | None) -> float:
    some = run.table["event"] == code
    if code == "quit":
        some &= run.table["other_kind"] == "agency"
    return (
        float(some.sum()) if column is None else round(float(run.table.loc[some, column].sum()), 2)
    )


def _require_known(both: Both, scope: Scope) -> None:
    """Refuse a community or an agency that no event is about."""
    problems = []
    for kind, text, number in (
        ("community", Text("community", "社区"), scope.community),
        ("agency", Text("agency", "机构"), scope.agency),
    ):
        known = {n for run in (both.a, both.b) for n in run.actors(kind)}
        if number is not None and number not in known:
            near = min(known, key=lambda n: abs(n - number), default=None)
            problems.append(
                Problem(
                    Text(
                        f"no event is about {text.en} {number}; the nearest number is {near}",
                        f"没有关于{text.zh} {number} 的事件；最接近的编号是 {near}",
                    )
                )
            )
    if problems:
        raise BadInput(problems)
