"""Every figure of a finished study: its name, what it shows, what it needs, and the function that draws it.

A new figure is a module with ``draw(subject)`` and ``sentence(subject)`` and an entry here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.pictures.drawn import Drawn
    from sansheng.pictures.subject import Subject

Lack = Callable[["Subject"], Text | None]
"""What a study lacks for a figure; None if it has all."""


@dataclass(frozen=True)
class Picture:
    """A figure that can be asked for by name.

    Parameters
    ----------
    title
        What it is.
    about
        What it tells, in a line.
    lack
        What a study lacks for it.
    draw
        Draws it.
    """

    title: Text
    about: Text
    lack: Lack
    draw: Callable[[Subject], list[Drawn]]


def _pairs(subject: Subject) -> Text | None:
    if subject.others and subject.pairs > 1:
        return None
    return Text(
        "a comparison needs two scenarios and two replicates of both",
        "比较至少需要两个方案及其各两次重复",
    )


def _needs(*outcomes: str) -> Lack:
    """Return the need of pairs in which these outcomes are stored."""

    def lack(subject: Subject) -> Text | None:
        missing = [name for name in outcomes if name not in subject.data.outcomes]
        if missing:
            names = ", ".join(missing)
            return Text(f"the study does not store {names}", f"研究未存储 {names}")
        return _pairs(subject)

    return lack


def _each(*outcomes: str) -> Lack:
    """Return the need of pairs in which these outcomes, and each community, are stored."""

    def lack(subject: Subject) -> Text | None:
        if subject.data.of_districts:
            return Text("the study keeps districts, not communities", "研究逐区记录，未逐社区记录")
        return _needs(*outcomes)(subject)

    return lack


def _grid(subject: Subject) -> Text | None:
    manifest = subject.data.manifest
    # Results that do not say what their draws are were made when all were grids.
    grid = manifest.get("design", "grid") == "grid" and len(manifest["parameters_varied"]) == 2
    return (
        _pairs(subject)
        if grid
        else Text("the study has no grid of two parameters", "研究没有两个参数的网格")
    )


def _from(module: str, name: str) -> Callable[[Subject], list[Drawn]]:
    """Return what draws the one figure of a module."""

    def draw(subject: Subject) -> list[Drawn]:
        from sansheng.pictures.drawn import Drawn

        home = importlib.import_module(f"sansheng.pictures.{module}")
        return [Drawn(name, home.draw(subject), home.sentence(subject))]

    return draw


def _maps(subject: Subject) -> list[Drawn]:
    from sansheng.pictures.maps import draw_maps

    return draw_maps(subject)


PICTURES: Mapping[str, Picture] = {
    "comparison": Picture(
        Text("Forest of paired differences", "配对差值森林图"),
        Text("what each scenario changes, outcome by outcome", "各方案逐项改变了什么"),
        _pairs,
        _from("comparison", "comparison"),
    ),
    "trajectories": Picture(
        Text("Trajectories", "逐月轨迹"),
        Text(
            "levels and differences month by month, with the dates of reforms",
            "各月水平与差值，并标出改革日期",
        ),
        _needs("need_met"),
        _from("trajectories", "trajectories"),
    ),
    "winners": Picture(
        Text("Winners and losers", "得失"),
        Text(
            "who gains need met: communities in order, and a schematic map of subdistricts",
            "需求满足率的得失：社区排序与街道示意图",
        ),
        _each("need_met"),
        _from("winners", "winners"),
    ),
    "money": Picture(
        Text("Money flow", "资金流向"),
        Text(
            "from the public purse to service, and where 100 yuan end",
            "从财政到服务，每 100 元去了哪里",
        ),
        _needs("bought", "spent", "admin_share", "admin_money_share", "unspent_share"),
        _from("money_flow", "money"),
    ),
    "reported": Picture(
        Text("Reported against true", "上报与真实"),
        Text(
            "how far reports of closed cases and satisfaction lie from the truth",
            "上报的办结率与满意度偏离真实多少",
        ),
        _needs("closure_true", "closure_reported"),
        _from("reported", "reported"),
    ),
    "equity": Picture(
        Text("Equity curves", "公平曲线"),
        Text("whether money and service go where need is", "经费与服务是否流向需求所在"),
        _each("need_met"),
        _from("equity", "equity"),
    ),
    "workforce": Picture(
        Text("Workforce flows", "队伍流动"),
        Text("who stays, moves, quits or is dismissed in a year", "一年中留任、转出、离职与被裁"),
        _needs("turnover_base", "turnover_agency", "transfers_agency", "layoffs_agency"),
        _from("workforce", "workforce"),
    ),
    "organisations": Picture(
        Text("Births and deaths of organisations", "机构新设与退出"),
        Text("organisations founded, closed and alive", "新设、退出与存续的社会组织"),
        _needs("agencies_founded", "agencies_closed", "agencies"),
        _from("organisations", "organisations"),
    ),
    "map": Picture(
        Text("Map of answers", "结论图"),
        Text(
            "where the answer turns over two parameters (grids only)",
            "结论随两个参数如何翻转（仅限网格研究）",
        ),
        _grid,
        _maps,
    ),
}
"""All figures, in the order in which they are listed and drawn."""
