"""Tables of a comparison beside that of differences: places, reported figures, precision, and what draws do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sansheng.cli.tables import print_table
from sansheng.core.text import Language, Text
from sansheng.pictures.wording import scale_of, title_of, units

if TYPE_CHECKING:
    from sansheng.analysis.comparisons import Comparison
    from sansheng.analysis.over_draws import Spread
    from sansheng.analysis.standing import Place
    from sansheng.outcomes.measures import Outcome

    Titles = Mapping[str, Text]


def print_places(places: Sequence[Place], outcome: Outcome, titles: Titles, lang: Language) -> None:
    """Print a ranking and which places cannot be told apart."""
    known = [place.mean for place in places if not math.isnan(place.mean)]
    apart = max(known) - min(known)
    digits = 0 if apart >= 100 else 1 if apart >= 10 else 2
    after = units(outcome, lang)[1]
    rows = [
        (
            "–" if math.isnan(place.mean) else str(place.place),
            str(place.best) if place.best == place.worst else f"{place.best}–{place.worst}",
            title_of(place.scenario, titles, lang),
            "–" if math.isnan(place.mean) else f"{place.mean:,.{digits}f}{after}",
        )
        for place in places
    ]
    title = Text(f"Ranking by {outcome.text.en}", f"按{outcome.text.zh}排序")
    header = (
        Text("place", "名次"),
        Text("could be", "可能名次"),
        Text("scenario", "方案"),
        Text("mean", "均值"),
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {0, 1, 3})
    note = Text(
        "Scenarios whose possible places overlap cannot be told apart; all places hold together with 95%.",
        "可能名次有重叠的方案无法分出先后；全部名次以 95% 的把握同时成立。",
    )
    print(note.get(lang), end="\n\n")


def print_reported(
    compared: Sequence[Comparison],
    outcomes: Mapping[str, Outcome],
    titles: Titles,
    lang: Language,
) -> None:
    """Print what reported figures show of the differences, and how far that is from what happened."""
    rows: list[tuple[str, ...]] = []
    for name, outcome in outcomes.items():
        mine = [row for row in compared if row.outcome == name and not math.isnan(row.gap)]
        scale = scale_of(outcome, mine, lang)
        rows += [
            (
                outcome.text.get(lang) if row is mine[0] else "",
                title_of(row.scenario, titles, lang),
                scale.change(row.difference),
                scale.change(row.reported_difference),
                scale.change(row.gap),
                scale.interval(row.gap_low, row.gap_high, lang).strip(),
                scale.unit,
            )
            for row in mine
        ]
    if not rows:
        return
    title = Text(
        "What happened beside what is reported: difference from the baseline",
        "真实变化与上报变化（与基线之差）",
    )
    header = (
        Text("outcome", "指标"),
        Text("scenario", "方案"),
        Text("true", "真实"),
        Text("reported", "上报"),
        Text("gap", "虚高"),
        Text("95% interval of the gap", "虚高的 95% 区间"),
        Text("unit", "单位"),
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {2, 3, 4, 5})
    note = Text(
        "Reported figures rank nothing; each interval is read by itself.",
        "上报口径不用于排序；各区间单独判断。",
    )
    print(note.get(lang), end="\n\n")


def print_precision(
    compared: Sequence[Comparison],
    outcomes: Mapping[str, Outcome],
    titles: Titles,
    lang: Language,
) -> None:
    """Print how sure differences are, and what common draws save."""
    rows: list[tuple[str, ...]] = []
    for name, outcome in outcomes.items():
        mine = [row for row in compared if row.outcome == name and not math.isnan(row.difference)]
        rows += [
            (
                outcome.text.get(lang) if row is mine[0] else "",
                title_of(row.scenario, titles, lang),
                f"{row.standard_error:.2g}" if row.standard_error >= 0 else "–",
                units(outcome, lang)[0],
                _probability(row.probability_better),
                _range(row.wins_low, row.wins_high),
                _times(row.variance_reduction),
                f"{row.replicates}/{row.planned}",
            )
            for row in mine
        ]
    title = Text("How sure the differences are", "差值的把握")
    header = (
        Text("outcome", "指标"),
        Text("scenario", "方案"),
        Text("Monte Carlo error", "模拟误差"),
        Text("unit", "单位"),
        Text("better in the mean", "均值更好"),
        Text("ahead, 95% interval", "领先的 95% 区间"),
        Text("saved by common draws", "共同随机数所省"),
        Text("pairs", "配对数"),
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {2, 4, 5, 6, 7})
    note = Text(
        "Monte Carlo error: standard error of the difference. Better in the mean: probability that it is so over all"
        " possible replicates. Ahead: share of single replicates. Saved: how many times as many replicates the same"
        " precision would take without common draws.",
        "模拟误差：差值的标准误。均值更好：就所有可能的重复而言更好的概率。领先：单次重复中更好的比例。"
        "所省：若不用共同随机数，达到同样精度需要多少倍的重复次数。",
    )
    print(note.get(lang), end="\n\n")


def _probability(value: float) -> str:
    if math.isnan(value):
        return "–"
    if value < 0.001:
        return "<0.1%"
    return ">99.9%" if value > 0.999 else f"{100 * value:.1f}%"


def _range(low: float, high: float) -> str:
    return "–" if math.isnan(low) else f"{100 * low:.0f}–{100 * high:.0f}%"


def _times(ratio: float) -> str:
    if not math.isfinite(ratio):
        return "–"
    return f"{ratio:.1f}×" if ratio < 100 else f"{ratio:,.0f}×"


def print_spread(
    spreads: Sequence[Spread],
    outcomes: Mapping[str, Outcome],
    titles: Titles,
    lang: Language,
) -> None:
    """Print whether parameters or luck make differences vary."""
    rows: list[tuple[str, ...]] = []
    for spread in spreads:
        parts = (spread.draws, spread.replicates, spread.rest)
        whole = sum(parts)
        first = not rows or spread.scenario == spreads[0].scenario
        rows.append(
            (
                outcomes[spread.outcome].text.get(lang) if first else "",
                title_of(spread.scenario, titles, lang),
                f"{math.sqrt(whole):.2g}" if whole == whole else "–",
                units(outcomes[spread.outcome], lang)[0],
                *(_percent(spread.share(part)) for part in parts),
                f"{spread.complete}/{spread.planned}",
            )
        )
    title = Text("What makes differences vary: parameters or luck", "差值为何不同：参数还是运气")
    header = (
        Text("outcome", "指标"),
        Text("scenario", "方案"),
        Text("standard deviation", "标准差"),
        Text("unit", "单位"),
        Text("draws", "参数组"),
        Text("replicates", "重复"),
        Text("rest", "其余"),
        Text("replicates used", "所用重复"),
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {2, 4, 5, 6, 7})
    note = Text(
        "Parts of the variance of a single difference. Draws: parameters; replicates: luck, the same in all draws;"
        " rest: luck that depends on the parameters. Two-way components from mean squares, none below zero.",
        "单个差值方差的构成。参数组：参数不同；重复：各参数组共有的运气；其余：随参数而变的运气。"
        "按双向方差分量估计，负值记为零。",
    )
    print(note.get(lang), end="\n\n")


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f}%"
