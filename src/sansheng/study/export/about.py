"""Where an export comes from, in words, so that whoever finds it alone can trace it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sansheng.core.errors import printable
from sansheng.core.text import Language, Text
from sansheng.study.matching import OFF

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData


def runs_of(data: StudyData) -> Text:
    """Return how many of the runs of a study there are."""
    if not data.partial:
        return Text(f"all {data.planned} runs", f"全部 {data.planned} 次运行")
    failed = len(data.failures)
    missing = data.planned - data.done - failed
    return Text(
        f"partial: {data.done} of {data.planned} runs ({failed} failed, {missing} missing)",
        f"不完整：{data.planned} 次运行中的 {data.done} 次（失败 {failed} 次、缺 {missing} 次）",
    )


def about_lines(
    data: StudyData, digest: str, command: str, rows: Mapping[str, int], lang: Language
) -> list[str]:
    """Return the lines of the README of an export.

    Parameters
    ----------
    data
        The study.
    digest
        What ``sansheng hash`` says of it.
    command
        That made the export.
    rows
        By table.
    lang
        Of the lines.
    """
    import sansheng

    names = ", ".join(printable(name) for name in data.layout.scenarios)
    listed = ", ".join(f"{table} {count:,}" for table, count in rows.items())
    lines = [
        Text("Results of a simulation, exported by sansheng", "sansheng 导出的模拟结果"),
        Text(f"Runs: {runs_of(data).en}", f"运行：{runs_of(data).zh}"),
        Text(f"Scenarios: {names}", f"方案：{names}"),
        Text(f"Rows: {listed}", f"行数：{listed}"),
        Text(f"sansheng hash: {digest}", f"sansheng hash：{digest}"),
        Text(
            f"Exported by sansheng {sansheng.__version__}: {command}",
            f"由 sansheng {sansheng.__version__} 导出：{command}",
        ),
        Text(
            "What columns mean: dictionary.csv. The study as it ran: study.yaml. Versions and seeds: "
            "study-manifest.json. Checksums of these files: export.json.",
            "各列含义见 dictionary.csv；实际运行的研究见 study.yaml；版本与种子见 study-manifest.json；"
            "各文件校验值见 export.json。",
        ),
    ]
    if not data.manifest.get("equal_spend", True):
        lines.insert(2, OFF)
    return [line.get(lang) for line in lines]
