"""Chains and first differences in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sansheng.analysis.story.chains import Chain, Step
from sansheng.analysis.story.difference import Difference
from sansheng.analysis.story.links import (
    ARRIVED,
    HOURS,
    LAPSED,
    LATE,
    MONEY,
    OVER_WAGES,
    PAID,
    PUT_OFF,
    QUIT,
    SERVICE,
    SOLD,
    WAGE,
    WAITING,
)
from sansheng.analysis.story.said import (
    Said,
    Sentence,
    Speaker,
    calendar,
    months,
    plain,
    write,
    yuan,
)
from sansheng.core.text import Text
from sansheng.outcomes.events.declared import CODES, EVENTS, NONE

_THEN = Text("Then ", "随后，")

_UNEXPLAINED = Text(
    " What of the rule led to this the events do not tell.", "事件记录未能说明规则如何引出此事。"
)

_ENDS = Text(
    "Here the chain ends: nothing worse that the model links to this follows within the lags.",
    "链条到此为止：在各环节时限内，没有模型可与之相连的更差后果。",
)

_PARTS = Text(
    "The first {same} events of both runs are the same; in {month} the next one differs: {event_a} under {title_a}, "
    "{event_b} under {title_b}.",
    "两次运行的前{same}条事件逐条相同；{month}的下一条开始不同：“{title_a}”下{event_a}，“{title_b}”下{event_b}。",
)

_PARTS_AT_ONCE = Text(
    "The first events of both runs differ, in {month}: {event_a} under {title_a}, {event_b} under {title_b}.",
    "两次运行的第一条事件即不同（{month}）：“{title_a}”下{event_a}，“{title_b}”下{event_b}。",
)

_NEVER = Text(
    "All {same} events of both runs are the same: the two never part.",
    "两次运行的全部{same}条事件逐条相同：二者从未分开。",
)

_NO_CHAIN = Text(
    "No chain of linked differences was found from there on.", "此后未发现可以相连的差异链条。"
)

_POSTED = Text("posted to community {community}", "派驻社区{community}")
_NOWHERE = Text("posted nowhere", "未派驻社区")
_STAYS = Text("stays until {left}", "留任至{left}")
_STAYS_ON = Text("stays to the end", "留任至期末")


@dataclass(frozen=True)
class Voices:
    """Both runs, and what they are called."""

    a: Speaker
    b: Speaker
    titles: Mapping[str, Text]

    def sides(self, chain: Chain) -> tuple[Speaker, Speaker]:
        """Return the run that is hurt and the other."""
        return (self.a, self.b) if chain.pair.hurt is self.a.told else (self.b, self.a)

    def named(self, here: Speaker, there: Speaker) -> dict[str, Text]:
        """Return what sentences call the runs."""
        return {
            "here": self.titles[here.told.scenario],
            "there": self.titles[there.told.scenario],
        }


def tell_parting(voices: Voices, same: int | None) -> Sentence:
    """Return the sentence of the first difference; ``same`` events are the same, None if all are."""
    a, b = voices.a, voices.b
    if same is None:
        said = {"same": a.place(len(a.told.table)), "same_there": b.place(len(b.told.table))}
        return Sentence("never", write(_NEVER, said, {}), said)
    said = {}
    if same:
        said = {"same": a.place(same), "same_there": b.place(same)}
    forms = {}
    for name, voice in (("a", a), ("b", b)):
        forms[f"event_{name}"], more = _event(voice, same, name)
        said |= more
    known = a if same < len(a.told.table) else b
    said["month"] = known.when((same + 1,))
    form = _filled(_PARTS if same else _PARTS_AT_ONCE, forms)
    titles = {f"title_{n}": voices.titles[v.told.scenario] for n, v in (("a", a), ("b", b))}
    return Sentence("parts", write(form, said, titles), said)


def _event(voice: Speaker, row: int, name: str) -> tuple[Text, dict[str, Said]]:
    """Return a form that tells one event, and its numbers."""
    if row >= len(voice.told.table):
        return Text("no more events", "再无事件"), {}
    event = voice.told.table.iloc[row]
    declared = EVENTS[CODES[event["event"]]]
    at = (row + 1,)
    said = {f"actor_{name}": voice.who("actor", at)}
    kinds = {
        "community": ("community", "社区"),
        "station": ("station", "站点"),
        "agency": ("agency", "机构"),
        "worker": ("worker", "社工"),
        "group": ("group", "社区社会组织"),
        "district": ("district", "区"),
    }
    kind_en, kind_zh = kinds[event["actor_kind"]]
    en = f"“{declared.text.en}” ({kind_en} {{actor_{name}}}"
    zh = f"“{declared.text.zh}”（{kind_zh}{{actor_{name}}}"
    if declared.amount is not None:
        value = float(event["amount"])
        said[f"amount_{name}"] = Said(yuan(value), voice.name, "amount", value, at)
        en, zh = f"{en}, {{amount_{name}}}", f"{zh}，{{amount_{name}}}"
    if declared.count is not None:
        number = plain(int(event["count"]))
        said[f"count_{name}"] = voice.count(at, number)
        en = f"{en}, {declared.count.en}: {{count_{name}}}"
        zh = f"{zh}，{declared.count.zh}：{{count_{name}}}"
    return Text(f"{en})", f"{zh}）"), said


def tell_chain(voices: Voices, chain: Chain) -> Iterator[Sentence]:
    """Yield the sentences of a chain."""
    here, there = voices.sides(chain)
    titles = voices.named(here, there)
    first = chain.steps[0].cause
    begun = first.measure.text is not None
    if first.measure.text is not None:
        said = _said(here, there, first)
        form = _capital(first.measure.text)
        if first.measure is not MONEY:
            form = _and(form, _UNEXPLAINED)
        yield Sentence(first.measure.id, write(form, said, titles), said)
    for step in chain.steps:
        if step.effect.measure is PUT_OFF:  # is told along with what it leads to
            continue
        said = _said_of(here, there, step)
        form = _form(step, said)
        if not step.proven:
            form = _and(_THEN, form) if begun else _capital(form)
        if not begun:
            form = _and(form, _UNEXPLAINED)
        begun = True
        yield Sentence(step.effect.measure.id, write(form, said, titles), said, step.proven)
    last = chain.steps[-1].effect
    if last.measure is not LAPSED:
        said = {"month": _when(here, there, last)}
        yield Sentence("ends", _ENDS, said)


def _form(step: Step, said: Mapping[str, Said]) -> Text:
    form = step.link.text or step.effect.measure.text
    if form is None:
        raise ValueError(f"no sentence tells {step.effect.measure.id}")
    posted = _POSTED if "community" in said else _NOWHERE
    fate = _STAYS if "left" in said else _STAYS_ON
    parts = {"posted": posted, "fate": fate} if step.effect.measure is QUIT else {}
    return _filled(form, parts)


def _filled(form: Text, parts: Mapping[str, Text]) -> Text:
    """Return a form in which other forms stand."""
    en, zh = form
    for name, part in parts.items():
        en, zh = en.replace(f"{{{name}}}", part.en), zh.replace(f"{{{name}}}", part.zh)
    return Text(en, zh)


def _capital(form: Text) -> Text:
    return Text(form.en[0].upper() + form.en[1:], form.zh)


def _and(one: Text, other: Text) -> Text:
    return Text(one.en + other.en, one.zh + other.zh)


def no_chain() -> Sentence:
    """Return the sentence that nothing can be linked."""
    return Sentence("none", _NO_CHAIN, {})


def _when(here: Speaker, there: Speaker, d: Difference) -> Said:
    return here.when(d.hurt.numbers) if d.hurt.numbers else there.when(d.other.numbers)


def _who(here: Speaker, there: Speaker, d: Difference, kind: str) -> Said:
    column = d.measure.columns[d.measure.about.index(kind)]
    return (
        here.who(column, d.hurt.numbers) if d.hurt.numbers else there.who(column, d.other.numbers)
    )


def _said(here: Speaker, there: Speaker, d: Difference) -> dict[str, Said]:
    """Return what the sentence of a difference says by itself."""
    said = {"month": _when(here, there, d)}
    for kind in d.measure.about:
        if d.of(kind) != NONE:
            said[kind] = _who(here, there, d, kind)
    if d.measure is QUIT:
        return said | _quit(here, there, d)
    said["hurt"] = here.sum(d.measure, d.who, d.month)
    said["other"] = there.sum(d.measure, d.who, d.month)
    if d.measure is SERVICE:
        agency = (d.of("agency"),)
        said["sold"] = here.sum(SOLD, agency, d.month)
        said["sold_there"] = there.sum(SOLD, agency, d.month)
    if d.measure is WAGE:
        agency = (d.of("agency"),)
        said["paid"] = here.sum(PAID, agency, d.month)
        said["late"] = here.sum(LATE, agency, d.month)
    return said


def _quit(here: Speaker, there: Speaker, d: Difference) -> dict[str, Said]:
    """Return how long somebody has served, what is owed, and what becomes of them in the other run."""
    served = here.told.table["count"].iloc[d.hurt.numbers[0] - 1]
    said = {
        "served": here.count(d.hurt.numbers, months(float(served))),
        "owed": here.sum(OVER_WAGES, (d.of("worker"), d.of("agency")), d.month),
    }
    left = there.told.departures.get(d.of("worker"))
    if left is not None:
        said["left"] = there.when((left,))
    else:
        said["there"] = there.who("actor", (there.told.came[d.of("worker")],))
    return said


def _said_of(here: Speaker, there: Speaker, step: Step) -> dict[str, Said]:
    """Return what the sentence of a link says."""
    cause, effect = step.cause, step.effect
    said = _said(here, there, effect)
    if step.link.steady and step.link.text is not None:  # what went on since
        said["bought"] = here.sum(cause.measure, cause.who, cause.month, effect.month)
        said["bought_there"] = there.sum(cause.measure, cause.who, cause.month, effect.month)
    if cause.measure is PUT_OFF:
        said["put_off"] = here.one(PUT_OFF, cause.who, cause.month, cause.hurt)
        said["put_off_month"] = here.when(cause.hurt.numbers)
        said["put_off_there"] = there.sum(PUT_OFF, cause.who, cause.month)
        said["due"] = here.when(here.told.cell(ARRIVED, cause.who, cause.until).numbers)
    if effect.measure in (HOURS, WAITING):
        before = step.cause.month + step.link.least - 1
        said["hurt_before"] = here.sum(effect.measure, effect.who, before)
        said["other_before"] = there.sum(effect.measure, effect.who, before)
        said["before"] = _month_of(here, there, said["hurt_before"], said["other_before"], before)
    return said


def _month_of(here: Speaker, there: Speaker, ours: Said, theirs: Said, month: int) -> Said:
    """Say a month in which there may be no event of a kind in one run or both."""
    if ours.numbers:
        return here.when(ours.numbers)
    if theirs.numbers:
        return there.when(theirs.numbers)
    return Said(calendar(month), here.name, "time", month, ())
