"""The figure of exchange rates."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from sansheng.analysis.exchange import ExchangeRate, ExchangeRates
from sansheng.analysis.origin import Origin
from sansheng.analysis.scale_search import Money, Point, Verdict
from sansheng.core.text import Language
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.exchange import draw_exchange, exchange_figure, exchange_sentence
from sansheng.pictures.style import BLUE, VERMILION

NAN = math.nan
NOTHING = Money(NAN, NAN, NAN)


def rate(
    name: str, verdict: Verdict, spent: Money, granted: Money | None = None, peak: float = NAN
) -> ExchangeRate:
    curve = (Point(1.0, -1.4, -1.6, -1.2, (0.0, 0.0)), Point(16.0, -2.0, -2.3, -1.7, (9e5, 9e5)))
    more = Money(*(x + 2000.0 for x in spent)) if granted is None else granted
    return ExchangeRate(name, verdict, spent, more, 0.0, 1.0, 1.0, 1.0, peak, curve)


COSTS = rate("functions borne", "matched", Money(8400.0, 5100.0, 12300.0), peak=4.0)
SAVES = rate(
    "按任务付费", "matched", Money(-3100.0, -4000.0, -2200.0), Money(-900.0, -1800.0, 100.0)
)
EITHER = rate("either", "matched", Money(500.0, -700.0, 1600.0))
NEVER = rate("never", "never", NOTHING)
ALWAYS = rate("always", "always", Money(NAN, NAN, -6000.0))
UPWARD = rate("upward", "undetermined", Money(2000.0, -1000.0, NAN))
DOWNWARD = rate("downward", "undetermined", Money(NAN, NAN, 900.0))
BLANK = rate("blank", "undetermined", NOTHING)
SAME = rate("same", "identical", Money(0.0, 0.0, 0.0), Money(0.0, 0.0, 0.0))
ALL = (COSTS, SAVES, EITHER, NEVER, ALWAYS, UPWARD, DOWNWARD, BLANK, SAME)


def found(*rates: ExchangeRate, outcome: str = "need_met") -> ExchangeRates:
    origin = Origin("s.yaml", "0" * 64, "sansheng exchange")
    return ExchangeRates("per_household", outcome, 61.0, 61000.0, 66000.0, 30, rates, origin)


def marked(figure: Figure, gid: str) -> list[Any]:
    """What the figure shows under a name."""
    return [line for line in figure.axes[0].lines if line.get_gid() == gid]


def span(figure: Figure, name: str, kind: str = "spent") -> list[float]:
    (line,) = marked(figure, f"interval-{name}-{kind}")
    return [float(x) for x in np.asarray(line.get_xdata(), float)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "rates", [*((one,) for one in ALL), ALL, (COSTS, SAVES, NEVER, UPWARD)], ids=len
)
def test_texts_stay_on_the_page_keep_apart_and_have_glyphs(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    rates: tuple[ExchangeRate, ...],
    lang: Language,
) -> None:
    assert_legible(exchange_figure(found(*rates), conditions=conditions, lang=lang))


def test_long_and_hostile_names_are_drawn_literally(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    placed: Callable[[Figure], list[Any]],
    long_name: str,
) -> None:
    hostile = "$x^$ <script> %s {who}\n\u202e" + long_name
    figure = exchange_figure(
        found(rate(hostile, "matched", Money(1.0, -2.0, 3.0))), conditions=conditions, lang="zh"
    )
    assert_legible(figure)
    assert r"$x^$ <script> %s {who}\n\u202e" in "".join(text.words for text in placed(figure))


def test_points_and_intervals_of_both_kinds_of_money_are_where_the_numbers_are(
    conditions: Conditions,
) -> None:
    figure = exchange_figure(found(*ALL), conditions=conditions, lang="en")
    for one in (COSTS, SAVES, EITHER, SAME):
        for kind in ("spent", "granted"):
            money = getattr(one, kind)
            assert span(figure, one.scenario, kind) == [money.low, money.high]
            (point,) = marked(figure, f"point-{one.scenario}-{kind}")
            assert point.get_xdata() == pytest.approx([money.value])
    left, right = figure.axes[0].get_xlim()
    ends = [x for one in ALL for x in (*one.spent, *one.granted, 0.0) if math.isfinite(x)]
    assert left < min(ends)
    assert max(ends) < right


def test_an_end_that_does_not_exist_is_an_arrow_to_the_edge_and_only_that(
    conditions: Conditions,
) -> None:
    figure = exchange_figure(found(*ALL), conditions=conditions, lang="en")
    left, right = figure.axes[0].get_xlim()
    arrows = {
        one.scenario: "".join(h for h in "<>" if marked(figure, f"arrow-{one.scenario}-{h}"))
        for one in ALL
    }
    assert arrows == {
        "functions borne": "",
        "按任务付费": "",
        "either": "",
        "never": ">",
        "always": "<",
        "upward": ">",
        "downward": "<",
        "blank": "<>",
        "same": "",
    }
    for one in ALL:
        for head, edge in (("<", left), (">", right)):
            for arrow in marked(figure, f"arrow-{one.scenario}-{head}"):
                assert arrow.get_xdata() == pytest.approx([edge])
    assert span(figure, "always") == [left, -6000.0]
    assert span(figure, "upward") == [-1000.0, right]
    assert span(figure, "blank") == [left, right]
    # What cannot match at any money touches no amount that was found to match.
    assert span(figure, "never")[0] > max(12300.0, 14300.0)
    assert not marked(figure, "point-never-spent")
    for one in (NEVER, ALWAYS, UPWARD):
        (line,) = marked(figure, f"interval-{one.scenario}-spent")
        assert line.get_linestyle() == "--"


def test_colours_tell_costs_from_savings_by_the_interval(conditions: Conditions) -> None:
    figure = exchange_figure(found(*ALL), conditions=conditions, lang="en")
    colours = {
        one.scenario: marked(figure, f"interval-{one.scenario}-spent")[0].get_color() for one in ALL
    }
    assert {name for name, colour in colours.items() if colour == VERMILION} == {
        "functions borne",
        "never",
    }
    assert {name for name, colour in colours.items() if colour == BLUE} == {"按任务付费", "always"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_sides_of_zero_are_named(
    conditions: Conditions, placed: Callable[[Figure], list[Any]], lang: Language
) -> None:
    figure = exchange_figure(found(COSTS, SAVES), conditions=conditions, lang=lang)
    words = {"zh": ("← 节省", "多花 →"), "en": ("← saves", "costs →")}[lang]
    left, right = (next(t for t in placed(figure) if t.words == word) for word in words)
    (zero,) = marked(figure, "zero")
    assert list(zero.get_xdata()) == [0.0, 0.0]
    at = figure.axes[0].transData.transform((0.0, 0.0))[0]
    assert left.right < at < right.left


def test_the_sentence_tells_each_of_a_few_scenarios(conditions: Conditions) -> None:
    said = exchange_sentence(found(COSTS, SAVES, NEVER, EITHER), conditions=conditions, lang="en")
    unit = "yuan per 100 households a year"
    assert said == (
        f"Need met: to match per household, functions borne needs 8,400 (5,100\u00a0to\u00a012,300) {unit} more; "
        f"按任务付费 saves 3,100 (2,200\u00a0to\u00a04,000) {unit}; never cannot at any money; "
        f"either +500 (−700\u00a0to\u00a01,600) {unit}, cannot tell whether it needs or saves money"
    )
    zh = exchange_sentence(found(ALWAYS, UPWARD, BLANK, SAME), conditions=conditions, lang="zh")
    assert zh == (
        "需求满足率：要与按户付费等效，always几乎不拨款即可，至多 −6,000 元/百户·年；"
        "upward无法确定，约 +2,000 元/百户·年，至少 −1,000；blank无法确定；same完全相同，差额恰为 0"
    )


def test_of_many_scenarios_the_sentence_counts_every_one_once(conditions: Conditions) -> None:
    said = exchange_sentence(found(*ALL), conditions=conditions, lang="en")
    _, _, counts = said.partition("of 9 scenarios: ")
    assert sum(int(word) for word in counts.replace(";", "").split() if word.isdigit()) == 9
    assert counts.startswith("more money 1; less money 1; next to no grants 1; not at any money 1")
    assert counts.endswith("undetermined 3")


def test_what_cannot_match_says_how_far_it_stays_behind(
    conditions: Conditions, placed: Callable[[Figure], list[Any]]
) -> None:
    figure = exchange_figure(found(NEVER), conditions=conditions, lang="en")
    words = " ".join(text.words for text in placed(figure))
    assert "at best it is behind by 1.4" in words.replace("\u00a0", " ")


def test_three_formats_are_written(conditions: Conditions, tmp_path: Path) -> None:
    paths = draw_exchange(found(*ALL), conditions=conditions, lang="zh", stem=tmp_path / "a")
    assert [path.name for path in paths] == ["a.png", "a.svg", "a.pdf"]
