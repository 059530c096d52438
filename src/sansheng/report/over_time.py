"""When the difference comes: month by month."""

from __future__ import annotations

from sansheng.core.months import Month
from sansheng.core.text import Text
from sansheng.pictures.estimates import band
from sansheng.report.pages import Chart, Section, plain
from sansheng.report.said import Said, in_json, unit_of

OUTCOMES = ("need_met", "satisfaction")


def over_time(said: Said) -> Section:
    """Return the section."""
    return Section(
        "time",
        Text("When the difference comes", "差异何时出现"),
        [
            Text(
                "Paired differences from the baseline by month, means with 95% intervals of each month by itself.",
                "与基线的逐月配对差值：均值及各月单独的 95% 区间。",
            )
        ],
        [_chart(said, name) for name in OUTCOMES if name in said.outcomes],
    )


def _chart(said: Said, name: str) -> Chart:
    outcome, subject = said.outcomes[name], said.subject
    values = subject.by_month(name)
    base = values[subject.row(subject.baseline)]
    series = []
    for scenario in subject.shown:
        found = band((values[subject.row(scenario)] - base).T)
        series.append(
            {
                "name": in_json(said.title(scenario)),
                "mid": [plain(value) for value in found.mean],
                "low": [plain(value) for value in found.low],
                "high": [plain(value) for value in found.high],
            }
        )
    spec = {
        "kind": "bands",
        "x": [str(Month.at(subject.start.index + i)) for i in range(values.shape[-1])],
        "unit": in_json(unit_of(outcome)),
        "events": [
            {"x": str(Month.at(reform.month)), "label": in_json(reform.what)}
            for reform in subject.reforms
            if reform.scenario in subject.shown
        ],
        "series": series,
    }
    title = Text(
        f'{outcome.text.en}: difference from "{said.title(subject.baseline).en}"',
        f"{outcome.text.zh}：与“{said.title(subject.baseline).zh}”之差",
    )
    return Chart(f"time-{name}", title, spec, 340)
