"""A report of a study's results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.core.text import Text
from sansheng.report.answer import answer, finding, question
from sansheng.report.basis import basis, limits, reproduction
from sansheng.report.comparison import brief_comparison, comparison
from sansheng.report.gains import brief_gains, gains
from sansheng.report.honesty import honesty
from sansheng.report.mechanism import mechanism, read_decomposition
from sansheng.report.money import money
from sansheng.report.over_time import over_time
from sansheng.report.pages import Page, Section
from sansheng.report.said import Said

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData


def report(data: StudyData, draw: int = 0, why: Path | None = None) -> Page:
    """Return the report of a study in one draw of its parameters.

    Parameters
    ----------
    data
        Its results.
    draw
        Draw; draws are different assumptions and are never averaged.
    why
        A decomposition of these results, as JSON; left out, the page does not say why.

    Raises
    ------
    BadInput
        If the decomposition is none of these results.
    """
    said = Said(data, draw)
    because = [] if why is None else [mechanism(said, read_decomposition(why, said))]
    sections: list[Section] = [
        comparison(said),
        over_time(said),
        gains(said),
        *because,
        *([paid] if (paid := money(said)) else []),
        honesty(said),
        basis(said),
        limits(),
        reproduction(said),
    ]
    return _page(said, question(said), sections)


def _page(said: Said, title: Text, sections: Sequence[Section], *, brief: bool = False) -> Page:
    return Page(
        title,
        said.both(lambda subject: subject.conditions.line(subject.lang)),
        finding(said),
        answer(said),
        sections,
        warnings(said),
        brief,
    )


def brief(data: StudyData, draw: int = 0) -> Page:
    """Return the short form for a decision (决策参考): two pages of A4.

    Parameters
    ----------
    data, draw
        As in :func:`report`.
    """
    said = Said(data, draw)
    honest, rests, cannot = honesty(said), basis(said), limits()
    sections = [
        brief_comparison(said),
        brief_gains(said),
        replace(honest, charts=(), paragraphs=[text_of_charts(honest)]),
        replace(rests, tables=(), commands=()),
        replace(cannot, paragraphs=cannot.paragraphs[:3]),
        replace(reproduction(said), paragraphs=()),
    ]
    asked = question(said)
    title = Text(f"Brief: {asked.en}", f"决策参考：{asked.zh}")
    return _page(said, title, sections, brief=True)


def text_of_charts(section: Section) -> Text:
    """Return what the charts of a section find, as a paragraph."""
    return Text(
        ". ".join(chart.title.en for chart in section.charts) + ".",
        "；".join(chart.title.zh for chart in section.charts) + "。",
    )


def warnings(said: Said) -> list[Text]:
    """Return what must be known before anything else."""
    found = []
    data = said.data
    if not data.manifest["equal_spend"]:
        from sansheng.study.matching import OFF

        found.append(OFF)
    if data.partial:
        found.append(
            Text(
                f"Partial results: {data.done} of {data.planned} runs.",
                f"结果不完整：{data.planned} 次运行中已有 {data.done} 次。",
            )
        )
    varied = data.manifest["parameters_varied"]
    if varied:
        found.append(
            Text(
                f"This study varies {', '.join(varied)}; the page shows draw {said.draw} of {data.shape[1]}. "
                "Draws are different assumptions and are not averaged.",
                f"本研究变动参数 {'、'.join(varied)}；本页为第 {said.draw} 组（共 {data.shape[1]} 组）。"
                "各组是不同的假设，不取平均。",
            )
        )
    return found
