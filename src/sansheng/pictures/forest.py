"""The rows of the comparison figure: names, intervals, numbers and what they show.

On a page that is narrower than a screen names stand above their axes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sansheng.analysis.verdicts import Verdict, direction
from sansheng.core.text import Language, Text
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.sheet import Sheet, letter, width_of, wrap
from sansheng.pictures.style import BAND, BETTER, BODY, FAINT, INK, PAGE, SMALL, SOFT, TITLE, Mark
from sansheng.pictures.wording import (
    VERDICTS,
    ComparisonLike,
    OutcomeLike,
    Scale,
    reading,
    round_numbers,
    scale_of,
    tick_labels,
    title_of,
)

GROUPS: Mapping[str, Text] = {
    "service": Text("Service", "服务"),
    "residents": Text("Residents", "居民"),
    "workforce": Text("Workforce", "队伍"),
    "providers": Text("Social organisations", "社会组织"),
    "money": Text("Money", "经费"),
    "equity": Text("Equity", "公平"),
    "honesty": Text("Honesty of figures", "数据真实"),
}

_DIRECTION: Mapping[str, Text] = {
    "higher": Text("higher is better", "越高越好"),
    "lower": Text("lower is better (axis reversed)", "越低越好（轴反向）"),
    "neither": Text("neither good nor bad", "无好坏之分"),
    "reported": Text("reported figure, not judged", "上报口径，不作评判"),
}

_SHOWS_NOTHING: tuple[Verdict, ...] = ("undecided", "identical", "unknown")

MOST_MARKED = 6
"""Scenarios that marks and a legend can tell apart."""

_TOO_LITTLE = "#a6a6a6"
_ZONE = "#e4e4e4"
_MARGIN = 0.35
_GAP = 0.2
_NAMES = 2.75
_BESIDE = 9.0
"""Pages of this width, inches, have names beside their axes."""
_PHONE = 5.5
"""Narrower pages leave verdicts to the marks."""
_LINE = 0.235
_TICKS = 0.27


class Forest:
    """The figure while it is drawn."""

    def __init__(
        self,
        comparisons: Sequence[ComparisonLike],
        outcomes: Mapping[str, OutcomeLike],
        conditions: Conditions,
        lang: Language,
        shown: Sequence[str],
        marks: Mapping[str, Mark],
        width: float,
        notes: Sequence[str],
    ) -> None:
        self.notes = notes
        self.short = width < PAGE or len(marks) > MOST_MARKED
        self.margin = _MARGIN if width > _PHONE else 0.2
        self.right = width - self.margin
        self.wide = self.right - self.margin
        self.above = width < _BESIDE or len(marks) > MOST_MARKED
        self.verdicts_shown = width > _PHONE
        self.outcomes = outcomes
        self.conditions = conditions
        self.lang: Language = lang
        self.shown = shown
        self.marks = marks
        self.named = len(marks) > MOST_MARKED
        self.baseline = title_of(comparisons[0].baseline, conditions.titles, lang)
        self.rows = {name: self._in_order(comparisons, name) for name in shown}
        self.scales = {
            name: scale_of(outcomes[name], rows, lang) for name, rows in self.rows.items()
        }
        self.sheet = Sheet(width)
        numbers = [self._change(row) for rows in self.rows.values() for row in rows]
        words = [
            VERDICTS[self._verdict(row)].get(lang) for rows in self.rows.values() for row in rows
        ]
        self.verdicts_wide = max(width_of(word, SMALL) for word in words)
        self.head = "差（95% 区间）" if lang == "zh" else "difference (95% interval)"
        self.numbers_wide = max(
            0.22 + max(width_of(number, BODY) for number in numbers), width_of(self.head, SMALL)
        )
        beside = self.verdicts_wide + 0.12 if self.verdicts_shown else 0.0
        self.numbers_at = self.right - beside - self.numbers_wide
        self.axis_at = self.margin
        if width >= _BESIDE:
            self.axis_at += _NAMES + _GAP
        elif self.named and self.verdicts_shown:
            self.axis_at += 0.28 * self.wide + _GAP
        self.names_wide = self.axis_at - _GAP - self.margin
        self.line = _LINE if not self.named or self.names_wide > 0.0 else 2 * _LINE
        self.axis_wide = self.numbers_at - _GAP - self.axis_at

    def draw(self, title: str) -> Figure:
        """Draw everything below a title that says the finding."""
        sheet, lang = self.sheet, self.lang
        wide = self.wide
        semicolon = "；" if lang == "zh" else "; "
        y = sheet.write_parts(
            self.margin, 0.25, title.split(semicolon), TITLE, wide, between=semicolon
        )
        y = sheet.write_parts(
            self.margin,
            y + 0.04,
            self.conditions.parts(lang),
            SMALL,
            wide,
            between=" · ",
            colour=SOFT,
        )
        y = self._legend(y + 0.12)
        y = self._header(y + 0.1)
        groups = groupby(self.shown, key=lambda name: self.outcomes[name].group)
        for group, names in groups:
            members = list(names)
            y = self._band(y + 0.04, group, members)
            for name in members:
                y = self._row(y, name)
        y = self._notes(y + 0.12)
        return sheet.finish(y + 0.2)

    def _in_order(self, comparisons: Sequence[ComparisonLike], name: str) -> list[ComparisonLike]:
        """Return the comparisons of an outcome; scenarios that are named one by one, the best first."""
        rows = [row for row in comparisons if row.outcome == name]
        if not self.named:
            return rows
        up = -1.0 if direction(self.outcomes[name]) == "lower" else 1.0
        return sorted(
            rows,
            key=lambda row: -up * row.difference if row.difference == row.difference else math.inf,
        )

    def _legend(self, y: float) -> float:
        """Name each scenario beside its mark, as many to a line as fit, and say what marks mean."""
        if not self.named:
            y = self._entries(y)
        zh = self.lang == "zh"
        key = (
            "空心标记：无可分辨的差异（95% 区间包含 0，或没有区间）；灰色标记：无实际差异（区间全在灰带内）。"
            "浅蓝一侧：更好；没有浅蓝的行不分好坏。灰带：不足道的差异（假定）。"
            if zh
            else "Hollow marker: no distinguishable difference (the 95% interval includes 0, or there is none);"
            " grey: no practical difference (all of it lies in the grey band). Pale blue side: better; rows"
            " without it are not judged. Grey band: differences that do not matter (assumed)."
        )
        return self.sheet.write_lines(self.margin, y, key, SMALL, self.wide, colour=SOFT)

    def _entries(self, y: float) -> float:
        lang = self.lang
        x, right = self.margin, self.right
        entries = [
            (title_of(name, self.conditions.titles, lang), m) for name, m in self.marks.items()
        ]
        for words, drawn in entries:
            lines = wrap(words, BODY, right - self.margin - 0.5)
            wide = 0.5 + max(width_of(line, BODY) for line in lines)
            if x > self.margin and (x + wide > right or len(lines) > 1):
                x, y = self.margin, y + 0.24
            self._sample(x, y + 0.115, drawn)
            for extra, line in enumerate(lines):
                if extra:
                    y += 0.21
                self.sheet.write(x + 0.5, y, line, BODY)
            x += wide + 0.3
        return y + 0.25

    def _sample(self, x: float, y: float, drawn: Mark) -> None:
        colour = drawn.colour
        self.sheet.line([x, x + 0.4], [y, y], color=colour, linewidth=2.0, linestyle=drawn.line)
        self.sheet.line([x + 0.2], [y], color=colour, marker=drawn.marker, markersize=6.5)

    def _header(self, y: float) -> float:
        zh = self.lang == "zh"
        against = f"与{self.baseline}之差" if zh else f"difference from {self.baseline}"
        if self.names_wide > 0.0 and self.axis_wide > 2.7:
            middle = self.axis_at + self.axis_wide / 2
            for number, line in enumerate(wrap(against, SMALL, self.axis_wide - 1.5)):
                y += 0.18 * (number > 0)
                self.sheet.write(middle, y, line, SMALL, colour=SOFT, align="center")
            self.sheet.write(self.margin, y, "结果" if zh else "Outcome", SMALL, colour=SOFT)
        else:
            y = self.sheet.write_lines(self.margin, y, against, SMALL, self.wide, colour=SOFT)
        self._arrows(y)
        self.sheet.write(self.numbers_at, y, self.head, SMALL, colour=SOFT)
        return y + 0.22

    def _arrows(self, y: float) -> None:
        zh = self.lang == "zh"
        left, right = self.axis_at, self.axis_at + self.axis_wide
        self.sheet.write(left, y, "← 更差" if zh else "← worse", SMALL)
        self.sheet.write(right, y, "更好 →" if zh else "better →", SMALL, align="right")

    def _band(self, y: float, group: str, members: Sequence[str]) -> float:
        words = GROUPS[group].get(self.lang) if group in GROUPS else group
        self.sheet.box(self.margin, y, self.wide, 0.24, BAND)
        self.sheet.write(self.margin + 0.08, y + 0.015, words, BODY)
        judged = all(direction(self.outcomes[name]) != "neither" for name in members)
        if judged and self.names_wide > 0.0:
            self._arrows(y + 0.03)
        return y + 0.3

    def _row(self, y: float, name: str) -> float:
        """Draw one outcome: its name and baseline, its axis, its numbers."""
        rows = self.rows[name]
        under = self._names(y, name, self.wide if self.above else _NAMES)
        if self.above:
            y = under + 0.04
        tall = max(self.line * len(rows), under - y - _TICKS + 0.02)
        axes = self.sheet.axes(self.axis_at, y, self.axis_wide, tall)
        axes.set_ylim(tall, 0)
        self._axis(axes, name)
        first = (tall - self.line * len(rows)) / 2
        for line, row in enumerate(rows):
            level = first + self.line * (line + 1) - _LINE / 2
            self._interval(axes, level, row, f"{self.shown.index(name)}-{line}")
            self._numbers(y + level, row)
            if self.named:
                self._name(y + level, row)
        return max(under, y + tall + _TICKS) + 0.06

    def _name(self, middle: float, row: ComparisonLike) -> None:
        """Write a scenario's name beside its interval, or above it where there is no room."""
        words = title_of(row.scenario, self.conditions.titles, self.lang)
        beside = self.names_wide > 0.0
        line = wrap(words, SMALL, self.names_wide if beside else self.wide)[0]
        top = middle - 0.085 if beside else middle - 0.085 - 0.9 * _LINE
        self.sheet.write(self.margin, top, line, SMALL)

    def _axis(self, axes: Axes, name: str) -> None:
        """Give an outcome's axis its zero line, its better side and its ticks."""
        reach = _reach(self.rows[name])
        limit = reach or 1.0
        better = direction(self.outcomes[name])
        axes.set_xlim((limit, -limit) if better == "lower" else (-limit, limit))
        if better != "neither":
            good = -limit if better == "lower" else limit
            axes.axvspan(0, good, color=BETTER, linewidth=0, zorder=0)
        zone = max((row.zone for row in self.rows[name] if row.zone > 0.0), default=0.0)
        if zone:
            axes.axvspan(-zone, zone, color=_ZONE, linewidth=0, zorder=0.5, gid=f"zone-{name}")
        axes.axvline(0, color=INK, linewidth=1.0, zorder=1)
        axes.set_yticks([])
        axes.patch.set_visible(False)
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(FAINT)
        if reach > 0:
            ticks = self._fitting(round_numbers(reach))
            axes.set_xticks(ticks, labels=tick_labels(ticks))
        else:
            axes.set_xticks([0.0], labels=["0"])
        axes.tick_params(axis="x", length=2.5, pad=2, color=FAINT, labelcolor=SOFT)
        letter(axes.get_xticklabels(), SMALL - 1)

    def _fitting(self, ticks: list[float]) -> list[float]:
        """Return as many of the ticks, zero among them, as have room for their numbers."""
        zero = len(ticks) // 2
        for step in range(1, zero + 1):
            kept = [tick for place, tick in enumerate(ticks) if (place - zero) % step == 0]
            room = sum(width_of(label, SMALL - 1) + 0.12 for label in tick_labels(kept))
            if room < self.axis_wide:
                break
        return kept

    def _interval(self, axes: Axes, level: float, row: ComparisonLike, name: str) -> None:
        drawn = self.marks[row.scenario]
        ends, levels = list(row.bounds), [level, level]
        if all(map(math.isfinite, ends)):
            axes.plot(
                ends,
                levels,
                color=drawn.colour,
                linewidth=2.0,
                linestyle=drawn.line,
                dash_capstyle="butt",
                gid=f"interval-{name}",
                zorder=2,
            )
            axes.plot(
                ends,
                levels,
                color=drawn.colour,
                marker="|",
                markersize=6,
                markeredgewidth=1.5,
                linestyle="none",
                zorder=2,
            )
        if math.isfinite(row.difference):
            axes.plot(
                [row.difference],
                [level],
                gid=f"estimate-{name}",
                zorder=3,
                **self._marker(row, 6.5),
            )

    def _names(self, y: float, name: str, wide: float) -> float:
        zh = self.lang == "zh"
        outcome, scale, rows = self.outcomes[name], self.scales[name], self.rows[name]
        y = self.sheet.write_lines(self.margin, y, outcome.text.get(self.lang), BODY, wide)
        level = scale.with_unit(rows[0].baseline_mean)
        facts = [f"{'基线' if zh else 'baseline'} {level}"]
        if scale.unit and scale.level.strip() != scale.unit:
            facts.append(f"{'差的单位：' if zh else 'difference in '}{scale.unit}")
        reported = outcome.kind == "reported"
        facts.append(_DIRECTION["reported" if reported else outcome.better].get(self.lang))
        pairs = min(row.replicates for row in rows)
        if pairs < self.conditions.replicates:
            facts.append(
                f"{self.conditions.replicates} 对重复中 {pairs} 对有定义"
                if zh
                else f"defined in {pairs} of {self.conditions.replicates} replicates"
            )
        return self.sheet.write_parts(
            self.margin, y, facts, SMALL, wide, between="；" if zh else "; ", colour=SOFT
        )

    def _numbers(self, middle: float, row: ComparisonLike) -> None:
        self.sheet.line([self.numbers_at + 0.07], [middle], **self._marker(row, 5.5))
        colour = SOFT if self._hollow(row) else INK
        top = middle - 0.105
        self.sheet.write(self.numbers_at + 0.22, top, self._change(row), BODY, colour=colour)
        if not self.verdicts_shown:
            return
        word = VERDICTS[self._verdict(row)].get(self.lang)
        right = self.right
        self.sheet.write(right, top + 0.018, word, SMALL, colour=colour, align="right")

    def _marker(self, row: ComparisonLike, size: float) -> dict[str, Any]:
        drawn = self.marks[row.scenario]
        return {
            "marker": drawn.marker,
            "markersize": size,
            "color": drawn.colour,
            "markerfacecolor": self._face(row),
            "linestyle": "none",
        }

    def _face(self, row: ComparisonLike) -> str:
        if self._verdict(row) == "no_practical_difference":
            return _TOO_LITTLE
        return "white" if self._hollow(row) else self.marks[row.scenario].colour

    def _hollow(self, row: ComparisonLike) -> bool:
        return self._verdict(row) in _SHOWS_NOTHING

    def _notes(self, y: float) -> float:
        zh = self.lang == "zh"
        notes = [
            "各行刻度不同：线段长短只能在同一行内比较。"
            if zh
            else "Each row has its own scale: compare lengths within a row only.",
            "这是模型中各办法之间的差异及其范围，不是对实际数值的预测。"
            if zh
            else "Differences between rules inside a model, with their ranges; not forecasts of levels.",
            *self.notes,
            self.conditions.spend_line(self.lang),
        ]
        if self.short:
            left = (
                "只画各类的首个指标；其余见结果表。"
                if zh
                else "Only the first outcome of a group is drawn; the table has all."
            )
            notes.insert(0, left)
        for note in filter(None, notes):
            y = self.sheet.write_lines(self.margin, y, note, SMALL, self.wide, colour=SOFT)
        return y

    def _verdict(self, row: ComparisonLike) -> Verdict:
        return reading(row, self.outcomes[row.outcome])

    def _change(self, row: ComparisonLike) -> str:
        scale: Scale = self.scales[row.outcome]
        if self._verdict(row) == "identical":
            return scale.change(row.difference)
        return scale.change(row.difference) + scale.interval(*row.bounds, self.lang)


def _reach(rows: Sequence[ComparisonLike]) -> float:
    """Return how far an axis reaches on both sides of zero; 0 if there is nothing but zero."""
    ends = [abs(v) for row in rows for v in (row.difference, *row.bounds) if math.isfinite(v)]
    zones = [row.zone for row in rows if row.zone > 0.0]
    return 1.12 * max([*ends, *zones], default=0.0)
