"""Every column of the world: dtype, axes, unit, owner and meaning.

A row is permanent: a community, an organisation or a *seat* (岗位) keeps its row for the whole run, and an
``alive`` or ``filled`` flag says whether somebody is there. Every row has a ``key``, the identity that
random draws are tied to, so that sorting or extending a table changes nobody's luck.

Axes
----
community, provider (agencies), association (grassroots groups and hubs), worker (seats), subdistrict, district
    Rows of the tables.
category
    The ten service categories of the place.
hardness
    0 easy, 1 hard.
age
    Months since a case was opened; the last bucket is that age and older.
pool
    Who works: 0 agency professionals, 1 certified community workers, 2 other community workers.
lag
    Ring of months in which money is due.
slot
    Projects that run side by side in one lot.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sansheng.core.tables import F64, I8, I32, I64, column

EASY, HARD = 0, 1
AGENCY_PRO, BASE_PRO, BASE_GENERAL = 0, 1, 2
POOLS = 3
AGES = 13
LAGS = 13
TIES = 6
SLOTS = 4
GROUPS = ("elderly", "low_income", "disabled", "migrant", "minor", "other")
"""Need groups (60+, low-income, disabled, migrants, minors, other), in column order."""

VULNERABLE = ("elderly", "low_income", "disabled")
"""Need groups that count as vulnerable."""

GRASSROOTS, HUB = 0, 1
"""Kinds of organisation that employ nobody: 社区社会组织, 枢纽型组织."""

URBAN, VILLAGE = 0, 1
"""Kinds of community: 城市社区, 村."""

NOBODY = -1
STATION = -2
"""Employer codes of a seat: vacant, or the community's own station (community workers)."""

NOTHING = -1
"""Category of a project that is for nothing in particular: posts."""

UNSAID = -1
"""Of terms: left to custom."""

OUTSIDE = -1
"""Home subdistrict of an agency that comes from outside the district."""


CONSTANT = frozenset({"age", "category", "group", "hardness", "lag", "pool", "slot", "tie"})
"""Axes that are as long in every world; kernels are compiled for their lengths."""


class Districts(NamedTuple):
    """Districts 区: one envelope, one rule, one labour market each."""

    key: Annotated[I64, column("district", unit="-", owner="population", en="stable identity", zh="稳定标识")]
    envelope: Annotated[I64, column("district", unit="fen/year", owner="population", en="yearly envelope for community services", zh="年度社区服务经费总额")]
    capital: Annotated[I64, column("district", unit="fen/year", owner="population", also=("policy",), en="yearly line for premises; no rule touches it", zh="年度用房建设经费")]
    base_wage: Annotated[I64, column("district", unit="fen/month", owner="population", en="monthly wage of a community worker before seniority", zh="社区工作者基本月工资")]
    agency_wage: Annotated[I64, column("district", unit="fen/month", owner="population", en="monthly wage of agency staff before seniority", zh="机构社工基本月工资")]
    mean_wage: Annotated[I64, column("district", unit="fen/month", owner="population", en="mean wage of the city", zh="当地社会平均工资")]
    pool: Annotated[I32, column("district", unit="people", owner="hiring", also=("workforce",), en="people looking for such work", zh="求职人数")]
    other_payers: Annotated[I64, column("district", unit="fen/month", owner="population", en="what other payers spend on agencies in an average year", zh="其他出资方每月支付机构的经费（常年水平）")]
    helpers_per_home: Annotated[F64, column("district", unit="people/household", owner="population", en="effective volunteers a household at the start", zh="期初户均有效志愿力量")]
    wage_bill_base: Annotated[I64, column("district", unit="fen/month", owner="settle", en="base line wages paid this month", zh="本月基本工资支出")]
    allowances: Annotated[I64, column("district", unit="fen/month", owner="exam", en="certificate allowances paid this month", zh="本月持证津贴支出")]
    bonuses: Annotated[I64, column("district", unit="fen/month", owner="merit", en="project pay of community workers paid this month", zh="本月发放的领办项目绩效")]
    awards: Annotated[I64, column("district", unit="fen/month", owner="merit", en="awards of the yearly appraisal paid to agency staff this month", zh="本月发放的年度服务考评奖金")]
    training_cost: Annotated[I64, column("district", unit="fen/month", owner="exam", en="cost of exam training this month", zh="本月考前培训支出")]


class Subdistricts(NamedTuple):
    """Subdistricts 街道: they coordinate departments and tender for their communities."""

    key: Annotated[I64, column("subdistrict", unit="-", owner="population", en="stable identity", zh="稳定标识")]
    district: Annotated[I32, column("subdistrict", unit="-", owner="population", en="row of the district", zh="所属区")]
    coordination: Annotated[F64, column("subdistrict", unit="share/month", owner="population", en="share of waiting cross-department cases that skilled cadres release in a month", zh="熟练干部每月协调办结的跨部门事项比例")]
    skill_base: Annotated[F64, column("subdistrict", unit="share", owner="population", en="skill of its cadres without ranking", zh="无排名压力时的干部能力")]
    skill: Annotated[F64, column("subdistrict", unit="share", owner="appraise", en="skill of its cadres: how well cases are handled and departments brought together", zh="干部能力（办理与协调水平）")]


class Communities(NamedTuple):
    """Communities 社区: the platform. Rows are sorted by subdistrict."""

    key: Annotated[I64, column("community", unit="-", owner="population", en="stable identity", zh="稳定标识")]
    district: Annotated[I32, column("community", unit="-", owner="population", en="row of the district", zh="所属区")]
    subdistrict: Annotated[I32, column("community", unit="-", owner="population", en="row of the subdistrict", zh="所属街道")]
    kind: Annotated[I8, column("community", unit="-", owner="population", en="0 urban, 1 village", zh="类别：0城市社区，1村")]
    households: Annotated[I64, column("community", unit="households", owner="population", en="households living there", zh="户数")]
    group_share: Annotated[F64, column("community", "group", unit="share", owner="population", en="share of residents in each need group", zh="各需求群体占比")]
    vulnerable: Annotated[F64, column("community", unit="share", owner="population", en="share of households with complex need", zh="复杂需求家庭占比")]
    need_mix: Annotated[F64, column("community", "category", unit="ratio", owner="population", en="residents' need of a category, relative to all need of as many average households", zh="各类需求与同等户数平均家庭全部需求之比")]
    vulnerable_need: Annotated[F64, column("community", "category", unit="share", owner="population", en="expected share of residents' needs that come from the elderly, people on low income and the disabled", zh="需求中来自老年、低收入与残疾群体的预期占比")]
    estate_age: Annotated[F64, column("community", unit="years", owner="population", en="mean age of housing", zh="小区平均房龄")]
    estates_old: Annotated[F64, column("community", unit="share", owner="population", en="share of households in old estates", zh="老旧小区家庭占比")]
    duties_service: Annotated[I32, column("community", unit="duties", owner="population", en="service duties borne; they bring cases", zh="承担的服务类职责")]
    duties_admin: Annotated[I32, column("community", unit="duties", owner="population", en="administrative duties borne; they take hours", zh="承担的行政类职责")]
    admin_hours: Annotated[F64, column("community", unit="hours/month", owner="population", en="hours the administrative duties ask for", zh="行政事务所需工时")]
    first_seat: Annotated[I32, column("community", unit="-", owner="population", en="first row of the station's seats", zh="首个岗位行号")]
    seats: Annotated[I32, column("community", unit="seats", owner="population", en="seats of the station", zh="编制岗位数")]
    grids: Annotated[I32, column("community", unit="grids", owner="population", en="grids", zh="网格数")]
    grid_staff: Annotated[F64, column("community", unit="people", owner="population", en="grid staff in full-time equivalents", zh="网格力量（折合全职）")]
    hall: Annotated[I8, column("community", unit="-", owner="population", en="1 with a hall for deliberation", zh="是否有议事厅")]
    standing: Annotated[I8, column("community", unit="-", owner="population", en="1 with the legal standing to sign contracts", zh="是否具备签约的法人资格")]
    units: Annotated[I32, column("community", unit="units", owner="population", en="resident units that have signed a pact", zh="签约共建的驻区单位")]
    units_open: Annotated[I32, column("community", unit="units", owner="population", en="of which would open space", zh="其中可开放场地的单位")]
    mobilised: Annotated[F64, column("community", unit="people", owner="population", en="presence of reporting party members and persuasion teams, in active volunteers", zh="双报到党员与劝导队（折合活跃志愿者）")]
    premises: Annotated[F64, column("community", unit="m2", owner="premises", en="premises for service", zh="服务用房面积")]
    building: Annotated[F64, column("community", unit="m2", owner="premises", en="premises being built", zh="在建用房面积")]
    ready: Annotated[I32, column("community", unit="month", owner="premises", en="month in which what is being built opens", zh="在建用房启用月份")]
    circle: Annotated[F64, column("community", unit="share", owner="premises", en="coverage by a quarter-hour service circle", zh="一刻钟服务圈覆盖程度")]
    volunteers: Annotated[F64, column("community", unit="people", owner="residents", en="active volunteers", zh="活跃志愿者")]
    helpers: Annotated[F64, column("community", unit="people", owner="residents", en="effective volunteers: residents, party members who report, persuasion teams", zh="有效志愿力量（居民、双报到党员、劝导队）")]
    units_active: Annotated[F64, column("community", unit="share", owner="residents", en="share of resident units that take part", zh="驻区单位参与比例")]
    idle_space: Annotated[F64, column("community", unit="m2", owner="residents", en="idle space that resident units have opened", zh="驻区单位开放的闲置场地")]
    idle_used: Annotated[F64, column("community", unit="m2", owner="residents", en="part of it that activities use: what they ask for beyond the community's own premises", zh="其中活动实际使用的面积（自有用房不足部分）")]
    activities: Annotated[F64, column("community", unit="share", owner="residents", en="activities held, of those there is demand for", zh="活动供给程度")]
    self_managed: Annotated[F64, column("community", unit="share", owner="residents", en="share of old estates' households that manage themselves", zh="老旧小区自我管理家庭占比")]
    shock: Annotated[F64, column("community", unit="log rate", owner="needs", en="local shock to the arrival of need", zh="本地需求冲击")]
    perceived: Annotated[F64, column("community", unit="share", owner="residents", en="resolution as residents perceive it", zh="居民感知的解决率")]
    performance: Annotated[F64, column("community", unit="share", owner="residents", en="hour-weighted share of this month's outcomes that truly resolved a need", zh="本月真实解决率")]
    expectation: Annotated[F64, column("community", unit="share", owner="residents", en="resolution residents expect", zh="居民期望的解决率")]
    satisfaction: Annotated[F64, column("community", unit="points 0-100", owner="residents", en="true satisfaction", zh="真实满意度")]
    trust: Annotated[F64, column("community", unit="share", owner="residents", en="trust in the community", zh="居民信任")]
    participation: Annotated[F64, column("community", unit="points 0-100", owner="residents", en="participation", zh="参与度")]
    harmony: Annotated[F64, column("community", unit="points 0-100", owner="residents", en="harmony", zh="和谐度")]
    safety: Annotated[F64, column("community", unit="points 0-100", owner="residents", en="safety", zh="安全度")]
    lot: Annotated[I32, column("community", unit="-", owner="tender", en="row of the contract that serves it", zh="所属标段")]
    coordination_hours: Annotated[F64, column("community", unit="hours", owner="dispatch", en="hours given to cross-department coordination", zh="跨部门协调工时")]
    overdue_admin: Annotated[F64, column("community", unit="hours", owner="effort", en="administrative hours that did not fit this month", zh="本月未完成的行政工时")]
    admin_moved: Annotated[F64, column("community", unit="hours", owner="effort", en="administrative hours moved from certified to other community workers this month", zh="本月由持证人员转给其他人员的行政工时")]
    load: Annotated[F64, column("community", unit="ratio", owner="effort", en="hours demanded over hours at hand, all staff at work there", zh="站点工作负荷比")]
    utilisation: Annotated[F64, column("community", unit="share", owner="effort", en="share of the hours at hand that found work", zh="工时利用率")]
    pool_hours: Annotated[F64, column("community", "pool", unit="hours", owner="effort", en="effective hours at hand this month, by who gives them", zh="本月可用有效工时（按人员类别）")]
    pool_idle: Annotated[F64, column("community", "pool", unit="hours", owner="effort", en="of which found no work", zh="其中未投入工作的工时")]
    target: Annotated[F64, column("community", unit="share", owner="appraise", en="share of cases that it is told to close this year", zh="本年办结目标")]
    good_year: Annotated[F64, column("community", unit="cases", owner="appraise", en="cases reported closed since January", zh="本年上报办结数")]
    bad_year: Annotated[F64, column("community", unit="cases", owner="appraise", en="cases sent back or given up since January", zh="本年退回与放弃数")]
    score: Annotated[F64, column("community", unit="share", owner="appraise", en="score of the month: response, resolution, satisfaction as reported", zh="本月考评得分（响应、解决、满意）")]
    pressure: Annotated[F64, column("community", unit="ratio", owner="appraise", en="pressure from ranking and from missing the target", zh="排名与目标压力")]
    stake_station: Annotated[F64, column("community", unit="share of wage bill", owner="effort", en="money and careers of the station that hang on results", zh="站点与结果挂钩的利害占比")]
    stake_agency: Annotated[F64, column("community", unit="share of wage bill", owner="effort", en="money of the agency that hangs on tasks", zh="机构与任务挂钩的经费占比")]
    project_pay: Annotated[I64, column("community", unit="fen/month", owner="merit", en="project pay that hung on the score of the month, at the full score", zh="本月与考评得分挂钩的领办项目绩效（满分额）")]
    hours_paid: Annotated[F64, column("community", unit="hours", owner="effort", en="agency hours bought this month", zh="本月购买工时")]
    hours_by: Annotated[F64, column("community", "slot", unit="hours", owner="effort", en="of which by project of the community's lot", zh="其中各项目工时")]
    hours_short: Annotated[F64, column("community", unit="hours", owner="effort", en="hours wanted and affordable that the agency could not staff", zh="机构未能提供的工时")]
    hours_idle: Annotated[F64, column("community", unit="hours", owner="effort", en="hours left when the month's work ran out", zh="本月剩余工时")]
    hours_lost_admin: Annotated[F64, column("community", unit="hours", owner="effort", en="hours given to administration, paperwork and coordination", zh="行政与表单占用工时")]
    show: Annotated[F64, column("community", unit="share", owner="effort", en="share of effort that goes into looking good", zh="应付考核占工作投入比例")]
    hours_lost_gaming: Annotated[F64, column("community", unit="hours", owner="effort", en="hours given to looking good", zh="应付考核占用工时")]
    expected_year: Annotated[I64, column("community", unit="fen/year", owner="appropriate", also=("awards",), en="money the committee expects this year", zh="本年预期经费")]
    received_year: Annotated[I64, column("community", unit="fen", owner="appropriate", also=("awards", "settle"), en="money received since January", zh="本年已到账经费")]
    plan: Annotated[I64, column("community", unit="fen/month", owner="appropriate", also=("channels",), en="money the committee will spend on service this month", zh="本月计划支出")]
    unmet_year: Annotated[I32, column("community", unit="cases", owner="verify", also=("appropriate",), en="needs that arose since January, less those truly met", zh="本年新增需求减去真实解决数")]
    unmet_last: Annotated[I32, column("community", unit="cases/year", owner="appropriate", en="the same of last calendar year, as far as the run reaches back", zh="上一日历年新增需求减去真实解决数（以运行所及为限）")]
    at_risk: Annotated[F64, column("community", unit="fen/month", owner="verify", en="money that hung on reported tasks, smoothed", zh="与上报任务挂钩的经费")]
    in_kind: Annotated[I64, column("community", unit="fen/month", owner="dues", en="worth of what partners bring in kind this month; no account holds it", zh="本月实物配套价值（不入账）")]
    score_sum: Annotated[F64, column("community", unit="points", owner="awards", also=("appropriate",), en="scores of the allocation period so far, what audits reopened taken off", zh="本期月度考评得分合计（扣除核查退回）")]
    award_stake: Annotated[F64, column("community", unit="fen/month", owner="awards", en="award money that a little more or less of a score decides, a month", zh="得分略有增减所关系的奖补经费")]
    ventured: Annotated[F64, column("community", unit="people", owner="ventures", en="members whom funded projects of grassroots groups bring along", zh="微创投项目带动的人数")]
    joining: Annotated[F64, column("community", unit="people", owner="ventures", en="members of completed projects who stay as volunteers from this month", zh="本月由微创投项目留任的志愿者")]


class Cases(NamedTuple):
    """Cases 事项: every need is latent, open, closed on paper, resolved or gone."""

    open: Annotated[I32, column("community", "age", "category", "hardness", unit="cases", owner="needs", also=("dispatch", "unit_tasks", "verify"), en="reported and not closed", zh="已上报未办结")]
    waiting: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="effort", also=("verify",), en="open cases of whatever age, from the choice of work to the end of the month", zh="未办结事项合计（自安排工作起至月末）")]
    overdue: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="effort", also=("verify",), en="of which overdue", zh="其中逾期")]
    blocked: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="dispatch", also=("needs", "verify"), en="open cases that wait for another department", zh="等待其他部门的事项")]
    latent: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="needs", also=("dispatch",), en="needs nobody has reported", zh="未上报的潜在需求")]
    paper: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="verify", also=("needs",), en="closed on paper, need not met", zh="账面办结而未解决")]
    minutes: Annotated[I32, column("community", "pool", "category", "hardness", unit="minutes", owner="deliver", en="work in progress by who did it", zh="在办工作量")]
    arisen: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="needs", en="needs that arose this month", zh="本月新增需求")]
    reported: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="needs", en="cases opened this month", zh="本月上报")]
    by_grid: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="needs", en="cases opened this month that grid staff found", zh="本月网格员发现上报")]
    expert_minutes: Annotated[I32, column("community", "category", "hardness", unit="minutes", owner="deliver", en="work in progress done by professionals of the tier the category asks for", zh="在办专业工作量")]
    on_spot: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="dispatch", en="cases that grid staff settled on the spot this month", zh="本月网格员当场解决")]
    by_units: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="unit_tasks", en="hard cases that resident units took on and settled this month", zh="本月驻区单位领办并解决的难事")]
    found: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="dispatch", en="latent needs that outreach found this month", zh="本月走访发现")]
    finished: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="deliver", en="attempts finished this month", zh="本月处理完毕")]
    expert: Annotated[F64, column("community", "category", "hardness", unit="share", owner="deliver", en="professionals' share of the work in finished attempts", zh="专业力量工作占比")]
    by_agency: Annotated[F64, column("community", "category", "hardness", unit="share", owner="deliver", en="agency's share of the work in finished attempts", zh="机构工作占比")]
    resolved: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="verify", en="needs truly met this month", zh="本月真实解决")]
    claimed_share: Annotated[F64, column("community", "category", "hardness", unit="share", owner="verify", en="share of paper closures that a tariff was claimed for", zh="账面办结中已申报任务款的比例")]
    failed: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="verify", en="attempts that did not meet the need, and overdue cases shelved on paper", zh="本月未能解决（含搁置）")]
    returned: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="verify", en="attempts sent back because they did not meet the need", zh="本月核实退回重办")]
    papered: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="verify", en="cases falsely closed this month", zh="本月虚假办结")]
    reopened: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="verify", en="false closures that an audit reopened", zh="本月核查退回")]
    gone: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="needs", en="needs given up for good this month", zh="本月放弃的需求")]
    lapsed: Annotated[I32, column("community", "category", "hardness", unit="cases/month", owner="needs", en="overdue cases that people gave up this month", zh="本月逾期放弃")]
    worked: Annotated[I32, column("community", "pool", "category", "hardness", unit="minutes/month", owner="effort", en="effective minutes worked this month", zh="本月有效工作量")]
    worked_expert: Annotated[I32, column("community", "category", "hardness", unit="minutes/month", owner="effort", en="of which by professionals of the tier the category asks for", zh="其中专业力量工作量")]
    closed_year: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="verify", also=("appropriate",), en="cases reported closed since January, net of reopenings", zh="本年上报办结")]
    opened_year: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="verify", en="cases opened since January and dispatched", zh="本年立案派单")]
    grid_year: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="verify", en="of which grid staff found", zh="其中网格员发现")]
    spot_year: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="verify", en="cases settled on the spot since January", zh="本年网格员当场解决")]
    lapsed_year: Annotated[I32, column("community", "category", "hardness", unit="cases", owner="verify", en="overdue cases given up since January", zh="本年逾期放弃")]
    closed_last: Annotated[I32, column("community", "category", "hardness", unit="cases/year", owner="appropriate", en="cases reported closed in the last calendar year", zh="上年上报办结")]


class Workers(NamedTuple):
    """Seats 岗位 and who sits there. A station's or agency's seats are neighbouring rows."""

    key: Annotated[I64, column("worker", unit="-", owner="population", en="stable identity of the seat", zh="岗位稳定标识")]
    generation: Annotated[I32, column("worker", unit="-", owner="seating", en="how many people have sat here before", zh="历任人数")]
    filled: Annotated[I8, column("worker", unit="-", owner="seating", en="1 where somebody sits", zh="是否在岗")]
    kept: Annotated[I8, column("worker", unit="-", owner="transfer", en="1 where a vacant community post stays empty and its wage buys service", zh="空缺社区岗位不再补员、经费转为购买服务")]
    employer: Annotated[I32, column("worker", unit="-", owner="population", en="row of the agency, or -2 for the community station", zh="用人单位")]
    district: Annotated[I32, column("worker", unit="-", owner="population", en="row of the district", zh="所属区")]
    community: Annotated[I32, column("worker", unit="-", owner="posting", also=("moving", "seating"), en="community served, -1 if none", zh="服务社区")]
    home: Annotated[I32, column("worker", unit="-", owner="population", en="community whose station the seat belongs to, -1 if an agency's", zh="岗位所属社区")]
    tier: Annotated[I8, column("worker", unit="0-4", owner="exam", also=("seating",), en="certificate: 0 none, 1 员级, 2 初级, 3 中级, 4 高级", zh="证书等级")]
    tenure: Annotated[I32, column("worker", unit="months", owner="quitting", also=("seating",), en="months with this employer", zh="本单位工龄")]
    service: Annotated[I32, column("worker", unit="months", owner="quitting", also=("seating",), en="months in such work, whoever the employer", zh="从业月数")]
    subdistrict: Annotated[I32, column("worker", unit="-", owner="posting", also=("seating",), en="subdistrict served last, -1 if none", zh="所服务的街道")]
    local_tenure: Annotated[I32, column("worker", unit="months", owner="quitting", also=("posting", "seating"), en="months served there", zh="本街道服务月数")]
    credit: Annotated[I32, column("worker", unit="months", owner="quitting", also=("seating",), en="months of service that pay recognises", zh="工资认可的工龄")]
    step: Annotated[I32, column("worker", unit="years", owner="quitting", also=("seating",), en="whole years of them, the seniority step", zh="工龄档")]
    wage: Annotated[I64, column("worker", unit="fen/month", owner="settle", en="wage due this month", zh="本月应发工资")]
    allowance: Annotated[I64, column("worker", unit="fen/month", owner="exam", en="certificate allowance paid this month", zh="本月持证津贴")]
    bonus: Annotated[I64, column("worker", unit="fen/month", owner="merit", en="project pay paid this month", zh="本月领办项目绩效")]
    award: Annotated[I64, column("worker", unit="fen/year", owner="merit", also=("seating",), en="award of the last yearly appraisal", zh="最近一次年度服务考评奖金")]
    owed: Annotated[I64, column("worker", unit="fen", owner="payroll", also=("closing", "seating"), en="wages owed", zh="欠发工资")]
    burnout: Annotated[F64, column("worker", unit="SD", owner="burnout", also=("seating",), en="burnout, standard deviations from the norm", zh="职业倦怠")]
    skill: Annotated[F64, column("worker", unit="ratio", owner="effort", en="productivity: tier times learning times burnout loss", zh="工作效率")]
    first_year: Annotated[I8, column("worker", unit="-", owner="quitting", en="1 where whoever could quit this month was in the first year of such work", zh="本月处于从业首年")]
    quits: Annotated[I8, column("worker", unit="-", owner="quitting", also=("channels",), en="1 in the month of a quit", zh="本月离职")]
    leaves: Annotated[I8, column("worker", unit="-", owner="layoffs", also=("closing", "workforce"), en="1 in the month of a layoff or the employer's exit", zh="本月裁员")]
    hired: Annotated[I8, column("worker", unit="-", owner="hiring", en="1 in the month of a hire", zh="本月新聘")]
    moved: Annotated[I8, column("worker", unit="-", owner="moving", en="1 in the month somebody follows the post to this agency", zh="本月随岗转入")]
    promoted: Annotated[I8, column("worker", unit="-", owner="moving", en="1 in the month somebody comes to this community post from an agency", zh="本月由机构转任社区岗位")]
    left_after: Annotated[I32, column("worker", unit="months", owner="seating", also=("workforce",), en="months with this employer of whoever left the seat this month", zh="本月离开者的本单位工龄")]
    certified: Annotated[I8, column("worker", unit="-", owner="exam", en="1 in the month a certificate is gained", zh="本月取得证书")]


class Providers(NamedTuple):
    """Agencies 社工事务所/社会服务机构: social organisations that employ."""

    key: Annotated[I64, column("provider", unit="-", owner="population", en="stable identity", zh="稳定标识")]
    alive: Annotated[I8, column("provider", unit="-", owner="closing", also=("entry",), en="1 while it exists", zh="是否存续")]
    district: Annotated[I32, column("provider", unit="-", owner="population", en="row of the district", zh="所属区")]
    subdistrict: Annotated[I32, column("provider", unit="-", owner="entry", en="home subdistrict, -1 for an agency from outside the district", zh="所在街道，区外机构为-1")]
    enterprise: Annotated[I8, column("provider", unit="-", owner="entry", en="1 for an enterprise, 0 for a social organisation", zh="是否企业")]
    age: Annotated[I32, column("provider", unit="months", owner="providers", also=("entry",), en="months since founding", zh="成立月数")]
    rating: Annotated[F64, column("provider", unit="1-5", owner="reputation", also=("entry",), en="star rating 1A-5A, as the last inspection left it", zh="评估等级（以最近一次检查为准）")]
    merit: Annotated[F64, column("provider", unit="1-5", owner="reputation", also=("entry",), en="what an inspection would find: hours kept, supervision, audit findings", zh="实际绩效：履约、督导与核查结果")]
    idle: Annotated[I32, column("provider", unit="months", owner="reputation", also=("entry",), en="months since it last sold an hour or other payers kept staff there", zh="连续无业务月数")]
    inspected: Annotated[I8, column("provider", unit="-", owner="reputation", en="1 in the month of an inspection", zh="本月接受检查")]
    linked: Annotated[I8, column("provider", unit="-", owner="entry", en="1 where a hub links it to partners and training", zh="是否由枢纽型组织联系")]
    incubated: Annotated[I8, column("provider", unit="-", owner="entry", en="1 if it was founded in an incubator", zh="是否孵化成立")]
    offer: Annotated[I32, column("provider", unit="-", owner="projects", also=("entry",), en="category of service it offers", zh="主打服务类别")]
    strength: Annotated[F64, column("provider", "category", unit="0-1", owner="projects", also=("entry",), en="how good it is at a category", zh="各类服务专长")]
    experience: Annotated[F64, column("provider", "category", unit="hours", owner="projects", also=("entry",), en="hours served in a category since last May", zh="自上年五月以来各类服务工时")]
    first_seat: Annotated[I32, column("provider", unit="-", owner="population", en="first row of its seats", zh="首个岗位行号")]
    seats: Annotated[I32, column("provider", unit="seats", owner="population", en="seats it could fill", zh="可设岗位数")]
    staff_other: Annotated[I32, column("provider", unit="people", owner="funders", also=("closing",), en="staff that other payers finance", zh="其他经费供养人数")]
    other_income: Annotated[I64, column("provider", unit="fen/month", owner="funders", also=("closing",), en="income from other payers", zh="其他收入")]
    staff: Annotated[I32, column("provider", unit="people", owner="workforce", also=("closing",), en="filled seats", zh="在职人数")]
    target: Annotated[I32, column("provider", unit="people", owner="providers", also=("closing", "entry"), en="staff it wants", zh="目标人数")]
    surplus: Annotated[I32, column("provider", unit="months", owner="layoffs", en="months in a row with more staff than it wants", zh="连续超编月数")]
    hours_wanted: Annotated[F64, column("provider", unit="hours/month", owner="effort", also=("entry",), en="hours ordered from it, smoothed over months", zh="被订购工时（平滑）")]
    hours_sold: Annotated[F64, column("provider", unit="hours/month", owner="effort", en="hours sold this month", zh="本月售出工时")]
    load: Annotated[F64, column("provider", unit="ratio", owner="effort", en="work asked for over hours at hand", zh="工作负荷比")]
    developed: Annotated[I64, column("provider", unit="fen/month", owner="settle", en="what others pay this month for its training and management", zh="本月获得的发展支持")]
    supervision: Annotated[F64, column("provider", unit="share", owner="payroll", also=("entry",), en="overhead paid over overhead needed", zh="管理督导充足率")]
    capacity: Annotated[F64, column("provider", unit="0-1", owner="payroll", also=("entry",), en="organisational capacity that overhead has built", zh="组织能力")]
    owed_months: Annotated[F64, column("provider", unit="months", owner="payroll", also=("channels", "closing"), en="wages owed over the monthly wage bill", zh="欠薪月数")]
    owed_former: Annotated[I64, column("provider", unit="fen", owner="payroll", also=("closing", "layoffs", "moving", "workforce"), en="wages owed to people who have left", zh="欠付离职人员工资")]
    insurance_owed: Annotated[I64, column("provider", unit="fen", owner="payroll", also=("closing",), en="social insurance owed", zh="欠缴社保")]
    loan: Annotated[I64, column("provider", unit="fen", owner="closing", also=("payroll",), en="loan of the public purse, not yet repaid", zh="财政救助借款余额")]
    due: Annotated[I64, column("provider", "lag", unit="fen", owner="dues", also=("clawback", "closing"), en="service delivered and not yet paid, by month due", zh="应收服务款（按到期月份）")]
    late: Annotated[I64, column("provider", "lag", unit="fen", owner="dues", also=("clawback", "closing"), en="part of it that has been put off", zh="其中被推迟支付的部分")]
    income_month: Annotated[I64, column("provider", unit="fen/month", owner="settle", also=("dues", "payroll"), en="money received this month", zh="本月收入")]
    rescued: Annotated[I8, column("provider", unit="-", owner="closing", en="1 in the month of a rescue", zh="本月获救助")]
    founded: Annotated[I8, column("provider", unit="-", owner="entry", en="1 in the month of founding", zh="本月成立")]
    closed: Annotated[I8, column("provider", unit="-", owner="closing", en="1 in the month of exit", zh="本月退出")]


class Groups(NamedTuple):
    """Grassroots groups and hubs 社区社会组织与枢纽型组织: they mobilise and link, and employ nobody."""

    key: Annotated[I64, column("association", unit="-", owner="population", en="stable identity", zh="稳定标识")]
    kind: Annotated[I8, column("association", unit="-", owner="population", en="0 grassroots group, 1 hub", zh="类别：0社区社会组织，1枢纽型组织")]
    alive: Annotated[I8, column("association", unit="-", owner="groups", en="1 while it exists", zh="是否存续")]
    district: Annotated[I32, column("association", unit="-", owner="population", en="row of the district", zh="所属区")]
    community: Annotated[I32, column("association", unit="-", owner="population", en="home community of a grassroots group, -1 for a hub", zh="所在社区，枢纽型组织为-1")]
    grant: Annotated[I64, column("association", unit="fen", owner="ventures", en="grant of the project under way, 0 without one", zh="在办微创投项目资助额")]
    until: Annotated[I32, column("association", unit="month", owner="ventures", en="month in which it ends", zh="项目结束月份")]
    members: Annotated[F64, column("association", unit="people", owner="ventures", en="members that it brings along", zh="项目带动人数")]
    funded: Annotated[I8, column("association", unit="-", owner="ventures", en="1 in the month its project is funded", zh="本月项目获资助")]
    completed: Annotated[I8, column("association", unit="-", owner="ventures", en="1 in the month its project is completed", zh="本月项目结项")]
    founded: Annotated[I8, column("association", unit="-", owner="groups", en="1 in the month of founding", zh="本月成立")]
    closed: Annotated[I8, column("association", unit="-", owner="groups", en="1 in the month of closing", zh="本月退出")]


class Contracts(NamedTuple):
    """Lots 标段 of neighbouring communities, and their projects; the row is that of the lot's first community."""

    members: Annotated[I32, column("community", unit="communities", owner="tender", en="communities in the lot", zh="标段社区数")]
    projects: Annotated[I32, column("community", unit="projects", owner="tender", en="projects of the lot", zh="标段项目数")]
    until: Annotated[I32, column("community", unit="month", owner="tender", en="month in which the lot is formed anew", zh="标段重组月份")]
    provider: Annotated[I32, column("community", "slot", unit="-", owner="tender", also=("closing",), en="agency that holds the project, -1 if none", zh="中标机构")]
    focus: Annotated[I32, column("community", "slot", unit="-", owner="tender", en="category of service that the project is for, -1 for posts", zh="项目服务类别")]
    price: Annotated[I64, column("community", "slot", unit="fen/hour", owner="tender", also=("indexation",), en="price of a service hour", zh="每小时价格")]
    wage: Annotated[I64, column("community", "slot", unit="fen/month", owner="tender", also=("indexation",), en="starting wage of agency staff that the price stands for", zh="该价格所依据的机构起薪")]
    start: Annotated[I32, column("community", "slot", unit="month", owner="tender", en="first month of service", zh="开始月份")]
    end: Annotated[I32, column("community", "slot", unit="month", owner="tender", also=("closing",), en="first month after the contract", zh="结束月份")]
    value: Annotated[I64, column("community", "slot", unit="fen/year", owner="tender", en="money the project expects to carry", zh="项目年度金额")]
    opened: Annotated[I8, column("community", "slot", unit="-", owner="tender", en="1 in the month the project is tendered", zh="本月招标")]
    switched: Annotated[I8, column("community", "slot", unit="-", owner="tender", en="1 in the month the project changes hands", zh="本月更换机构")]
    bids: Annotated[I32, column("community", "slot", unit="bids", owner="tender", en="bids in the last tender of the project", zh="上次投标数")]


class Ties(NamedTuple):
    """Relationship capital between a community and the few agencies it knows."""

    provider: Annotated[I32, column("community", "tie", unit="-", owner="tender", also=("closing",), en="row of the agency, -1 if the slot is free", zh="机构")]
    capital: Annotated[F64, column("community", "tie", unit="share", owner="tender", also=("closing", "deliver", "moving"), en="relationship capital", zh="关系资本")]


class Incentives(NamedTuple):
    """What the rule in force pays for, and when. Policy writes it; processes read it."""

    pay: Annotated[I64, column("community", "category", "hardness", unit="fen/task", owner="policy", en="tariff of a verified task", zh="每件核定任务单价")]
    pot: Annotated[I64, column("district", unit="fen/year", owner="policy", en="money set aside for tariffs this year", zh="本年任务经费")]
    open_ended: Annotated[I8, column("district", unit="-", owner="policy", en="1 where claims are paid in full, beyond the pot if need be", zh="任务款是否据实结算、不设上限")]
    delay: Annotated[I32, column("district", unit="months", owner="policy", en="months between a claim and its payment", zh="拨付滞后月数")]
    paperwork: Annotated[F64, column("district", unit="minutes/task", owner="policy", en="paperwork per claimed task", zh="每件申报表单时间")]
    pass_through: Annotated[F64, column("district", unit="share", owner="policy", en="share of an agency's pay that follows the tariff", zh="机构报酬随任务部分")]
    earmarked: Annotated[F64, column("district", unit="share", owner="policy", en="share of the money that is earmarked, with accounts of its own", zh="专款专用比例")]
    grant: Annotated[I64, column("community", unit="fen/period", owner="policy", en="ex-ante grant of the allocation period", zh="本期预拨经费")]
    said: Annotated[I64, column("community", unit="fen/period", owner="policy", en="the same as the rule said it, before spending was scaled", zh="规则所定预拨经费（等额换算前）")]
    period_start: Annotated[I32, column("district", unit="month", owner="policy", en="first month of the allocation period", zh="本期起始月份")]
    period_months: Annotated[I32, column("district", unit="months", owner="policy", en="length of the allocation period", zh="本期月数")]
    first: Annotated[I32, column("district", unit="months", owner="policy", en="months of the period before the first instalment", zh="首次拨付前的月数")]
    award: Annotated[I64, column("community", unit="fen/period", owner="policy", en="what the community can win by its score", zh="本期可得奖补经费")]
    award_pass: Annotated[F64, column("district", unit="score", owner="policy", en="score above which more than the floor is won", zh="奖补合格线")]
    award_span: Annotated[F64, column("district", unit="score", owner="policy", en="score above it that wins everything", zh="由合格至全额的得分幅度")]
    award_floor: Annotated[F64, column("district", unit="share", owner="policy", en="share that is won whatever the score", zh="奖补保底比例")]
    award_ranked: Annotated[I8, column("district", unit="-", owner="policy", en="1 where places decide instead of the pass mark", zh="是否按名次奖补")]
    award_delay: Annotated[I32, column("district", unit="months", owner="policy", en="months between the end of the period and the payment", zh="奖补拨付滞后月数")]
    venture_pot: Annotated[I64, column("district", unit="fen/period", owner="policy", also=("channels",), en="money for a call to grassroots groups", zh="微创投经费")]
    venture_least: Annotated[I64, column("district", unit="fen", owner="policy", also=("channels",), en="least that a group may ask for", zh="单个项目资助下限")]
    venture_most: Annotated[I64, column("district", unit="fen", owner="policy", also=("channels",), en="most that a group may ask for", zh="单个项目资助上限")]
    shortlist: Annotated[F64, column("district", unit="ratio", owner="policy", also=("channels",), en="applicants shortlisted for every one that the pot could pay", zh="入围与可资助项目之比")]
    capital: Annotated[I64, column("district", unit="fen/period", owner="policy", also=("channels",), en="money of the envelope for premises", zh="用于用房建设的经费")]
    development: Annotated[I64, column("district", unit="fen/period", owner="policy", also=("channels",), en="money that builds social organisations", zh="社会组织发展经费")]


class Terms(NamedTuple):
    """What the rule in force agrees with organisations; -1 leaves it to custom, the parameter of that meaning."""

    months: Annotated[I32, column("district", unit="months", owner="policy", en="length of contracts", zh="合同期限")]
    advance: Annotated[F64, column("district", unit="share", owner="policy", also=("channels",), en="share of a month's service that is paid at once", zh="当月即时拨付比例")]
    price_cap: Annotated[F64, column("district", unit="ratio", owner="policy", en="highest price of an hour over what an hour at starting wages costs", zh="限价与起薪工时成本之比")]
    w_price: Annotated[F64, column("district", unit="score", owner="policy", en="weight of the price in the score of a bid", zh="报价分权重")]
    w_rating: Annotated[F64, column("district", unit="score", owner="policy", en="weight of stars in the score of a bid", zh="星级分权重")]
    w_fit: Annotated[F64, column("district", unit="score", owner="policy", en="weight of professional fit in the score of a bid", zh="专业匹配分权重")]
    overhead: Annotated[F64, column("district", unit="share", owner="policy", en="share of the price for overhead", zh="管理费比例")]
    focused: Annotated[I8, column("district", unit="-", owner="policy", en="1 where each project is for one category, 0 where posts are bought", zh="按项目购买为1，按岗位购买为0")]
    relief: Annotated[F64, column("district", unit="share", owner="policy", en="how far projects are for what vulnerable groups need", zh="项目偏重困难群体需求的程度")]


class Money(NamedTuple):
    """Double-entry accounts in whole fen, and what is due when."""

    balance: Annotated[I64, column("account", unit="fen", owner="ledger", en="balance", zh="余额")]
    received: Annotated[I64, column("account", unit="fen/month", owner="ledger", en="received this month", zh="本月收入")]
    paid: Annotated[I64, column("account", unit="fen/month", owner="ledger", en="paid this month", zh="本月支出")]
    claim: Annotated[I64, column("community", "lag", unit="fen", owner="settle", en="verified claims by month due", zh="待拨任务款")]
    granted: Annotated[I64, column("community", unit="fen/month", owner="appropriate", also=("awards", "settle"), en="money granted this month, accrued", zh="本月核拨")]
    transferred: Annotated[I64, column("community", unit="fen/month", owner="transfer", en="wages and insurance of posts kept empty, received this month", zh="本月收到的空缺岗位工资与社保经费")]
    bought: Annotated[I64, column("community", unit="fen/month", owner="dues", en="service bought this month, accrued", zh="本月购买服务")]
    clawed: Annotated[I64, column("community", unit="fen/month", owner="clawback", en="tariffs taken back this month", zh="本月追回")]
    passed_on: Annotated[I64, column("community", unit="fen/month", owner="clawback", en="part of it that the agency bears", zh="其中由机构承担")]
    returned: Annotated[I64, column("community", unit="fen/month", owner="appropriate", also=("month",), en="unspent money returned this month", zh="本月上缴结余")]
    claimed: Annotated[I64, column("community", unit="fen/month", owner="verify", en="tariff value of this month's reported closures", zh="本月申报任务额")]
    points: Annotated[F64, column("community", unit="fen/year", owner="settle", also=("appropriate",), en="tariff value claimed since January", zh="本年申报任务额")]
    claimed_ever: Annotated[F64, column("community", unit="fen", owner="settle", en="tariff value claimed since the start", zh="累计申报任务额")]
    tariffs_ever: Annotated[I64, column("community", unit="fen", owner="settle", en="tariffs received since the start", zh="累计到账任务款")]
    tariff_paid: Annotated[I64, column("district", unit="fen", owner="settle", also=("appropriate",), en="tariff money accrued since January", zh="本年已核定任务款")]
    award_due: Annotated[I64, column("community", "lag", unit="fen", owner="awards", en="awards by month due", zh="待拨奖补（按到期月份）")]
    ventured: Annotated[I64, column("community", unit="fen/month", owner="ventures", en="paid to grassroots groups for their projects this month, less what came back", zh="本月支付微创投经费（扣除退回）")]
    capital: Annotated[I64, column("district", unit="fen/month", owner="premises", en="money of the envelope that went into premises this month", zh="本月转入用房建设的经费")]
    development: Annotated[I64, column("district", unit="fen/month", owner="settle", en="money that built social organisations this month", zh="本月社会组织发展支出")]
    settled: Annotated[I64, column("district", unit="fen/month", owner="dues", en="service paid this month", zh="本月支付服务款")]
    settled_late: Annotated[I64, column("district", unit="fen/month", owner="dues", en="part of it that was put off", zh="其中逾期支付")]
    lent: Annotated[I64, column("district", unit="fen", owner="closing", en="loans of the public purse to agencies since the start", zh="累计财政救助借款")]
    repaid: Annotated[I64, column("district", unit="fen", owner="payroll", also=("closing",), en="repaid of them since the start", zh="累计归还借款")]
    written_off: Annotated[I64, column("district", unit="fen", owner="closing", en="loans that closed agencies have not repaid", zh="核销借款（机构退出未还）")]
    wages_lost: Annotated[I64, column("district", unit="fen", owner="closing", en="wages that closed agencies still owe", zh="已退出机构仍欠工资")]
    insurance_lost: Annotated[I64, column("district", unit="fen", owner="closing", en="social insurance that closed agencies still owe", zh="已退出机构仍欠社保")]
    incubation: Annotated[I64, column("district", unit="fen/month", owner="entry", en="cash that incubators gave this month", zh="本月孵化资金")]


class Categories(NamedTuple):
    """Service categories: data of the place, constant in a run."""

    minutes: Annotated[I64, column("category", "hardness", unit="minutes", owner="population", en="work of a case", zh="每件事项工时")]
    group_rate: Annotated[F64, column("category", "group", unit="ratio", owner="population", en="need of a group relative to the average household", zh="群体相对需求")]
    rate: Annotated[F64, column("category", unit="share", owner="population", en="share of resident need", zh="需求占比")]
    duty_rate: Annotated[F64, column("category", unit="share", owner="population", en="share of cases that service duties bring", zh="职责事项占比")]
    season: Annotated[F64, column("category", "month", unit="ratio", owner="population", en="seasonal factor by calendar month", zh="季节系数")]
    cross: Annotated[F64, column("category", unit="share", owner="population", en="share of cases that need another department", zh="跨部门事项占比")]
    visible: Annotated[F64, column("category", unit="0-1", owner="population", en="visibility to an appraiser", zh="考核可见度")]
    volunteer: Annotated[F64, column("category", unit="0-1", owner="population", en="how far volunteers help", zh="志愿者可参与度")]
    harmony: Annotated[F64, column("category", unit="0-1", owner="population", en="unresolved cases hurt harmony", zh="影响和谐度")]
    safety: Annotated[F64, column("category", unit="0-1", owner="population", en="unresolved cases hurt safety", zh="影响安全度")]
    least_tier: Annotated[I8, column("category", unit="0-4", owner="population", en="least certificate that counts as professional for a hard case", zh="难办事项最低证书等级")]


class Tables(NamedTuple):
    """All tables of a world, as kernels take them."""

    districts: Districts
    subdistricts: Subdistricts
    communities: Communities
    cases: Cases
    workers: Workers
    providers: Providers
    groups: Groups
    contracts: Contracts
    ties: Ties
    incentives: Incentives
    terms: Terms
    money: Money
    categories: Categories


TABLES = (
    Districts,
    Subdistricts,
    Communities,
    Cases,
    Workers,
    Providers,
    Groups,
    Contracts,
    Ties,
    Incentives,
    Terms,
    Money,
    Categories,
)
