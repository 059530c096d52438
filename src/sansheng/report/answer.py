"""The answer in five sentences, each made of results and their uncertainty."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sansheng.core.text import Text
from sansheng.pictures.estimates import estimate
from sansheng.pictures.wording import FEW, finding_sentence, units
from sansheng.report.gains import OUTCOME, gains_sentence
from sansheng.report.said import Said

if TYPE_CHECKING:
    from sansheng.analysis.comparisons import Comparison

MAIN = "need_met"
HARD = "hard_need_met"


def question(said: Said) -> Text:
    """Return what was asked: the study's own title, else the scenarios."""
    title = said.data.study.title
    if title is not None:
        return title
    names = [said.title(name) for name in said.data.scenarios]
    return Text(
        "Which way of paying serves residents best: " + ", ".join(name.en for name in names) + "?",
        "哪种办法更能惠及居民：" + "、".join(name.zh for name in names) + "？",
    )


def finding(said: Said) -> Text:
    """Return the answer in one sentence."""
    return _on(said, MAIN)


def answer(said: Said) -> list[Text]:
    """Return the answer in five sentences: by whom, for the hardest, who gains, how honest, how sure."""
    return [_first(said), _on(said, HARD), _who(said), _honest(said), _sure(said)]


def _rows(said: Said, outcome: str) -> list[Comparison]:
    return [row for row in said.compared if row.outcome == outcome]


def _on(said: Said, outcome: str) -> Text:
    rows = _rows(said, outcome)
    if not rows:
        return Text("There is nothing to compare with.", "没有可比较的方案。")
    return _ended(
        said.both(
            lambda subject: finding_sentence(
                rows, outcome, subject.lang, outcomes=said.outcomes, titles=subject.titles
            )
        )
    )


def _ended(text: Text) -> Text:
    return Text(text.en.rstrip(".") + ".", text.zh.rstrip("。") + "。")


def _first(said: Said) -> Text:
    """Say which scenario does best, and whether its lead is more than luck."""
    from sansheng.analysis.standing import rank

    places = [
        place
        for place in rank(said.data, MAIN, said.draw, allow_partial=True)
        if place.spending not in ("exempt", "capped")
    ]
    if len(places) < 2:
        return Text("No two scenarios can be ranked.", "没有两个可以排序的方案。")
    best = min(places, key=lambda place: place.place)
    rivals = [p for p in places if p is not best and p.scenario not in best.ahead_of]
    outcome, name = said.outcomes[MAIN], said.title(best.scenario)
    level = Text(
        f"{best.mean:.1f}{units(outcome, 'en')[1]}", f"{best.mean:.1f}{units(outcome, 'zh')[1]}"
    )
    if not rivals:
        return Text(
            f'Of {len(places)} ways to spend the same money, "{name.en}" meets the largest share of needs '
            f"({level.en}), ahead of all others beyond luck.",
            f"同样的钱，{len(places)} 种办法中“{name.zh}”真实满足的需求最多（{level.zh}），"
            "对其余办法的领先均超出随机波动。",
        )
    others = [said.title(place.scenario) for place in rivals]
    return Text(
        f'Of {len(places)} ways to spend the same money, "{name.en}" meets the largest share of needs '
        f"({level.en}), but it cannot be told from {_listed([text.en for text in others], 'en')}.",
        f"同样的钱，{len(places)} 种办法中“{name.zh}”真实满足的需求最多（{level.zh}），"
        f"但与{_listed([text.zh for text in others], 'zh')}难分高下。",
    )


def _listed(names: Sequence[str], lang: str) -> str:
    if len(names) > FEW:
        return f"{len(names)} others" if lang == "en" else f"另外 {len(names)} 种办法"
    marks = '""' if lang == "en" else "“”"
    marked = [f"{marks[0]}{name}{marks[1]}" for name in names]
    return ", ".join(marked) if lang == "en" else "、".join(marked)


def _who(said: Said) -> Text:
    found = said.winners
    rows = {row.scenario: abs(row.difference) for row in _rows(said, OUTCOME)}
    if not rows:
        return Text("Nobody gains or loses.", "无人受益或受损。")
    return _ended(gains_sentence(said, found, max(rows, key=lambda name: rows[name])))


def _honest(said: Said) -> Text:
    outcome = said.outcomes["closure_true"]
    assert outcome.reported_as is not None
    found = {
        name: estimate(
            said.subject.per_run(outcome.reported_as, name)
            - said.subject.per_run("closure_true", name)
        ).mean
        for name in said.data.scenarios
    }
    gaps = {name: gap for name, gap in found.items() if math.isfinite(gap)}
    if not gaps:
        return Text(
            "Closure is counted by the year, and no year has ended yet.",
            "办结率按年统计，尚无完整年度。",
        )
    most, least = (pick(gaps, key=lambda name: gaps[name]) for pick in (max, min))
    if round(gaps[most], 1) == round(gaps[least], 1):
        return Text(
            f"Reported closure is {gaps[most]:.1f} percentage points above true closure, whoever pays how.",
            f"无论采用哪种办法，上报办结率都比真实办结率高 {gaps[most]:.1f} 个百分点。",
        )
    return Text(
        f"Reported closure is above true closure everywhere, by {gaps[least]:.1f} percentage points under "
        f'"{said.title(least).en}" and {gaps[most]:.1f} under "{said.title(most).en}".',
        f"上报办结率均高于真实办结率：“{said.title(least).zh}”高出 {gaps[least]:.1f} 个百分点，“{said.title(most).zh}”"
        f"高出 {gaps[most]:.1f} 个百分点。",
    )


def _sure(said: Said) -> Text:
    """Say how many of the headline differences are decided, and on how much."""
    true = [row for row in said.compared if row.together]
    counts = Counter(
        "decided" if row.verdict in ("better", "worse", "higher", "lower") else row.verdict
        for row in true
    )
    none, unclear = counts["no_practical_difference"] + counts["identical"], counts["undecided"]
    pairs = said.subject.pairs
    return Text(
        f"Of {len(true)} headline differences {counts['decided']} are decided, {none} are of no practical size and "
        f"{unclear} stay unclear, with 95% for all together over {pairs} paired replicates; more than luck can be "
        "wrong: see what it rests on.",
        f"{len(true)} 个主要差值中，{counts['decided']} 个已可判定，{none} 个无实际差异，{unclear} 个尚不明确"
        f"（全部区间同时成立的概率为 95%，共 {pairs} 次配对重复）；除随机性外仍有其他不确定性，见“依据”。",
    )
