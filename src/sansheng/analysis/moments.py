"""What patterns measure: each is declared once, with the function that reads it from a run.

A measure looks only at what an outsider could have counted: reported closures, people, hours, money. It is
NaN where the run does not hold what it needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.aggregate import of_run
from sansheng.outcomes.measures import OUTCOMES, Record
from sansheng.world.world import World

OptionKind = Literal["number", "outcome", "categories"]
Options = Mapping[str, Any]


class Seen(NamedTuple):
    """A run as measures see it: what was recorded, and the world at its end."""

    record: Record
    world: World


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a pattern compares with its target.

    Parameters
    ----------
    name
        As patterns name it.
    unit
        Unit of the number.
    text
        Meaning in a sentence.
    compute
        ``(seen, options) -> number``, NaN where it cannot be measured.
    options
        What must be written beside the name, and its kind.
    december
        Whether the run must end in December, because the last calendar year is read.
    """

    name: str
    unit: str
    text: Text
    compute: Callable[[Seen, Options], float]
    options: Mapping[str, OptionKind] = field(default_factory=dict)
    december: bool = False


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0.0 else math.nan


def _turnover_agency(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    left = m.quits_agency.sum() + m.moves_agency.sum()
    return 12.0 * _ratio(left, m.staff_agency.sum())


def _first_year_quits(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    hazard = _ratio(m.first_year_quits.sum(), m.first_year_exposure.sum())
    return -math.expm1(-12.0 * hazard)


def _first_year_ratio(seen: Seen, options: Options) -> float:
    return _ratio(_first_year_quits(seen, options), _turnover_agency(seen, options))


def _gone_in_two_years(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    early, exposed = m.first_year_quits_base.sum(), m.first_year_exposure_base.sum()
    first = _ratio(early, exposed)
    later = _ratio(m.quits_base.sum() - early, m.staff_base.sum() - exposed)
    return -math.expm1(-12.0 * (first + later))


def _leaving_agency(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    return 12.0 * _ratio(m.left_agency.sum(), m.staff_agency.sum())


def _short_service(seen: Seen, options: Options) -> float:
    w = seen.world.tables.workers
    here = (w.employer >= 0) & (w.filled == 1)
    return _ratio(float((w.service[here] <= 24).sum()), float(here.sum()))


def _certified_growth(seen: Seen, options: Options) -> float:
    people = seen.record.monthly.certified_people
    if people.size < 2 or people[0] <= 0.0:
        return math.nan
    return 100.0 * float((people[-1] / people[0]) ** (12.0 / (people.size - 1)) - 1.0)


def _tenure_left(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    # Tenure of nobody is not a tenure of nothing: without leavers counted there is no mean.
    return _ratio(m.tenure_left.sum(), m.left_agency.sum()) / 12.0


def _grid_closure(seen: Seen, options: Options) -> float:
    """Dispatched cases of one community, category and hardness are alike, whoever reported them.

    So of those not reported closed by the end of the year (still open, or given up), the part that grid
    staff had found is expected to be their part of what was dispatched. What they settled on the spot is
    closed.
    """
    cases, months = seen.world.tables.cases, seen.world.month % 12 or 12
    grid, opened = cases.grid_year.astype(np.float64), cases.opened_year
    left = cases.open[:, :months].sum(axis=1) + cases.lapsed_year
    part = np.divide(grid, opened, out=np.zeros_like(grid), where=opened > 0)
    found = float(grid.sum() + cases.spot_year.sum())
    return 100.0 * (1.0 - _ratio(float((part * left).sum()), found))


def _grid_case_rate(seen: Seen, options: Options) -> float:
    cases = seen.world.tables.cases
    found = float(cases.grid_year.sum() + cases.spot_year.sum())
    return _ratio(found, float(seen.record.monthly.grids[-1]))


def _agency_staff(seen: Seen, options: Options) -> float:
    return float(seen.record.monthly.agency_median.mean())


def _agency_income(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    return 12.0 * _ratio(m.agency_income.sum(), m.agencies_working.sum()) / 100.0


def _hours_per_money(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    return float(options["amount"]) * _ratio(m.hours_bought.sum(), m.bought.sum() / 100.0)


def _path_error(top: F64, bottom: F64, options: Options) -> float:
    """Return the root mean square distance of quarterly values from a straight line.

    The line runs from ``first`` in the first month to ``last`` in month number ``over``; later months do not
    count.
    """
    months = int(options["over"])
    if top.size < months:
        return math.nan
    line = np.linspace(float(options["first"]), float(options["last"]), months)
    errors = []
    for start in range(0, months, 3):
        quarter = slice(start, min(start + 3, months))
        value = 100.0 * _ratio(float(top[quarter].sum()), float(bottom[quarter].sum()))
        errors.append(value - line[quarter].mean())
    return float(np.sqrt(np.mean(np.square(errors))))


def _resolution_path(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    return _path_error(m.calls_closed, m.calls_ended, options)


def _satisfaction_path(seen: Seen, options: Options) -> float:
    m = seen.record.monthly
    return _path_error(m.calls_satisfaction / 100.0, m.calls, options)


def _residents(world: World) -> float:
    """Return how many people live in the place, as it states them."""
    districts = world.place.districts
    return float(sum(d.households.value * d.persons_per_household.value for d in districts))


def _staff_per_10k(seen: Seen, options: Options) -> float:
    return 1e4 * _ratio(float(seen.record.fixed.seats.sum()), _residents(seen.world))


def _staff_per_community(seen: Seen, options: Options) -> float:
    return float(seen.record.fixed.seats.mean())


def _work_share(seen: Seen, options: Options) -> float:
    closed = seen.world.tables.cases.closed_year.sum(axis=(0, 2))
    ids = seen.world.place.category_ids
    if not set(options["categories"]) <= set(ids):
        return math.nan
    own = [ids.index(category) for category in options["categories"]]
    return 100.0 * _ratio(float(closed[own].sum()), float(closed.sum()))


def _certified(seen: Seen, options: Options) -> float:
    return float(seen.record.monthly.certified[-1])


def _outcome(seen: Seen, options: Options) -> float:
    outcome = OUTCOMES[options["id"]]
    return float(of_run(outcome.compute(seen.record), outcome.aggregate))


_DECLARED = (
    Measure(
        "turnover_agency",
        "share/year",
        Text(
            "Quits and transfers out of the employer over agency staff, per year.",
            "机构社工离职与转出人数除以在职人数（年化）。",
        ),
        _turnover_agency,
    ),
    Measure(
        "first_year_quits",
        "share",
        Text(
            "Chance to quit within the first year: 1 - exp(-12 quits / person-months of first years).",
            "入职首年离职概率：1 - exp(-12 × 首年离职 / 首年人月)。",
        ),
        _first_year_quits,
    ),
    Measure(
        "first_year_ratio",
        "ratio",
        Text(
            "Chance to quit within the first year over mean yearly turnover.",
            "首年离职概率与平均年流失率之比。",
        ),
        _first_year_ratio,
    ),
    Measure(
        "gone_in_two_years",
        "share",
        Text(
            "Chance that a community worker who is new to such work quits within two years: 1 - exp(-12 x the sum of "
            "the monthly hazards in the first year and later).",
            "新从业社区工作者两年内离职概率：1 - exp(-12 ×（首年月离职率 + 以后月离职率）)。",
        ),
        _gone_in_two_years,
    ),
    Measure(
        "leaving_agency",
        "share/year",
        Text(
            "People who left an agency in any way, dismissed ones included, over agency staff, per year.",
            "以任何方式离开机构者（含裁员）除以在职人数（年化）。",
        ),
        _leaving_agency,
    ),
    Measure(
        "short_service",
        "share",
        Text(
            "Agency staff with 24 months of such work or less, at the end.",
            "期末从业不超过24个月的机构社工比例。",
        ),
        _short_service,
    ),
    Measure(
        "certified_growth",
        "%/year",
        Text(
            "Growth of certified people, agency staff included, from the first month to the last, per year.",
            "持证人数（含机构社工）自首月至末月的年均增长。",
        ),
        _certified_growth,
    ),
    Measure(
        "tenure_left",
        "years",
        Text(
            "Mean completed tenure of agency staff who left.",
            "离开机构者的平均在职年限。",
        ),
        _tenure_left,
    ),
    Measure(
        "grid_closure",
        "%",
        Text(
            "Of the cases that grid staff found in the last calendar year, the part reported closed by its end.",
            "最后一个日历年内网格员发现的事项在年底前上报办结的比例。",
        ),
        _grid_closure,
        december=True,
    ),
    Measure(
        "grid_case_rate",
        "cases/grid-year",
        Text(
            "Cases that grid staff found in the last calendar year, per grid.",
            "最后一个日历年内每个网格发现的事项数。",
        ),
        _grid_case_rate,
        december=True,
    ),
    Measure(
        "agency_staff",
        "people",
        Text(
            "Median staff of agencies that employ anybody, mean over months.",
            "有在职人员机构的人数中位数（各月平均）。",
        ),
        _agency_staff,
    ),
    Measure(
        "agency_income",
        "yuan/year",
        Text(
            "Income from all payers of an agency that employs anybody.",
            "有在职人员机构的全部年收入（各家平均）。",
        ),
        _agency_income,
    ),
    Measure(
        "hours_per_money",
        "hours",
        Text(
            "Agency hours that an amount of contract money buys.",
            "一定合同金额所购买的机构工时。",
        ),
        _hours_per_money,
        {"amount": "number"},
    ),
    Measure(
        "resolution_path",
        "percentage points",
        Text(
            "Distance of reported resolution of calls, by quarter, from a straight path (RMSE).",
            "非网格事项上报解决率（按季）与直线路径的均方根误差。",
        ),
        _resolution_path,
        {"first": "number", "last": "number", "over": "number"},
    ),
    Measure(
        "satisfaction_path",
        "points",
        Text(
            "Distance of reported satisfaction of callers, by quarter, from a straight path (RMSE).",
            "非网格事项上报满意度（按季）与直线路径的均方根误差。",
        ),
        _satisfaction_path,
        {"first": "number", "last": "number", "over": "number"},
    ),
    Measure(
        "staff_per_10k",
        "people/10,000 residents",
        Text("Posts of community workers per 10,000 residents.", "每万名居民的社区工作者岗位数。"),
        _staff_per_10k,
    ),
    Measure(
        "staff_per_community",
        "people",
        Text("Posts of community workers per community.", "每社区的社区工作者岗位数。"),
        _staff_per_community,
    ),
    Measure(
        "work_share",
        "%",
        Text(
            "Share of some categories in the cases reported closed in the last calendar year.",
            "最后一个日历年上报办结事项中若干类别的占比。",
        ),
        _work_share,
        {"categories": "categories"},
        december=True,
    ),
    Measure(
        "certified",
        "people",
        Text("Community workers with a certificate at the end.", "期末持证社区工作者人数。"),
        _certified,
    ),
    Measure(
        "outcome",
        "of the outcome",
        Text(
            "Any outcome, as a comparison of studies would sum it up.",
            "任一指标，按研究比较的方式汇总。",
        ),
        _outcome,
        {"id": "outcome"},
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _DECLARED}
"""All measures by name."""
