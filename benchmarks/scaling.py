"""Draw what a decade takes against how many communities there are: ``python -m benchmarks.scaling``.

It takes the numbers of ``benchmarks/results/latest.json`` and writes ``docs/figures/scaling-{zh,en}.png``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from benchmarks.measure import slope
from sansheng.core.text import Language, Text
from sansheng.pictures.fonts import chinese_font, style
from sansheng.pictures.style import BLUE, BODY, DOTS, FAINT, INK, SMALL, SOFT, TITLE

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "figures"
LATEST = ROOT / "benchmarks" / "results" / "latest.json"

NAMES = {
    "classroom": Text("classroom", "课堂示例"),
    "1_districts": Text("Chenghua", "成华区"),
    "beijing-2018": Text("Beijing", "北京市"),
    "china-2022": Text("China", "全国"),
}
"""Points that are named."""


def draw(points: Sequence[dict[str, Any]], lang: Language) -> Figure:
    """Return the figure.

    Parameters
    ----------
    points
        With ``name``, ``communities`` and ``seconds`` of computing each.
    lang
        Of its words.
    """
    sizes = np.array([float(point["communities"]) for point in points])
    seconds = np.array([float(point["seconds"]) for point in points])
    found = slope(sizes.tolist(), seconds.tolist())
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    level = np.exp(np.mean(np.log(seconds) - found * np.log(sizes)))
    line = np.array([sizes.min(), sizes.max()])
    axes.plot(line, level * line**found, color=FAINT, linewidth=3.0, zorder=1)
    axes.plot(sizes, seconds, "o", color=BLUE, markersize=7.0, zorder=2)
    for point, x, y in zip(points, sizes, seconds, strict=True):
        if (name := NAMES.get(point["name"])) is not None:
            right = x == sizes.max()
            axes.annotate(
                f"{name.get(lang)}\n{_seconds(y, lang)}",
                (x, y),
                xytext=(-10 if right else 10, -4),
                textcoords="offset points",
                ha="right" if right else "left",
                va="center" if right else "top",
                fontproperties=chinese_font(SMALL),
                color=INK,
            )
    said = Text(
        f"Time of a decade rises with communities to the power {found:.2f}",
        f"十年所需计算时间与社区数的 {found:.2f} 次方成正比",
    )
    axes.set_title(
        said.get(lang), loc="left", fontproperties=chinese_font(TITLE - 2.0), color=INK, pad=12.0
    )
    axes.set_xlabel(
        Text("communities", "社区数").get(lang), fontproperties=chinese_font(BODY), color=SOFT
    )
    words = Text("seconds of computing, all threads together", "计算时间，各线程合计（秒）")
    axes.set_ylabel(words.get(lang), fontproperties=chinese_font(BODY), color=SOFT)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_plain))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(chinese_font(SMALL))
        label.set_color(SOFT)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def _plain(value: float, _: int) -> str:
    """Return the number at a tick."""
    return f"{value:,.0f}" if value >= 1.0 else f"{value:g}"


def _seconds(value: float, lang: Language) -> str:
    words = Text(f"{value:.3g} s", f"{value:.3g} 秒")
    return words.get(lang)


def write(points: Sequence[dict[str, Any]]) -> None:
    """Draw the points in both languages."""
    for lang in get_args(Language):
        with style():
            draw(points, lang).savefig(FIGURES / f"scaling-{lang}.png", dpi=DOTS)


def main() -> None:
    """Draw the latest numbers."""
    write(json.loads(LATEST.read_text(encoding="utf-8"))["scaling"])


if __name__ == "__main__":
    main()
