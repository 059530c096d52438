"""Which uncertain numbers a difference rests on: how far each moves it, and which turn its sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sansheng.analysis.sensitivity import DUMMY, Influence, Sensitivity
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.fonts import style
from sansheng.pictures.page import Leaf, ticks_for
from sansheng.pictures.rows import Row, rows, width_of_names
from sansheng.pictures.sheet import save, width_of
from sansheng.pictures.style import BLUE, FAINT, INK, PAGE, SMALL, SOFT, VERMILION
from sansheng.pictures.wording import Scale, decimals_for, digits_that_tell, title_of, units

MOST_ROWS = 25
"""Numbers shown, the strongest; the table has all of them."""

MOST_NAMED = 3
"""Numbers that a sentence calls by name; more are counted."""

STATUS: Mapping[str, tuple[str, Text]] = {
    "read": ("o", Text("sourced", "有来源")),
    "derived": ("s", Text("derived", "推算")),
    "assumed": ("^", Text("assumed", "假定")),
    "": ("x", Text("chance alone", "纯随机")),
}
"""Marker of where a number comes from, and the words for it."""


def draw_sensitivity(
    found: Sensitivity, *, conditions: Conditions, lang: Language, stem: Path
) -> list[Path]:
    """Draw a screening and write it as PNG, SVG and PDF; ``stem`` is folder and name without ending."""
    drawn = _Screening(found, conditions, lang)
    return save(
        sensitivity_figure(found, conditions=conditions, lang=lang),
        stem,
        drawn.sentence(),
        drawn.conditions.line(lang),
        ("png", "svg", "pdf"),
    )


def sensitivity_figure(found: Sensitivity, *, conditions: Conditions, lang: Language) -> Figure:
    """Return the figure of a screening, complete."""
    with style():
        return _Screening(found, conditions, lang).draw()


def sensitivity_sentence(found: Sensitivity, *, conditions: Conditions, lang: Language) -> str:
    """Say what the difference is at the defaults, which numbers alone turn its sign, and how many move it."""
    return _Screening(found, conditions, lang).sentence()


class _Screening:
    """A screening while it is drawn."""

    def __init__(self, found: Sensitivity, conditions: Conditions, lang: Language) -> None:
        self.found = found
        design = Text(
            f"{found.trajectories} trajectories, {found.replicates} paired replicates at each point",
            f"{found.trajectories} 条轨迹，每点 {found.replicates} 对重复",
        )
        self.conditions = replace(conditions, design=design)
        self.lang: Language = lang
        outcome = OUTCOMES[found.outcome]
        self.name = outcome.text.get(lang)
        self.who, self.base = (
            title_of(name, conditions.titles, lang) for name in (found.scenario, found.baseline)
        )
        d = found.default
        decimals = decimals_for([d.mean], [(d.low, d.high)])
        ends = [d.low, d.high] if d.sign else []
        self.scale = Scale(digits_that_tell(ends, decimals), *units(outcome, lang))

    def say(self, en: str, zh: str) -> str:
        return Text(en, zh).get(self.lang)

    @property
    def numbers(self) -> list[Influence]:
        """All but the dummy."""
        return [one for one in self.found.influences if one.parameter != DUMMY]

    def sentence(self) -> str:
        d = self.found.default
        size = self.scale.change(d.mean) + (f"\u00a0{self.scale.unit}" if self.scale.unit else "")
        size += self.scale.interval(d.low, d.high, self.lang)
        if not d.sign:
            size += self.say(", cannot tell", "，无法分辨")
        parts = [
            self.say(
                f"{self.name}: {self.who} less {self.base} {size} at the defaults",
                f"{self.name}：默认值下{self.who}减{self.base} {size}",
            ),
            self._turns(),
        ]
        moving = sum(one.above_noise for one in self.numbers)
        parts.append(
            self.say(
                f"{moving} of {len(self.numbers)} uncertain numbers move it by more than chance",
                f"{len(self.numbers)} 个不确定参数中 {moving} 个的影响超过随机",
            )
        )
        return self.say("; ", "；").join(parts)

    def _turns(self) -> str:
        tried = [one for one in self.numbers if one.flip(self.found.default) is not None]
        if not tried:
            return self.say("none was put to the ends of its range", "未逐一取上下限")
        turning = [one for one in tried if one.flip(self.found.default) == "yes"]
        open_ = sum(one.flip(self.found.default) == "open" for one in tried)
        count = len(tried)
        if not turning:
            words = self.say(
                f"none of {count} tried alone turns it", f"单独试取的 {count} 个均未使其变号"
            )
        elif len(turning) <= MOST_NAMED:
            named = self.say(", ", "、").join(one.text.get(self.lang) for one in turning)
            words = self.say(
                f"of {count} tried alone {len(turning)} turn it: {named}",
                f"单独试取的 {count} 个中 {len(turning)} 个使其变号：{named}",
            )
        else:
            words = self.say(
                f"{len(turning)} of {count} tried alone turn it",
                f"单独试取的 {count} 个中 {len(turning)} 个使其变号",
            )
        if open_:
            words += self.say(f", {open_} open", f"，{open_} 个未定")
        return words

    def draw(self) -> Figure:
        found = self.found
        page = Leaf(self.lang, PAGE)
        page.top(self.sentence(), self.conditions.parts(self.lang))
        shown = list(found.influences[:MOST_ROWS])
        if all(one.parameter != DUMMY for one in shown):
            shown += [one for one in found.influences if one.parameter == DUMMY]
        self._key(page)
        listed = [Row(self._called(one), self._words(one)) for one in shown]
        across = ticks_for([_high(one) for one in shown] + [found.floor], zero=True)
        unit = self.scale.unit
        brackets = Text(f", {unit}", f"（{unit}）") if unit else Text("", "")
        drawn = rows(
            page,
            listed,
            width_of_names(page, [row.name for row in listed], SMALL),
            across,
            Text(
                f"μ*: how far the difference moves over a number's range{brackets.en}",
                f"μ*：参数走遍其范围时差值的平均变动{brackets.zh}",
            ),
            SMALL,
        )
        drawn.axes.axvspan(
            0.0, found.floor, color=FAINT, alpha=0.6, linewidth=0, zorder=0, gid="noise"
        )
        for level, one in zip(drawn.levels, shown, strict=True):
            self._mark(drawn.axes, level, one)
        self._notes(page, shown)
        return page.finish().figure

    def _called(self, one: Influence) -> str:
        text = one.text.get(self.lang)
        if one.parameter == DUMMY:
            return text
        return self.say(f"{text} ({one.parameter})", f"{text}（{one.parameter}）")

    def _words(self, one: Influence) -> str:
        """Return the size, and what the ends of the range showed."""
        scale = self._scale_of(one)
        size = f"{scale.number(one.mu_star)}\u00a0±\u00a0{scale.number(one.confidence)}"
        flip = one.flip(self.found.default)
        if flip is None or one.at_low is None or one.at_high is None:
            return size
        said = {
            "yes": Text("sign turns", "变号"),
            "open": Text("sign open", "符号未定"),
            "no": Text("sign stays", "符号不变"),
        }[flip].get(self.lang)
        ends = (self.scale.change(end.mean) for end in (one.at_low, one.at_high))
        arrow = self.say(" to ", " → ").join(ends)
        return f"{size}{self.say('; ', '；')}{said}{self.say(': ', '：')}{arrow}"

    def _scale_of(self, one: Influence) -> Scale:
        decimals = decimals_for([one.mu_star], [_ends(one)])
        return Scale(decimals, self.scale.unit, self.scale.level)

    def _mark(self, axes: Axes, level: float, one: Influence) -> None:
        turns = one.flip(self.found.default) == "yes"
        colour = VERMILION if turns else BLUE if one.above_noise else SOFT
        axes.plot(
            [max(_ends(one)[0], 0.0), _high(one)],
            [level, level],
            color=colour,
            linewidth=1.3,
            marker="|",
            markersize=6,
            gid=f"interval-{one.parameter}",
            zorder=2,
        )
        marker, _ = STATUS[one.status]
        axes.plot(
            [one.mu_star],
            [level],
            color=colour,
            marker=marker,
            markersize=6.5,
            markerfacecolor=colour if one.above_noise else "white",
            markeredgewidth=1.3,
            linestyle="none",
            gid=f"point-{one.parameter}",
            zorder=3,
        )
        if turns:
            axes.plot(
                [one.mu_star],
                [level],
                color=INK,
                marker="o",
                markersize=13,
                markerfacecolor="none",
                markeredgewidth=1.4,
                linestyle="none",
                gid=f"turns-{one.parameter}",
                zorder=3,
            )

    def _key(self, page: Leaf) -> None:
        entries: list[tuple[str, str, str, float, str]] = [
            (marker, SOFT, "white" if status == "" else SOFT, 6.5, words.get(self.lang))
            for status, (marker, words) in STATUS.items()
        ]
        entries += [
            ("o", SOFT, "white", 6.5, self.say("hollow: maybe chance", "空心：可能只是随机")),
            (
                "o",
                INK,
                "none",
                13.0,
                self.say("ringed: alone turns the sign", "带圈：单独即可变号"),
            ),
        ]
        x = page.left + 0.1
        for marker, colour, face, size, words in entries:
            wide = 0.18 + width_of(words, SMALL)
            if x + wide > page.right:
                x, page.y = page.left + 0.1, page.y + 0.22
            page.sheet.line(
                [x],
                [page.y + 0.1],
                color=colour,
                marker=marker,
                markersize=size,
                markerfacecolor=face,
                markeredgewidth=1.3,
                linestyle="none",
            )
            page.sheet.write(x + 0.18, page.y + 0.005, words, SMALL)
            x += wide + 0.3
        words = self.say("noise floor: below, maybe chance", "噪声下限：以内可能只是随机")
        if x + 0.4 + width_of(words, SMALL) > page.right:
            x, page.y = page.left, page.y + 0.22
        page.sheet.box(x, page.y + 0.03, 0.35, 0.14, FAINT)
        page.sheet.write(x + 0.43, page.y + 0.005, words, SMALL)
        page.y += 0.3

    def _notes(self, page: Leaf, shown: Sequence[Influence]) -> None:
        found = self.found
        more = len(found.influences) - len(shown)
        rest = [one for one in found.influences if one not in shown]
        unequal = f"{100 * found.unequal:.1f}%"
        opposite = f"{100 * found.opposite:.0f}%"
        page.note(
            Text(
                "Whiskers and ±: bootstrapped 95% intervals of μ*. Numbers after a sign: the difference at the low and"
                " at the high end of the range, all else at its default,"
                f" {found.confirmed} paired replicates; signs by intervals that hold together with 95%.",
                "误差线与 ± 为 μ* 的 95% 自助区间。符号后为参数取下限与上限、其余取默认值时的差值"
                f"（{found.confirmed} 对重复），符号按同时 95% 的区间判断。",
            ),
            Text(
                f"Over all points of the screening the difference is of the opposite sign in {opposite}.",
                f"筛查各点中差值符号相反者占 {opposite}。",
            ),
            Text(
                f"{more} more in the table, {sum(one.above_noise for one in rest)} of them above the noise floor.",
                f"另有 {more} 个见表，其中 {sum(one.above_noise for one in rest)} 个高于噪声下限。",
            )
            if more
            else None,
            Text(
                f"At {unequal} of the points the two spend more than 1% apart.",
                f"{unequal} 的点上两方案支出相差超过 1%。",
            )
            if found.unequal > 0.0
            else None,
        )


def _ends(one: Influence) -> tuple[float, float]:
    return one.mu_star - one.confidence, one.mu_star + one.confidence


def _high(one: Influence) -> float:
    return _ends(one)[1]
