"""Why one scenario beats another: from the level of the one to that of the other, share by share.

Once through the parts of the rule and once through the channels, on one axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sansheng.analysis.decompose import REST, Decomposition, Share
from sansheng.analysis.verdicts import Verdict, direction
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.estimates import Estimate, scale_for, told
from sansheng.pictures.fonts import style
from sansheng.pictures.page import Leaf, ticks_for
from sansheng.pictures.rows import Row, rows, width_of_names
from sansheng.pictures.sheet import save, width_of
from sansheng.pictures.style import BLUE, GREEN, INK, PAGE, PURPLE, SMALL, SOFT, VERMILION
from sansheng.pictures.wording import VERDICTS, Scale, digits_that_tell, title_of, units

_DUST = 9
_LANGUAGES: tuple[Language, ...] = ("en", "zh")

TALL = 0.15
"""Height of a bar, inches."""


class Look(NamedTuple):
    """How a bar is filled."""

    face: str
    edge: str
    hatch: str | None


LOOKS: Mapping[Verdict, Look] = {
    "better": Look(BLUE, BLUE, None),
    "worse": Look("white", VERMILION, "/////"),
    "higher": Look(GREEN, GREEN, None),
    "lower": Look("white", PURPLE, "/////"),
}
_OPEN = Look("white", SOFT, None)


def draw_waterfall(
    found: Decomposition, *, conditions: Conditions, lang: Language, stem: Path
) -> list[Path]:
    """Draw a decomposition and write it as PNG, SVG and PDF; ``stem`` is folder and name without ending."""
    return save(
        waterfall(found, conditions=conditions, lang=lang),
        stem,
        waterfall_sentence(found, conditions=conditions, lang=lang),
        conditions.line(lang),
        ("png", "svg", "pdf"),
    )


def waterfall(found: Decomposition, *, conditions: Conditions, lang: Language) -> Figure:
    """Return the figure of a decomposition, complete."""
    with style():
        return _Waterfall(found, conditions, lang).draw()


def waterfall_sentence(found: Decomposition, *, conditions: Conditions, lang: Language) -> str:
    """Say how large the difference is and what contributes most to it, of the parts and of the channels.

    Of a difference that can be told from zero that is the largest share on its side; of one that cannot, the share that
    raises it most and the one that lowers it most. Shares whose interval includes zero are not named.
    """
    return _Waterfall(found, conditions, lang).sentence()


class _Waterfall:
    """A decomposition while it is drawn."""

    def __init__(self, found: Decomposition, conditions: Conditions, lang: Language) -> None:
        self.found = found
        self.conditions = conditions
        self.lang: Language = lang
        self.outcome = OUTCOMES[found.question.outcome]
        self.better = direction(self.outcome)
        asked = found.question
        self.old, self.new = (
            title_of(name, conditions.titles, lang) for name in (asked.old, asked.new)
        )
        self.start = float(np.mean([answer.hybrids[0] for answer in found.answers]))
        # A share that is known to a hair must not give the digits of all.
        self.scale = self._scale(self._told_apart())

    def say(self, en: str, zh: str) -> str:
        return Text(en, zh).get(self.lang)

    def sentence(self) -> str:
        total = self.found.total
        name = self.outcome.text.get(self.lang)
        parts = [
            self.say(
                f"{name}: {self.new}, against {self.old}, {self._told(total)}",
                f"{name}：{self.new}与{self.old}相比 {self._told(total)}",
            )
        ]
        for shares, en, zh in (
            (self.found.parts, "of its parts", "各组成部分中"),
            (self.found.channels, "of the channels", "各渠道中"),
        ):
            if self._shows(total) != "identical":
                parts.append(self._largest(shares, self.say(en, zh)))
        return self.say("; ", "；").join(parts)

    def _told_apart(self) -> list[Share]:
        """Return the total, or all shares where no replicate has any."""
        total = self.found.total
        if self._shows(total) != "identical":
            return [total]
        return [*self.found.parts, *self.found.channels]

    def _scale(self, shares: Sequence[Share]) -> Scale:
        unit, level = (
            Text(*pair)
            for pair in zip(*(units(self.outcome, one) for one in _LANGUAGES), strict=True)
        )
        return scale_for(map(self._estimate, shares), unit, level, self.lang)

    def _scale_of(self, share: Share) -> Scale:
        """Return the common scale, with more digits where the share would be rounded to 0."""
        found = self._estimate(share)
        ends = [*found.ends, found.mean] if found.decided else []
        decimals = digits_that_tell(ends, self.scale.decimals)
        return replace(self.scale, decimals=decimals)

    def _largest(self, shares: Sequence[Share], among: str) -> str:
        """Name the share that contributes most to the total, or what pulls either way where it cannot be told."""
        total = self._estimate(self.found.total)
        decided = [one for one in shares if self._estimate(one).decided]
        if not total.decided:
            return self._either_way(decided, among)
        able = [one for one in decided if one.mean * total.mean > 0.0]
        if not able:
            return among + self.say(" none can be told to contribute", "无可分辨的贡献")
        one = max(able, key=lambda share: abs(share.mean))
        size = self._scale_of(one).change(one.mean)
        if one.name == REST[0]:
            return self.say(
                f"the largest share went other ways ({size})",
                f"贡献最大者不经由上述渠道（{size}）",
            )
        who = _short(one).get(self.lang)
        return among + self.say(f", {who} most ({size})", f"，{who}贡献最大（{size}）")

    def _either_way(self, decided: Sequence[Share], among: str) -> str:
        if not decided:
            return among + self.say(" none can be told from 0", "均无法与 0 区分")
        most, least = max(decided, key=_mean_of), min(decided, key=_mean_of)
        said = [
            Text(
                f"{up} most by {_short(one).en} ({self._scale_of(one).change(one.mean)})",
                f"{zh}最大者为{_short(one).zh}（{self._scale_of(one).change(one.mean)}）",
            ).get(self.lang)
            for one, up, zh, there in (
                (most, "up", "升幅", most.mean > 0.0),
                (least, "down", "降幅", least.mean < 0.0),
            )
            if there
        ]
        comma = self.say(", ", "，")
        return comma.join([among, *said])

    def draw(self) -> Figure:
        page = Leaf(self.lang, PAGE)
        page.top(self.sentence(), self.conditions.parts(self.lang))
        self._key(page)
        groups = (
            (Text("By part of the rule", "按规则的组成部分"), self.found.parts),
            (
                Text("By channel (a balanced sample of orders)", "按渠道（均衡抽取的次序）")
                if self.found.sampled
                else Text("By channel (all combinations)", "按渠道（全部组合）"),
                self.found.channels,
            ),
        )
        across = ticks_for(self._ends(), most=6)
        said = [share.text.get(self.lang) for _, shares in groups for share in shares]
        names = width_of_names(page, [self.old, self.new, *said])
        for heading, shares in groups:
            page.heading(heading)
            listed = [
                Row(self.old, self.scale.with_unit(self.start)),
                *(Row(share.text.get(self.lang), self._told(share)) for share in shares),
                Row(self.new, self._arrived()),
            ]
            unit = self.scale.level.strip() or self.scale.unit
            name = self.outcome.text
            brackets = Text(f" ({unit})", f"（{unit}）") if unit else Text("", "")
            drawn = rows(
                page,
                listed,
                names,
                across,
                Text(f"{name.en}{brackets.en}", f"{name.zh}{brackets.zh}"),
            )
            self._bars(drawn.axes, drawn.levels, shares)
        page.note(
            Text(
                "Each bar goes on where the one above ends; its whisker is the 95% interval of this share by itself,"
                " over paired replicates. The axis need not begin at 0.",
                "各条从上一条末端起；误差线为该分项自身的 95% 配对区间。横轴未必从 0 起。",
            ),
            Text(
                f"Channels are held at the run of {self.old}; shares are averages over the orders in which they are"
                " freed. The whisker of the last row is the interval of the whole difference.",
                f"渠道固定于{self.old}的运行轨迹；分项为各放开次序的平均。末行误差线为总差值的区间。",
            ),
        )
        return page.finish().figure

    def _ends(self) -> list[float]:
        """Return all that has to fit on the axis."""
        ends = [self.start]
        for shares in (self.found.parts, self.found.channels, (self.found.total,)):
            at = self.start
            for share in shares:
                ends += [at + share.low, at + share.high, at + share.mean]
                at += share.mean
        return ends

    def _bars(self, axes: Axes, levels: Sequence[float], shares: Sequence[Share]) -> None:
        at = self.start
        self._level(axes, levels[0], at)
        for level, below, share in zip(levels[1:], levels[2:], shares, strict=False):
            look = LOOKS.get(self._shows(share), _OPEN)
            end = at + share.mean
            bar = Rectangle(
                (min(at, end), level - TALL / 2),
                abs(share.mean),
                TALL,
                facecolor=look.face,
                edgecolor=look.edge,
                hatch=look.hatch,
                linewidth=1.0,
                zorder=2,
            )
            bar.set_gid(f"share-{share.name}")
            axes.add_patch(bar)
            self._whisker(axes, level, at, share)
            axes.plot(
                [end, end],
                [level + TALL / 2, below - TALL / 2],
                color=SOFT,
                linewidth=0.7,
                zorder=1,
            )
            at = end
        axes.plot(
            [self.start] * 2,
            [levels[0] + TALL / 2, levels[1] - TALL / 2],
            color=SOFT,
            linewidth=0.7,
        )
        self._whisker(axes, levels[-1], self.start, self.found.total)
        self._level(axes, levels[-1], self.start + self.found.total.mean)

    def _level(self, axes: Axes, level: float, value: float) -> None:
        axes.plot([value], [level], color=INK, marker="D", markersize=6, gid="level", zorder=4)

    def _whisker(self, axes: Axes, level: float, start: float, share: Share) -> None:
        axes.plot(
            [start + share.low, start + share.high],
            [level, level],
            color=INK,
            linewidth=1.2,
            marker="|",
            markersize=7,
            gid=f"interval-{share.name}",
            zorder=3,
        )

    def _key(self, page: Leaf) -> None:
        shown: tuple[Verdict, ...] = (
            ("higher", "lower") if self.better == "neither" else ("better", "worse")
        )
        entries = [(LOOKS[one], VERDICTS[one].get(self.lang)) for one in shown]
        entries.append(
            (_OPEN, self.say("the 95% interval includes 0, cannot tell", "95% 区间含 0，无法分辨"))
        )
        x = page.left
        for look, words in entries:
            page.sheet.box(
                x,
                page.y + 0.03,
                0.35,
                TALL,
                look.face,
                edgecolor=look.edge,
                linewidth=1.0,
                hatch=look.hatch,
            )
            page.sheet.write(x + 0.45, page.y + 0.015, words, SMALL)
            x += 0.45 + width_of(words, SMALL) + 0.35
        page.y += 0.35

    def _arrived(self) -> str:
        total = self.found.total
        reached = self.scale.with_unit(self.start + total.mean)
        return self.say(
            f"{reached}; in all {self._told(total)}", f"{reached}；合计 {self._told(total)}"
        )

    def _told(self, share: Share) -> str:
        if self._shows(share) == "identical":
            return self.say("exactly 0", "恰为 0")
        return told(self._estimate(share), self._scale_of(share), self.lang, self.better)

    def _shows(self, share: Share) -> Verdict:
        return self._estimate(share).shows(self.better)

    def _estimate(self, share: Share) -> Estimate:
        """Return a share without the dust of its sums, which could be all on one side of 0."""
        mean, low, high = (round(x, _DUST) for x in (share.mean, share.low, share.high))
        return Estimate(mean, low, high, self.found.replicates)


def _short(share: Share) -> Text:
    """Return a share's name without what explains it."""
    if share.name == REST[0]:
        return Text("what goes other ways", "其他途径")
    return Text(share.text.en.partition(": ")[0], share.text.zh.partition("：")[0])


def _mean_of(share: Share) -> float:
    return share.mean
