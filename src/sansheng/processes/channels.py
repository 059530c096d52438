"""Channels: the places in the month through which a rule reaches residents, each of which can be held still.

What passes such a place is written down in one run and put in its place in another (decision 21). Open, as in every
ordinary run, a channel lets through what the run itself makes of it. A process names the place where it stands in one
line, :func:`through`, and writing down and holding happen at that same line: a run that is held at what it wrote
down itself is that run, bit for bit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sansheng.core.kernels import inlined, kernel
from sansheng.core.ledger import pay
from sansheng.core.rows import copy
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.core.views import flat
from sansheng.processes.trace import (
    ADVANCES,
    APPEARANCES,
    CASH,
    HELD,
    MATCHING,
    MONEY,
    NOT_THERE,
    OPEN,
    PAPERWORK,
    REPORTING,
    SELECTION,
    TIES,
    TURNOVER,
    WRITTEN,
    Trace,
)
from sansheng.world.accounts import FINANCE, community_account, envelope_account
from sansheng.world.schema import (
    Communities,
    Incentives,
    Money,
    Providers,
    Terms,
    Workers,
)


class Channel(NamedTuple):
    """A channel, by name: what it is called, and what is held when it is held."""

    code: int
    name: str
    text: Text
    about: Text


CHANNELS = (
    Channel(
        MONEY,
        "money",
        Text("coverage of money", "经费覆盖"),
        Text(
            "what every community plans to spend each month and holds on its account; the pots for premises, "
            "grassroots groups and organisations. The public purse makes up or takes the difference",
            "各社区每月计划支出与账户余额，以及用房、微创投与组织发展经费；差额由财政补足或收回",
        ),
    ),
    Channel(
        MATCHING,
        "matching",
        Text("matching", "供需匹配"),
        Text(
            "lots, what their projects are for, who holds them and until when, and how far the winner cut its price",
            "标段划分、项目类别、承接机构及期限、中标让价幅度",
        ),
    ),
    Channel(
        TURNOVER,
        "turnover",
        Text("staff turnover", "人员流动"),
        Text(
            "who quits: on seats that were filled in the baseline, whoever sits there leaves when the person there did",
            "离职：基线中有人的岗位，任职者在基线离职的月份离职",
        ),
    ),
    Channel(
        TIES,
        "ties",
        Text("relationship loss", "关系流失"),
        Text(
            "relationship capital between a community and those who work on its projects, as it is felt in their work",
            "社区与项目承接人员之间的关系资本（对工作效率的影响）",
        ),
    ),
    Channel(
        SELECTION,
        "selection",
        Text("selection of easy cases", "挑拣易办事项"),
        Text(
            "pay by kind of case and what is at stake, as they draw staff to kinds of case that pay or show",
            "各类事项单价与利害程度（影响人员选办报酬高、可见度高的事项）",
        ),
    ),
    Channel(
        APPEARANCES,
        "appearances",
        Text("looking good", "应付考核"),
        Text(
            "the share of effort that goes into looking good",
            "应付考核占工作投入的比例",
        ),
    ),
    Channel(
        REPORTING,
        "reporting",
        Text("false reporting", "虚假上报"),
        Text(
            "the probability that a failure or an overdue case is closed on paper",
            "失败与逾期事项被虚假办结的概率",
        ),
    ),
    Channel(
        CASH,
        "cash",
        Text("cash flow", "现金流"),
        Text(
            "agencies' cash and expected wait for payment as they bound bids, hires and dismissals, and wages owed as "
            "staff feel them and as they close or rescue an agency",
            "机构现金与预计回款时间（制约投标、招聘与裁员），以及欠薪（影响倦怠、离职、救助与退出）",
        ),
    ),
    Channel(
        PAPERWORK,
        "paperwork",
        Text("paperwork", "表单与合规"),
        Text(
            "a station's hours of forms for claims and of accounts for the money it plans",
            "站点用于申报表单与经费合规的工时",
        ),
    ),
)
"""The channels that can be held, in the order in which results list them."""


@inlined
def row_of(h: Trace, now: int) -> int:
    """Return the trace's row of a month; a trace without room has but one."""
    return int((now - h.first[0]) % h.plan.shape[0])


@inlined
def through(mode: int, row: F64, i: int, own: float) -> float:
    """Return what passes a channel in place of ``own``: what was written down there, where it is held.

    Parameters
    ----------
    mode
        What is done with the channel.
    row
        The month's row of the trace.
    i
        Where in the row.
    own
        What the run makes of it.
    """
    if mode == OPEN:
        return own
    if mode == WRITTEN:
        row[i] = own
        return own
    then = row[i]
    return own if math.isnan(then) else then


@inlined
def cash_through(mode: int, row: I64, a: int, own: int) -> int:
    """Return the cash of agency ``a`` as :func:`through`, fen; ``row`` is of agencies."""
    if mode == OPEN:
        return own
    if mode == WRITTEN:
        row[a] = own
        return own
    then = row[a]
    return own if then == NOT_THERE else then


@kernel
def pass_money(
    h: Trace,
    now: int,
    communities: Communities,
    incentives: Incentives,
    terms: Terms,
    money: Money,
) -> None:
    """Write down or hold what communities plan and hold, the pots beside their grants, and advances."""
    t = row_of(h, now)
    c, i = communities, incentives
    districts = i.capital.shape[0]
    if h.mode[MONEY] == WRITTEN:
        for r in range(c.plan.shape[0]):
            h.plan[t, r] = c.plan[r]
            h.held[t, r] = money.balance[community_account(districts, r)]
        for d in range(districts):
            h.venture_pot[t, d] = i.venture_pot[d]
            h.venture_least[t, d] = i.venture_least[d]
            h.venture_most[t, d] = i.venture_most[d]
            h.shortlist[t, d] = i.shortlist[d]
            h.capital[t, d] = i.capital[d]
            h.development[t, d] = i.development[d]
            h.period_months[t, d] = i.period_months[d]
    elif h.mode[MONEY] == HELD:
        for r in range(c.plan.shape[0]):
            c.plan[r] = h.plan[t, r]
            _make_up(money, community_account(districts, r), h.held[t, r])
        for d in range(districts):
            before = i.venture_pot[d] + i.capital[d] + i.development[d]
            own, then = i.period_months[d], h.period_months[t, d]
            i.venture_pot[d] = h.venture_pot[t, d] * own // then
            i.venture_least[d] = h.venture_least[t, d]
            i.venture_most[d] = h.venture_most[t, d]
            i.shortlist[d] = h.shortlist[t, d]
            i.capital[d] = h.capital[t, d] * own // then
            i.development[d] = h.development[t, d] * own // then
            more = i.venture_pot[d] + i.capital[d] + i.development[d] - before
            purse = envelope_account(d)
            _make_up(money, purse, max(0, money.balance[purse] + more))
    if h.mode[ADVANCES] == WRITTEN:
        for d in range(districts):
            h.advance[t, d] = terms.advance[d]
    elif h.mode[ADVANCES] == HELD:
        for d in range(districts):
            terms.advance[d] = h.advance[t, d]


@kernel
def _make_up(money: Money, account: int, wanted: int) -> None:
    """Let the public purse add what an account lacks of what is wanted, or take what it has too much."""
    pay(money, FINANCE, account, max(0, wanted - money.balance[account]))
    pay(money, account, FINANCE, max(0, money.balance[account] - wanted))


@kernel
def pass_quits(h: Trace, now: int, workers: Workers) -> None:
    """Write down or hold who quits."""
    w = workers
    mode = h.mode[TURNOVER]
    if mode == OPEN:
        return
    filled, quits = h.filled[row_of(h, now)], h.quits[row_of(h, now)]
    for i in range(w.key.shape[0]):
        if mode == WRITTEN:
            filled[i] = w.filled[i]
            quits[i] = w.quits[i]
        elif w.filled[i] == 1 and filled[i] == 1:
            w.quits[i] = quits[i]


@kernel
def pass_arrears(h: Trace, now: int, providers: Providers) -> None:
    """Write down or hold the months of wages that agencies owe, as staff and purse see them."""
    o = providers
    mode = h.mode[CASH]
    if mode == OPEN:
        return
    row = h.owed_months[row_of(h, now)]
    for a in range(o.key.shape[0]):
        if o.alive[a] == 1:
            o.owed_months[a] = through(mode, row, a, o.owed_months[a])


@kernel
def pass_cash(mode: int, row: I64, providers: Providers, own: I64, felt: I64) -> None:
    """Write agencies' cash as they feel it to ``felt``, fen by provider; ``own`` is what they have."""
    for a in range(providers.key.shape[0]):
        felt[a] = own[a]
        if providers.alive[a] == 1:
            felt[a] = cash_through(mode, row, a, own[a])


@inlined
def pay_through(h: Trace, t: int, i: int, own: I64) -> I64:
    """Return the tariffs that community ``i`` goes by, by kind of case; ``own`` by category and hardness."""
    passing: I64 = flat(own)
    if h.mode[SELECTION] == WRITTEN:
        copy(flat(h.pay[t, i]), passing)
    elif h.mode[SELECTION] == HELD:
        passing = flat(h.pay[t, i])
    return passing


@inlined
def tie_through(h: Trace, t: int, i: int, s: int, own: float) -> float:
    """Return the tie of community ``i`` with whoever works on its project ``s``."""
    if h.mode[TIES] == OPEN:
        return own
    return through(h.mode[TIES], h.tie[t, i], s, own)
