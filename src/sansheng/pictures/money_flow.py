"""From the public purse to service: how money flows under the baseline, and where 100 yuan end under each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.pictures.estimates import (
    Estimate,
    changes_told,
    differences,
    estimate,
    scale_for,
    told,
)
from sansheng.pictures.money import (
    FATE_NAMES,
    FATES,
    LINKS,
    NODES,
    Link,
    ends,
    flows,
    into,
)
from sansheng.pictures.page import Page, Ticks, text_height
from sansheng.pictures.sheet import letter, width_of, wrap
from sansheng.pictures.style import BLUE, BODY, GREEN, INK, ORANGE, SKY, SMALL, VERMILION
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import Scale

_COLOURS = {"works": GREEN, "lost": VERMILION, "passes": SKY, "other": ORANGE}
_FATES = {
    "works": (GREEN, ""),
    "idle": (ORANGE, "...."),
    "administration": (VERMILION, "////"),
    "unused": ("white", "xxxx"),
    "other": (BLUE, "\\\\\\\\"),
}
_POINTS = Text("yuan", "元")
_SANKEY = 6.0
"""Narrower pages, inches, show the same flows as a list of bars."""
_NODE = 0.12


def sentence(subject: Subject) -> str:
    """Say how many of 100 yuan reach work on needs under the baseline, and what other scenarios change in that."""
    reach = _Reach(subject)
    title = subject.title(subject.baseline)
    if not np.isfinite(reach.base.mean):
        return f"{title}{'：' if subject.lang == 'zh' else ': '}{_CANNOT.get(subject.lang)}"
    size = reach.scale.number(reach.base.mean) + reach.scale.interval(
        *reach.base.ends, subject.lang
    )
    first = Text(
        f"Of 100 yuan {size} reach work on needs under {title}",
        f"{title}：每 100 元中有 {size}元投入居民需求",
    )
    rest = changes_told(reach.more, subject.named(reach.more), reach.scale, subject.lang, "higher")
    return ("；" if subject.lang == "zh" else "; ").join([first.get(subject.lang), *rest])


class _Reach:
    """How many of 100 yuan reach work on needs: under the baseline, and what others add to that."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        names = (subject.baseline, *subject.others)
        self.shares = {name: ends(flows(subject, name)) for name in names}
        base = self.shares[subject.baseline]["works"]
        self.base = estimate(base)
        self.more = differences(
            {name: self.shares[name]["works"] - base for name in subject.others}
        )
        self.scale = scale_for(
            [self.more[name] for name in subject.shown],
            _POINTS,
            Text("", ""),
            subject.lang,
            [self.base],
        )

    def told(self, name: str) -> str:
        """Return what a scenario adds, in words."""
        return told(self.more[name], self.scale, self.subject.lang, "higher")


def draw(subject: Subject) -> Figure:
    """Draw the flows of the baseline, and below where 100 yuan end under each scenario."""
    page = Page(subject)
    page.head(sentence(subject))
    found = flows(subject, subject.baseline)
    title = subject.title(subject.baseline)
    page.heading(
        Text(
            f"{title}: money a year, million yuan (95% interval)",
            f"{title}：年度资金流向，万元（95% 区间）",
        )
    )
    if all(np.isfinite(into(found, node)).any() for node in ("purse", "work")):
        (_sankey if subject.width >= _SANKEY else _bars)(page, found)
    else:
        page.note(_CANNOT)
    page.y += 0.05
    _hundred(page)
    page.note(*_notes(page))
    return page.finish().figure


_CANNOT = Text(
    "Nothing was bought: the store does not tell wages then.",
    "未购买任何服务：此时结果中无法得知工资总额。",
)


class _Amounts:
    """Mean flows in the unit of the page."""

    def __init__(self, page: Page, found: Mapping[Link, F64]) -> None:
        self.lang = page.subject.lang
        unit = 1.0 if self.lang == "zh" else 0.01
        self.links = {link: unit * estimate(value).mean for link, value in found.items()}
        self.nodes = {node: estimate(unit * into(found, node)) for node in NODES}
        self.shown = [node for node, amount in self.nodes.items() if amount.mean > 1e-9]
        most = max(amount.mean for amount in self.nodes.values())
        decimals = max(0, 3 - len(str(int(most))))
        self.scale = Scale(decimals, "", "")

    def words(self, node: str) -> str:
        """Return an amount and its interval."""
        amount = self.nodes[node]
        if amount.high - amount.low < 1e-9 * amount.mean:  # the same in every replicate
            return self.scale.number(amount.mean)
        return self.scale.number(amount.mean) + self.scale.interval(*amount.ends, self.lang)


def _sankey(page: Page, found: Mapping[Link, F64]) -> None:
    """Draw nodes in columns, and ribbons as wide as what goes along them."""
    amounts = _Amounts(page, found)
    stages = 1 + max(NODES[node].stage for node in amounts.shown)
    step = (page.wide - 1.35) / (stages - 1)
    labels = {
        node: _label(page, amounts, node, step if NODES[node].stage < stages - 1 else 1.35)
        for node in amounts.shown
    }
    tall = 3.3
    biggest = max(amounts.nodes[node].mean for node in amounts.shown)
    unit = 0.62 * tall / biggest
    slots: dict[str, tuple[float, float]] = {}
    deepest = 0.0
    for stage in range(stages):
        # What a stage takes over begins where it was, so that ribbons do not run behind labels.
        follows = {3: "granted", 4: "duty"}.get(stage)
        y = slots[follows][0] if follows in slots else 0.0
        for node in amounts.shown:
            if NODES[node].stage == stage:
                high = unit * amounts.nodes[node].mean
                slots[node] = (y, high)
                y += max(high, text_height(len(labels[node]), SMALL)) + 0.12
        deepest = max(deepest, y)
    axes = page.axes(
        page.left - 0.08, page.wide + 0.08, deepest, Ticks(deepest, 0.0), Ticks(0.0, page.wide)
    )
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    left = {node: NODES[node].stage * step for node in amounts.shown}
    out = {node: slots[node][0] for node in amounts.shown}
    into_ = dict(out)
    for start, to in LINKS:
        high = unit * amounts.links[start, to]
        if start in slots and to in slots and high > 1e-9:
            fate = NODES[to].fate
            ends_at = (left[start] + _NODE, out[start]), (left[to], into_[to])
            axes.add_patch(_ribbon(*ends_at, high, _COLOURS[fate], f"flow-{start}-{to}"))
            out[start] += high
            into_[to] += high
    for node in amounts.shown:
        y, high = slots[node]
        colour = _COLOURS[NODES[node].fate]
        edge = Rectangle(
            (left[node], y), _NODE, max(high, 0.012), facecolor=colour, edgecolor=INK, linewidth=0.4
        )
        edge.set_gid(f"node-{node}")
        edge.set_zorder(3)
        axes.add_patch(edge)
        for number, line in enumerate(labels[node]):
            at = y + text_height(number, SMALL) + text_height(1, SMALL) * 0.72
            letter([axes.text(left[node] + _NODE + 0.06, at, line, color=INK, zorder=4)], SMALL)
    page.y = page.below(deepest, labels=False)


def _label(page: Page, amounts: _Amounts, node: str, wide: float) -> list[str]:
    room = wide - _NODE - 0.14
    return [*wrap(page.say(NODES[node].text), SMALL, room), *wrap(amounts.words(node), SMALL, room)]


def _ribbon(
    start: tuple[float, float], end: tuple[float, float], high: float, colour: str, name: str
) -> PathPatch:
    (x0, y0), (x1, y1) = start, end
    middle = (x0 + x1) / 2
    points = [
        (x0, y0), (middle, y0), (middle, y1), (x1, y1),
        (x1, y1 + high), (middle, y1 + high), (middle, y0 + high), (x0, y0 + high), (x0, y0),
    ]  # fmt: skip
    codes = [
        Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4,
        Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.CLOSEPOLY,
    ]  # fmt: skip
    patch = PathPatch(
        Path(points, codes), facecolor=colour, edgecolor=colour, alpha=0.32, linewidth=0.5
    )
    patch.set_gid(name)
    return patch


def _bars(page: Page, found: Mapping[Link, F64]) -> None:
    """Draw each node as a bar beneath the one that feeds it, for pages too narrow for ribbons."""
    amounts = _Amounts(page, found)
    biggest = max(amount.mean for amount in amounts.nodes.values())
    for node in amounts.shown:
        indent = 0.12 * NODES[node].stage
        room = page.wide - indent
        words = f"{page.say(NODES[node].text)} {amounts.words(node)}"
        page.y = page.sheet.write_lines(page.left + indent, page.y, words, SMALL, room)
        amount = amounts.nodes[node]
        full = (page.wide - 0.48) / biggest
        x = page.left + indent
        page.sheet.box(
            x, page.y + 0.01, max(0.01, full * amount.mean), 0.1, _COLOURS[NODES[node].fate]
        )
        if np.isfinite(amount.low):
            middle = page.y + 0.06
            page.sheet.line(
                [x + full * max(0.0, end) for end in amount.ends],
                [middle] * 2,
                color=INK,
                linewidth=1.0,
                marker="|",
                markersize=5,
            )
        page.y += 0.17


def _hundred(page: Page) -> None:
    """Draw where 100 yuan end under each scenario."""
    subject = page.subject
    page.heading(Text("Where 100 yuan end", "每 100 元的去向"))
    reach = _Reach(subject)
    present = {
        fate for one in reach.shares.values() for fate, share in one.items() if (share > 1e-6).any()
    }
    _key(page, [fate for fate in FATES if fate in present])
    for name in (subject.baseline, *subject.shown):
        _bar(page, name, reach)
    page.y += 0.1


def _key(page: Page, fates: Sequence[str]) -> None:
    x = page.left
    for fate in fates:
        words = page.say(FATE_NAMES[fate])
        wide = 0.3 + width_of(words, SMALL) + 0.2
        if x + wide > page.right and x > page.left:
            x, page.y = page.left, page.y + 0.21
        colour, hatch = _FATES[fate]
        page.sheet.box(
            x, page.y + 0.03, 0.22, 0.12, colour, edgecolor=INK, linewidth=0.5, hatch=hatch or None
        )
        page.sheet.write(x + 0.3, page.y, words, SMALL)
        x += wide
    page.y += 0.26


def _bar(page: Page, name: str, reach: _Reach) -> None:
    """Draw one scenario's 100 yuan, with the interval of what reaches work on needs."""
    subject = page.subject
    found = {fate: estimate(value) for fate, value in reach.shares[name].items()}
    works = found["works"]
    words = subject.title(name)
    if not np.isfinite(works.mean):
        page.note(f"{words}: {page.say(_CANNOT)}")
        return
    if name != subject.baseline:
        words += ("：" if subject.lang == "zh" else ": ") + reach.told(name)
    page.y = page.sheet.write_lines(page.left, page.y, words, BODY, page.wide)
    axes: Axes = page.axes(
        page.left - 0.08, page.wide + 0.08, 0.3, Ticks(0.0, 1.0), Ticks(0.0, 100.0)
    )
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    at = 0.0
    for fate, one in found.items():
        colour, hatch = _FATES[fate]
        axes.barh(
            0.5,
            one.mean,
            left=at,
            height=0.94,
            color=colour,
            hatch=hatch or None,
            edgecolor=INK,
            linewidth=0.5,
        )
        said = f"{one.mean:.1f}"
        if one.mean / 100.0 * page.wide > width_of(said, SMALL) + 0.1:
            label = axes.text(at + one.mean / 2, 0.5, said, ha="center", va="center", zorder=5)
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.2})
            letter([label], SMALL)
        at += one.mean
    axes.plot(
        [works.low, works.high],
        [0.12, 0.12],
        color=INK,
        linewidth=1.4,
        marker="|",
        markersize=6,
        gid=f"interval-works-{name}",
        zorder=6,
    )
    page.y = page.below(0.3, labels=False) + 0.04


def _notes(page: Page) -> list[Text | str | None]:
    subject = page.subject
    late = estimate(subject.per_run("late_money", subject.baseline))
    cost = estimate(subject.per_run("cost_per_hour", subject.baseline))
    met = estimate(subject.per_run("need_met", subject.baseline))
    percent = scale_for([], Text("", ""), Text("%", "%"), subject.lang, [late, met])
    yuan = scale_for([], Text("", ""), Text(" yuan", "元"), subject.lang, [cost])

    def said(one: Estimate, scale: Scale) -> str:
        return scale.with_unit(one.mean) + scale.interval(*one.ends, subject.lang)

    return [
        Text(
            f"Under the baseline {said(late, percent)} of service paid was paid late, {said(met, percent)} of needs"
            f" were truly met, and a standard hour of need met cost {said(cost, yuan)}.",
            f"基线下：支付的服务款中逾期占 {said(late, percent)}；需求满足率 {said(met, percent)}；"
            f"每标准工时有效服务成本 {said(cost, yuan)}。",
        ),
        Text(
            "Wages are divided by hours; hours without work of community workers by their numbers with and without"
            " certificate. Work on needs includes work that fails. Brackets and whiskers: 95% intervals of the mean"
            " over replicates, each by itself; differences are paired, and their intervals hold together.",
            "工资按工时划分；社区工作者闲置工时按持证与未持证人数加权。投入需求的工作包括未能解决的部分。"
            "括号与误差线：重复均值的 95% 区间，各自单独计算；差值为配对差值，其区间同时成立。",
        ),
        subject.left_out,
    ]
