"""What can be told of how two rules part: measures of the event log, and the links between them.

A link is told only if the model has its mechanism, those whom both ends are about are the same, time runs forward and
no more than its lag has passed. A link with a proof says *because*: the events prove that there would have been no
effect without the cause. All others say *then*: the mechanism is there and the order is right; how much of the effect
is of this cause the events do not tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from sansheng.core.text import Text


@dataclass(frozen=True)
class Measure:
    """Something that events add up to, by whom it is about and month.

    Parameters
    ----------
    id
        Name.
    events
        Codes that are added up.
    about, columns
        Whom it is about (``community``, ``agency``, ``worker``), and in which columns they stand.
    value
        Column that is added up; None counts events.
    worse
        What makes a difference of the hurt run: ``less`` or ``more`` than the other; ``only``, where the
        other has none; ``any``, where it is there at all.
    text
        Sentence that tells a difference; None if it is told along with what it leads to.
    other_kind
        What ``other`` has to be.
    least
        Share of the other run's value that a difference must have: what makes scenarios spend alike moves
        all money by less.
    within
        A measure about the last of them alone, which has to be worse too: what one buyer takes less,
        another may take more.
    """

    id: str
    events: tuple[str, ...]
    about: tuple[str, ...]
    columns: tuple[str, ...]
    value: str | None
    worse: str
    text: Text | None = None
    other_kind: str | None = None
    least: float = 0.0
    within: Measure | None = None


MATERIAL = 0.05
"""Least share by which money and service must differ to be told; assumed."""

MONEY = Measure(
    "money",
    ("instalment", "tariff_paid", "award_paid", "posts_paid"),
    ("community",),
    ("actor",),
    "amount",
    "less",
    Text(
        "in {month} community {community} receives {hurt} under {here}, {other} under {there}.",
        "{month}社区{community}在“{here}”下收到经费{hurt}，“{there}”下为{other}。",
    ),
    least=MATERIAL,
)
BOUGHT = Measure(
    "bought",
    ("service_bought",),
    ("community",),
    ("actor",),
    "amount",
    "less",
    Text(
        "in {month} community {community} buys service for {hurt} under {here}, {other} under {there}.",
        "{month}社区{community}在“{here}”下购买服务{hurt}，“{there}”下为{other}。",
    ),
    least=MATERIAL,
)
SOLD = Measure("sold", BOUGHT.events, ("agency",), ("other",), "amount", "less")
SERVICE = Measure(
    "service",
    BOUGHT.events,
    ("community", "agency"),
    ("actor", "other"),
    "amount",
    "less",
    Text(
        "in {month} community {community} buys service of agency {agency} for {hurt} under {here}, {other} under "
        "{there}; all that the agency sells is {sold}, {sold_there} under {there}.",
        "{month}社区{community}在“{here}”下向机构{agency}购买服务{hurt}，“{there}”下为{other}；该机构当月售出服务合计{sold}，"
        "“{there}”下为{sold_there}。",
    ),
    least=MATERIAL,
    within=SOLD,
)
PUT_OFF = Measure("put_off", ("service_put_off",), ("agency",), ("actor",), "amount", "any")
_UNPAID = Text(
    "agency {agency} pays {paid} of wages in {month} and owes {late}, of it {hurt} to worker {worker}; under {there} "
    "it owes that worker {other} of the month",
    "机构{agency}在{month}只发出工资{paid}，拖欠{late}，其中社工{worker}占{hurt}；“{there}”下当月拖欠此人{other}",
)
WAGE = Measure(
    "wage",
    ("wage_late",),
    ("worker", "agency"),
    ("actor", "other"),
    "amount",
    "more",
    Text(f"{_UNPAID.en}.", f"{_UNPAID.zh}。"),
)
QUIT = Measure(
    "quit",
    ("quit",),
    ("worker", "agency", "community"),
    ("actor", "other", "community"),
    None,
    "only",
    other_kind="agency",
)
HOURS = Measure(
    "hours",
    BOUGHT.events,
    SERVICE.about,
    SERVICE.columns,
    "amount",
    "less",
    Text(
        "in {month} agency {agency} is paid {hurt} for its hours in community {community}, after {hurt_before} in "
        "{before}; under {there} it is {other} after {other_before}.",
        "{month}机构{agency}在社区{community}的服务计{hurt}，{before}为{hurt_before}；“{there}”下为{other}，{before}为{other_before}。",
    ),
)
WAITING = Measure(
    "waiting",
    ("waiting",),
    ("community",),
    ("actor",),
    "count",
    "more",
    Text(
        "at the end of {month} community {community} has {hurt} open, {other} under {there}; at the end of {before} "
        "it was {hurt_before} and {other_before}.",
        "{month}末社区{community}有{hurt}未办结，“{there}”下为{other}；{before}末分别为{hurt_before}和{other_before}。",
    ),
)
LAPSED = Measure(
    "lapsed",
    ("lapsed",),
    ("community",),
    ("actor",),
    "count",
    "more",
    Text(
        "in {month} {hurt} of community {community} are given up overdue without having been met, {other} under "
        "{there}.",
        "{month}社区{community}有{hurt}逾期未获解决而被放弃，“{there}”下为{other}。",
    ),
)

MEASURES = (MONEY, BOUGHT, SERVICE, PUT_OFF, WAGE, QUIT, HOURS, WAITING, LAPSED)
"""In the order of the chain: no link leads back."""

STARTS = (MONEY, BOUGHT, SERVICE, PUT_OFF, WAGE)
"""What a chain may begin with; the longer it is the better, so with money where that can be linked."""

LATE = Measure("late", ("wage_late",), ("agency",), ("other",), "amount", "only")
"""Wages of the month that an agency owes at its end, all people together."""

PAID = Measure("paid", ("wages",), ("agency",), ("actor",), "amount", "any")
"""Wages of the month that an employer pays in it; numbers of agencies are above those of stations."""

ARRIVED = Measure("arrived", ("service_paid_late",), ("agency",), ("actor",), "amount", "any")
"""Service that was put off and is paid."""

PAID_LATE = Measure(
    "paid_late", ("wage_paid_late",), ("worker", "agency"), ("actor", "other"), "amount", "any"
)
"""Wages owed that somebody is paid."""

OVER_WAGES = Measure(
    "over_wages", ("quit_over_wages",), ("worker", "agency"), ("actor", "other"), "amount", "any"
)
"""What those are owed who would not have quit otherwise."""


@dataclass(frozen=True)
class Link:
    """How one difference leads to another.

    Parameters
    ----------
    cause, effect
        Measures.
    same
        Whom both ends must have in common.
    least, most
        Months from cause to effect.
    why
        The mechanism.
    proof
        What proves it, of :data:`~sansheng.analysis.story.proofs.PROOFS`; unproven it is not told. None if events
        cannot prove it.
    new
        Whether the difference must be greater than in any of the :data:`BEFORE` months before the first month
        in which it could be an effect.
    covered
        Whether the effect may be no greater than the cause: where much less is bought than less money came,
        something else was the reason.
    steady
        Whether the cause has to go on until the effect.
    text
        Sentence, which says *because* if there is a proof; left out, that of the effect.
    """

    cause: Measure
    effect: Measure
    same: tuple[str, ...]
    least: int
    most: int
    why: Text
    proof: str | None = None
    new: bool = False
    covered: bool = False
    steady: bool = False
    text: Text | None = None


BEFORE = 6
"""Months with which a difference is compared that must be new."""

_PLANS = Text(
    "a committee plans its spending by what it holds and expects", "社区按所持与预期经费安排支出"
)
_PAYS = Text("wages are paid out of cash alone", "机构只以现金发放工资")
_WORKS = Text("fewer hours, or newer people, finish fewer cases", "工时减少或由新人接替，办结减少")

LINKS = (
    Link(MONEY, BOUGHT, ("community",), 0, 3, _PLANS, covered=True),
    Link(MONEY, SERVICE, ("community",), 0, 3, _PLANS, covered=True),
    Link(
        SERVICE,
        PUT_OFF,
        ("agency",),
        0,
        6,
        Text("what is bought is paid later, and may be put off", "购买的服务滞后付款，且可能推迟"),
    ),
    Link(SERVICE, WAGE, ("agency",), 0, 6, _PAYS),
    Link(
        PUT_OFF,
        WAGE,
        ("agency",),
        1,
        12,
        _PAYS,
        proof="outstanding",
        text=Text(
            "Because {put_off} for its service of {put_off_month} are put off (under {there}: {put_off_there}) and "
            f"come only in {{due}}, {_UNPAID.en}.",
            "因为{put_off_month}的服务款{put_off}被推迟（“{there}”下推迟{put_off_there}）、到{due}才到账，"
            f"{_UNPAID.zh}。",
        ),
    ),
    Link(
        WAGE,
        QUIT,
        ("worker", "agency"),
        0,
        12,
        Text(
            "who is owed wages quits more easily; luck is the same under both rules",
            "被欠薪者更易离职；两方案随机数相同",
        ),
        proof="over_wages",
        text=Text(
            "Because {owed} of wages are owed, worker {worker} quits in {month} after {served} there, {posted}, and "
            "would have stayed that month if nothing were owed; under {there} the same person {fate}.",
            "因为被欠薪{owed}，社工{worker}于{month}离职（任职{served}，{posted}），若未被欠薪当月不会离职；“{there}”下此人{fate}。",
        ),
    ),
    Link(
        QUIT,
        HOURS,
        ("community", "agency"),
        1,
        3,
        Text("an agency sells no more hours than its people have", "机构出售的工时以在岗人员为限"),
        new=True,
    ),
    Link(QUIT, WAITING, ("community",), 1, 3, _WORKS, new=True),
    Link(HOURS, WAITING, ("community",), 0, 3, _WORKS, new=True, steady=True),
    Link(
        BOUGHT,
        WAITING,
        ("community",),
        0,
        6,
        _WORKS,
        new=True,
        steady=True,
        text=Text(
            "with service for {bought} since, {bought_there} under {there}, community {community} has {hurt} open at "
            "the end of {month}, {other} under {there}; at the end of {before} it was {hurt_before} and "
            "{other_before}.",
            "自此至{month}该社区共购买服务{bought}（“{there}”下为{bought_there}），{month}末社区{community}有{hurt}未办结，"
            "“{there}”下为{other}；{before}末分别为{hurt_before}和{other_before}。",
        ),
    ),
    Link(
        WAITING,
        LAPSED,
        ("community",),
        1,
        6,
        Text("a part of overdue cases is given up every month", "逾期事项每月有一部分被放弃"),
        new=True,
        steady=True,
    ),
)
"""Every link that may be told."""
