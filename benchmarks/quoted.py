"""Write the table of benchmarks that both READMEs quote from ``benchmarks/results/latest.json``.

``python -m benchmarks.quoted``; ``make bench`` does so when it is done.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from sansheng.core.text import Language, Text

ROOT = Path(__file__).resolve().parents[1]
LATEST = ROOT / "benchmarks" / "results" / "latest.json"
READMES: dict[Language, str] = {"en": "README.md", "zh": "README.zh-CN.md"}
_PLACE = re.compile(r"(<!-- bench-table -->\n).*?(<!-- /bench-table -->)", re.DOTALL)


class Line(NamedTuple):
    """A line of the table: which measure, in which words, and whether it is told as a multiple of this model."""

    measure: str
    text: Text
    multiple: bool = False


LINES = (
    Line(
        "month_mesa_ms",
        Text("the same month as Mesa objects", "同样的一个月，Mesa 对象"),
        multiple=True,
    ),
    Line(
        "part_agentpy_us",
        Text("burnout and quits alone, AgentPy", "仅倦怠与离职，AgentPy"),
        multiple=True,
    ),
    Line(
        "part_numpy_us",
        Text("burnout and quits alone, NumPy columns", "仅倦怠与离职，NumPy 列"),
        multiple=True,
    ),
    Line(
        "district_decade_ms",
        Text("ten years of a district, one thread", "一个区十年，单线程"),
    ),
    Line(
        "beijing_decade_s",
        Text("ten years of Beijing, 7,014 communities", "北京十年，7,014 个社区"),
    ),
    Line(
        "china_decade_s",
        Text("ten years of China, 607,000 communities", "全国十年，607,000 个社区"),
    ),
    Line("china_peak_mib", Text("most memory it holds meanwhile", "其间占用内存的峰值")),
    Line(
        "study_s",
        Text("{decades} districts' decades, engine and store", "{decades} 个区·十年，含引擎与存储"),
    ),
    Line(
        "district_result_s",
        Text(
            "`sansheng run` of one district's decade, start to result",
            "`sansheng run` 一个区十年，从启动到结果",
        ),
    ),
    Line("help_ms", Text("`sansheng --help`", "`sansheng --help`")),
    Line("first_compilation_s", Text("first compilation on a machine", "本机首次编译")),
)


def table(found: dict[str, Any], lang: Language) -> str:
    """Return the table with its machine and date, of the measures that there are."""
    measures, machine = found["measures"], found["machine"]
    rows = [Text("| | |\n|---|---|", "| | |\n|---|---|").get(lang)]
    for line in LINES:
        if (measure := measures.get(line.measure)) is None:
            continue
        words = line.text.get(lang).format(decades=f"{measure.get('decades', 0):,}")
        if line.multiple:
            value = Text("{} times this model", "本模型的 {} 倍").get(lang)
            rows.append(f"| {words} | {value.format(_shown(measure['ratio']))} |")
        else:
            rows.append(f"| {words} | {_shown(measure['value'])} {measure['unit']} |")
    load = machine["load_average"]
    busy = Text("unknown", "未知").get(lang) if load is None else f"{load:.1f}"
    note = Text(
        "{processor}, {cores} cores, {system}, Python {python}, Numba {numba}; load of the machine {busy}; {date}.",
        "{processor}，{cores} 核，{system}，Python {python}，Numba {numba}；机器负载 {busy}；{date}。",
    )
    said = note.get(lang).format(**machine, busy=busy, date=found["when"][:10])
    return "\n".join([*rows, "", said])


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def insert(root: Path = ROOT) -> None:
    """Write the table into both READMEs.

    Raises
    ------
    ValueError
        If one has no place for it.
    """
    found = json.loads(LATEST.read_text(encoding="utf-8"))
    for lang, name in READMES.items():
        path = root / name
        text, times = _PLACE.subn(
            lambda place, lang=lang: place[1] + table(found, lang) + "\n" + place[2],  # type: ignore[misc]
            path.read_text(encoding="utf-8"),
        )
        if times != 1:
            raise ValueError(f"{name} has {times} places for the table of benchmarks")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    insert()
