"""All that has a name, as plain entries that JSON can hold: what ``list`` shows and ``explain`` tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.core.units import unit_in_chinese

if TYPE_CHECKING:
    from sansheng.core.quantities import Quantity
    from sansheng.outcomes.measures import Zone
    from sansheng.policy.rule import Rule

Entry = dict[str, Any]
"""``id``, ``en`` and ``zh`` (its name), ``about_en`` and ``about_zh``, and what is particular to its kind."""


def rules() -> list[Entry]:
    """Return the funding rules with their options: those of the package, then what others offer.

    What an installed package offers and cannot be used is listed with the reason.
    """
    from sansheng.policy.load import rule_class, rule_names
    from sansheng.policy.references import find_rule, offered_rules, origin

    entries = [rule_entry(name, rule_class(name), "sansheng") for name in rule_names()]
    for name, points in sorted(offered_rules().items()):
        try:
            if name in rule_names():
                raise BadInput(Problem(_TAKEN))
            entries.append(rule_entry(name, find_rule(name).kind, origin(points)))
        except BadInput as refused:
            entries.append(_unusable(name, refused.problems[0], origin(points)))
    return entries


def rule_entry(name: str, rule: type[Rule], origin: str) -> Entry:
    """Return what a rule declares.

    Parameters
    ----------
    origin
        Package or file that it comes from.
    """
    return {
        "id": name,
        **_words(rule.title),
        **_words(rule.about, "about_"),
        **_words(rule.institution, "institution_"),
        "origin": origin,
        "source": list(rule.source),
        "options": [_number(option) for option in rule.quantities],
        "parts": _parts(rule),
    }


_TAKEN = Text("the package has a rule of this name", "本软件包已有同名规则")
_NOTHING = Text("", "")


def _unusable(name: str, problem: Problem, origin: str) -> Entry:
    why = Text(
        f"cannot be used: {problem.line('en')}",
        f"无法使用：{problem.line('zh')}",
    )
    return {
        "id": name,
        **_words(why),
        **_words(_NOTHING, "about_"),
        **_words(_NOTHING, "institution_"),
        "origin": origin,
        "source": [],
        "options": [],
        "parts": [],
    }


def levers() -> list[Entry]:
    """Return the levers with their options, what they cost and who pays."""
    from sansheng.policy.load import lever_class, lever_names

    return [
        {
            "id": name,
            **_words(lever.title),
            **_words(lever.about, "about_"),
            **_words(lever.institution, "institution_"),
            **_words(lever.cost, "cost_"),
            "line": lever.line,
            "free": lever.is_free(),
            "lines": list(lever.lines()),
            "channel": list(lever.channel),
            "source": list(lever.source),
            "options": [_number(option) for option in lever.quantities],
        }
        for name in lever_names()
        for lever in [lever_class(name)]
    ]


def options() -> list[Entry]:
    """Return the options of all rules and levers, each with the one it belongs to."""
    return [
        {**option, kind: entry["id"]}
        for kind, entries in (("rule", rules), ("lever", levers))
        for entry in entries()
        for option in entry["options"]
    ]


def files() -> list[Entry]:
    """Return the rules and levers that come with the package as files, ready to be named in a study."""
    from sansheng.core.resources import configs_dir
    from sansheng.study.rule_files import KINDS, kept_names, load_kept

    return [
        {
            "id": name,
            **_words(kept.title),
            **_words(kept.note or Text("", ""), "note_"),
            "kind": kind,
            "sets": kept.written,
            "source": list(kept.source),
        }
        for kind in KINDS
        for name in kept_names(kind)
        for kept in [load_kept(kind, configs_dir() / f"{kind}s" / name)]
    ]


def places() -> list[Entry]:
    """Return the places that come with the package."""
    from sansheng.world.place import load_place, place_names

    return [
        {
            "id": name,
            **_words(place.title),
            "year": place.year.value,
            "districts": len(place.parts),
            "communities": sum(district.communities.value for district in place.districts),
            "households": sum(district.households.value for district in place.districts),
            "envelope_yuan": sum(district.envelope.value for district in place.districts),
        }
        for name in place_names()
        for place in [load_place(name)]
    ]


def outcomes() -> list[Entry]:
    """Return what a run is judged by."""
    from sansheng.outcomes.measures import OUTCOMES

    return [
        {
            "id": name,
            **_words(outcome.text),
            **_words(outcome.about, "about_"),
            "unit": outcome.unit,
            "unit_zh": outcome.unit_zh,
            "better": outcome.better,
            "kind": outcome.kind,
            "headline": outcome.headline,
            "reported_as": outcome.reported_as,
            **_zone(outcome.indifference),
            "formula": outcome.formula,
        }
        for name, outcome in OUTCOMES.items()
    ]


def _zone(zone: Zone | None) -> Entry:
    """Return up to what difference does not matter, and why."""
    if zone is None:
        return {"indifference": None, "indifference_en": None, "indifference_zh": None}
    return {"indifference": zone.half, **_words(zone.why, "indifference_")}


def parameters() -> list[Entry]:
    """Return the numbers of the model that a study may change."""
    from sansheng.month import PARAMETERS

    return [_number(quantity) for quantity in PARAMETERS.values()]


def steps() -> list[Entry]:
    """Return what happens in a month, in order."""
    from sansheng.month import MONTH

    return [
        {"id": step.name, **_words(step.text), "step": number}
        for number, step in enumerate(MONTH, start=1)
    ]


def sources() -> list[Entry]:
    """Return what is cited."""
    from sansheng.facts import citation, source_ids

    return [
        {
            "id": fact.id,
            "en": fact.text,
            "zh": fact.wording or fact.text,
            "value": f"{fact.value} {fact.unit}".strip(),
            "place": fact.place,
            "year": fact.year,
            "wording": fact.wording,
            "source": fact.source,
            "url": fact.url,
            "note": fact.note,
        }
        for fact in map(citation, sorted(source_ids()))
    ]


LISTS: Mapping[str, Callable[[], list[Entry]]] = {
    "rules": rules,
    "levers": levers,
    "files": files,
    "places": places,
    "outcomes": outcomes,
    "parameters": parameters,
}
"""What ``sansheng list`` shows."""

KINDS: Mapping[str, tuple[Text, Callable[[], list[Entry]]]] = {
    "rule": (Text("rule", "规则"), rules),
    "lever": (Text("lever", "政策工具"), levers),
    "option": (Text("option of a rule or lever", "规则或工具的选项"), options),
    "file": (Text("file of a rule or lever", "规则或工具文件"), files),
    "place": (Text("place", "地区"), places),
    "outcome": (Text("outcome", "指标"), outcomes),
    "step": (Text("step of the month", "每月步骤"), steps),
    "source": (Text("source", "来源"), sources),
    "parameter": (Text("parameter", "参数"), parameters),
}
"""What ``sansheng explain`` knows; the slowest to look up comes last."""


def _parts(rule: type[Rule]) -> list[Entry]:
    """Return what a rule is made of if a study does not say; nothing for a rule that is not."""
    return list(rule().settings()["parts"]) if rule.combines else []


def _words(text: Text, prefix: str = "") -> Entry:
    return {f"{prefix}en": text.en, f"{prefix}zh": text.zh}


def _number(quantity: Quantity) -> Entry:
    return {
        "id": quantity.name,
        **_words(quantity.text),
        "unit": quantity.unit,
        "unit_zh": unit_in_chinese(quantity.unit),
        "default": quantity.default,
        "low": quantity.low,
        "high": quantity.high,
        "role": quantity.role,
        "status": quantity.status,
        "source": list(quantity.source),
    }
