"""The comparison figure: what each rule changes, outcome by outcome.

One row per headline outcome, each on its own axis in natural units with zero in the middle, so that a
reader sees at once on which side of "no difference" an interval lies, and reads how much beside it. Every
axis points the same way: what is better for residents is to the right, so the axis of an outcome that
should be low runs backwards. Rows are not put on one standardised scale, because a day of waiting and a
yuan have none in common.

More scenarios than there are marks to tell apart are written beside their intervals, the best first; then only the
first judged outcome of each group is drawn, as many as a page holds. So it is on pages narrower than a screen, where
all would not fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from sansheng.analysis.comparisons import Comparison
from sansheng.analysis.verdicts import direction
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.fonts import style
from sansheng.pictures.forest import MOST_MARKED, Forest
from sansheng.pictures.sheet import save
from sansheng.pictures.style import PAGE, mark
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import ComparisonLike, OutcomeLike, finding_sentence

_MOST_LINES = 72
"""Intervals of a figure whose scenarios are named one by one."""


def draw_comparison(
    comparisons: Sequence[ComparisonLike],
    *,
    outcomes: Mapping[str, OutcomeLike],
    conditions: Conditions,
    lang: Language,
    stem: Path,
    lead: str | None = None,
    notes: Sequence[str] = (),
) -> list[Path]:
    """Draw the comparison figure and write it as PNG and SVG.

    Parameters
    ----------
    comparisons
        One per outcome and scenario, all against one baseline; those of headline outcomes are drawn,
        in the order of ``outcomes`` and of their first appearance.
    outcomes
        What the outcomes are.
    conditions
        What was simulated; stated beneath the title.
    lang
        Language of every word.
    stem
        Folder and file name without extension.
    lead
        Outcome that the title is about; left out, the first headline outcome.
    notes
        Further lines below the rows, in the language.

    Returns
    -------
    list of Path
        The PNG and the SVG.

    Raises
    ------
    ValueError
        If no headline outcome was compared, baselines differ, or one outcome of one scenario comes
        twice (as it does when parameter draws are mixed).
    """
    figure = comparison_figure(
        comparisons, outcomes=outcomes, conditions=conditions, lang=lang, lead=lead, notes=notes
    )
    title = comparison_title(
        comparisons, outcomes=outcomes, conditions=conditions, lang=lang, lead=lead
    )
    return save(figure, stem, title, conditions.line(lang))


def comparison_title(
    comparisons: Sequence[ComparisonLike],
    *,
    outcomes: Mapping[str, OutcomeLike],
    conditions: Conditions,
    lang: Language,
    lead: str | None = None,
) -> str:
    """Return the figure's title: the finding about the leading outcome; see :func:`draw_comparison`."""
    chosen = lead if lead is not None else _headlines(comparisons, outcomes)[0]
    return finding_sentence(comparisons, chosen, lang, outcomes=outcomes, titles=conditions.titles)


def comparison_figure(
    comparisons: Sequence[ComparisonLike],
    *,
    outcomes: Mapping[str, OutcomeLike],
    conditions: Conditions,
    lang: Language,
    lead: str | None = None,
    width: float = PAGE,
    notes: Sequence[str] = (),
) -> Figure:
    """Return the comparison figure, ``width`` inches wide, without writing it; see :func:`draw_comparison`."""
    if len({row.baseline for row in comparisons}) > 1:
        raise ValueError("the comparisons have more than one baseline")
    if len({(row.outcome, row.scenario) for row in comparisons}) < len(comparisons):
        raise ValueError("one outcome of one scenario is compared twice; draw one figure per draw")
    title = comparison_title(
        comparisons, outcomes=outcomes, conditions=conditions, lang=lang, lead=lead
    )
    shown = _headlines(comparisons, outcomes)
    scenarios = list(dict.fromkeys(row.scenario for row in comparisons))
    named = len(scenarios) > MOST_MARKED
    if named or width < PAGE:
        shown = _firsts(shown, outcomes)[: max(1, _MOST_LINES // len(scenarios))]
    marks = {name: mark(0 if named else number) for number, name in enumerate(scenarios)}
    with style():
        return Forest(comparisons, outcomes, conditions, lang, shown, marks, width, notes).draw(
            title
        )


def _headlines(
    comparisons: Sequence[ComparisonLike], outcomes: Mapping[str, OutcomeLike]
) -> list[str]:
    compared = {row.outcome for row in comparisons}
    shown = [name for name, outcome in outcomes.items() if outcome.headline and name in compared]
    if not shown:
        raise ValueError("no headline outcome was compared")
    return shown


def _firsts(shown: Sequence[str], outcomes: Mapping[str, OutcomeLike]) -> list[str]:
    """Return the first outcome of each group that has a better side; the first of all if none has."""
    judged = [name for name in shown if direction(outcomes[name]) != "neither"]
    firsts = {outcomes[name].group: name for name in reversed(judged)}
    return [name for name in shown if name in firsts.values()] or list(shown[:1])


def draw(subject: Subject) -> Figure:
    """Draw the comparison of a study's scenarios."""
    return comparison_figure(
        subject.compared,
        outcomes=OUTCOMES,
        conditions=subject.conditions,
        lang=subject.lang,
        width=subject.width,
        notes=notes_on(subject.compared, subject.lang),
    )


def notes_on(compared: Sequence[Comparison], lang: Language) -> list[str]:
    """Say which of the intervals hold together."""
    shown = [row for row in compared if OUTCOMES[row.outcome].headline]
    count = sum(row.together for row in shown)
    alone = Text("Each interval is 95% on its own.", "每个区间单独按 95% 计算。")
    if not count:
        return [alone.get(lang)]
    whole = Text(
        f"The {count} intervals of true outcomes hold together with 95%; others are 95% on their own.",
        f"真实指标的 {count} 个区间以 95% 的把握同时成立；其余各自单独按 95% 计算。",
    )
    return [whole.get(lang)]


def sentence(subject: Subject) -> str:
    """Say what the comparison of a study shows."""
    return comparison_title(
        subject.compared, outcomes=OUTCOMES, conditions=subject.conditions, lang=subject.lang
    )
