"""Why one rule beats another: shares of the difference, from a decomposition that was stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sansheng.analysis.verdicts import verdict
from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.pictures.wording import VERDICTS, decimals_for
from sansheng.report.pages import Cell, Chart, Column, Section, Table, number, words
from sansheng.report.said import Said, in_json, unit_of

KINDS: Mapping[str, Text] = {
    "parts": Text("By part of the rule", "按规则的组成部分"),
    "channels": Text("By channel", "按渠道"),
}


def read_decomposition(file: Path, said: Said) -> Mapping[str, Any]:
    """Return a decomposition as ``sansheng decompose --json`` gives it.

    Raises
    ------
    BadInput
        If the file cannot be read, is none, or is of other results.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        of, _ = found["origin"]["hash"], [found[kind] for kind in KINDS]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            Problem(
                Text(
                    f"{file} is not a decomposition as sansheng decompose --json or --out writes it",
                    f"{file} 不是 sansheng decompose --json 或 --out 写出的差异分解",
                )
            )
        ) from error
    if of != said.subject.conditions.fingerprint:
        raise BadInput(
            Problem(
                Text(
                    f"{file} is of other results (hash {of[:12]}) than {said.data.folder}",
                    f"{file} 所依据的结果（校验值 {of[:12]}）不是 {said.data.folder}",
                )
            )
        )
    checked: Mapping[str, Any] = found
    return checked


def mechanism(said: Said, found: Mapping[str, Any]) -> Section:
    """Return the section."""
    names = said.title(found["to"]), said.title(found["from"])
    outcome = said.outcomes[found["outcome"]]
    return Section(
        "mechanism",
        Text("Why", "为什么"),
        [
            Text(
                f"{outcome.text.en}: {names[0].en} minus {names[1].en}, shared out exactly (Shapley), over "
                f"{found['replicates']} replicates. Each channel was held at what it was under {names[1].en}.",
                f"{outcome.text.zh}：{names[0].zh}减{names[1].zh}，"
                f"按 Shapley 值精确分解（{found['replicates']} 次重复）；"
                f"各渠道固定于{names[1].zh}下的情形。",
            )
        ],
        [_chart(said, found, kind) for kind in KINDS],
        [_table(said, found)],
        commands=[found["origin"]["command"]],
    )


def _chart(said: Said, found: Mapping[str, Any], kind: str) -> Chart:
    outcome = said.outcomes[found["outcome"]]
    shares: Sequence[Mapping[str, Any]] = found[kind]
    rows = [
        {
            "label": {"en": share["en"], "zh": share["zh"]},
            "low": share["low"],
            "mid": share["mean"],
            "high": share["high"],
            "low_all": None,
            "high_all": None,
            "certain": share["low"] > 0.0 or share["high"] < 0.0,
            "verdict": in_json(VERDICTS[_shown(share, outcome.better)]),
        }
        for share in shares
    ]
    spec = {"kind": "forest", "unit": in_json(unit_of(outcome)), "zone": None, "rows": rows}
    most = max(shares, key=lambda share: abs(share["mean"]))
    size = f"{most['mean']:+.2f}".replace("-", "\u2212")
    unit = unit_of(outcome)
    title = Text(
        f"{KINDS[kind].en}, most goes through: {most['en']}, {size} {unit.en}",
        f"{KINDS[kind].zh}，影响最大的是：{most['zh']}，{size} {unit.zh}",
    )
    return Chart(f"why-{kind}", title, spec, 90 + 34 * len(rows))


def _shown(share: Mapping[str, Any], better: str) -> Any:
    return verdict(share["mean"], share["low"], share["high"], better)


def _table(said: Said, found: Mapping[str, Any]) -> Table:
    outcome = said.outcomes[found["outcome"]]
    unit = unit_of(outcome)
    columns = [
        Column(Text("Share", "分项")),
        Column(Text(f"Effect, {unit.en}", f"贡献（{unit.zh}）"), number=True),
        Column(Text("Low", "下限"), number=True),
        Column(Text("High", "上限"), number=True),
        Column(Text("Says", "判断")),
    ]
    rows: list[list[Cell]] = []
    for share in [*found["parts"], *found["channels"], found["total"]]:
        shown = _shown(share, outcome.better)
        mark = shown if shown in ("better", "worse") else ""
        places = decimals_for([share["mean"]], [(share["low"], share["high"])])
        numbers = [number(share[name], places) for name in ("mean", "low", "high")]
        label = words(Text(share["en"], share["zh"]))
        rows.append([label, *numbers, words(VERDICTS[shown], mark)])
    return Table("why", Text("Shares of the difference", "差值的各分项"), columns, rows)
