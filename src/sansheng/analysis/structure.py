"""Whether a run is sound, and works where the real thing works.

Books and heads must reconcile exactly; the operating point must lie where sources and experience put it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sansheng.core.tables import F64, I64
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.analysis.observe import Condition
    from sansheng.outcomes.measures import Record
    from sansheng.world.world import World

START, MONTHS, WARM_UP = 2015 * 12, 60, 24
"""The run that is checked: five years from January 2015, after the two in which stocks that start empty fill."""


@dataclass(frozen=True, slots=True)
class Check:
    """A property of a run that lies between two bounds.

    Parameters
    ----------
    id, text, unit
        Name, meaning and unit.
    low, high
        Bounds; equal for what must hold exactly.
    every
        Whether each replicate must hold it, rather than their mean.
    """

    id: str
    text: Text
    unit: str
    low: float
    high: float
    every: bool = False


CHECKS = (
    Check(
        "money",
        Text("fen that an account cannot explain, all months", "各月账户无法解释的分数"),
        "fen",
        0.0,
        0.0,
        every=True,
    ),
    Check(
        "heads",
        Text(
            "people that hires, quits and layoffs do not explain", "招聘、离职与裁员无法解释的人数"
        ),
        "people",
        0.0,
        0.0,
        every=True,
    ),
    Check(
        "cases",
        Text("needs that are in no state, or in two", "不处于或处于多个状态的需求"),
        "cases",
        0.0,
        0.0,
        every=True,
    ),
    Check(
        "utilisation",
        Text("hours that found work, of hours at hand", "投入工作的工时占比"),
        "share",
        0.8,
        1.1,
    ),
    Check(
        "utilisation_agency",
        Text("the same of agency staff", "机构社工投入工作的工时占比"),
        "share",
        0.8,
        1.1,
    ),
    Check(
        "utilisation_pro",
        Text("the same of certified community workers", "持证社区工作者投入工作的工时占比"),
        "share",
        0.8,
        1.1,
    ),
    Check(
        "utilisation_general",
        Text(
            "the same of other community workers, who choose last; the rest are visits",
            "其他社区工作者投入工作的工时占比（最后选择，其余用于走访）",
        ),
        "share",
        0.5,
        1.1,
    ),
    Check(
        "backlog_drift",
        Text("trend of open cases over the run, per year", "未办结事项的年均趋势"),
        "%/year",
        -4.0,
        4.0,
    ),
    Check(
        "admin_over_90",
        Text(
            "communities where administration asks for over 90% of all hours",
            "行政事务所需工时超过九成的社区",
        ),
        "%",
        0.0,
        10.0,
    ),
    Check(
        "closure_reported",
        Text("reported closure of all cases", "全部事项上报办结率"),
        "%",
        88.0,
        99.5,
    ),
    Check(
        "closure_gap",
        Text("reported minus true closure", "上报减真实办结率"),
        "percentage points",
        3.0,
        10.0,
    ),
    Check(
        "hard_need_met",
        Text("hard need met", "疑难需求满足率"),
        "%",
        40.0,
        70.0,
    ),
    Check(
        "turnover_base",
        Text("turnover of community workers", "社区工作者年离职率"),
        "%/year",
        16.0,
        20.0,
    ),
    Check(
        "burnout_most",
        Text("largest burnout of anybody, either way", "个体倦怠的最大绝对值"),
        "SD",
        0.0,
        3.0,
        every=True,
    ),
    Check(
        "burnout_spread",
        Text("spread of burnout between people", "个体间倦怠差异"),
        "SD",
        0.1,
        1.0,
    ),
    Check(
        "arrears",
        Text("wages owed by agencies, mean of months", "机构欠薪月数（均值）"),
        "months",
        0.001,
        0.25,
    ),
)
"""All checks. Bounds that are not exact are of the operating point that the model is built for: use of hours,
turnover, a true closure several points below the reported one, few communities swallowed by administration.
The others are assumed, about where the model lies."""


def standard_run(place: str) -> Condition:
    """Return the run of a place that is checked."""
    from sansheng.analysis.observe import Condition
    from sansheng.study.config import RuleRef

    return Condition(place, START, MONTHS, WARM_UP, RuleRef(name="per_household"), {}, ())


def passes(check: Check, values: F64) -> bool:
    """Whether replicates hold a check.

    Parameters
    ----------
    check
        What must hold.
    values
        Shape ``(replicate,)``.
    """
    tested = values if check.every else values.mean(keepdims=True)
    return bool(((tested >= check.low) & (tested <= check.high)).all())


def drift(values: F64) -> float:
    """Return the least-squares trend of monthly values, per cent of their mean a year."""
    months = np.arange(values.size)
    slope = np.polyfit(months, values, 1)[0]
    return float(1200.0 * slope / values.mean()) if values.mean() > 0.0 else 0.0


def check_structure(
    condition: Condition, parameters: Mapping[str, float], seed: int, replicate: int
) -> list[float]:
    """Run a condition month by month; return one number a check, in their order."""
    from sansheng.month import open_world, pass_month
    from sansheng.outcomes.measures import Record, fixed_of
    from sansheng.outcomes.recorder import make_recorder
    from sansheng.study.simulate import place_named

    rule = condition.rule.make()
    first = condition.start - condition.warm_up
    world = open_world(place_named(condition.place), parameters, seed, replicate, first)
    communities = world.tables.communities.key.shape[0]
    recorder = make_recorder(first, condition.warm_up + condition.months, communities)
    books = _Books(world)
    for _ in range(condition.warm_up + condition.months):
        books.open()
        pass_month(world, rule, recorder)
        books.close()
    record = Record(recorder.monthly, recorder.yearly, fixed_of(world.tables), first)
    return [
        float(books.fen),
        float(books.people),
        float(books.cases),
        *_operating_point(record, condition.warm_up),
        float(np.abs(_burnout(world)).max(initial=0.0)),
        float(_burnout(world).std()),
        _mean_of(record, "arrears", condition.warm_up),
    ]


def _burnout(world: World) -> F64:
    w = world.tables.workers
    of_staff: F64 = w.burnout[w.filled == 1]
    return of_staff


class _Books:
    """What must add up in every month, and by how much it did not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fen = self.people = self.cases = 0

    def open(self) -> None:
        self.balance = self.world.tables.money.balance.copy()
        self.staff = self._staff()
        self.stock = self._stock()

    def close(self) -> None:
        t = self.world.tables
        money, w, cases = t.money, t.workers, t.cases
        unexplained = self.balance + money.received - money.paid - money.balance
        self.fen += int(np.abs(unexplained).sum()) + abs(int(money.balance.sum()))
        flows = [w.hired, w.quits, w.leaves]
        hired, quits, leaves = (int(flow.sum(dtype=np.int64)) for flow in flows)
        self.people += abs(self._staff() - self.staff - hired + quits + leaves)
        change = self._stock() - self.stock
        self.cases += int(np.abs(cases.arisen - change - cases.resolved - cases.gone).sum())

    def _staff(self) -> int:
        return int(self.world.tables.workers.filled.sum(dtype=np.int64))

    def _stock(self) -> I64:
        cases = self.world.tables.cases
        stock: I64 = cases.latent + cases.open.sum(axis=1, dtype=np.int64) + cases.paper
        return stock


def _operating_point(record: Record, warm_up: int) -> list[float]:
    m = record.monthly
    lost = record.yearly.hours_asked_admin[-1]
    whole = record.yearly.hours_station[-1]
    share = np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0.0)
    return [
        float(m.utilisation[warm_up:].sum() / max(1.0, m.hours[warm_up:].sum())),
        *(
            float(getattr(m, f"used_{who}")[warm_up:].sum())
            / max(1.0, float(getattr(m, f"able_{who}")[warm_up:].sum()))
            for who in ("agency", "pro", "general")
        ),
        drift(m.open[warm_up:]),
        float(100.0 * (share > 0.9).mean()),
        _mean_of(record, "closure_reported", warm_up),
        _mean_of(record, "closure_gap", warm_up),
        _mean_of(record, "hard_need_met", warm_up),
        _mean_of(record, "turnover_base", warm_up),
    ]


def _mean_of(record: Record, outcome: str, warm_up: int) -> float:
    from sansheng.outcomes.aggregate import of_run
    from sansheng.outcomes.measures import OUTCOMES

    declared = OUTCOMES[outcome]
    return float(of_run(declared.compute(record)[warm_up:], declared.aggregate))
