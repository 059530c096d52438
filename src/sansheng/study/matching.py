"""Equal spend: every scenario is scaled until it spends as much as the baseline.

Rules that divide the same envelope do not spend the same: what is granted late, to stations that cannot spend it, or
beside a lever, is not what was spent. So each scenario gets one number, its scale. From the first month in which
it differs from the baseline on, the envelope and all money that its rule speaks of are multiplied by it.

The scale is solved on pilot runs whose replicates are reserved, so that it depends on nothing but the study's
scenarios, span, seed and parameters. Scale 1 is tried first and kept if it will do. Otherwise the root is searched
in logarithms, on the same luck every time, by secant steps inside a bracket.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from sansheng.core.errors import BadInput, Problem, printable
from sansheng.core.located_yaml import Loc, parse_yaml
from sansheng.core.months import Month
from sansheng.core.scale import ONE
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import MOST_NODES, Scaling
from sansheng.study.kept import MOST_COMMUNITIES
from sansheng.study.own_place import place_of
from sansheng.study.schedule import first_difference

if TYPE_CHECKING:
    from sansheng.study.config import Scenario, Study
    from sansheng.study.progress import Progress

TOLERANCE = 0.005
"""Spending that differs by no more than this share is equal."""

AIM = 0.002
"""A scale that is searched comes as near as this, which leaves room for the luck of the study itself; where pilot
runs know less, within half their standard error."""

COMMUNITIES_RUN = 1728
"""Communities of all pilot runs of a scenario together: spending of so many is known to about 0.2%."""

FEWEST_PILOTS, MOST_PILOTS = 8, 64
"""Pilot runs of a scenario, for the largest places and for the smallest."""

PILOTS_OF_A_NATION = 2
"""Pilot runs of a scenario where districts are kept and not communities: two say how little they differ."""

FIRST_PILOT = 2**30
"""Their replicates count from here, where no study's do."""

LEAST, MOST = ONE // 100, 16 * ONE
"""Scales that are tried."""

MOST_TRIES = 12
NARROW = 1.01
"""Ratio of scales between which nothing is searched any more."""

Status = Literal["matched", "capped", "exempt"]

STATUSES: Mapping[str, Text] = {
    "matched": Text("matched", "等额"),
    "capped": Text("capped", "未达等额"),
    "exempt": Text("exempt", "不求等额"),
    "off": Text("off", "未启用"),
}

OFF = Text(
    "WARNING: equal_spend is off. Scenarios may spend different sums, so differences come from how much is spent"
    " as well as from how.",
    "警告：equal_spend 未启用，各方案支出可能不等；差异不只来自办法，也来自钱的多少。",
)


class Spending(NamedTuple):
    """What pilot runs spent, yearly rates in 万元 by month, shape ``(pilot, month)``.

    Parameters
    ----------
    total
        Everything.
    levers
        What levers cost on all lines.
    outside
        The part of it that is not paid from the envelope.
    """

    total: F64
    levers: F64
    outside: F64


class Runs(Protocol):
    """Pilot runs."""

    def spending(self, name: str, scaling: Scaling | None) -> Spending | None:
        """Return what a scenario spends; None if levers take more than is left of the envelope when it is scaled."""


@dataclass(frozen=True, slots=True)
class Match:
    """How near a scenario's spending was brought to the target, on pilot runs; NaN where none was needed.

    Parameters
    ----------
    status
        ``matched``: within the tolerance. ``capped``: it cannot spend or absorb that much.
        ``exempt``: a point of reference.
    scale
        Millionths.
    start
        First month that is scaled; None if the scenario never differs or is exempt.
    spent, target
        万元 a year over all reported months.
    pilots
        Pilot runs that say so.
    error
        Standard error of their difference over the pilot runs, as a share of the target; where parameters vary,
        the spread of the draws included.
    """

    status: Status
    scale: int
    start: Month | None
    spent: float
    target: float
    error: float
    pilots: int

    def as_dict(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "status": self.status,
            "scale": self.scale / ONE,
            "from": str(self.start) if self.start is not None else None,
            "pilot_spent": _number(self.spent),
            "pilot_target": _number(self.target),
            "pilot_error": _number(self.error),
            "pilots": self.pilots,
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Match:
        """Return what a manifest says of a scenario."""
        start = said["from"]
        return cls(
            said["status"],
            round(said["scale"] * ONE),
            Month.parse(start) if start is not None else None,
            _float(said["pilot_spent"]),
            _float(said["pilot_target"]),
            _float(said["pilot_error"]),
            said["pilots"],
        )


def _float(value: float | None) -> float:
    return math.nan if value is None else value


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def pilot_keys(draws: int, communities: int) -> list[tuple[int, int]]:
    """Return draw and replicate of every pilot run: more in small places, spread evenly over the draws.

    Parameters
    ----------
    draws
        Draws of the study.
    communities
        Communities of the place.
    """
    fewest = FEWEST_PILOTS if communities <= MOST_COMMUNITIES else PILOTS_OF_A_NATION
    pilots = min(MOST_PILOTS, max(fewest, COMMUNITIES_RUN // communities))
    used = min(draws, pilots)
    points = [round(i * (draws - 1) / max(1, used - 1)) for i in range(used)]
    return [(points[i % used], FIRST_PILOT + i) for i in range(pilots)]


def match_spending(
    study: Study,
    make_runs: Callable[[Study, Sequence[tuple[int, int]]], Runs],
    progress: Progress,
) -> dict[str, Match]:
    """Solve the scale of every scenario; empty if the study does not want equal spend.

    Parameters
    ----------
    study
        What is to be run; its own scales are ignored.
    make_runs
        Makes pilot runs of a study and keys.
    progress
        Told how far it is.

    Raises
    ------
    BadInput
        If a scenario's levers cost more than there is to spend.
    """
    if not study.equal_spend:
        return {}
    base = study.scenarios[study.baseline]
    starts = _starts(study)
    if _exempt(base) or not any(starts.values()):
        return {
            name: Match(_untried(base, scenario), ONE, None, math.nan, math.nan, math.nan, 0)
            for name, scenario in study.scenarios.items()
        }
    communities = place_of(study).communities
    keys = pilot_keys(len(study.draws()), communities)
    progress.say(
        Text(
            f"matching spending ({len(keys)} pilot runs of each scenario)…",
            f"正在使各方案支出相等（每个方案试运行 {len(keys)} 次）…",
        )
    )
    runs = make_runs(study, keys)

    @functools.cache
    def unscaled(name: str) -> Spending:
        found = runs.spending(name, None)
        assert found is not None  # or it would have raised
        return found

    target = unscaled(study.baseline)
    if study.match_extra:
        comparable = [unscaled(name) for name, start in starts.items() if start is not None]
        target = max(comparable, key=lambda found: float(found.total.mean()))
    matches = {}
    for name, start in starts.items():
        if start is not None:
            matches[name] = _Search(study, name, start, runs, unscaled(name), target).solve()
            progress.say(_said(name, matches[name]))
        elif _exempt(study.scenarios[name]):
            matches[name] = _match("exempt", ONE, None, unscaled(name), target)
        else:
            matches[name] = _match("matched", ONE, None, target, target)
    return matches


def matches_in(manifest: Mapping[str, Any], study: Study) -> dict[str, Match] | None:
    """Return what a manifest says of how spending was matched; None if it does not say it of every scenario."""
    said = {scenario["name"]: scenario["spending"] for scenario in manifest["scenarios"]}
    if not study.equal_spend or any(said[name]["status"] == "off" for name in study.scenarios):
        return None
    return {name: Match.from_dict(said[name]) for name in study.scenarios}


def scaled_study(study: Study, matches: Mapping[str, Match]) -> Study:
    """Return the study with the scales that were solved; it does not matter what it had before."""
    scales = {
        name: Scaling(start=match.start, millionths=match.scale)
        for name, match in matches.items()
        if match.start is not None and match.scale != ONE
    }
    return study.model_copy(update={"scales": scales})


def _starts(study: Study) -> dict[str, Month | None]:
    """Return the month from which each scenario may be scaled; None for those that may not."""
    base = study.scenarios[study.baseline]
    found = {
        name: None if _exempt(scenario) else first_difference(base, scenario, study.start)
        for name, scenario in study.scenarios.items()
    }
    if not study.match_extra:
        return found
    first = min((month for month in found.values() if month is not None), default=None)
    return {
        name: None if _exempt(scenario) else first for name, scenario in study.scenarios.items()
    }


def _exempt(scenario: Scenario) -> bool:
    refs = (scenario.rule, *(change.rule for change in scenario.changes))
    return any(ref.make().exempt for ref in refs)


def _untried(base: Scenario, scenario: Scenario) -> Status:
    """Return the status of a scenario that needs no pilot run."""
    return "exempt" if _exempt(base) or _exempt(scenario) else "matched"


def _match(
    status: Status, scale: int, start: Month | None, spent: Spending, target: Spending
) -> Match:
    goal = float(target.total.mean())
    apart = (spent.total - target.total).mean(axis=1)
    error = float(apart.std(ddof=1) / math.sqrt(apart.size) / goal) if goal > 0.0 else math.nan
    return Match(status, scale, start, float(spent.total.mean()), goal, error, apart.size)


class _Search:
    """The search for the scale of one scenario."""

    def __init__(
        self,
        study: Study,
        name: str,
        start: Month,
        runs: Runs,
        unscaled: Spending,
        target: Spending,
    ) -> None:
        self.study, self.name, self.start, self.runs, self.target = study, name, start, runs, target
        self.goal = float(target.total.mean())
        self.unscaled = unscaled
        self.found: dict[int, Spending | None] = {ONE: unscaled}

    def solve(self) -> Match:
        """Return the scale at which the target is spent, or as much as can be.

        Raises
        ------
        BadInput
            If more is spent at every scale.
        """
        if abs(self.gap(ONE)) <= TOLERANCE:
            return self.match(ONE, "matched")
        below, above = (ONE, MOST + 1) if self.gap(ONE) < 0.0 else (LEAST - 1, ONE)
        scale, last = self.first_guess(), ONE
        for _ in range(MOST_TRIES):
            gap = self.gap(scale)
            if abs(gap) <= self.near_enough(scale):
                return self.match(scale, "matched")
            if gap < 0.0:
                below = max(below, scale)
            else:
                above = min(above, scale)
            if below == MOST or above == LEAST:
                break
            scale, last = self.next_guess(scale, last, max(below, LEAST), min(above, MOST)), scale
        scale = self.smallest_that_spends_most() if below == MOST else self.nearest()
        if abs(self.gap(scale)) <= TOLERANCE:
            return self.match(scale, "matched")
        if self.found.get(below) is None:
            raise BadInput(self.refusal())
        return self.match(scale if below == MOST else below, "capped")

    def gap(self, scale: int) -> float:
        """Spending at a scale less the target, as a share of it; -1 where levers take the whole envelope."""
        if scale not in self.found:
            scaling = Scaling(start=self.start, millionths=scale)
            self.found[scale] = self.runs.spending(self.name, scaling)
        spent = self.found[scale]
        if spent is None:
            return -1.0
        total = float(spent.total.mean())
        if self.goal <= 0.0:
            return 0.0 if total <= 0.0 else math.inf
        return total / self.goal - 1.0

    def near_enough(self, scale: int) -> float:
        """Return the gap at which looking further at a scale would follow the luck of pilot runs."""
        half = 0.5 * self.match(scale, "matched").error
        return min(TOLERANCE, max(AIM, half)) if math.isfinite(half) else AIM

    def first_guess(self) -> int:
        """Return the scale if spending followed it, but for levers that other lines pay."""
        outside = float(self.unscaled.outside.mean())
        room, own = self.goal - outside, float(self.unscaled.total.mean()) - outside
        if room <= 0.0 or own <= 0.0:
            return LEAST if room <= 0.0 else MOST
        return min(MOST, max(LEAST, round(ONE * room / own)))

    def nearest(self) -> int:
        """Return the scale tried so far that spends most nearly what it should."""
        return min(self.found, key=lambda tried: abs(self.gap(tried)))

    def next_guess(self, one: int, other: int, low: int, high: int) -> int:
        """Return a scale within bounds: by the secant through two others if it helps, else the middle."""
        middle = round(math.sqrt(low * high))
        rise = self.gap(one) - self.gap(other)
        run = math.log(one) - math.log(other)
        if not math.isfinite(rise) or rise * run <= 0.0:
            return self.toward_the_end(low, high, middle)
        step = -self.gap(one) * run / rise
        guess = round(math.exp(min(max(math.log(one) + step, math.log(low)), math.log(high))))
        if low < guess < high:
            return guess
        return self.toward_the_end(low, high, middle)

    def toward_the_end(self, low: int, high: int, middle: int) -> int:
        """Return an end of the range that nobody has tried, else the middle."""
        if high == MOST and MOST not in self.found:
            return MOST
        if low == LEAST and LEAST not in self.found:
            return LEAST
        return middle

    def smallest_that_spends_most(self) -> int:
        """Return the smallest scale, within a hundredth, that spends as much as can be spent."""
        most = max(self.gap(tried) for tried in self.found)
        enough = (1.0 + most) * (1.0 - AIM) - 1.0
        high = min(tried for tried in self.found if self.gap(tried) >= enough)
        low = max((tried for tried in self.found if tried < high), default=ONE)
        while high / low > NARROW:
            middle = round(math.sqrt(low * high))
            low, high = (low, middle) if self.gap(middle) >= enough else (middle, high)
        return high

    def match(self, scale: int, status: Status) -> Match:
        """Return what was found at a scale."""
        return _match(status, scale, self.start, self.found[scale] or self.unscaled, self.target)

    def refusal(self) -> Problem:
        """Say what the scenario cannot help spending, and what it may spend, in the months that differ."""
        runnable = {scale: spent for scale, spent in self.found.items() if spent is not None}
        spent = runnable[min(runnable)]
        first = self.start.index - self.study.start.index
        levers, total, goal = (
            f"{10_000.0 * float(part[:, first:].mean()):,.0f}"
            for part in (spent.levers, spent.total, self.target.total)
        )
        names = ", ".join(dict.fromkeys(ref.name for ref in self.study.scenarios[self.name].levers))
        name = printable(self.name)
        if names:
            text = Text(
                f"{names}: costs {levers} yuan a year in scenario {name}, and with next to no grants {total} yuan are"
                f" spent; the baseline spends {goal} yuan. match_extra: true lets all scenarios spend as much as the"
                " dearest, equal_spend: false compares unequal money",
                f"{names}：方案 {name} 中每年需 {levers} 元，几乎不拨款时仍支出 {total} 元；基线仅支出 {goal} 元。"
                "match_extra: true 使各方案支出与最高者相等，equal_spend: false 则按不等支出比较",
            )
        else:
            text = Text(
                f"scenario {name} spends {total} yuan a year with next to no grants; the baseline spends {goal} yuan."
                " equal_spend: false compares unequal money",
                f"方案 {name} 几乎不拨款时每年仍支出 {total} 元；基线仅支出 {goal} 元。"
                "equal_spend: false 则按不等支出比较",
            )
        located = parse_yaml(self.study.source, self.study.file or "study", max_nodes=MOST_NODES)
        loc: Loc = ("scenarios", self.name)
        if names:
            alone = len(self.study.scenarios[self.name].levers) == 1
            loc = (*loc, "levers", 0, "name") if alone else (*loc, "levers")
        return Problem(text, located.where(loc))


def _said(name: str, match: Match) -> Text:
    shown = printable(name)
    status = STATUSES[match.status]
    return Text(
        f"  {shown}: scale {match.scale / ONE:.4f}, {status.en}",
        f"  {shown}：系数 {match.scale / ONE:.4f}，{status.zh}",
    )
