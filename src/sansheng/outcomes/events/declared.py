"""What the log of events can say: every event once, with who it happens to and what its numbers count.

Documentation and data dictionaries are made from these declarations. Nothing here compiles.
"""

from __future__ import annotations

from dataclasses import dataclass

from sansheng.core.text import Text

NONE = -1
"""In whole-number columns: there is nobody, no community and no count."""

HOLDERS = 10_000
"""Numbers of a row: whoever sits or stands there as the n-th (from 0) has the number ``HOLDERS * row number + n``."""

KINDS = {
    "community": Text("community, numbered as in the table of communities", "社区（编号同社区表）"),
    "station": Text("station of the community of that number", "该编号社区的站点"),
    "agency": Text(
        f"agency: {HOLDERS:,} x its row, from 1, + agencies founded in that row since the log began",
        f"机构：{HOLDERS:,}×行号（从1起）＋记录以来该行新设机构数",
    ),
    "worker": Text(
        f"person: {HOLDERS:,} x the seat, from 1, + people who sat there before",
        f"人员：{HOLDERS:,}×岗位号（从1起）＋该岗位历任人数",
    ),
    "group": Text(
        f"grassroots group: {HOLDERS:,} x its row, from 1, + groups founded in that row since the log began",
        f"社区社会组织：{HOLDERS:,}×行号（从1起）＋记录以来该行新设组织数",
    ),
    "district": Text("district, numbered from 1", "区（从1起编号）"),
}
"""Kinds of actor, and how they are numbered."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event.

    Parameters
    ----------
    code
        Name in the table.
    text
        What happens.
    actor, other
        Kinds of whoever it happens to, and of whoever else takes part.
    amount, count
        What the amount (yuan) and the count are; None where there is none.
    """

    code: str
    text: Text
    actor: tuple[str, ...]
    other: tuple[str, ...] = ()
    amount: Text | None = None
    count: Text | None = None


@dataclass(frozen=True, slots=True)
class EventColumn:
    """A column of the table of events."""

    id: str
    text: Text
    unit: str
    unit_zh: str


EVENT_COLUMNS = (
    EventColumn("year", Text("calendar year", "年份"), "-", "-"),
    EventColumn("month", Text("month of the year", "月份"), "1-12", "1-12"),
    EventColumn("event", Text("code of the event", "事件代码"), "-", "-"),
    EventColumn(
        "actor_kind", Text("what the actor is, or would be if known", "主体类别"), "-", "-"
    ),
    EventColumn("actor", Text("who it happens to, -1 if unknown", "主体编号，未知为-1"), "-", "-"),
    EventColumn(
        "other_kind", Text("what the other is; nothing without one", "另一方类别"), "-", "-"
    ),
    EventColumn(
        "other", Text("who else takes part, -1 if nobody", "另一方编号，无则为-1"), "-", "-"
    ),
    EventColumn(
        "community",
        Text("community where it happens, -1 if in none", "所在社区编号，无则为-1"),
        "-",
        "-",
    ),
    EventColumn(
        "category", Text("service category, nothing if none", "服务类别，无则为空"), "-", "-"
    ),
    EventColumn("amount", Text("money, NaN if none", "金额，无则为NaN"), "yuan", "元"),
    EventColumn("count", Text("what the event counts, -1 if nothing", "计数，无则为-1"), "-", "-"),
)
"""Columns of the table of events, in order."""

_MONEY = Text("money", "金额")
_PEOPLE = Text("people", "人数")
_CASES = Text("cases", "件数")
_SERVED = Text("months served there", "本单位工龄（月）")
_EMPLOYERS = ("agency", "station")
_MONTHS = Text("months", "月数")
_BIDS = Text("bids", "投标数")
_VALUE = Text("money it expects to carry in a year", "项目年度金额")


def _paid(code: str, en: str, zh: str, actor: str, *other: str) -> Event:
    return Event(code, Text(en, zh), (actor,), other, _MONEY)


def _case(code: str, en: str, zh: str) -> Event:
    return Event(code, Text(en, zh), ("community",), (), None, _CASES)


EVENTS = (
    Event(
        "was_employed",
        Text("worked there when the log began", "记录开始时在岗"),
        ("worker",),
        _EMPLOYERS,
        None,
        _SERVED,
    ),
    Event(
        "was_serving",
        Text("held a project of the community when the log began", "记录开始时服务该社区"),
        ("agency",),
        ("community",),
    ),
    # public money
    _paid("appropriated", "envelope receives money of the purse", "区级经费到账", "district"),
    _paid("envelope_returned", "envelope returns money to the purse", "区级经费上缴", "district"),
    _paid("instalment", "grant arrives", "预拨经费到账", "community", "district"),
    _paid(
        "tariff_won",
        "tariffs are set aside for verified tasks",
        "核定任务款",
        "community",
        "district",
    ),
    _paid("tariff_paid", "tariffs arrive", "任务款到账", "community", "district"),
    _paid("award_won", "award is won", "核定奖补", "community", "district"),
    _paid("award_paid", "award arrives", "奖补到账", "community", "district"),
    _paid("posts_paid", "wages of posts kept empty arrive", "空缺岗位经费到账", "community"),
    _paid("returned", "unspent money goes back to the purse", "上缴结余", "community"),
    _paid("clawed_back", "tariffs of reopened cases are taken back", "追回任务款", "community"),
    _paid(
        "clawback_shared",
        "agencies bear a part of what was taken back",
        "机构分担追回款",
        "community",
    ),
    _paid("premises_paid", "money of the envelope goes into premises", "转入用房建设", "district"),
    _paid("development", "money builds social organisations", "社会组织发展支出", "district"),
    _paid("allowances", "certificate allowances are paid", "发放持证津贴", "district"),
    _paid("project_pay", "project pay is paid", "发放领办绩效", "district"),
    _paid("staff_awards", "awards of the yearly appraisal are paid", "发放考评奖金", "district"),
    _paid("exam_training", "exam training is paid", "支付考前培训", "district"),
    _paid("venture_granted", "group is granted a project", "微创投立项", "group", "community"),
    Event(
        "venture_ended",
        Text("project of a group ends", "微创投结项"),
        ("group",),
        ("community",),
    ),
    _paid(
        "venture_returned",
        "second halves of projects that were not completed go back",
        "微创投未完成退回",
        "community",
    ),
    # service
    _paid(
        "service_bought",
        "price of the month's hours is set aside",
        "购买服务",
        "community",
        "agency",
    ),
    _paid(
        "service_paid", "service is paid when it was due", "按期支付服务款", "agency", "district"
    ),
    _paid("service_paid_late", "service is paid late", "逾期支付服务款", "agency", "district"),
    Event(
        "service_put_off",
        Text("payment for the month's service is put off", "服务款推迟支付"),
        ("agency",),
        ("district",),
        _MONEY,
        Text("months until it is due", "距支付月数"),
    ),
    _paid("other_income", "other payers finance work", "其他出资方拨款", "agency"),
    # wages
    Event(
        "wages",
        Text("wages of the month are paid in it", "当月工资发放"),
        _EMPLOYERS,
        (),
        _MONEY,
        Text("people to be paid", "应发人数"),
    ),
    _paid(
        "wage_late", "wage of the month is still owed at its end", "工资拖欠", "worker", "agency"
    ),
    _paid("wage_paid_late", "wages owed are paid", "补发欠薪", "worker", "agency"),
    _paid(
        "wage_lost", "wages owed are lost with the agency", "欠薪随机构退出灭失", "worker", "agency"
    ),
    _paid(
        "former_paid", "wages owed to people who had left are paid", "补发离职人员欠薪", "agency"
    ),
    _paid(
        "former_lost",
        "wages owed to people who had left are lost with the agency",
        "离职人员欠薪灭失",
        "agency",
    ),
    _paid(
        "quit_over_wages",
        "is owed this much, and would not have quit this month if nothing were owed",
        "因欠薪离职（若未被欠薪，当月不会离职）",
        "worker",
        "agency",
    ),
    # people
    Event("hired", Text("is hired", "入职"), ("worker",), _EMPLOYERS),
    Event("quit", Text("quits", "离职"), ("worker",), _EMPLOYERS, None, _SERVED),
    Event("laid_off", Text("is dismissed", "被裁"), ("worker",), ("agency",), None, _SERVED),
    Event(
        "moved_away",
        Text("leaves the seat for one elsewhere, as that person", "转往其他单位（新编号）"),
        ("worker",),
        ("worker",),
        None,
        _SERVED,
    ),
    Event("moved", Text("follows the post to an agency", "随岗转入机构"), ("worker",), ("agency",)),
    Event(
        "promoted",
        Text("comes from an agency to a community post", "由机构转任社区岗位"),
        ("worker",),
        ("station",),
    ),
    Event(
        "posted",
        Text("is posted to a community, or taken off (-1)", "派驻社区或撤回（-1）"),
        ("worker",),
        ("agency",),
    ),
    Event(
        "certified",
        Text("gains a certificate", "取得证书"),
        ("worker",),
        _EMPLOYERS,
        None,
        Text("tier, 1 to 4", "证书等级（1至4）"),
    ),
    # contracts
    Event(
        "contract_won",
        Text("wins a project that it did not hold", "中标新项目"),
        ("agency",),
        ("community",),
        _VALUE,
        _BIDS,
    ),
    Event(
        "contract_kept",
        Text("wins its project again", "续标"),
        ("agency",),
        ("community",),
        _VALUE,
        _BIDS,
    ),
    Event(
        "contract_lost",
        Text("loses its project to another", "项目易主"),
        ("agency",),
        ("agency",),
    ),
    Event(
        "lot_failed",
        Text(
            "project finds no able bidder, or its winner closes at once", "流标（含中标后即退出）"
        ),
        ("community",),
        ("agency",),
        None,
        _BIDS,
    ),
    Event(
        "serving",
        Text("begins to hold projects of the community", "开始服务社区"),
        ("agency",),
        ("community",),
    ),
    Event("served", Text("holds none any more", "不再服务社区"), ("agency",), ("community",)),
    # organisations
    Event(
        "founded",
        Text("is founded, with cash of its founders", "成立（含开办资金）"),
        ("agency",),
        (),
        _MONEY,
    ),
    _paid("incubated", "gets cash of an incubator", "获孵化资金", "agency"),
    Event(
        "rescued",
        Text("is lent all that it owes", "获财政借款救助"),
        ("agency",),
        ("district",),
        _MONEY,
    ),
    _paid("loan_repaid", "repays its loan", "归还财政借款", "agency", "district"),
    _paid("loan_lost", "closes without having repaid", "核销借款", "agency", "district"),
    _paid("insurance_lost", "closes and owes social insurance", "欠保灭失", "agency", "district"),
    Event("closed", Text("closes", "退出"), ("agency",), (), None, Text("age, months", "成立月数")),
    Event("group_founded", Text("is founded", "成立"), ("group",), ("community",)),
    Event("group_closed", Text("closes", "退出"), ("group",), ("community",)),
    # cases
    _case("arisen", "needs arise", "新增需求"),
    _case("arisen_hard", "of which hard", "其中疑难"),
    _case("opened", "cases are opened", "上报立案"),
    _case("resolved_easy", "easy needs are truly met", "真实解决（易办）"),
    _case("resolved_hard", "hard needs are truly met", "真实解决（疑难）"),
    _case("failed", "attempts fail, or overdue cases are shelved", "未能解决（含搁置）"),
    _case("papered", "cases are closed on paper only", "虚假办结"),
    _case("reopened", "audits reopen paper closures", "核查退回"),
    _case("lapsed", "overdue cases are given up", "逾期放弃"),
    _case("waiting", "cases are open at the end of the month", "月末未办结"),
)
"""Every event, in the order in which a month's rows stand."""

CODES = {event.code: number for number, event in enumerate(EVENTS)}
"""Place of each event among :data:`EVENTS`, by code."""
