"""What is recorded of a run: sums by month, and sums by community and calendar year."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sansheng.core.tables import F64, column


class Monthly(NamedTuple):
    """Sums over the whole place, one row a month."""

    arisen: Annotated[F64, column("month", unit="cases", owner="record", en="needs that arose", zh="新增需求")]
    arisen_hard: Annotated[F64, column("month", unit="cases", owner="record", en="hard needs that arose", zh="新增疑难需求")]
    resolved: Annotated[F64, column("month", unit="cases", owner="record", en="needs truly met", zh="真实解决")]
    resolved_hard: Annotated[F64, column("month", unit="cases", owner="record", en="hard needs truly met", zh="真实解决的疑难需求")]
    hours_met: Annotated[F64, column("month", unit="hours", owner="record", en="standard hours of needs truly met", zh="真实解决需求的标准工时")]
    opened: Annotated[F64, column("month", unit="cases", owner="record", en="cases opened", zh="上报立案")]
    grid_cases: Annotated[F64, column("month", unit="cases", owner="record", en="cases opened that grid staff found", zh="网格发现上报")]
    grids: Annotated[F64, column("month", unit="grids", owner="record", en="grids", zh="网格数")]
    lapsed: Annotated[F64, column("month", unit="cases", owner="record", en="overdue cases given up", zh="逾期放弃")]
    papered: Annotated[F64, column("month", unit="cases", owner="record", en="cases closed on paper only", zh="虚假办结")]
    reopened: Annotated[F64, column("month", unit="cases", owner="record", en="paper closures reopened", zh="核查退回")]
    open: Annotated[F64, column("month", unit="cases", owner="record", en="open cases", zh="未办结")]
    open_this_year: Annotated[F64, column("month", unit="cases", owner="record", en="open cases reported since January", zh="本年未办结")]
    open_ages: Annotated[F64, column("month", unit="case-months", owner="record", en="sum of ages of open cases", zh="未办结事项月龄合计")]
    overdue: Annotated[F64, column("month", unit="cases", owner="record", en="open cases over the norm", zh="逾期未办结")]
    latent: Annotated[F64, column("month", unit="cases", owner="record", en="latent needs", zh="潜在需求")]
    households: Annotated[F64, column("month", unit="households", owner="record", en="households", zh="户数")]
    satisfaction: Annotated[F64, column("month", unit="points x households", owner="record", en="satisfaction, household-weighted", zh="满意度（按户加权）")]
    appearance: Annotated[F64, column("month", unit="points x households", owner="record", en="satisfaction bought by appearances, household-weighted", zh="应付考核抬高的满意度")]
    participation: Annotated[F64, column("month", unit="points x households", owner="record", en="participation, household-weighted", zh="参与度（按户加权）")]
    harmony: Annotated[F64, column("month", unit="points x households", owner="record", en="harmony, household-weighted", zh="和谐度（按户加权）")]
    safety: Annotated[F64, column("month", unit="points x households", owner="record", en="safety, household-weighted", zh="安全度（按户加权）")]
    idle_space: Annotated[F64, column("month", unit="m2", owner="record", en="idle space that resident units have opened", zh="驻区单位开放的闲置场地")]
    units_active: Annotated[F64, column("month", unit="units", owner="record", en="resident units that take part", zh="参与共建的驻区单位")]
    units: Annotated[F64, column("month", unit="units", owner="record", en="resident units with a pact", zh="签约驻区单位")]
    at_standard: Annotated[F64, column("month", unit="communities", owner="record", en="communities whose premises meet the standard", zh="用房达标社区")]
    communities: Annotated[F64, column("month", unit="communities", owner="record", en="communities", zh="社区数")]
    utilisation: Annotated[F64, column("month", unit="hours", owner="record", en="hours that found work", zh="已利用工时")]
    hours: Annotated[F64, column("month", unit="hours", owner="record", en="hours at hand", zh="可用工时")]
    hours_admin: Annotated[F64, column("month", unit="hours", owner="record", en="station hours lost to administration", zh="行政占用工时")]
    hours_station: Annotated[F64, column("month", unit="hours", owner="record", en="station hours in all", zh="站点总工时")]
    hours_bought: Annotated[F64, column("month", unit="hours", owner="record", en="agency hours bought", zh="购买工时")]
    staff_base: Annotated[F64, column("month", unit="people", owner="record", en="community workers", zh="社区工作者")]
    quits_base: Annotated[F64, column("month", unit="people", owner="record", en="quits of community workers", zh="社区工作者离职")]
    certified: Annotated[F64, column("month", unit="people", owner="record", en="certified community workers", zh="持证社区工作者")]
    burnout_base: Annotated[F64, column("month", unit="SD x people", owner="record", en="burnout of community workers", zh="社区工作者倦怠")]
    staff_agency: Annotated[F64, column("month", unit="people", owner="record", en="agency staff", zh="机构社工")]
    quits_agency: Annotated[F64, column("month", unit="people", owner="record", en="agency staff who quit or moved to another agency", zh="机构社工离职与转出")]
    owed: Annotated[F64, column("month", unit="fen", owner="record", en="wages owed by agencies", zh="机构欠薪")]
    bill: Annotated[F64, column("month", unit="fen", owner="record", en="monthly wage bill of agencies", zh="机构月工资总额")]
    agencies: Annotated[F64, column("month", unit="agencies", owner="record", en="agencies alive", zh="存续机构")]
    agency_cash: Annotated[F64, column("month", unit="fen", owner="record", en="cash of agencies", zh="机构现金")]
    switched: Annotated[F64, column("month", unit="lots", owner="record", en="lots that changed hands", zh="易主标段")]
    tendered: Annotated[F64, column("month", unit="lots", owner="record", en="lots tendered", zh="招标标段")]
    empty: Annotated[F64, column("month", unit="lots", owner="record", en="lots without an able bidder", zh="流标标段")]
    granted: Annotated[F64, column("month", unit="fen", owner="record", en="money granted, accrued", zh="核拨经费")]
    bought: Annotated[F64, column("month", unit="fen", owner="record", en="service bought, accrued", zh="购买服务支出")]
    returned: Annotated[F64, column("month", unit="fen", owner="record", en="money returned or taken back", zh="上缴与追回")]
    held: Annotated[F64, column("month", unit="fen", owner="record", en="money held by communities", zh="社区账户结余")]
    base_cost: Annotated[F64, column("month", unit="fen", owner="record", en="wages of community workers (base line)", zh="社区工作者工资（基本经费）")]


class Yearly(NamedTuple):
    """Sums by calendar year and community."""

    months: Annotated[F64, column("year", "community", unit="months", owner="record", en="months recorded", zh="记录月数")]
    arisen: Annotated[F64, column("year", "community", unit="cases", owner="record", en="needs that arose", zh="新增需求")]
    arisen_hard: Annotated[F64, column("year", "community", unit="cases", owner="record", en="hard needs that arose", zh="新增疑难需求")]
    resolved: Annotated[F64, column("year", "community", unit="cases", owner="record", en="needs truly met", zh="真实解决")]
    resolved_hard: Annotated[F64, column("year", "community", unit="cases", owner="record", en="hard needs truly met", zh="真实解决的疑难需求")]
    granted: Annotated[F64, column("year", "community", unit="fen", owner="record", en="money granted, accrued", zh="核拨经费")]
    bought: Annotated[F64, column("year", "community", unit="fen", owner="record", en="service bought, accrued", zh="购买服务支出")]
    hours_bought: Annotated[F64, column("year", "community", unit="hours", owner="record", en="agency hours bought", zh="购买工时")]
    load: Annotated[F64, column("year", "community", unit="ratio x months", owner="record", en="workload", zh="工作负荷")]
    utilisation: Annotated[F64, column("year", "community", unit="share x months", owner="record", en="share of hours that found work", zh="工时利用率")]
    satisfaction: Annotated[F64, column("year", "community", unit="points x months", owner="record", en="true satisfaction", zh="真实满意度")]
    staff: Annotated[F64, column("year", "community", unit="people x months", owner="record", en="community workers in service", zh="在岗社区工作者")]
