"""Exchange rates: the money that each scenario needs to do as well as the baseline, or saves."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sansheng.analysis.exchange import ExchangeRate, ExchangeRates
from sansheng.analysis.scale_search import Money
from sansheng.core.scale import ONE
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.fonts import chinese_font, style
from sansheng.pictures.page import Leaf, ticks_for
from sansheng.pictures.rows import Row, rows, width_of_names
from sansheng.pictures.sheet import save, width_of
from sansheng.pictures.style import BLUE, INK, PAGE, SMALL, SOFT, VERMILION
from sansheng.pictures.wording import FEW, Scale, decimals_for, title_of, units
from sansheng.study.matching import LEAST, MOST

YUAN = Text("yuan per 100 households a year", "元/百户·年")

_WHOLE = Scale(0, "", "")
_ROOM = 0.12
"""What is added to the axis on either side, as a share of it, for arrows alone."""
_APART = 0.06
"""Inches by which the two marks of a row stand off its middle."""


def draw_exchange(
    found: ExchangeRates, *, conditions: Conditions, lang: Language, stem: Path
) -> list[Path]:
    """Draw exchange rates and write them as PNG, SVG and PDF; ``stem`` is folder and name without ending."""
    return save(
        exchange_figure(found, conditions=conditions, lang=lang),
        stem,
        exchange_sentence(found, conditions=conditions, lang=lang),
        conditions.line(lang),
        ("png", "svg", "pdf"),
    )


def exchange_figure(found: ExchangeRates, *, conditions: Conditions, lang: Language) -> Figure:
    """Return the figure of exchange rates, complete."""
    with style():
        return _Exchange(found, conditions, lang).draw()


def exchange_sentence(found: ExchangeRates, *, conditions: Conditions, lang: Language) -> str:
    """Say what each scenario needs or saves in money really spent; of many, how many do."""
    return _Exchange(found, conditions, lang).sentence()


def reads(rate: ExchangeRate) -> str:
    """Return what a rate says of money: its verdict, and where that is ``matched``, on which side it lies.

    ``costs`` and ``saves`` are for intervals on one side of zero, ``matched`` is left where zero lies within.
    """
    if rate.verdict != "matched":
        return rate.verdict
    return "costs" if rate.spent.low > 0.0 else "saves" if rate.spent.high < 0.0 else "matched"


class _Exchange:
    """Exchange rates while they are drawn."""

    def __init__(self, found: ExchangeRates, conditions: Conditions, lang: Language) -> None:
        self.found = found
        self.conditions = conditions
        self.lang: Language = lang
        self.base = title_of(found.baseline, conditions.titles, lang)
        self.unit = f" {YUAN.get(lang)}"
        self.measured = units(OUTCOMES[found.outcome], lang)
        self.name = OUTCOMES[found.outcome].text.get(lang)

    def say(self, en: str, zh: str) -> str:
        return Text(en, zh).get(self.lang)

    def title(self, rate: ExchangeRate) -> str:
        return title_of(rate.scenario, self.conditions.titles, self.lang)

    def sentence(self) -> str:
        rates = self.found.rates
        if len(rates) > FEW:
            parts = [self._counted()]
        else:
            parts = [
                f"{self.title(rate)}{self.say(' ', '')}{self._told(rate, self.unit)}"
                for rate in rates
            ]
        return self.say(
            f"{self.name}: to match {self.base}, ", f"{self.name}：要与{self.base}等效，"
        ) + self.say("; ", "；").join(parts)

    def _counted(self) -> str:
        rates = self.found.rates
        words = {
            "costs": Text("more money", "多花钱"),
            "saves": Text("less money", "可省钱"),
            "always": Text("next to no grants", "几乎不拨款即可"),
            "never": Text("not at any money", "多少钱都不能"),
            "matched": Text("more or less, cannot tell", "多花或节省无法分辨"),
            "identical": Text("identical", "完全相同"),
            "undetermined": Text("undetermined", "无法确定"),
        }
        shown = [reads(rate) for rate in rates]
        counts = [
            f"{said.get(self.lang)} {shown.count(kind)}{self.say('', ' 个')}"
            for kind, said in words.items()
            if kind in shown
        ]
        head = self.say(f"of {len(rates)} scenarios: ", f"{len(rates)} 个方案中：")
        return head + self.say("; ", "；").join(counts)

    def _told(self, rate: ExchangeRate, unit: str = "") -> str:
        """Return what a scenario needs, in words; ``unit`` follows amounts, with its own space."""
        spent, shown = rate.spent, reads(rate)
        match shown:
            case "costs":
                return self.say(
                    f"needs {self._amount(spent)}{unit} more",
                    f"需多花 {self._amount(spent)}{unit}",
                )
            case "saves":
                turned = Money(-spent.value, -spent.high, -spent.low)
                return self.say(
                    f"saves {self._amount(turned)}{unit}", f"可节省 {self._amount(turned)}{unit}"
                )
            case "matched":
                return self.say(
                    f"{self._amount(spent, plus=True)}{unit}, cannot tell whether it needs or saves money",
                    f"{self._amount(spent, plus=True)}{unit}，多花或节省无法分辨",
                )
            case "identical":
                return self.say("is identical, 0 exactly", "完全相同，差额恰为 0")
            case "never":
                return self.say("cannot at any money", "多少钱都不能")
            case "always":
                most = _WHOLE.change(spent.high)
                return self.say(
                    f"does with next to no grants, at most {most}{unit}",
                    f"几乎不拨款即可，至多 {most}{unit}",
                )
        return self._undetermined(spent, unit)

    def _undetermined(self, spent: Money, unit: str) -> str:
        about = self.say("is undetermined", "无法确定")
        if math.isfinite(spent.value):
            size = _WHOLE.change(spent.value)
            about += self.say(f", about {size}{unit}", f"，约 {size}{unit}")
        ends = []
        for value, en, zh in ((spent.low, "at least", "至少"), (spent.high, "at most", "至多")):
            if math.isfinite(value):
                ends.append(
                    self.say(f"{en} {_WHOLE.change(value)}", f"{zh} {_WHOLE.change(value)}")
                )
        comma = self.say(", ", "，")
        return comma.join([about, *ends])

    def _amount(self, money: Money, *, plus: bool = False) -> str:
        value = _WHOLE.change(money.value) if plus else _WHOLE.number(money.value)
        return value + _WHOLE.interval(money.low, money.high, self.lang)

    def draw(self) -> Figure:
        found = self.found
        page = Leaf(self.lang, PAGE)
        page.top(self.sentence(), self.conditions.parts(self.lang))
        self._key(page)
        listed = [
            Row("", ""),
            *(Row(self.title(rate), self._words(rate)) for rate in found.rates),
        ]
        across = ticks_for(self._ends(), zero=True, most=7)
        room = _ROOM * (across.high - across.low)
        across.low, across.high = across.low - room, across.high + room
        names = width_of_names(page, [row.name for row in listed])
        drawn = rows(
            page,
            listed,
            names,
            across,
            Text(f"money beyond the baseline's, {YUAN.en}", f"比基线多花的钱（{YUAN.zh}）"),
        )
        axes = drawn.axes
        axes.axvline(0.0, color=INK, linewidth=1.0, zorder=1.5, gid="zero")
        self._sides(axes, drawn.levels[0])
        for level, rate in zip(drawn.levels[1:], found.rates, strict=True):
            for money, kind, off in (
                (rate.spent, "spent", -_APART),
                (rate.granted, "granted", _APART),
            ):
                _mark(axes, level + off, money, rate, kind)
        page.note(
            Text(
                "Whiskers: 95% intervals over paired replicates.",
                "误差线为 95% 配对区间。",
            ),
            Text(
                "An arrow: no end was found on that side, at money from"
                f" {LEAST / ONE:g} to {MOST / ONE:g} times the scenario's own.",
                f"箭头表示在该方案经费的 {LEAST / ONE:g}～{MOST / ONE:g} 倍内未找到这一侧的端点。",
            )
            if any(rate.verdict not in ("matched", "identical") for rate in found.rates)
            else None,
            Text(
                f"{self.base} spends {found.spent:,.0f} and is granted {found.granted:,.0f} {YUAN.en};"
                " granted money that cannot be spent buys nothing.",
                f"{self.base}支出 {found.spent:,.0f}，获拨 {found.granted:,.0f}（{YUAN.zh}）；"
                "拨而未支的钱不产生服务。",
            ),
        )
        return page.finish().figure

    def _words(self, rate: ExchangeRate) -> str:
        """Return what stands beside a row: the verdict, and the money to be granted."""
        said = [self._told(rate)]
        if rate.verdict == "never" and (best := rate.nearest) is not None:
            scale = Scale(decimals_for([best.gain], [(best.low, best.high)]), *self.measured)
            behind = scale.number(-best.gain) + (f"\u00a0{scale.unit}" if scale.unit else "")
            behind += scale.interval(-best.high, -best.low, self.lang)
            said.append(self.say(f"at best it is behind by {behind}", f"最接近时仍差 {behind}"))
        if math.isfinite(rate.granted.value) and rate.verdict != "identical":
            granted = self._amount(rate.granted, plus=True)
            said.append(self.say(f"granted {granted}", f"拨款差额 {granted}"))
        if math.isfinite(rate.peak):
            said.append(
                self.say(
                    f"best near {rate.peak:.3g} times its money, worse beyond",
                    f"经费约 {rate.peak:.3g} 倍时最佳，更多反而变差",
                )
            )
        return self.say("; ", "；").join(said)

    def _ends(self) -> list[float]:
        """Return all that has to fit on the axis; where nothing is known, a tenth of what the baseline spends."""
        found = [x for rate in self.found.rates for x in (*rate.spent, *rate.granted)]
        known = [x for x in found if math.isfinite(x)]
        if not any(known):
            tenth = self.found.spent / 10.0 or 1.0
            return [-tenth, tenth]
        return known

    def _key(self, page: Leaf) -> None:
        x, y = page.left + 0.08, page.y + 0.1
        for kind, words in (
            ("spent", self.say("really spent", "实际支出")),
            ("granted", self.say("granted, as a budget shows it", "核拨（预算口径）")),
        ):
            page.sheet.line([x], [y], **_looks(kind, SOFT))
            page.sheet.write(x + 0.15, page.y + 0.005, words, SMALL)
            x += 0.15 + width_of(words, SMALL) + 0.35
        for colour, words in (
            (VERMILION, self.say("costs", "多花")),
            (BLUE, self.say("saves", "节省")),
            (SOFT, self.say("cannot tell", "无法分辨")),
        ):
            page.sheet.line([x, x + 0.3], [y, y], color=colour, linewidth=2.0)
            page.sheet.write(x + 0.38, page.y + 0.005, words, SMALL)
            x += 0.38 + width_of(words, SMALL) + 0.3
        page.y += 0.32

    def _sides(self, axes: Axes, level: float) -> None:
        """Say beside the line of no difference which side of it is which."""
        left, right = axes.get_xlim()
        off = 0.012 * (right - left)
        for at, words, align in (
            (-off, self.say("← saves", "← 节省"), "right"),
            (off, self.say("costs →", "多花 →"), "left"),
        ):
            axes.text(
                at,
                level,
                words,
                fontproperties=chinese_font(SMALL),
                color=SOFT,
                ha=align,
                va="center",
                parse_math=False,
            )


def _colour(money: Money, rate: ExchangeRate) -> str:
    if rate.verdict == "never" or money.low > 0.0:
        return VERMILION
    return BLUE if money.high < 0.0 else SOFT


def _looks(kind: str, colour: str) -> dict[str, Any]:
    hollow = kind == "granted"
    return {
        "color": colour,
        "marker": "s" if hollow else "o",
        "markersize": 5.5 if hollow else 6.5,
        "linestyle": "none",
        "markerfacecolor": "white" if hollow else colour,
        "markeredgewidth": 1.4,
    }


def _mark(axes: Axes, level: float, money: Money, rate: ExchangeRate, kind: str) -> None:
    """Draw a point with its interval; an end that does not exist is an arrow to the edge."""
    colour = _colour(money, rate)
    left, right = axes.get_xlim()
    if rate.verdict == "never":
        start = right - _ROOM / (1.0 + 2.0 * _ROOM) * (right - left)
        _line(axes, level, start, right, colour, f"interval-{rate.scenario}-{kind}", open_=True)
        _arrow(axes, right, level, ">", colour, rate.scenario)
        return
    ends = (money.low, money.high)
    low, high = (
        end if math.isfinite(end) else edge for end, edge in zip(ends, (left, right), strict=True)
    )
    open_ = not all(map(math.isfinite, ends))
    _line(axes, level, low, high, colour, f"interval-{rate.scenario}-{kind}", open_=open_)
    for end, edge, head in zip(ends, (left, right), "<>", strict=True):
        if math.isfinite(end):
            axes.plot([end], [level], color=colour, marker="|", markersize=7, zorder=2.5)
        else:
            _arrow(axes, edge, level, head, colour, rate.scenario)
    if math.isfinite(money.value):
        axes.plot(
            [money.value],
            [level],
            gid=f"point-{rate.scenario}-{kind}",
            zorder=3,
            **_looks(kind, colour),
        )


def _line(
    axes: Axes, level: float, low: float, high: float, colour: str, gid: str, *, open_: bool
) -> None:
    axes.plot(
        [low, high],
        [level, level],
        color=colour,
        linewidth=1.4,
        linestyle=(0, (3.0, 1.5)) if open_ else "-",
        gid=gid,
        zorder=2,
    )


def _arrow(axes: Axes, x: float, level: float, head: str, colour: str, name: str) -> None:
    axes.plot(
        [x],
        [level],
        color=colour,
        marker=head,
        markersize=6,
        clip_on=False,
        gid=f"arrow-{name}-{head}",
        zorder=3,
    )
