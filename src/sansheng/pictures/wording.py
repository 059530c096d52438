"""Numbers and findings in words.

A sentence above a picture and the numbers inside it come from the same functions here, so that they
cannot disagree. Everything is a pure function of plain values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sansheng.analysis.verdicts import Verdict, direction, verdict
from sansheng.core.text import Language, Text


class OutcomeLike(Protocol):
    """What a picture needs to know of an outcome."""

    @property
    def text(self) -> Text:
        """Name."""

    @property
    def unit(self) -> str:
        """Unit in English; what begins with ``%`` differs by percentage points."""

    @property
    def unit_zh(self) -> str:
        """Unit in Chinese."""

    @property
    def better(self) -> str:
        """``higher``, ``lower`` or ``neither``."""

    @property
    def kind(self) -> str:
        """``true``, ``reported``, ``money`` or ``count``."""

    @property
    def headline(self) -> bool:
        """Whether the comparison figure shows it."""

    @property
    def group(self) -> str:
        """Heading it stands under."""


class ComparisonLike(Protocol):
    """One outcome of one scenario against the baseline: a paired difference and its 95% interval."""

    @property
    def outcome(self) -> str:
        """Id of the outcome."""

    @property
    def scenario(self) -> str:
        """Name of the scenario."""

    @property
    def baseline(self) -> str:
        """Name of the scenario it is compared with."""

    @property
    def mean(self) -> float:
        """Mean over replicates, in the outcome's unit."""

    @property
    def baseline_mean(self) -> float:
        """The same of the baseline."""

    @property
    def difference(self) -> float:
        """Mean of the paired differences."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Ends of the 95% interval of the difference that it is judged by."""

    @property
    def zone(self) -> float:
        """Differences up to this much, either way, do not matter; NaN if none is declared."""

    @property
    def replicates(self) -> int:
        """Pairs behind the numbers."""


VERDICTS: Mapping[Verdict, Text] = {
    "better": Text("better", "更好"),
    "worse": Text("worse", "更差"),
    "higher": Text("higher", "更高"),
    "lower": Text("lower", "更低"),
    "no_practical_difference": Text("no practical difference", "无实际差异"),
    "undecided": Text("not distinguishable", "无可分辨"),
    "identical": Text("identical", "完全相同"),
    "unknown": Text("no interval", "没有区间"),
}

_NO_FINDING: Mapping[Verdict, Text] = {
    "undecided": Text("no distinguishable difference", "无可分辨的差异"),
    "identical": Text("identical to the baseline", "与基线完全相同"),
    "unknown": Text("no interval can be given", "无法给出区间"),
}

_MOST = 6

FEW = 4
"""Up to this many scenarios the finding names each; beyond, it counts them."""


def reading(row: ComparisonLike, outcome: OutcomeLike) -> Verdict:
    """Return what a comparison shows, judged by its bounds and its zone."""
    return verdict(row.difference, *row.bounds, direction(outcome), row.zone)


@dataclass(frozen=True)
class Scale:
    """How one outcome's numbers are written.

    Parameters
    ----------
    decimals
        Digits after the point.
    unit
        Unit of a difference.
    level
        What follows a level, with its own space if it needs one (``"%"``, ``" h"``).
    """

    decimals: int
    unit: str
    level: str

    def number(self, value: float) -> str:
        """Write a level without its unit, with a true minus sign."""
        return _signed(value, self.decimals, plus=False)

    def with_unit(self, value: float) -> str:
        """Write a level and its unit."""
        return self.number(value) + self.level if math.isfinite(value) else self.number(value)

    def change(self, value: float) -> str:
        """Write a difference without its unit; above zero it has a plus sign."""
        return _signed(value, self.decimals, plus=True)

    def interval(self, low: float, high: float, lang: Language) -> str:
        """Write an interval in brackets."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        if lang == "zh":
            return f"（{self.number(low)}～{self.number(high)}）"
        return f" ({self.number(low)}\u00a0to\u00a0{self.number(high)})"


def scale_of(outcome: OutcomeLike, rows: Iterable[ComparisonLike], lang: Language) -> Scale:
    """Choose unit and digits for the numbers of one outcome.

    Digits follow the narrowest interval (one or two significant digits of its half width), and no end
    of an interval that excludes zero is rounded to zero while six digits suffice.
    """
    rows = list(rows)
    ends = [row.bounds for row in rows]
    decimals = decimals_for([row.difference for row in rows], ends)
    decided = [end for low, high in ends if low > 0 or high < 0 for end in (low, high)]
    return Scale(digits_that_tell(decided, decimals), *units(outcome, lang))


def digits_that_tell(ends: Iterable[float], decimals: int) -> int:
    """Return at least so many digits after the point that no number, none of them zero, is rounded to zero."""
    known = list(ends)
    while decimals < _MOST and any(round(end, decimals) == 0 for end in known):
        decimals += 1
    return decimals


def decimals_for(differences: Iterable[float], intervals: Iterable[tuple[float, float]]) -> int:
    """Return the digits after the point that the narrowest of the intervals deserves."""
    known = [(low, high) for low, high in intervals if math.isfinite(low) and math.isfinite(high)]
    halves = [(high - low) / 2 for low, high in known if high > low]
    sizes = halves or [abs(d) / 10 for d in differences if math.isfinite(d) and d != 0]
    if not sizes:
        return 0
    return min(max(-math.floor(math.log10(min(sizes) / 2)), 0), _MOST)


def units(outcome: OutcomeLike, lang: Language) -> tuple[str, str]:
    """Return the unit of an outcome's differences and what follows its levels."""
    unit = outcome.unit_zh if lang == "zh" else outcome.unit
    if unit.startswith("%"):
        points = "个百分点" if lang == "zh" else "percentage points"
        return points + unit.removeprefix("%"), unit
    if unit[:1].isdigit():
        unit = f"× {unit}"  # "1,500 × 10,000 yuan", not "1,500 10,000 yuan"
    return ("", "") if unit in ("", "-") else (unit, f" {unit}")


def round_numbers(limit: float) -> list[float]:
    """Return evenly spaced round numbers within ``±limit``: zero and at least two on each side."""
    power = 10.0 ** math.floor(math.log10(limit))
    steps = (5.0, 2.0, 1.0, 0.5, 0.2)
    step = next(s * power for s in steps if limit / (s * power) + 1e-9 >= 2)
    count = math.floor(limit / step + 1e-9)
    return [k * step for k in range(-count, count + 1)]


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Write evenly spaced numbers, at least two, with the digits that their distance needs."""
    decimals = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
    return [_signed(tick, decimals, plus=False) for tick in ticks]


def _signed(value: float, decimals: int, *, plus: bool) -> str:
    if not math.isfinite(value):
        return "–"
    rounded = round(value, decimals)
    sign = "−" if rounded < 0 else "+" if plus and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"


def title_of(name: str, titles: Mapping[str, Text], lang: Language) -> str:
    """Return a scenario's title, or its name where it has none."""
    return titles[name].get(lang) if name in titles else name


def finding_sentence(
    comparisons: Sequence[ComparisonLike],
    outcome_id: str,
    lang: Language,
    *,
    outcomes: Mapping[str, OutcomeLike],
    titles: Mapping[str, Text] | None = None,
) -> str:
    """Say in one sentence what the comparisons show of one outcome.

    Parameters
    ----------
    comparisons
        Any outcomes; those of ``outcome_id`` are read, in their order.
    outcome_id
        Key of ``outcomes``.
    lang
        Language of the sentence.
    outcomes
        What the outcomes are.
    titles
        Scenario titles; a scenario without one is called by its name.

    Raises
    ------
    ValueError
        If no comparison is about the outcome.
    """
    rows = [row for row in comparisons if row.outcome == outcome_id]
    if not rows:
        raise ValueError(f"no comparison of outcome {outcome_id!r}")
    outcome = outcomes[outcome_id]
    names = titles or {}
    scale = scale_of(outcome, rows, lang)
    against = title_of(rows[0].baseline, names, lang)
    name = outcome.text.get(lang)
    if len(rows) > FEW:
        parts = [_counted(rows, outcome, lang)]
    else:
        parts = [_one_finding(row, outcome, scale, names, lang) for row in rows]
    if lang == "zh":
        return f"{name}（与{against}相比）：" + "；".join(parts)
    return f"{name}, against {against}: " + "; ".join(parts)


def _one_finding(
    row: ComparisonLike,
    outcome: OutcomeLike,
    scale: Scale,
    titles: Mapping[str, Text],
    lang: Language,
) -> str:
    who = title_of(row.scenario, titles, lang)
    shown = reading(row, outcome)
    if shown in _NO_FINDING:
        return f"{who}{'：' if lang == 'zh' else ': '}{_NO_FINDING[shown].get(lang)}"
    unit = f"\u00a0{scale.unit}" if scale.unit else ""
    change = f"{scale.change(row.difference)}{unit}{scale.interval(*row.bounds, lang)}"
    word = VERDICTS[shown].get(lang)
    return f"{who} {change}，{word}" if lang == "zh" else f"{who} {change}, {word}"


def _counted(rows: Sequence[ComparisonLike], outcome: OutcomeLike, lang: Language) -> str:
    shown = [reading(row, outcome) for row in rows]
    counts = [(VERDICTS[kind].get(lang), shown.count(kind)) for kind in VERDICTS if kind in shown]
    if lang == "zh":
        return f"{len(rows)} 个方案中，" + "，".join(f"{n} 个{word}" for word, n in counts)
    return f"of {len(rows)} scenarios " + ", ".join(f"{n} {word}" for word, n in counts)
