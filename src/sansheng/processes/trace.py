"""What passed the channels of a run, month by month: written down in one run, held in another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import numpy as np

from sansheng.core.tables import F64, I8, I32, I64, allocate, column
from sansheng.world.schema import Tables

OPEN, WRITTEN, HELD = range(3)
"""What is done with a channel in a run: nothing, written down, held at what was written down."""

(
    MONEY,
    MATCHING,
    TURNOVER,
    TIES,
    SELECTION,
    APPEARANCES,
    REPORTING,
    CASH,
    PAPERWORK,
    ADVANCES,
) = range(10)

NOT_THERE = -(2**62)
"""Money of an agency that did not exist."""

NO_TENDER = -2
"""Winner of a project that was not tendered."""


class Trace(NamedTuple):
    """What passed the channels, month by month, and what is done with each of them now.

    Rows of months count from ``first``. Values that were not there are ``NaN``, :data:`NOT_THERE`
    or :data:`NO_TENDER`; a channel that is held there lets through what the run makes of it.
    """

    mode: Annotated[I8, column("channel", unit="-", owner="channels", en="0 open, 1 written down, 2 held", zh="0畅通，1记录，2固定")]
    first: Annotated[I64, column("one", unit="month", owner="channels", en="month of the first row", zh="首行月份")]
    plan: Annotated[I64, column("month", "community", unit="fen/month", owner="channels", en="money the committee will spend on service", zh="计划支出")]
    held: Annotated[I64, column("month", "community", unit="fen", owner="channels", en="balance of the community's account when it plans", zh="制定计划时的账户余额")]
    venture_pot: Annotated[I64, column("month", "district", unit="fen/period", owner="channels", en="money for a call to grassroots groups", zh="微创投经费")]
    venture_least: Annotated[I64, column("month", "district", unit="fen", owner="channels", en="least that a group may ask for", zh="单个项目资助下限")]
    venture_most: Annotated[I64, column("month", "district", unit="fen", owner="channels", en="most that a group may ask for", zh="单个项目资助上限")]
    shortlist: Annotated[F64, column("month", "district", unit="ratio", owner="channels", en="applicants shortlisted for every one that the pot could pay", zh="入围与可资助项目之比")]
    capital: Annotated[I64, column("month", "district", unit="fen/period", owner="channels", en="money of the envelope for premises", zh="用于用房建设的经费")]
    development: Annotated[I64, column("month", "district", unit="fen/period", owner="channels", en="money that builds social organisations", zh="社会组织发展经费")]
    period_months: Annotated[I64, column("month", "district", unit="months", owner="channels", en="length of the allocation period", zh="本期月数")]
    lot: Annotated[I32, column("month", "community", unit="-", owner="channels", en="row of the contract that serves it", zh="所属标段")]
    members: Annotated[I32, column("month", "community", unit="communities", owner="channels", en="communities in the lot", zh="标段社区数")]
    projects: Annotated[I32, column("month", "community", unit="projects", owner="channels", en="projects of the lot", zh="标段项目数")]
    until: Annotated[I32, column("month", "community", unit="month", owner="channels", en="month in which the lot is formed anew", zh="标段重组月份")]
    provider: Annotated[I32, column("month", "community", "slot", unit="-", owner="channels", en="agency that holds the project before this month's tender", zh="本月招标前的承接机构")]
    focus: Annotated[I32, column("month", "community", "slot", unit="-", owner="channels", en="category of service that the project is for", zh="项目服务类别")]
    start: Annotated[I32, column("month", "community", "slot", unit="month", owner="channels", en="first month of service", zh="开始月份")]
    end: Annotated[I32, column("month", "community", "slot", unit="month", owner="channels", en="first month after the contract", zh="结束月份")]
    price: Annotated[I64, column("month", "community", "slot", unit="fen/hour", owner="channels", en="price of a service hour", zh="每小时价格")]
    wage: Annotated[I64, column("month", "community", "slot", unit="fen/month", owner="channels", en="starting wage that the price stands for", zh="该价格所依据的机构起薪")]
    value: Annotated[I64, column("month", "community", "slot", unit="fen/year", owner="channels", en="money the project expects to carry", zh="项目年度金额")]
    winner: Annotated[I32, column("month", "community", "slot", unit="-", owner="channels", en="who wins this month's tender, -1 nobody", zh="本月中标机构")]
    cut: Annotated[F64, column("month", "community", "slot", unit="share", owner="channels", en="discount of the winner, of the largest of agencies", zh="中标者让价（占机构最大让价）")]
    filled: Annotated[I8, column("month", "worker", unit="-", owner="channels", en="1 where somebody sits who can quit", zh="是否有人在岗")]
    quits: Annotated[I8, column("month", "worker", unit="-", owner="channels", en="1 in the month of a quit", zh="本月离职")]
    tie: Annotated[F64, column("month", "community", "slot", unit="share", owner="channels", en="tie with whoever works on the project", zh="与项目承接机构的关系资本")]
    pay: Annotated[I64, column("month", "community", "category", "hardness", unit="fen/task", owner="channels", en="tariff of a verified task", zh="每件核定任务单价")]
    earns: Annotated[F64, column("month", "community", unit="share", owner="channels", en="share of an agency's pay that follows the tariff", zh="机构报酬随任务部分")]
    cost: Annotated[F64, column("month", "community", unit="yuan/hour", owner="channels", en="price of an hour that pay is compared with", zh="衡量报酬所用的工时价格")]
    stake_agency: Annotated[F64, column("month", "community", unit="share of wage bill", owner="channels", en="money of the agency that hangs on tasks", zh="机构与任务挂钩的经费占比")]
    stake_station: Annotated[F64, column("month", "community", unit="share of wage bill", owner="channels", en="money and careers of the station that hang on results", zh="站点与结果挂钩的利害占比")]
    show_agency: Annotated[F64, column("month", "community", unit="share", owner="channels", en="share of the agency's effort that goes into looking good", zh="机构应付考核占投入比例")]
    show_station: Annotated[F64, column("month", "community", unit="share", owner="channels", en="share of the station's effort that goes into looking good", zh="站点应付考核占投入比例")]
    phi_agency: Annotated[F64, column("month", "community", unit="1/month", owner="channels", en="probability of a paper closure by the agency", zh="机构虚假办结概率")]
    phi_station: Annotated[F64, column("month", "community", unit="1/month", owner="channels", en="probability of a paper closure by the station", zh="站点虚假办结概率")]
    wait: Annotated[F64, column("month", "district", unit="months", owner="channels", en="months of its wages that an agency reckons to carry until it is paid", zh="机构预计垫付工资的月数")]
    cash_bids: Annotated[I64, column("month", "provider", unit="fen", owner="channels", en="cash when agencies bid", zh="投标时的现金")]
    cash_dismisses: Annotated[I64, column("month", "provider", unit="fen", owner="channels", en="cash when agencies dismiss", zh="裁员时的现金")]
    cash_hires: Annotated[I64, column("month", "provider", unit="fen", owner="channels", en="cash when agencies plan their staff", zh="规划人员时的现金")]
    owed_months: Annotated[F64, column("month", "provider", unit="months", owner="channels", en="wages owed over the monthly wage bill, once wages are paid", zh="发薪后的欠薪月数")]
    owed: Annotated[F64, column("month", "worker", unit="months", owner="channels", en="months of wages owed to whoever sits there", zh="任职者被欠薪月数")]
    forms: Annotated[F64, column("month", "community", unit="hours", owner="channels", en="hours of forms and accounts", zh="表单与合规工时")]
    advance: Annotated[F64, column("month", "district", unit="share", owner="channels", en="share of a month's service that is paid at once, -1 custom", zh="当月即时拨付比例")]


def empty_trace(tables: Tables, first: int, months: int) -> Trace:
    """Return a trace of a world with room for ``months`` months from ``first`` on; every channel is written down."""
    sizes = {
        "channel": ADVANCES + 1,
        "one": 1,
        "month": months,
        "district": tables.districts.key.shape[0],
        "community": tables.communities.key.shape[0],
        "provider": tables.providers.key.shape[0],
        "worker": tables.workers.key.shape[0],
        "slot": tables.contracts.provider.shape[1],
        "category": tables.categories.minutes.shape[0],
        "hardness": tables.categories.minutes.shape[1],
    }
    trace = allocate(Trace, sizes)
    trace.mode[:] = WRITTEN
    trace.first[:] = first
    for values in trace:
        if values.dtype == np.float64:
            values[:] = np.nan
    for values in (trace.cash_bids, trace.cash_dismisses, trace.cash_hires):
        values[:] = NOT_THERE
    trace.winner[:] = NO_TENDER
    return trace


def open_channels() -> Trace:
    """Return a trace without room, all of whose channels are open: that of an ordinary run."""
    axes = ("one", "month", "district", "community", "provider", "worker", "slot", "category")
    return allocate(Trace, {"channel": ADVANCES + 1, "hardness": 1, **dict.fromkeys(axes, 1)})


def mean_ties(trace: Trace) -> None:
    """Let projects that nobody worked on have the mean tie of the community's others, where there are any."""
    known = ~np.isnan(trace.tie)
    served = known.sum(axis=2)
    total = np.where(known, trace.tie, 0.0).sum(axis=2)
    mean = np.divide(total, served, out=np.full(served.shape, np.nan), where=served > 0)
    trace.tie[:] = np.where(known, trace.tie, mean[:, :, None])


def hold(trace: Trace, codes: Iterable[int]) -> Trace:
    """Return a trace of the same values that holds the channels of these codes and leaves the others open."""
    mode = np.full(trace.mode.shape, OPEN, dtype=np.int8)
    mode[list(codes)] = HELD
    return trace._replace(mode=mode)
