"""What a study found, in words and numbers: the tables after a run, and the pictures beside its data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from sansheng.analysis.comparisons import ALL
from sansheng.analysis.verdicts import direction, verdict
from sansheng.cli.tables import print_table
from sansheng.core.errors import printable
from sansheng.core.text import Language, Text
from sansheng.pictures.wording import VERDICTS, scale_of, title_of

if TYPE_CHECKING:
    from sansheng.analysis.compare import Spend
    from sansheng.analysis.comparisons import Comparison, Family
    from sansheng.outcomes.measures import Outcome
    from sansheng.study.reading import StudyData

_DECIDED = ("better", "worse", "higher", "lower")

MOST_LINES = 40
"""Draws that are shown one by one."""

LEANING = 0.8
"""Skewness of differences from which a table warns: at 1 and 20 replicates 7 to 8 instead of 5 in 100 err."""


def headline_outcomes(compared: Iterable[Comparison]) -> dict[str, Outcome]:
    """Return the headline outcomes among those compared, in the order of the model."""
    from sansheng.outcomes.measures import OUTCOMES

    present = {row.outcome for row in compared}
    return {
        name: outcome for name, outcome in OUTCOMES.items() if outcome.headline and name in present
    }


def print_warnings(data: StudyData, lang: Language) -> None:
    """Say in lines of their own what is kept, that scenarios do not spend alike, and which runs are missing."""
    from sansheng.study.kept import OF_DISTRICTS
    from sansheng.study.matching import OFF

    if data.of_districts:
        print(OF_DISTRICTS.get(lang), end="\n\n")
    if not data.manifest["equal_spend"]:
        print(OFF.get(lang), end="\n\n")
    if not data.partial:
        return
    failed = data.failures
    missing = data.planned - data.done - len(failed)
    words = Text(
        f"WARNING: partial results, {data.done} of {data.planned} runs ({len(failed)} failed, {missing} missing).",
        f"警告：结果不完整，{data.planned} 次运行中已有 {data.done} 次（失败 {len(failed)} 次，缺 {missing} 次）。",
    )
    print(words.get(lang))
    for scenario in dict.fromkeys(row.scenario for row in failed):
        mine = [row for row in failed if row.scenario == scenario]
        name = printable(scenario)
        why = printable(mine[0].error_zh or "" if lang == "zh" else mine[0].error_en or "")
        words = Text(
            f"WARNING: scenario {name}: {len(mine)} runs failed, the first: {why}",
            f"警告：方案 {name} 有 {len(mine)} 次运行失败，首个：{why}",
        )
        print(words.get(lang))
    print()


def _runs_there(data: StudyData, lang: Language) -> str:
    """Return how many of its runs a table rests on, where some are missing; else nothing."""
    if not data.partial:
        return ""
    return Text(
        f" [{data.done}/{data.planned} runs]", f"［{data.done}/{data.planned} 次运行］"
    ).get(lang)


def print_comparison(
    compared: Sequence[Comparison],
    outcomes: Mapping[str, Outcome],
    titles: Mapping[str, Text],
    lang: Language,
    family: Family | None = None,
) -> None:
    """Print the paired difference of every scenario on the given outcomes, those of a family first.

    Parameters
    ----------
    compared
        Of one draw, or of the mean over draws.
    outcomes
        What is printed, in this order.
    titles
        Of scenarios.
    lang
        Language.
    family
        Of the rows whose bounds hold together.
    """
    mine = [row for row in compared if row.outcome in outcomes]
    together = [row for row in mine if family is not None and row.together]
    if family is not None and together:
        _print_rows(together, outcomes, titles, lang, _together_words(family))
    alone = mine if not together else [row for row in mine if not row.together]
    if alone:
        _print_rows(alone, outcomes, titles, lang, _ALONE)


class _Words(NamedTuple):
    """What is said above and below a table of differences."""

    interval: Text
    note: Text


_ALONE = _Words(
    Text("95% interval", "95% 区间"),
    Text(
        "* the 95% interval excludes zero and more than what does not matter; each line is read by itself, so among 20"
        " lines without any effect about one has a *.",
        "* 95% 区间不含零，且不全在无差异范围内；各行单独判断，若均无真实差异，每 20 行约有 1 行仍会带 *。",
    ),
)


def _together_words(family: Family) -> _Words:
    """Say what it means that intervals hold together."""
    each, count = f"{100 * family.each:.2f}%", family.members
    leaning = Text("", "")
    if family.skewness > LEANING and family.method == "rotation":
        leaning = Text(
            f"\nDifferences lean to one side (skewness {family.skewness:.1f}): with few replicates the intervals miss"
            " somewhat more often than they say.",
            f"\n差值分布偏斜（偏度 {family.skewness:.1f}）：重复次数少时，区间的实际覆盖率略低于所述。",
        )
    return _Words(
        Text("95% interval of all", "联合 95% 区间"),
        Text(
            f"All {count} intervals hold together with 95% (each stands at {each}): without any effect, at most 5 in"
            " 100 such tables have a single *.\n"
            "* the interval excludes zero. No practical difference: all of it lies within the zone (assumed;"
            " --indifference sets another).\n"
            "Ahead: share of replicates in which the scenario does better, or is higher where nothing is better."
            f"{leaning.en}",
            f"{count} 个区间以 95% 的把握同时成立（单个区间水平 {each}）："
            "若均无真实差异，每 100 张这样的表至多约 5 张出现 *。\n"
            "* 区间不含零。无实际差异：区间整体落在无差异范围内（假定值，可用 --indifference 另设）。\n"
            f"领先：该方案更好（无优劣之分者为更高）的重复所占比例。{leaning.zh}",
        ),
    )


def _print_rows(
    compared: Sequence[Comparison],
    outcomes: Mapping[str, Outcome],
    titles: Mapping[str, Text],
    lang: Language,
    words: _Words,
) -> None:
    together = words is not _ALONE
    baseline = title_of(compared[0].baseline, titles, lang)
    rows: list[tuple[str, ...]] = []
    for name, outcome in outcomes.items():
        of_outcome = [row for row in compared if row.outcome == name]
        if not of_outcome:
            continue
        scale = scale_of(outcome, of_outcome, lang)
        label = outcome.text.get(lang)
        level = scale.with_unit(of_outcome[0].baseline_mean)
        for row in of_outcome:
            zone = "–" if math.isnan(row.zone) else f"±{row.zone:g}"
            extra = (zone, f"{100 * row.wins:.0f}%" if row.wins == row.wins else "–")
            rows.append(
                (
                    label,
                    level,
                    title_of(row.scenario, titles, lang),
                    scale.change(row.difference),
                    scale.interval(*row.bounds, lang).strip(),
                    scale.unit,
                    *(extra if together else ()),
                    _reading(row, outcome, lang),
                )
            )
            label = level = ""
    title = Text(
        f"Paired difference from {baseline}, {_counted(compared)} replicates",
        f"与{baseline}的配对差值（{_counted(compared)} 次重复）",
    )
    if compared[0].draw == ALL:
        title = Text(
            f"Paired difference from {baseline}, mean over draws of the parameters, {_counted(compared)} pairs of runs",
            f"与{baseline}的配对差值，各参数组平均（{_counted(compared)} 对运行）",
        )
    header = (
        Text("outcome", "指标"),
        Text("baseline", "基线"),
        Text("scenario", "方案"),
        Text("difference", "差值"),
        words.interval,
        Text("unit", "单位"),
        *((Text("zone", "无差异范围"), Text("ahead", "领先")) if together else ()),
        Text("reading", "判断"),
    )
    right = {1, 3, 4, 6, 7} if together else {1, 3, 4}
    print_table(title.get(lang), [said.get(lang) for said in header], rows, right)
    print(words.note.get(lang))
    print()


def _reading(row: Comparison, outcome: Outcome, lang: Language) -> str:
    """Say what a row's bounds show, with a mark if they exclude zero and it matters."""
    shown = verdict(row.difference, *row.bounds, direction(outcome), row.zone)
    return f"{'*' if shown in _DECIDED else ' '} {VERDICTS[shown].get(lang)}"


def _counted(compared: Sequence[Comparison]) -> str:
    """Return how many pairs stand behind the rows, of how many."""
    pairs = sorted({row.replicates for row in compared})
    counted = f"{pairs[0]}–{pairs[-1]}" if len(pairs) > 1 else str(pairs[0])
    return f"{counted}/{compared[0].planned}" if pairs[0] < compared[0].planned else counted


def print_spend(
    data: StudyData, spent: Sequence[Spend], titles: Mapping[str, Text], lang: Language
) -> None:
    """Print what every scenario really spent, in every draw if parameters vary."""
    from sansheng.study.matching import STATUSES

    names = tuple(data.manifest["parameters_varied"])
    if names and data.manifest["draws"] > MOST_LINES:
        shown_draws = Text(
            f"Realised spend is not shown for {data.manifest['draws']} draws; the outcome spent of every run is in the"
            " tables.",
            f"共 {data.manifest['draws']} 组参数，不逐一列出实际支出；各次运行的支出见结果表中的 spent。",
        )
        print(shown_draws.get(lang), end="\n\n")
        return
    rows = [
        (
            *_point(data, names, row.draw),
            title_of(row.scenario, titles, lang),
            *(
                f"{amount:,.1f}"
                for amount in (row.granted, row.bought, row.lever_cost, row.spent, row.returned)
            ),
            f"{row.scale:.4f}",
            STATUSES[row.status].get(lang),
        )
        for row in spent
    ]
    title = Text("Realised spend, 10,000 yuan a year", "实际支出（万元/年）")
    shown = title.get(lang) + _runs_there(data, lang)
    header = (
        *(Text(name, name) for name in names),
        Text("scenario", "方案"),
        Text("granted", "拨付"),
        Text("bought", "购买服务"),
        Text("levers", "政策工具"),
        Text("spent", "支出合计"),
        Text("returned", "上缴结余"),
        Text("scale", "系数"),
        Text("equal spend", "等额支出"),
    )
    right = {*range(len(names)), *range(len(names) + 1, len(names) + 7)}
    print_table(shown, [words.get(lang) for words in header], rows, right)
    notes = {
        "capped": Text(
            "capped: cannot spend or absorb as much as the others, at whatever scale.",
            "未达等额：无论拨付多少，都无法支出或消化与其他方案相同的经费。",
        ),
        "exempt": Text(
            "exempt: a point of reference, or compared with one; its spending is not matched.",
            "不求等额：参照方案，或以参照方案为基线；支出不作匹配。",
        ),
    }
    for status in dict.fromkeys(row.status for row in spent if row.status in notes):
        print(notes[status].get(lang), end="\n\n")


def print_varied(
    data: StudyData,
    compared: Sequence[Comparison],
    outcomes: Mapping[str, Outcome],
    titles: Mapping[str, Text],
    lang: Language,
) -> None:
    """Print what varying parameters changes: draw by draw, or how many draws agree where they are many."""
    if data.manifest["draws"] > MOST_LINES:
        _print_spread(data, compared, outcomes, titles, lang)
        return
    for outcome in outcomes.values():
        print_grid(data, compared, outcome, titles, lang)
    print(_IN_EACH_DRAW.get(lang), end="\n\n")


_IN_EACH_DRAW = Text(
    "In each draw by itself, the 95% intervals of all scenarios on the chosen outcomes (else the true headline ones)"
    " hold together; those of other outcomes are read one by one.",
    "每个参数组内，所选指标（未选则为主要真实指标）对全部方案的 95% 区间同时成立；其他指标的区间单独判断。",
)


def _print_spread(
    data: StudyData,
    compared: Sequence[Comparison],
    outcomes: Mapping[str, Outcome],
    titles: Mapping[str, Text],
    lang: Language,
) -> None:
    """Print in how many draws each scenario does better and worse; draws are assumptions and are not averaged."""
    rows: list[tuple[str, ...]] = []
    for name, outcome in outcomes.items():
        of_outcome = [row for row in compared if row.outcome == name]
        scale = scale_of(outcome, of_outcome, lang)
        label = outcome.text.get(lang)
        for scenario in dict.fromkeys(row.scenario for row in of_outcome):
            mine = [row for row in of_outcome if row.scenario == scenario]
            changes = sorted(row.difference for row in mine if row.difference == row.difference)
            better = direction(outcome)
            shown = [verdict(row.difference, *row.bounds, better, row.zone) for row in mine]
            up = sum(reading in ("better", "higher") for reading in shown)
            down = sum(reading in ("worse", "lower") for reading in shown)
            nil = sum(reading in ("no_practical_difference", "identical") for reading in shown)
            rows.append(
                (
                    label,
                    title_of(scenario, titles, lang),
                    str(up),
                    str(nil),
                    str(len(mine) - up - nil - down),
                    str(down),
                    *(
                        scale.change(changes[round(part * (len(changes) - 1))]) if changes else "–"
                        for part in (0.0, 0.5, 1.0)
                    ),
                    scale.unit,
                )
            )
            label = ""
    baseline = title_of(compared[0].baseline, titles, lang)
    title = Text(
        f"Paired difference from {baseline} in {data.manifest['draws']} draws of the parameters: in how many it"
        " is better or worse, or makes no practical difference, and its range",
        f"{data.manifest['draws']} 组参数下与{baseline}的配对差值：更好、无实际差异、更差的组数及范围",
    )
    header = (
        Text("outcome", "指标"),
        Text("scenario", "方案"),
        Text("better", "更好"),
        Text("no difference", "无实际差异"),
        Text("open", "不分"),
        Text("worse", "更差"),
        Text("least", "最小"),
        Text("middle", "中位"),
        Text("most", "最大"),
        Text("unit", "单位"),
    )
    print_table(
        title.get(lang) + _runs_there(data, lang),
        [words.get(lang) for words in header],
        rows,
        {2, 3, 4, 5, 6, 7, 8},
    )
    print(_IN_EACH_DRAW.get(lang), end="\n\n")


def print_grid(
    data: StudyData,
    compared: Sequence[Comparison],
    outcome: Outcome,
    titles: Mapping[str, Text],
    lang: Language,
) -> None:
    """Print one outcome's difference, interval and sign in every draw of the parameters."""
    of_outcome = [row for row in compared if row.outcome == outcome.id]
    names = tuple(data.manifest["parameters_varied"])
    scale = scale_of(outcome, of_outcome, lang)
    rows = [
        (
            *_point(data, names, row.draw),
            title_of(row.scenario, titles, lang),
            scale.change(row.difference),
            scale.interval(*row.bounds, lang).strip(),
            _reading(row, outcome, lang),
        )
        for row in of_outcome
    ]
    unit = f" ({scale.unit})" if scale.unit else ""
    baseline = title_of(of_outcome[0].baseline, titles, lang)
    title = Text(
        f"{outcome.text.en}{unit}: paired difference from {baseline} in every draw",
        f"{outcome.text.zh}{unit}：各参数组合下与{baseline}的配对差值",
    )
    header = (
        *(Text(name, name) for name in names),
        Text("scenario", "方案"),
        Text("difference", "差值"),
        Text("95% interval", "95% 区间"),
        Text("reading", "判断"),
    )
    right = {*range(len(names)), len(names) + 1, len(names) + 2}
    print_table(
        title.get(lang) + _runs_there(data, lang),
        [words.get(lang) for words in header],
        rows,
        right,
    )


def _point(data: StudyData, names: Sequence[str], draw: int | Literal["all"]) -> tuple[str, ...]:
    if draw == ALL:
        return tuple("–" for _ in names)
    return tuple(f"{data.draws[name].iloc[draw]:g}" for name in names)
