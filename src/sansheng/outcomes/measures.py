"""Outcomes: what a run is judged by.

Each is declared once, with its unit, its better direction, its formula in words and the function that
computes it from what was recorded. True outcomes rank rules; reported ones are what an official would see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from sansheng.core.tables import F64, I32, I64
from sansheng.core.text import Text
from sansheng.outcomes.equity import tercile_gap, theil, theil_between
from sansheng.outcomes.flows import Monthly, Yearly
from sansheng.world.schema import Tables

FEN_PER_WAN = 1_000_000.0
"""Fen in 10,000 yuan (万元)."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What does not change in a run, by community; arrays of shape ``(community,)``.

    Duties are those that were borne when the record began: a lever may cut them, and who bears many is then
    still who bore many.
    """

    key: I64
    subdistrict: I32
    households: I64
    vulnerable: F64
    duties_service: I32
    duties_admin: I32
    seats: I32
    estate_age: F64


def fixed_of(tables: Tables) -> Fixed:
    """Return what does not change of a world's communities."""
    c = tables.communities
    return Fixed(
        c.key,
        c.subdistrict,
        c.households,
        c.vulnerable,
        c.duties_service,
        c.duties_admin.copy(),
        c.seats,
        c.estate_age,
    )


@dataclass(frozen=True)
class Record:
    """What was recorded of the reported months of a run; what several outcomes need of it is worked out once.

    Parameters
    ----------
    monthly
        Rows are reported months.
    yearly
        Rows are the calendar years of the reported months.
    fixed
        Communities.
    start
        Index of the first reported month.
    """

    monthly: Monthly
    yearly: Yearly
    fixed: Fixed
    start: int

    @property
    def months(self) -> int:
        """Reported months."""
        return int(self.monthly.arisen.shape[0])

    @cached_property
    def full_years(self) -> FullYears:
        """Calendar years of which every month is reported."""
        first = -self.start % 12
        count = max(0, (self.months - first) // 12)
        row = (self.start + first) // 12 - self.start // 12
        here = slice(row, row + count)
        return FullYears(first, count, self.yearly.arisen[here], self.yearly.resolved[here])


@dataclass(frozen=True)
class FullYears:
    """Calendar years of which every month is reported.

    Parameters
    ----------
    first
        Row of the first January among reported months.
    count
        How many years.
    arisen, resolved
        Needs that arose and that were truly met, shape ``(year, community)``.
    """

    first: int
    count: int
    arisen: F64
    resolved: F64

    @cached_property
    def met(self) -> F64:
        """Needs met, per cent of those that arose; all where none did, shape ``(year, community)``."""
        met = _ratio(self.resolved, self.arisen)
        return np.where(np.isnan(met), 100.0, met)

    @cached_property
    def unmet(self) -> F64:
        """What is missing to all needs met, per cent, shape ``(year, community)``."""
        return 100.0 - np.minimum(self.met, 100.0)

    @property
    def decembers(self) -> slice:
        """Rows of Decembers among reported months."""
        return slice(self.first + 11, self.first + 12 * self.count, 12)

    def sums(self, months: F64) -> F64:
        """Add up a column of reported months by year."""
        last = self.first + 12 * self.count
        sums: F64 = months[self.first : last].reshape(self.count, 12).sum(axis=1)
        return sums


class Zone(NamedTuple):
    """Differences that do not matter: up to ``half``, either way, in the outcome's unit, and why."""

    half: float
    why: Text


_PUBLISHED = Zone(
    0.5,
    Text(
        "assumed: would not show in a figure told in whole per cent or points",
        "假定：以整数百分比或分值公布时看不出来",
    ),
)
_DAYS = Zone(0.1, Text("assumed: three days", "假定：三天"))
_YEAR = Zone(0.1, Text("assumed: five weeks", "假定：五周"))
_NEEDS = Zone(
    1.0,
    Text(
        "assumed: one more or less in 1,000 households",
        "假定：每千户多一件或少一件",
    ),
)
_SCORE = Zone(0.01, Text("assumed: a hundredth of the scale", "假定：量表的百分之一"))
_SPREAD = Zone(
    0.1,
    Text(
        "assumed: half of what is called a small effect, 0.2 standard deviations",
        "假定：0.2 个标准差（通常所称小效应）的一半",
    ),
)

ZONES: Mapping[str, Zone] = {
    "%": _PUBLISHED,
    "%/year": _PUBLISHED,
    "points": _PUBLISHED,
    "percentage points": _PUBLISHED,
    "months": _DAYS,
    "years": _YEAR,
    "needs/1,000 households": _NEEDS,
    "cases/1,000 households": _NEEDS,
    "0-1": _SCORE,
    "SD": _SPREAD,
}
"""What does not matter, by unit: an assumption of this package that a reader may replace by his own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome.

    Parameters
    ----------
    id
        Name in tables.
    text
        Name for people.
    unit, unit_zh
        Unit, English and Chinese.
    better
        Direction that serves residents, ``neither`` where it depends.
    kind
        ``true``, ``reported``, ``money`` or ``count``.
    group
        Heading in tables and figures.
    about
        Meaning in a sentence.
    formula
        Formula in words.
    compute
        Values by reported month, NaN where undefined.
    headline
        Whether the short table and figure show it.
    aggregate
        How a run's months become one value: their mean, or the last defined month.
    reported_as
        Id of the outcome that is what an official sees of this one.
    """

    id: str
    text: Text
    unit: str
    unit_zh: str
    better: Literal["higher", "lower", "neither"]
    kind: Literal["true", "reported", "money", "count"]
    group: Literal["service", "residents", "workforce", "providers", "money", "equity", "honesty"]
    about: Text
    formula: str
    compute: Callable[[Record], F64]
    headline: bool = False
    aggregate: Literal["mean", "last"] = "mean"
    reported_as: str | None = None

    @property
    def indifference(self) -> Zone | None:
        """Differences that do not matter; None where nobody has said so, as of money and of counts."""
        return ZONES.get(self.unit) if self.kind in ("true", "reported") else None


def _ratio(top: F64, bottom: F64, scale: float = 100.0) -> F64:
    out = np.empty(top.shape)
    out.fill(np.nan)
    np.divide(top * scale, bottom, out=out, where=bottom > 0.0)
    return out


def _in_decembers(record: Record, values: F64) -> F64:
    """Place values of full years in their Decembers; other months have none."""
    out = np.full(record.months, np.nan)
    out[record.full_years.decembers] = values
    return out


def _survival(record: Record) -> F64:
    m, years = record.monthly, record.full_years
    grown = m.agencies_grown[years.decembers]
    return _in_decembers(record, _ratio(grown, grown + years.sums(m.closed_old)))


def _cohort_closure(record: Record, *, true: bool) -> F64:
    m, years = record.monthly, record.full_years
    left = m.open_this_year[years.decembers] + years.sums(m.lapsed)
    if true:
        left += years.sums(m.papered) - years.sums(m.reopened)
    return _in_decembers(record, 100.0 * (1.0 - _ratio(left, years.sums(m.opened), 1.0)))


def _yearly(record: Record, measure: Callable[[FullYears, Fixed], F64]) -> F64:
    """Place a measure of needs met by community in the December of each full year."""
    return _in_decembers(record, measure(record.full_years, record.fixed))


def _per_household(value: F64, record: Record) -> F64:
    return _ratio(value, record.monthly.households, 1.0)


def _unmet_within(years: FullYears, fixed: Fixed) -> F64:
    return theil(years.unmet, years.arisen) - _unmet_between(years, fixed)


def _unmet_between(years: FullYears, fixed: Fixed) -> F64:
    return theil_between(years.unmet, years.arisen, fixed.subdistrict)


def _vulnerable_gap(years: FullYears, fixed: Fixed) -> F64:
    return tercile_gap(years.met, fixed.vulnerable, years.arisen)


def _size_gap(years: FullYears, fixed: Fixed) -> F64:
    return tercile_gap(years.met, fixed.households, years.arisen)


def _need_gap(years: FullYears, fixed: Fixed) -> F64:
    return tercile_gap(years.met, years.arisen / fixed.households, years.arisen)


def _functions_gap(years: FullYears, fixed: Fixed) -> F64:
    duties = fixed.duties_service.astype(np.int64) + fixed.duties_admin
    return tercile_gap(years.met, duties, years.arisen)


def _estate_gap(years: FullYears, fixed: Fixed) -> F64:
    return tercile_gap(years.met, fixed.estate_age, years.arisen)


def _time_open(record: Record) -> F64:
    """Open cases over those that left this month; undefined in the first month recorded."""
    m = record.monthly
    before = np.concatenate([[np.nan], m.open[:-1]])
    left = before + m.opened + m.reopened - m.open
    return _ratio(m.open, np.where(np.isnan(left), 0.0, left), 1.0)


def _unspent(record: Record) -> F64:
    """Part of the envelope of a full calendar year that was put to no use in it; see :func:`_spent`."""
    m, years = record.monthly, record.full_years
    used = _services(record) + _besides(record) + m.lever_envelope
    part = _ratio(years.sums(used), years.sums(m.envelope), 1.0)
    return _in_decembers(record, 100.0 * (1.0 - part))


def _so_far(top: F64, bottom: F64) -> F64:
    """Return sums since the first month recorded over each other, per cent: many tenders weigh more than few."""
    return _ratio(np.cumsum(top), np.cumsum(bottom))


def _money_lost(record: Record) -> F64:
    m = record.monthly
    lost = _ratio(m.hours_admin, m.hours_station, 1.0) * m.base_cost
    return _ratio(np.where(np.isnan(lost), 0.0, lost), m.base_cost + m.bought)


def _spent(record: Record) -> F64:
    """Realised spending of months, fen: what rules and levers make a difference to, each yuan once.

    What agencies bear of a clawback is spent a second time when it has come back; the rest that is taken
    back, and what is returned, was never spent. Wages of posts kept empty are spent either way. Every further
    use of the envelope belongs into this sum.
    """
    m = record.monthly
    levers = m.lever_base + m.lever_envelope + m.lever_capital
    return _services(record) + _besides(record) + levers


def _services(record: Record) -> F64:
    """Money of the envelope that bought service, fen: each yuan once, and no wages of posts kept empty."""
    m = record.monthly
    return m.bought - m.passed_on - m.transferred


def _besides(record: Record) -> F64:
    """Money of the envelope that goes to others than communities, fen."""
    m = record.monthly
    return m.ventured + m.premises_paid + m.development


def _utilisation(id_: str, text: Text, about: Text, who: str) -> Outcome:
    """Declare how far the hours of one kind of staff find work."""
    used, able = f"used_{who}", f"able_{who}"
    return Outcome(
        id_,
        text,
        "%",
        "%",
        "neither",
        "count",
        "service",
        about,
        "100 x used hours / hours at hand, both weighted by productivity",
        lambda r: _ratio(getattr(r.monthly, used), getattr(r.monthly, able)),
    )


def _lever_cost(id_: str, text: Text, about: Text, lines: tuple[str, ...]) -> Outcome:
    """Declare what some lines pay for levers."""
    paid = tuple(f"lever_{line}" for line in lines)
    return Outcome(
        id_,
        text,
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        about,
        f"12 x paid because of levers from the line {' + '.join(lines)}",
        lambda r: 12.0 * sum(getattr(r.monthly, name) for name in paid) / FEN_PER_WAN,
    )


_DECLARED = (
    Outcome(
        "need_met",
        Text("Need met", "需求满足率"),
        "%",
        "%",
        "higher",
        "true",
        "service",
        Text(
            "Needs truly met in a month per need that arose, reported or not.",
            "当月真实解决的需求占当月产生的全部需求（含未上报）之比。",
        ),
        "100 x resolved / arisen",
        lambda r: _ratio(r.monthly.resolved, r.monthly.arisen),
        headline=True,
    ),
    Outcome(
        "hard_need_met",
        Text("Hard need met", "疑难需求满足率"),
        "%",
        "%",
        "higher",
        "true",
        "service",
        Text("The same for hard or recurring needs.", "疑难或反复需求的满足率。"),
        "100 x resolved_hard / arisen_hard",
        lambda r: _ratio(r.monthly.resolved_hard, r.monthly.arisen_hard),
        headline=True,
    ),
    Outcome(
        "vulnerable_need_met",
        Text("Need met of vulnerable groups", "脆弱群体需求满足率"),
        "%",
        "%",
        "higher",
        "true",
        "service",
        Text(
            "Need met, each need counted by the expected share of the elderly, poor and disabled.",
            "需求满足率，按老年、低收入与残疾群体的预期占比加权。",
        ),
        "100 x sum(w resolved) / sum(w arisen), w by community and category",
        lambda r: _ratio(r.monthly.resolved_vulnerable, r.monthly.arisen_vulnerable),
    ),
    Outcome(
        "closure_true",
        Text("True closure", "真实办结率"),
        "%",
        "%",
        "higher",
        "true",
        "service",
        Text(
            "Cases opened in a calendar year that were truly closed by its end.",
            "当年立案并在年底前真实办结的比例。",
        ),
        "100 x (opened - open of the year - lapsed - paper closures net of reopenings) / opened, in December",
        lambda r: _cohort_closure(r, true=True),
        headline=True,
        reported_as="closure_reported",
    ),
    Outcome(
        "closure_reported",
        Text("Reported closure", "上报办结率"),
        "%",
        "%",
        "higher",
        "reported",
        "service",
        Text(
            "Cases opened in a calendar year that were reported closed by its end, net of reopenings.",
            "当年立案并在年底前上报办结的比例（扣除退回）。",
        ),
        "100 x (opened - open of the year - lapsed) / opened, in December",
        lambda r: _cohort_closure(r, true=False),
        headline=True,
    ),
    Outcome(
        "overdue_share",
        Text("Overdue share", "逾期占比"),
        "%",
        "%",
        "lower",
        "true",
        "service",
        Text("Open cases older than the norm.", "未办结事项中超过时限的比例。"),
        "100 x overdue / open",
        lambda r: _ratio(r.monthly.overdue, r.monthly.open),
    ),
    Outcome(
        "wait",
        Text("Age of open cases", "未办结事项平均月龄"),
        "months",
        "月",
        "lower",
        "true",
        "service",
        Text("Mean age of open cases.", "未办结事项的平均月龄。"),
        "sum of ages / open",
        lambda r: _ratio(r.monthly.open_ages, r.monthly.open, 1.0),
    ),
    Outcome(
        "time_open",
        Text("Time a case stays open", "事项平均办理时长"),
        "months",
        "月",
        "lower",
        "true",
        "service",
        Text(
            "Months a case stays open at the pace at which cases leave now (Little's law).",
            "按当前办出速度推算的事项平均停留月数（利特尔法则）。",
        ),
        "open / (opened + reopened - change of open)",
        _time_open,
    ),
    Outcome(
        "unmet",
        Text("Unmet need", "未满足需求"),
        "needs/1,000 households",
        "件/千户",
        "lower",
        "true",
        "service",
        Text(
            "Needs open, latent or closed on paper only, per 1,000 households.",
            "每千户未办结、潜在或仅账面办结的需求。",
        ),
        "1000 x (open + latent + paper) / households",
        lambda r: _ratio(
            r.monthly.open + r.monthly.latent + r.monthly.paper, r.monthly.households, 1000.0
        ),
    ),
    Outcome(
        "backlog",
        Text("Backlog", "积压"),
        "cases/1,000 households",
        "件/千户",
        "lower",
        "true",
        "service",
        Text("Open cases per 1,000 households.", "每千户未办结事项。"),
        "1000 x open / households",
        lambda r: _ratio(r.monthly.open, r.monthly.households, 1000.0),
    ),
    Outcome(
        "latent",
        Text("Latent need", "潜在需求"),
        "needs/1,000 households",
        "件/千户",
        "lower",
        "true",
        "service",
        Text("Needs nobody has reported, per 1,000 households.", "每千户无人上报的需求。"),
        "1000 x latent / households",
        lambda r: _ratio(r.monthly.latent, r.monthly.households, 1000.0),
    ),
    Outcome(
        "unmet_vulnerable",
        Text("Unmet need of vulnerable groups", "脆弱群体未满足需求"),
        "needs/1,000 households",
        "件/千户",
        "lower",
        "true",
        "service",
        Text(
            "Needs open, latent or closed on paper only, the expected part of the elderly, poor and disabled, "
            "per 1,000 households of theirs.",
            "老年、低收入与残疾群体未办结、潜在或仅账面办结的需求（预期部分），按该群体每千户计。",
        ),
        "1000 x sum(w (open + latent + paper)) / sum(households x share of residents), w by community and category",
        lambda r: _ratio(r.monthly.unmet_vulnerable, r.monthly.households_vulnerable, 1000.0),
    ),
    Outcome(
        "latent_vulnerable",
        Text("Latent need of vulnerable groups", "脆弱群体潜在需求"),
        "needs/1,000 households",
        "件/千户",
        "lower",
        "true",
        "service",
        Text(
            "Needs nobody has reported, the expected part of the elderly, poor and disabled, per 1,000 households "
            "of theirs.",
            "老年、低收入与残疾群体无人上报的需求（预期部分），按该群体每千户计。",
        ),
        "1000 x sum(w latent) / sum(households x share of residents), w by community and category",
        lambda r: _ratio(r.monthly.latent_vulnerable, r.monthly.households_vulnerable, 1000.0),
    ),
    Outcome(
        "coverage",
        Text("Bought service", "购买服务量"),
        "hours/100 households-month",
        "小时/百户·月",
        "neither",
        "count",
        "service",
        Text("Agency hours bought per 100 households and month.", "每百户每月购买的机构工时。"),
        "100 x hours bought / households",
        lambda r: _ratio(r.monthly.hours_bought, r.monthly.households),
    ),
    Outcome(
        "households_served",
        Text("Coverage of bought service", "购买服务覆盖率"),
        "%",
        "%",
        "higher",
        "count",
        "service",
        Text(
            "Households whose community received agency hours this month.",
            "所在社区当月获得机构服务的户数占比。",
        ),
        "100 x households of communities served / households",
        lambda r: _per_household(100.0 * r.monthly.households_served, r),
    ),
    Outcome(
        "utilisation",
        Text("Utilisation", "工时利用率"),
        "%",
        "%",
        "neither",
        "count",
        "service",
        Text("Hours at hand that found work.", "可用工时中投入工作的比例。"),
        "100 x used hours / hours at hand",
        lambda r: _ratio(r.monthly.utilisation, r.monthly.hours),
    ),
    _utilisation(
        "utilisation_agency",
        Text("Utilisation, agency staff", "机构社工工时利用率"),
        Text(
            "Effective hours of agency staff bought that found work.",
            "所购机构社工有效工时中投入工作的比例。",
        ),
        "agency",
    ),
    _utilisation(
        "utilisation_pro",
        Text("Utilisation, certified community workers", "持证社区工作者工时利用率"),
        Text(
            "Effective hours that administration leaves certified community workers and that found work.",
            "持证社区工作者除行政外的有效工时中投入工作的比例。",
        ),
        "pro",
    ),
    _utilisation(
        "utilisation_general",
        Text("Utilisation, other community workers", "其他社区工作者工时利用率"),
        Text(
            "Effective hours that administration leaves other community workers and that found work; they choose last.",
            "其他社区工作者除行政外的有效工时中投入工作的比例；其选择次序在最后。",
        ),
        "general",
    ),
    Outcome(
        "grid_cases",
        Text("Cases found by the grids", "网格发现事项"),
        "cases/grid-year",
        "件/网格·年",
        "neither",
        "count",
        "service",
        Text(
            "Cases that grid staff found and opened, for a grid and year.",
            "每网格每年由网格力量发现上报的事项。",
        ),
        "12 x cases found by grid staff / grids",
        lambda r: _ratio(r.monthly.grid_cases, r.monthly.grids, 12.0),
    ),
    Outcome(
        "satisfaction",
        Text("Satisfaction", "群众满意度"),
        "points",
        "分",
        "higher",
        "true",
        "residents",
        Text("True satisfaction, household-weighted.", "真实满意度（按户加权）。"),
        "100 x clip(s0 + b1 (P - E) + b2 P, 0, 1)",
        lambda r: _per_household(r.monthly.satisfaction, r),
        headline=True,
        reported_as="satisfaction_reported",
    ),
    Outcome(
        "satisfaction_reported",
        Text("Reported satisfaction", "上报满意度"),
        "points",
        "分",
        "higher",
        "reported",
        "residents",
        Text(
            "Satisfaction as reported, with what appearances add.",
            "上报的满意度，含应付考核抬高的部分。",
        ),
        "min(100, satisfaction + 100 g x share of effort spent on appearances)",
        lambda r: _per_household(r.monthly.satisfaction + r.monthly.appearance, r),
    ),
    Outcome(
        "participation",
        Text("Participation", "群众参与度"),
        "points",
        "分",
        "higher",
        "true",
        "residents",
        Text("Participation, household-weighted.", "参与度（按户加权）。"),
        "moves to 100 x min(1, part_base + part_trust trust + part_groups ln(1 + groups per 1,000 households) "
        "+ part_activity activities + part_self old estates that manage themselves)",
        lambda r: _per_household(r.monthly.participation, r),
        headline=True,
    ),
    Outcome(
        "harmony",
        Text("Harmony", "社区和谐度"),
        "points",
        "分",
        "higher",
        "true",
        "residents",
        Text("Harmony, household-weighted.", "和谐度（按户加权）。"),
        "100 exp(-harm x needs of its categories per household, less what halls and self-management settle)",
        lambda r: _per_household(r.monthly.harmony, r),
        headline=True,
    ),
    Outcome(
        "safety",
        Text("Safety", "社会安全度"),
        "points",
        "分",
        "higher",
        "true",
        "residents",
        Text("Safety, household-weighted.", "安全度（按户加权）。"),
        "100 exp(-harm x needs of its categories per household, less what watching and self-management prevent)",
        lambda r: _per_household(r.monthly.safety, r),
        headline=True,
    ),
    Outcome(
        "premises_standard",
        Text("Premises at standard", "用房达标率"),
        "%",
        "%",
        "higher",
        "true",
        "residents",
        Text(
            "Communities whose premises meet the standard of their kind.",
            "服务用房达到本类标准的社区比例。",
        ),
        "100 x communities at standard / communities",
        lambda r: _ratio(r.monthly.at_standard, r.monthly.communities),
    ),
    Outcome(
        "units_active",
        Text("Resident units taking part", "驻区单位参与率"),
        "%",
        "%",
        "higher",
        "true",
        "residents",
        Text("Resident units with a pact that take part.", "签约驻区单位中实际参与的比例。"),
        "100 x units that take part / units",
        lambda r: _ratio(r.monthly.units_active, r.monthly.units),
    ),
    Outcome(
        "idle_space",
        Text("Idle space used", "盘活闲置场地"),
        "m2/1,000 households",
        "平方米/千户",
        "higher",
        "true",
        "residents",
        Text(
            "Idle space of resident units that activities use: what they ask for beyond the community's own premises.",
            "活动实际使用的驻区单位闲置场地，即社区自有用房不足的部分。",
        ),
        "1000 x min(space opened, max(0, room asked for - premises)) / households",
        lambda r: _ratio(r.monthly.idle_used, r.monthly.households, 1000.0),
    ),
    Outcome(
        "idle_space_open",
        Text("Idle space opened", "开放闲置场地"),
        "m2/1,000 households",
        "平方米/千户",
        "neither",
        "count",
        "residents",
        Text(
            "Idle space that resident units have opened to the community, used or not.",
            "驻区单位向社区开放的闲置场地（无论是否使用）。",
        ),
        "1000 x space opened / households",
        lambda r: _ratio(r.monthly.idle_space, r.monthly.households, 1000.0),
    ),
    Outcome(
        "turnover_base",
        Text("Turnover, community workers", "社区工作者年离职率"),
        "%/year",
        "%/年",
        "lower",
        "true",
        "workforce",
        Text("Quits of community workers, yearly rate.", "社区工作者离职的年化比率。"),
        "1200 x quits / staff",
        lambda r: _ratio(r.monthly.quits_base, r.monthly.staff_base, 1200.0),
        headline=True,
    ),
    Outcome(
        "turnover_agency",
        Text("Turnover, agency staff", "机构社工年离职率"),
        "%/year",
        "%/年",
        "lower",
        "true",
        "workforce",
        Text("Quits and moves out of the employer, yearly rate.", "机构社工离职与转出的年化比率。"),
        "1200 x (quits + moves) / staff",
        lambda r: _ratio(
            r.monthly.quits_agency + r.monthly.moves_agency, r.monthly.staff_agency, 1200.0
        ),
        headline=True,
    ),
    Outcome(
        "first_year_quits",
        Text("First-year quits, agency staff", "机构社工首年离职率"),
        "%/year",
        "%/年",
        "lower",
        "true",
        "workforce",
        Text(
            "Quits of agency staff in their first year of such work, yearly rate.",
            "从业首年的机构社工离职的年化比率。",
        ),
        "1200 x quits in the first year / staff in the first year",
        lambda r: _ratio(r.monthly.first_year_quits, r.monthly.first_year_exposure, 1200.0),
    ),
    Outcome(
        "first_year_quits_base",
        Text("First-year quits, community workers", "社区工作者首年离职率"),
        "%/year",
        "%/年",
        "lower",
        "true",
        "workforce",
        Text(
            "Quits of community workers in their first year of such work, yearly rate.",
            "从业首年的社区工作者离职的年化比率。",
        ),
        "1200 x quits in the first year / staff in the first year",
        lambda r: _ratio(
            r.monthly.first_year_quits_base, r.monthly.first_year_exposure_base, 1200.0
        ),
    ),
    Outcome(
        "transfers_agency",
        Text("Transfers, agency staff", "机构社工转出率"),
        "%/year",
        "%/年",
        "neither",
        "true",
        "workforce",
        Text(
            "Agency staff who follow their post to another agency or take a community post, "
            "yearly rate.",
            "机构社工随岗转入其他机构或转任社区岗位的年化比率。",
        ),
        "1200 x moves / staff",
        lambda r: _ratio(r.monthly.moves_agency, r.monthly.staff_agency, 1200.0),
    ),
    Outcome(
        "layoffs_agency",
        Text("Layoffs, agency staff", "机构裁员率"),
        "%/year",
        "%/年",
        "lower",
        "true",
        "workforce",
        Text(
            "Agency staff dismissed, also by agencies that close, yearly rate.",
            "机构裁员（含机构退出）的年化比率。",
        ),
        "1200 x layoffs / staff",
        lambda r: _ratio(r.monthly.layoffs_agency, r.monthly.staff_agency, 1200.0),
    ),
    Outcome(
        "tenure_agency_left",
        Text("Completed tenure, agency staff", "机构社工离开时工龄"),
        "years",
        "年",
        "higher",
        "true",
        "workforce",
        Text(
            "Mean tenure with the agency of those who leave it in any way.",
            "离开机构者（含离职、转出、裁员）在该机构的平均工龄。",
        ),
        "months served / people who left / 12",
        lambda r: _ratio(r.monthly.tenure_left, r.monthly.left_agency, 1.0 / 12.0),
    ),
    Outcome(
        "tenure_base_left",
        Text("Completed tenure, community workers", "社区工作者离开时工龄"),
        "years",
        "年",
        "higher",
        "true",
        "workforce",
        Text(
            "Mean tenure at the station of community workers who quit.",
            "离职社区工作者在该站点的平均工龄。",
        ),
        "months served / people who quit / 12",
        lambda r: _ratio(r.monthly.tenure_left_base, r.monthly.quits_base, 1.0 / 12.0),
    ),
    Outcome(
        "tenure_in_post",
        Text("Tenure in post, community workers", "在岗社区工作者工龄"),
        "years",
        "年",
        "higher",
        "true",
        "workforce",
        Text(
            "Mean tenure at the station of community workers in post.",
            "在岗社区工作者在该站点的平均工龄。",
        ),
        "months served / staff / 12",
        lambda r: _ratio(r.monthly.served_base, r.monthly.staff_base, 1.0 / 12.0),
    ),
    Outcome(
        "tenure_in_post_agency",
        Text("Tenure in post, agency staff", "在职机构社工工龄"),
        "years",
        "年",
        "higher",
        "true",
        "workforce",
        Text(
            "Mean tenure with the agency of agency staff in post.",
            "在职机构社工在该机构的平均工龄。",
        ),
        "months served / staff / 12",
        lambda r: _ratio(r.monthly.served_agency, r.monthly.staff_agency, 1.0 / 12.0),
    ),
    Outcome(
        "certified_share",
        Text("Certified share", "持证比例"),
        "%",
        "%",
        "higher",
        "true",
        "workforce",
        Text("Community workers who hold a certificate.", "持有社工证书的社区工作者比例。"),
        "100 x certified / staff",
        lambda r: _ratio(r.monthly.certified, r.monthly.staff_base),
    ),
    Outcome(
        "burnout",
        Text("Burnout", "职业倦怠"),
        "SD",
        "标准差",
        "lower",
        "true",
        "workforce",
        Text("Mean burnout of community workers.", "社区工作者平均职业倦怠。"),
        "sum of burnout / staff",
        lambda r: _ratio(r.monthly.burnout_base, r.monthly.staff_base, 1.0),
    ),
    Outcome(
        "burnout_agency",
        Text("Burnout, agency staff", "机构社工职业倦怠"),
        "SD",
        "标准差",
        "lower",
        "true",
        "workforce",
        Text("Mean burnout of agency staff.", "机构社工平均职业倦怠。"),
        "sum of burnout / staff",
        lambda r: _ratio(r.monthly.burnout_agency, r.monthly.staff_agency, 1.0),
    ),
    Outcome(
        "certified_people",
        Text("Certified people", "持证人数"),
        "people",
        "人",
        "higher",
        "true",
        "workforce",
        Text(
            "Community workers and agency staff who hold a certificate.",
            "持有社工证书的社区工作者与机构社工人数。",
        ),
        "count",
        lambda r: r.monthly.certified_people.copy(),
    ),
    Outcome(
        "arrears",
        Text("Wage arrears", "欠薪"),
        "months",
        "月",
        "lower",
        "true",
        "workforce",
        Text("Wages owed by agencies, in months of their wage bill.", "机构欠薪相当于的月工资数。"),
        "owed / monthly wage bill",
        lambda r: _ratio(r.monthly.owed, r.monthly.bill, 1.0),
    ),
    Outcome(
        "agencies",
        Text("Agencies alive", "存续机构数"),
        "agencies",
        "家",
        "neither",
        "count",
        "providers",
        Text("Agencies alive.", "存续的社工机构数。"),
        "count",
        lambda r: r.monthly.agencies.copy(),
    ),
    Outcome(
        "staff_agency",
        Text("Agency staff", "机构社工数"),
        "people",
        "人",
        "neither",
        "count",
        "providers",
        Text("People employed by agencies.", "机构在职社工。"),
        "count",
        lambda r: r.monthly.staff_agency.copy(),
    ),
    Outcome(
        "cash_months",
        Text("Agencies' cash", "机构现金储备"),
        "months",
        "月",
        "higher",
        "true",
        "providers",
        Text("Agencies' cash in months of their wage bill.", "机构现金相当于的月工资数。"),
        "cash / monthly wage bill",
        lambda r: _ratio(r.monthly.agency_cash, r.monthly.bill, 1.0),
    ),
    Outcome(
        "agencies_founded",
        Text("Agencies founded", "新设机构"),
        "agencies/year",
        "家/年",
        "neither",
        "count",
        "providers",
        Text(
            "Agencies founded, yearly rate.",
            "新设机构数（年化）。",
        ),
        "12 x founded",
        lambda r: 12.0 * r.monthly.founded,
    ),
    Outcome(
        "agencies_closed",
        Text("Agencies closed", "退出机构"),
        "agencies/year",
        "家/年",
        "neither",
        "count",
        "providers",
        Text(
            "Agencies closed, yearly rate.",
            "退出机构数（年化）。",
        ),
        "12 x closed",
        lambda r: 12.0 * r.monthly.closed,
    ),
    Outcome(
        "agencies_rescued",
        Text("Agencies rescued", "获救助机构"),
        "agencies/year",
        "家/年",
        "lower",
        "count",
        "providers",
        Text(
            "Agencies that the public purse rescued with a loan, yearly rate.",
            "获财政借款救助的机构数（年化）。",
        ),
        "12 x rescued",
        lambda r: 12.0 * r.monthly.rescued,
    ),
    Outcome(
        "agency_survival",
        Text("Survival of agencies", "机构年存续率"),
        "%",
        "%",
        "higher",
        "true",
        "providers",
        Text(
            "Agencies there at the start of a calendar year that live at its end.",
            "年初存续的机构到年底仍存续的比例。",
        ),
        "100 x survivors / (survivors + closed that were there), in December",
        _survival,
    ),
    Outcome(
        "agency_income",
        Text("Income of an agency", "机构平均收入"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "providers",
        Text(
            "Mean income from all payers of agencies that employ somebody, yearly rate.",
            "有在职人员机构的平均收入（全部来源，年化）。",
        ),
        "12 x income / agencies that employ somebody",
        lambda r: _ratio(
            12.0 * r.monthly.agency_income, r.monthly.agencies_working, 1.0 / FEN_PER_WAN
        ),
    ),
    Outcome(
        "agency_median",
        Text("Staff of an agency", "机构人数中位数"),
        "people",
        "人",
        "neither",
        "count",
        "providers",
        Text(
            "Median staff of agencies that employ somebody.",
            "有在职人员机构的人数中位数。",
        ),
        "median",
        lambda r: r.monthly.agency_median.copy(),
    ),
    Outcome(
        "concentration",
        Text("Concentration", "集中度"),
        "0-1",
        "0-1",
        "neither",
        "count",
        "providers",
        Text(
            "Herfindahl index of hours sold by agencies.",
            "机构售出工时的赫芬达尔指数。",
        ),
        "sum of squared shares",
        lambda r: r.monthly.hours_squared.copy(),
    ),
    Outcome(
        "agency_capacity",
        Text("Organisational capacity", "机构组织能力"),
        "0-1",
        "0-1",
        "higher",
        "true",
        "providers",
        Text(
            "Mean organisational capacity that overhead has built.",
            "管理费积累的组织能力（平均）。",
        ),
        "sum of capacity / agencies",
        lambda r: _ratio(r.monthly.capacity, r.monthly.agencies, 1.0),
    ),
    Outcome(
        "agency_rating",
        Text("Stars of agencies", "机构评估等级"),
        "stars",
        "级",
        "neither",
        "count",
        "providers",
        Text(
            "Mean stars of agencies.",
            "机构平均评估等级。",
        ),
        "sum of stars / agencies",
        lambda r: _ratio(r.monthly.rating, r.monthly.agencies, 1.0),
    ),
    Outcome(
        "culture_share",
        Text("Culture's share of projects", "文化类项目占比"),
        "%",
        "%",
        "neither",
        "count",
        "providers",
        Text(
            "Agency hours bought in projects for the category that shows most (culture), of all agency hours bought.",
            "购买工时中用于最易展示类别（文化类）项目的比例。",
        ),
        "100 x hours of projects for the most visible category / hours bought",
        lambda r: _ratio(r.monthly.hours_shown, r.monthly.hours_bought),
    ),
    Outcome(
        "sameness",
        Text("Sameness of offers", "项目同质化"),
        "0-1",
        "0-1",
        "neither",
        "count",
        "providers",
        Text(
            "Herfindahl index of the categories that agencies offer.",
            "机构主打类别的赫芬达尔指数。",
        ),
        "sum of squared shares",
        lambda r: r.monthly.offers_squared.copy(),
    ),
    Outcome(
        "lots_switched",
        Text("Projects that change hands", "项目易主率"),
        "%",
        "%",
        "neither",
        "count",
        "providers",
        Text(
            "Projects tendered since the first reported month that went to another agency.",
            "首个统计月以来招标项目中更换机构的比例。",
        ),
        "100 x sum of switched / sum of tendered, running",
        lambda r: _so_far(r.monthly.switched, r.monthly.tendered),
        aggregate="last",
    ),
    Outcome(
        "lots_empty",
        Text("Failed tenders", "流标率"),
        "%",
        "%",
        "lower",
        "true",
        "providers",
        Text(
            "Projects tendered since the first reported month without an able bidder.",
            "首个统计月以来招标项目中无合格投标机构的比例。",
        ),
        "100 x sum of empty / sum of tendered, running",
        lambda r: _so_far(r.monthly.empty, r.monthly.tendered),
        aggregate="last",
    ),
    Outcome(
        "ventures_completed",
        Text("Micro-projects completed", "微创投结项率"),
        "%",
        "%",
        "higher",
        "true",
        "providers",
        Text(
            "Projects of grassroots groups completed since the first reported month, of those funded since then.",
            "首个统计月以来结项的微创投项目占同期获资助项目之比。",
        ),
        "100 x sum of completed / sum of funded, running",
        lambda r: _so_far(r.monthly.ventures_done, r.monthly.ventures_funded),
        aggregate="last",
    ),
    Outcome(
        "granted",
        Text("Granted", "核拨经费"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Money granted to communities, accrued, yearly rate.",
            "核拨给社区的经费（权责发生制，年化）。",
        ),
        "12 x granted",
        lambda r: r.monthly.granted * 12.0 / FEN_PER_WAN,
    ),
    Outcome(
        "bought",
        Text("Service bought", "购买服务支出"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Service bought by communities, accrued, yearly rate.",
            "社区购买服务支出（权责发生制，年化）。",
        ),
        "12 x bought",
        lambda r: r.monthly.bought * 12.0 / FEN_PER_WAN,
        headline=True,
    ),
    Outcome(
        "spent",
        Text("Spent in all", "实际支出合计"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Service bought less what agencies paid back and what posts kept empty would have cost, other uses of the "
            "envelope, and what levers cost on all lines, accrued, yearly rate; scenarios are compared at equal "
            "amounts of it.",
            "购买服务支出（扣除机构退回部分与空缺岗位本应支出的工资）、经费总额的其他用途与各项经费列支的政策工具支出（权责发生制，年化）；"
            "各方案按此额相等进行比较。",
        ),
        "12 x (bought - clawback borne by agencies - wages of posts kept empty + other uses + cost of levers)",
        lambda r: 12.0 * _spent(r) / FEN_PER_WAN,
    ),
    Outcome(
        "other_uses",
        Text("Other uses of the envelope", "经费总额的其他用途"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Grants to grassroots groups, money for premises and for developing organisations, yearly rate.",
            "微创投资助、用房建设与社会组织发展支出（年化）。",
        ),
        "12 x (ventures - what came back + premises + development)",
        lambda r: 12.0 * _besides(r) / FEN_PER_WAN,
    ),
    Outcome(
        "returned",
        Text("Returned", "上缴与追回"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Unspent money returned and tariffs taken back, yearly rate.",
            "上缴结余与追回任务款（年化）。",
        ),
        "12 x (returned + clawed back)",
        lambda r: r.monthly.returned * 12.0 / FEN_PER_WAN,
    ),
    Outcome(
        "held",
        Text("Held by communities", "社区账户结余"),
        "10,000 yuan",
        "万元",
        "neither",
        "money",
        "money",
        Text("Money communities hold at the end of the month.", "月末社区账户余额。"),
        "sum of balances",
        lambda r: r.monthly.held / FEN_PER_WAN,
    ),
    Outcome(
        "support",
        Text("Allowances and training", "津贴与培训支出"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Certificate allowances, project pay, awards and exam training, yearly rate; they come on "
            "top of the envelope.",
            "持证津贴、领办绩效、考评奖金与考前培训的年化支出，不在年度经费总额之内。",
        ),
        "12 x (allowances + project pay + awards + training)",
        lambda r: 12.0 * r.monthly.support / FEN_PER_WAN,
    ),
    Outcome(
        "unspent_share",
        Text("Unspent share of the envelope", "经费总额结余率"),
        "%",
        "%",
        "lower",
        "money",
        "money",
        Text(
            "Part of a calendar year's envelope that went neither into service nor into other uses nor into levers "
            "in that year; below zero where money carried over is spent.",
            "当年经费总额中既未用于购买服务、也未用于其他用途或政策工具的比例；动用上年结转时可为负。",
        ),
        "100 x (1 - (service + other uses + levers paid from the envelope) / envelope) over the year, in December; "
        "service as in spent",
        _unspent,
    ),
    Outcome(
        "late_money",
        Text("Paid late", "逾期支付比例"),
        "%",
        "%",
        "lower",
        "true",
        "money",
        Text(
            "Service paid in a month that had been put off, as part of all service paid.",
            "当月支付的服务款中逾期部分的比例。",
        ),
        "100 x paid late / paid",
        lambda r: _ratio(r.monthly.settled_late, r.monthly.settled),
    ),
    Outcome(
        "loans",
        Text("Rescue loans outstanding", "财政救助借款余额"),
        "10,000 yuan",
        "万元",
        "lower",
        "money",
        "money",
        Text(
            "Loans of the public purse to agencies, not yet repaid.",
            "机构尚未归还的财政救助借款。",
        ),
        "sum of loans",
        lambda r: r.monthly.loans / FEN_PER_WAN,
    ),
    Outcome(
        "lost",
        Text("Lost with closed agencies", "机构退出的损失"),
        "10,000 yuan",
        "万元",
        "lower",
        "money",
        "money",
        Text(
            "Wages and insurance that closed agencies owe and loans written off, since the run began.",
            "自运行开始以来退出机构欠薪、欠保与核销借款合计。",
        ),
        "running sum",
        lambda r: r.monthly.lost / FEN_PER_WAN,
    ),
    Outcome(
        "passed_on",
        Text("Clawback borne by agencies", "机构承担的追回款"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Tariffs taken back that communities passed on to agencies, yearly rate.",
            "社区转由机构承担的追回款（年化）。",
        ),
        "12 x passed on",
        lambda r: 12.0 * r.monthly.passed_on / FEN_PER_WAN,
    ),
    Outcome(
        "incubation_cost",
        Text("Incubation", "孵化支出"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Cash given to incubated agencies by the public purse, yearly rate.",
            "财政给予孵化机构的资金（年化）。",
        ),
        "12 x given",
        lambda r: 12.0 * r.monthly.incubation / FEN_PER_WAN,
    ),
    Outcome(
        "in_kind",
        Text("Matched in kind", "实物配套"),
        "10,000 yuan/year",
        "万元/年",
        "neither",
        "money",
        "money",
        Text(
            "Worth of what partners bring in kind, in no account, yearly rate.",
            "合作方实物配套的价值（不入账，年化）。",
        ),
        "12 x matched",
        lambda r: 12.0 * r.monthly.in_kind / FEN_PER_WAN,
    ),
    _lever_cost(
        "lever_cost",
        Text("Cost of levers", "政策工具支出"),
        Text(
            "What levers cost, whichever line pays, yearly rate; nothing where no lever is in force.",
            "政策工具支出合计，不论由哪项经费列支（年化）；未采用工具时为零。",
        ),
        ("base", "envelope", "capital"),
    ),
    _lever_cost(
        "lever_cost_base",
        Text("Cost of levers: base line", "工具支出：基本经费"),
        Text(
            "Cost of levers that the public purse pays on top of the envelope, yearly rate.",
            "由财政在经费总额之外列支的工具支出（年化）。",
        ),
        ("base",),
    ),
    _lever_cost(
        "lever_cost_envelope",
        Text("Cost of levers: envelope", "工具支出：经费总额"),
        Text(
            "Cost of levers taken out of the envelope before the rule divides it, yearly rate.",
            "在规则分配之前从经费总额中扣除的工具支出（年化）。",
        ),
        ("envelope",),
    ),
    _lever_cost(
        "lever_cost_capital",
        Text("Cost of levers: capital line", "工具支出：用房建设经费"),
        Text(
            "Cost of levers paid from the yearly line for premises, yearly rate.",
            "由年度用房建设经费列支的工具支出（年化）。",
        ),
        ("capital",),
    ),
    Outcome(
        "cost_per_hour",
        Text("Cost per hour of need met", "每小时有效服务成本"),
        "yuan/hour",
        "元/小时",
        "lower",
        "money",
        "money",
        Text(
            "Base wages, bought service, other uses of the envelope, allowances and training per standard hour of "
            "need truly met.",
            "基本工资、购买服务、经费总额的其他用途、津贴与培训支出除以真实解决需求的标准工时。",
        ),
        "(base wages + bought + other uses + support) / standard hours of resolved needs",
        lambda r: _ratio(
            r.monthly.base_cost + r.monthly.bought + _besides(r) + r.monthly.support,
            r.monthly.hours_met,
            0.01,
        ),
    ),
    Outcome(
        "admin_share",
        Text("Time lost to administration", "行政事务占用工时"),
        "%",
        "%",
        "lower",
        "true",
        "money",
        Text(
            "Station time that goes into administration, paperwork and coordination.",
            "站点工时中用于行政、表单与协调的比例。",
        ),
        "100 x hours lost / station hours",
        lambda r: _ratio(r.monthly.hours_admin, r.monthly.hours_station),
        headline=True,
    ),
    Outcome(
        "admin_money_share",
        Text("Money lost to administration", "行政事务占用经费"),
        "%",
        "%",
        "lower",
        "money",
        "money",
        Text(
            "Base wages paid for hours lost to administration, over all money spent.",
            "行政占用工时对应的基本工资占全部支出的比例。",
        ),
        "100 x base wages x hours lost / station hours / (base wages + bought)",
        _money_lost,
    ),
    Outcome(
        "size_gap",
        Text("Large minus small communities", "大小社区差距"),
        "percentage points",
        "百分点",
        "neither",
        "true",
        "equity",
        Text(
            "Need met in the largest third of communities minus the smallest third.",
            "户数最多三分之一社区与最少三分之一社区的需求满足率之差。",
        ),
        "difference of means weighted by needs, in December",
        lambda r: _yearly(r, _size_gap),
        headline=True,
    ),
    Outcome(
        "vulnerable_gap",
        Text("Most minus least vulnerable communities", "脆弱程度差距"),
        "percentage points",
        "百分点",
        "higher",
        "true",
        "equity",
        Text(
            "Need met in the most vulnerable third of communities minus the least vulnerable.",
            "脆弱家庭占比最高三分之一社区与最低三分之一社区的需求满足率之差。",
        ),
        "difference of means weighted by needs, in December",
        lambda r: _yearly(r, _vulnerable_gap),
    ),
    Outcome(
        "need_gap",
        Text("Neediest minus least needy communities", "需求强度差距"),
        "percentage points",
        "百分点",
        "neither",
        "true",
        "equity",
        Text(
            "Need met in the third of communities where most need arose for a household in the year minus that "
            "where least did.",
            "当年户均产生需求最多三分之一社区与最少三分之一社区的需求满足率之差。",
        ),
        "difference of means weighted by needs, in December",
        lambda r: _yearly(r, _need_gap),
    ),
    Outcome(
        "functions_gap",
        Text("Most minus fewest functions", "职责多少差距"),
        "percentage points",
        "百分点",
        "neither",
        "true",
        "equity",
        Text(
            "Need met in the third of communities with most functions minus that with fewest.",
            "承担职责最多三分之一社区与最少三分之一社区的需求满足率之差。",
        ),
        "difference of means weighted by needs, in December",
        lambda r: _yearly(r, _functions_gap),
    ),
    Outcome(
        "estate_gap",
        Text("Oldest minus newest housing", "房龄差距"),
        "percentage points",
        "百分点",
        "neither",
        "true",
        "equity",
        Text(
            "Need met in the third of communities with the oldest housing minus the newest.",
            "平均房龄最大三分之一社区与最小三分之一社区的需求满足率之差。",
        ),
        "difference of means weighted by needs, in December",
        lambda r: _yearly(r, _estate_gap),
    ),
    Outcome(
        "theil_within",
        Text("Inequality within subdistricts", "街道内不平等"),
        "Theil",
        "泰尔指数",
        "lower",
        "true",
        "equity",
        Text(
            "Theil index of unmet need between communities of the same subdistrict.",
            "同一街道内各社区未满足需求的泰尔指数。",
        ),
        "Theil of unmet need minus its part between subdistricts, in December",
        lambda r: _yearly(r, _unmet_within),
    ),
    Outcome(
        "theil_between",
        Text("Inequality between subdistricts", "街道间不平等"),
        "Theil",
        "泰尔指数",
        "lower",
        "true",
        "equity",
        Text("Theil index of unmet need between subdistricts.", "街道之间未满足需求的泰尔指数。"),
        "Theil of subdistrict means, in December",
        lambda r: _yearly(r, _unmet_between),
    ),
    Outcome(
        "closure_gap",
        Text("Closure: reported minus true", "办结率虚高"),
        "percentage points",
        "百分点",
        "lower",
        "true",
        "honesty",
        Text("Reported closure minus true closure.", "上报办结率减真实办结率。"),
        "closure_reported - closure_true",
        lambda r: _cohort_closure(r, true=False) - _cohort_closure(r, true=True),
        headline=True,
    ),
    Outcome(
        "satisfaction_gap",
        Text("Satisfaction: reported minus true", "满意度虚高"),
        "points",
        "分",
        "lower",
        "true",
        "honesty",
        Text("Reported satisfaction minus true satisfaction.", "上报满意度减真实满意度。"),
        "satisfaction_reported - satisfaction",
        lambda r: _per_household(r.monthly.appearance, r),
    ),
)

OUTCOMES: dict[str, Outcome] = {outcome.id: outcome for outcome in _DECLARED}
"""All outcomes by id, in the order of tables."""


def outcome_matrix(record: Record) -> F64:
    """Return all outcomes of a run, shape ``(month, outcome)``, NaN where undefined."""
    matrix = np.empty((record.months, len(OUTCOMES)))
    for i, outcome in enumerate(OUTCOMES.values()):
        matrix[:, i] = outcome.compute(record)
    return matrix
