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
    arisen_vulnerable: Annotated[F64, column("month", unit="cases", owner="record", en="needs that arose, expected part of vulnerable groups", zh="新增需求中脆弱群体的预期部分")]
    resolved_vulnerable: Annotated[F64, column("month", unit="cases", owner="record", en="needs truly met, expected part of vulnerable groups", zh="真实解决中脆弱群体的预期部分")]
    hours_met: Annotated[F64, column("month", unit="hours", owner="record", en="standard hours of needs truly met", zh="真实解决需求的标准工时")]
    opened: Annotated[F64, column("month", unit="cases", owner="record", en="cases opened", zh="上报立案")]
    lapsed: Annotated[F64, column("month", unit="cases", owner="record", en="overdue cases given up", zh="逾期放弃")]
    papered: Annotated[F64, column("month", unit="cases", owner="record", en="cases closed on paper only", zh="虚假办结")]
    reopened: Annotated[F64, column("month", unit="cases", owner="record", en="paper closures reopened", zh="核查退回")]
    open: Annotated[F64, column("month", unit="cases", owner="record", en="open cases", zh="未办结")]
    open_this_year: Annotated[F64, column("month", unit="cases", owner="record", en="open cases reported since January", zh="本年未办结")]
    open_ages: Annotated[F64, column("month", unit="case-months", owner="record", en="sum of ages of open cases", zh="未办结事项月龄合计")]
    overdue: Annotated[F64, column("month", unit="cases", owner="record", en="open cases over the norm", zh="逾期未办结")]
    latent: Annotated[F64, column("month", unit="cases", owner="record", en="latent needs", zh="潜在需求")]
    paper: Annotated[F64, column("month", unit="cases", owner="record", en="closed on paper, need not met", zh="账面办结而未解决")]
    calls: Annotated[F64, column("month", unit="cases", owner="record", en="cases opened this month that no grid staff found", zh="非网格渠道立案")]
    calls_ended: Annotated[F64, column("month", unit="cases", owner="record", en="attempts and lapses of such cases, expected", zh="非网格事项办理与放弃（预期）")]
    calls_closed: Annotated[F64, column("month", unit="cases", owner="record", en="of which reported closed, expected", zh="其中上报办结（预期）")]
    calls_satisfaction: Annotated[F64, column("month", unit="points x cases", owner="record", en="reported satisfaction, weighted by such cases", zh="上报满意度（按非网格事项加权）")]
    households: Annotated[F64, column("month", unit="households", owner="record", en="households", zh="户数")]
    households_served: Annotated[F64, column("month", unit="households", owner="record", en="households of communities that bought agency hours", zh="购买了机构服务的社区户数")]
    satisfaction: Annotated[F64, column("month", unit="points x households", owner="record", en="satisfaction, household-weighted", zh="满意度（按户加权）")]
    appearance: Annotated[F64, column("month", unit="points x households", owner="record", en="satisfaction bought by appearances, household-weighted", zh="应付考核抬高的满意度")]
    participation: Annotated[F64, column("month", unit="points x households", owner="record", en="participation, household-weighted", zh="参与度（按户加权）")]
    harmony: Annotated[F64, column("month", unit="points x households", owner="record", en="harmony, household-weighted", zh="和谐度（按户加权）")]
    safety: Annotated[F64, column("month", unit="points x households", owner="record", en="safety, household-weighted", zh="安全度（按户加权）")]
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
    quits_agency: Annotated[F64, column("month", unit="people", owner="record", en="quits of agency staff", zh="机构社工离职")]
    moves_agency: Annotated[F64, column("month", unit="people", owner="record", en="agency staff who moved to another agency", zh="机构社工转出")]
    layoffs_agency: Annotated[F64, column("month", unit="people", owner="record", en="agency staff laid off, or whose agency closed", zh="机构裁员")]
    first_year_exposure: Annotated[F64, column("month", unit="person-months", owner="record", en="agency staff in their first year", zh="入职首年机构社工")]
    first_year_quits: Annotated[F64, column("month", unit="people", owner="record", en="quits of agency staff in their first year", zh="入职首年离职")]
    left_agency: Annotated[F64, column("month", unit="people", owner="record", en="agency staff who left their employer", zh="离开本单位的机构社工")]
    tenure_left: Annotated[F64, column("month", unit="months", owner="record", en="tenure of those who left, in all", zh="离开者工龄合计")]
    owed: Annotated[F64, column("month", unit="fen", owner="record", en="wages owed by agencies", zh="机构欠薪")]
    bill: Annotated[F64, column("month", unit="fen", owner="record", en="monthly wage bill of agencies", zh="机构月工资总额")]
    agencies: Annotated[F64, column("month", unit="agencies", owner="record", en="agencies alive", zh="存续机构")]
    agency_cash: Annotated[F64, column("month", unit="fen", owner="record", en="cash of agencies", zh="机构现金")]
    agency_income: Annotated[F64, column("month", unit="fen", owner="record", en="income of agencies from all payers", zh="机构全部收入")]
    agency_staff_median: Annotated[F64, column("month", unit="people", owner="record", en="median staff of agencies that employ anybody", zh="有在职人员机构的人数中位数")]
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
