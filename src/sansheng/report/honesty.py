"""What is reported against what is true."""

from __future__ import annotations

import math

from sansheng.core.text import Text
from sansheng.pictures.estimates import estimate
from sansheng.report.pages import Chart, Section
from sansheng.report.said import Said, in_json, level_unit

NAMES = (Text("true", "真实"), Text("reported", "上报"))


def honesty(said: Said) -> Section:
    """Return the section."""
    return Section(
        "honesty",
        Text("What is reported, and what is true", "上报与真实"),
        [
            Text(
                "Officials see what is reported. Rules are ranked by what is true: a case closed on paper is no need "
                "met.",
                "主管部门看到的是上报数；各办法按真实情况排名：账面办结不等于需求得到满足。",
            )
        ],
        [
            chart
            for name, outcome in said.outcomes.items()
            if outcome.reported_as in said.outcomes and (chart := _chart(said, name))
        ],
    )


def _chart(said: Said, name: str) -> Chart | None:
    outcome = said.outcomes[name]
    assert outcome.reported_as is not None
    subject = said.subject
    found: list[tuple[Text, float, float]] = []
    for scenario in (subject.baseline, *subject.shown):
        true = estimate(subject.per_run(name, scenario)).mean
        reported = estimate(subject.per_run(outcome.reported_as, scenario)).mean
        if math.isfinite(true) and math.isfinite(reported):
            found.append((said.title(scenario), true, reported))
    if not found:
        return None
    label, true, reported = max(found, key=lambda one: one[2] - one[1])
    gap = reported - true
    unit = level_unit(outcome)
    points = Text("percentage points", "个百分点") if unit.en == "%" else unit
    title = Text(
        f'{outcome.text.en}: reports flatter most under "{label.en}", by {gap:.1f} {points.en}',
        f"{outcome.text.zh}：“{label.zh}”下上报虚高最多，高出 {gap:.1f} {points.zh}",
    )
    spec = {
        "kind": "pairs",
        "names": [in_json(word) for word in NAMES],
        "unit": in_json(unit),
        "rows": [{"label": in_json(who), "a": a, "b": b} for who, a, b in found],
    }
    return Chart(f"honesty-{name}", title, spec, 100 + 40 * len(found))
