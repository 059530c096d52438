"""Every figure of a finished study, drawn from real results."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sansheng.core.text import Language
from sansheng.pictures import (
    equity,
    money,
    organisations,
    reported,
    trajectories,
    winners,
    workforce,
)
from sansheng.pictures.drawn import Drawn
from sansheng.pictures.estimates import estimate
from sansheng.pictures.fonts import style
from sansheng.pictures.registry import PICTURES
from sansheng.pictures.style import PAGES
from sansheng.pictures.subject import MOST_SHOWN, Subject
from sansheng.study.reading import open_study

NAMES = [name for name in PICTURES if name != "map"]
LANGUAGES: list[Language] = ["zh", "en"]
Legible = Callable[[Figure], None]


@cache
def subject_of(folder: Path, lang: Language, page: str) -> Subject:
    return Subject(open_study(folder), lang, 0, PAGES[page])


@cache
def drawn(folder: Path, name: str, lang: Language = "en", page: str = "screen") -> Drawn:
    with style():
        (one,) = PICTURES[name].draw(subject_of(folder, lang, page))
    return one


@cache
def named(figure: Figure) -> dict[str, Any]:
    return {str(artist.get_gid()): artist for artist in figure.findobj() if artist.get_gid()}


def with_gid(figure: Figure, start: str) -> dict[str, Any]:
    return {name: artist for name, artist in named(figure).items() if name.startswith(start)}


@pytest.mark.parametrize("page", ["screen", "phone"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_texts_stay_on_the_page_keep_apart_and_have_glyphs(
    reform: Path, assert_legible: Legible, name: str, lang: Language, page: str
) -> None:
    figure = drawn(reform, name, lang, page).figure
    assert_legible(figure)
    assert figure.get_size_inches()[0] == PAGES[page]


@pytest.mark.parametrize("name", NAMES)
def test_eight_scenarios_over_part_of_a_year_stay_legible_on_paper(
    many: Path, assert_legible: Legible, name: str
) -> None:
    assert_legible(drawn(many, name, "zh", "a4").figure)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_fits_a_sheet_of_a4(reform: Path, name: str) -> None:
    wide, tall = drawn(reform, name, "en", "a4").figure.get_size_inches()
    assert wide == pytest.approx(8.27)
    assert tall <= 11.69


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_draws_uncertainty(reform: Path, name: str) -> None:
    figure = drawn(reform, name).figure
    intervals, bands = with_gid(figure, "interval-"), with_gid(figure, "band-")
    assert intervals or bands
    for line in intervals.values():
        assert isinstance(line, Line2D)
        ends = [np.asarray(line.get_xdata()), np.asarray(line.get_ydata())]
        assert max(float(np.ptp(one)) for one in ends) >= 0.0
        assert line.get_visible()
    for area in bands.values():
        assert isinstance(area, Collection)
        assert area.get_paths()[0].vertices.size


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_title_is_the_sentence_and_the_subtitle_the_conditions(
    reform: Path, placed: Callable[[Figure], list[Any]], name: str, lang: Language
) -> None:
    one = drawn(reform, name, lang)
    subject = subject_of(reform, lang, "screen")
    shown = "".join(text.words for text in placed(one.figure)).replace(" ", "")
    assert one.sentence.replace(" ", "") in shown
    for part in subject.conditions.parts(lang):
        assert part.replace(" ", "") in shown


def test_more_scenarios_than_can_be_told_apart_are_left_out_and_the_figure_says_so(
    many: Path, placed: Callable[[Figure], list[Any]]
) -> None:
    subject = subject_of(many, "en", "screen")
    assert len(subject.shown) == MOST_SHOWN
    smallest = min(abs(estimate(subject.paired("need_met", name)).mean) for name in subject.shown)
    rest = set(subject.others) - set(subject.shown)
    assert all(abs(estimate(subject.paired("need_met", name)).mean) <= smallest for name in rest)
    words = " ".join(text.words for text in placed(drawn(many, "trajectories").figure))
    assert "the 5 of 7 scenarios that differ most" in words


def test_reforms_are_dated_in_every_panel(
    reform: Path, placed: Callable[[Figure], list[Any]]
) -> None:
    figure = drawn(reform, "trajectories").figure
    for number, month in enumerate((14, 18)):
        lines = figure.findobj(lambda one, n=number: one.get_gid() == f"reform-{n}")
        assert len(lines) == 8
        assert {float(line.get_xdata()[0]) for line in lines} == {month - 0.5}
    words = " ".join(text.words for text in placed(figure))
    assert "① 2016-09" in words
    assert "② 2017-01" in words


def test_a_band_is_the_interval_of_its_month(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    figure = drawn(reform, "trajectories").figure
    area = with_gid(figure, "band-need_met-difference-duties")["band-need_met-difference-duties"]
    values = subject.by_month("need_met")
    month = 7
    found = estimate(
        values[subject.row("duties"), :, month] - values[subject.row("flat"), :, month]
    )
    at_month = area.get_paths()[0].vertices
    ends = at_month[at_month[:, 0] == month][:, 1]
    assert {round(float(end), 9) for end in ends} == {round(end, 9) for end in found.ends}


def test_the_title_tells_the_last_year_replicate_by_replicate(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    found = trajectories.late(subject, "need_met")
    values = subject.by_month("need_met")[:, :, -12:].mean(axis=2)
    said = drawn(reform, "trajectories").sentence
    for name in subject.others:
        pairs = values[subject.row(name)] - values[subject.row("flat")]
        assert found[name].mean == pytest.approx(pairs.mean())
        assert found[name].count == 4
        mine = said.split(f"{subject.title(name)} ")[1].split("; ")[0]
        number = mine.split("\u00a0")[0].replace("−", "-")
        assert float(number) == round(found[name].mean, len(number.partition(".")[2]))
        side = found[name].shows("higher")
        assert mine.endswith({"undecided": "cannot tell"}.get(side, side.replace("_", " ")))


def test_money_that_enters_a_place_leaves_it(reform: Path, many: Path) -> None:
    for folder in (reform, many):
        subject = subject_of(folder, "en", "screen")
        for scenario in (subject.baseline, *subject.shown):
            found = money.flows(subject, scenario)
            known = ~np.isnan(money.into(found, "purse"))
            for node in money.NODES:
                inward = [value for (_, to), value in found.items() if to == node]
                outward = [value for (start, _), value in found.items() if start == node]
                if inward and outward:
                    np.testing.assert_allclose(
                        np.sum(inward, axis=0)[known], np.sum(outward, axis=0)[known], atol=1e-6
                    )
            if known.any():
                whole = np.sum(list(money.ends(found).values()), axis=0)
                np.testing.assert_allclose(whole[known], 100.0)


def test_flows_are_what_the_outcomes_say(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    found = money.flows(subject, "flat")
    year = subject.by_month("bought")[subject.row("flat")][:, 6:30]
    np.testing.assert_allclose(money.into(found, "bought"), year.mean(axis=1))
    months = {name: subject.by_month(name)[subject.row("flat")][:, 6:30] for name in money.READ}
    whole = money.into(found, "wages") + money.into(found, "bought")
    lost = months["admin_money_share"] / 100.0
    wages = lost * months["bought"] / (months["admin_share"] / 100.0 - lost)
    np.testing.assert_allclose(
        money.into(found, "administration"), (lost * (wages + months["bought"])).mean(axis=1)
    )
    assert (money.into(found, "administration") < whole).all()
    in_2016 = subject.data.per_run("spent")
    assert in_2016.shape[0] == 3


def test_wages_of_community_workers_are_those_that_they_are_paid(reform: Path) -> None:
    """Cost per hour of need met holds the wages too, by another way."""
    subject = subject_of(reform, "en", "screen")
    row = subject.row("flat")
    read = {name: subject.by_month(name)[row] for name in (*money.READ, "support", "cost_per_hour")}
    hours = read["admin_share"] / 100.0
    worth = read["admin_money_share"] / 100.0
    wages = worth * read["bought"] / (hours - worth)
    met = (wages + read["bought"] + read["other_uses"] + read["support"]) / read["cost_per_hour"]
    # Standard hours are whole minutes by kind of case: a number of hours is a number of minutes.
    minutes = met / 12.0 * 10_000 * 60.0
    np.testing.assert_allclose(minutes, np.round(minutes), atol=1e-3)


def test_ribbons_are_as_wide_as_what_flows(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    found = money.flows(subject, "flat")
    ribbons = with_gid(drawn(reform, "money").figure, "flow-")
    wides = {}
    for (start, to), value in found.items():
        if value.mean() > 1e-6:
            corners = ribbons[f"flow-{start}-{to}"].get_path().vertices
            wides[start, to] = abs(corners[7, 1] - corners[0, 1]) / value.mean()
    assert len(wides) > 6
    np.testing.assert_allclose(list(wides.values()), next(iter(wides.values())), rtol=1e-9)


def test_the_gap_is_reported_less_true(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    for scenario in subject.data.scenarios:
        stored = estimate(subject.per_run("closure_gap", scenario))
        found = reported.gap(subject, "closure_true", scenario)
        assert found.mean == pytest.approx(stored.mean)
        assert found.ends == pytest.approx(stored.ends)
    lines = with_gid(drawn(reform, "reported").figure, "interval-closure_true-flat")
    for which, outcome in (("true", "closure_true"), ("reported", "closure_reported")):
        line = lines[f"interval-closure_true-flat-{which}"]
        assert list(line.get_xdata()) == list(estimate(subject.per_run(outcome, "flat")).ends)


def test_the_sentence_about_reports_has_the_numbers_of_the_gap(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    found = reported.gap(subject, "closure_true", "flat")
    said = drawn(reform, "reported").sentence
    decimals = len(said.split("by ")[1].split("\u00a0")[0].partition(".")[2])
    assert f"overstate closed cases by {found.mean:.{decimals}f}" in said


def test_curves_begin_at_nothing_end_at_all_and_need_lies_on_the_straight_line(
    reform: Path,
) -> None:
    subject = subject_of(reform, "en", "screen")
    for what in ("granted", "resolved"):
        found = equity.curves(subject, "duties", what)
        assert (found[:, 0] == 0.0).all()
        np.testing.assert_allclose(found[:, -1], 1.0)
        assert (np.diff(found, axis=1) >= 0.0).all()
    need = equity.curves(subject, "flat", "arisen")
    np.testing.assert_allclose(need, np.tile(equity.GRID, (4, 1)), atol=1e-12)


def test_the_share_of_the_neediest_is_read_from_the_curve(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    np.testing.assert_allclose(equity.neediest(subject, "flat", "arisen"), 100.0 / 3.0)
    rows = subject.data.communities.query("scenario == 'flat' and replicate == 0")
    sums = rows.groupby("community")[["arisen", "granted"]].sum()
    sums["homes"] = rows.groupby("community")["households"].first()
    neediest = sums.loc[(sums["arisen"] / sums["homes"]).idxmax()]
    part = neediest["arisen"] / sums["arisen"].sum()
    curve = equity.curves(subject, "flat", "granted")[0]
    top = 1.0 - np.interp(1.0 - part, equity.GRID, curve)
    assert top == pytest.approx(neediest["granted"] / sums["granted"].sum(), abs=0.01)


def test_a_hundred_people_stay_or_leave_one_way_or_another(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    for scenario in subject.data.scenarios:
        for kind in workforce.KINDS:
            whole = np.sum(list(workforce.ways(subject, scenario, kind).values()), axis=0)
            np.testing.assert_allclose(whole, 100.0)
        ways = workforce.ways(subject, scenario, "agency")
        np.testing.assert_allclose(
            ways["move"] + ways["quit"], subject.per_run("turnover_agency", scenario)
        )


def test_who_came_to_agencies_is_who_is_there_and_who_left(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    row = subject.row("flat")
    staff = subject.by_month("staff_agency")[row]
    rates = (subject.by_month(name)[row] for name in ("turnover_agency", "layoffs_agency"))
    left = sum(np.nan_to_num(rate) for rate in rates) * staff / 1200.0
    np.testing.assert_allclose(left, np.round(left), atol=1e-6)  # people are whole
    came = workforce.hired(subject, "flat") * staff[:, 1:].sum(axis=1) / 1200.0
    np.testing.assert_allclose(
        came, staff[:, -1] - staff[:, 0] + left[:, 1:].sum(axis=1), atol=1e-6
    )
    assert (came > -1e-6).all()


def test_years_count_births_and_deaths_and_they_explain_how_many_there_are(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    assert [year for year, _ in subject.years] == [2016, 2017]
    alive = subject.by_month("agencies")[subject.row("flat")]
    for number, (_, span) in enumerate(subject.years):
        born, died = (
            organisations.by_year(subject, name, "flat").mean[number]
            for name in ("agencies_founded", "agencies_closed")
        )
        change = (alive[:, span.stop - 1] - alive[:, span.start - 1]).mean()
        assert born - died == pytest.approx(change)


def test_places_gain_what_their_communities_gain(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    found = winners.places(subject)
    assert found.of_communities == 8
    assert found.of_subdistricts == 1
    rows = subject.data.communities
    met = rows.groupby(["scenario", "replicate"])[["resolved", "arisen"]].sum()
    met = 100.0 * met["resolved"] / met["arisen"]
    whole = (met["duties"] - met["flat"]).to_numpy()
    np.testing.assert_allclose(found.subdistricts["duties"][0], whole)


def test_the_baseline_neither_gains_nor_loses(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    base = subject.communities("flat")
    nothing = winners.differences(base, base, "need", 60)
    assert nothing.shape == (8, 4)
    assert (nothing == 0.0).all()
    assert winners.fates(winners.bands({"flat": nothing})["flat"]) == ["same"] * 8


def test_places_that_are_put_together_have_the_needs_of_all(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    base, mine = subject.communities("flat"), subject.communities("duties")
    order = np.argsort(base["households"], axis=1)
    first = [
        np.take_along_axis(rows[n], order, axis=1)[:, :4].sum(axis=1)
        for rows in (mine, base)
        for n in ("resolved", "arisen")
    ]
    found = winners.differences(base, mine, "households", 2)
    np.testing.assert_allclose(found[0], 100.0 * (first[0] / first[1] - first[2] / first[3]))


def test_the_order_is_by_the_trait_that_tells_gains_apart() -> None:
    rng = np.random.default_rng(1)
    base = {name: rng.normal(size=(5, 9)) for name in winners.TRAITS}
    base |= {"arisen": np.full((5, 9), 100.0), "resolved": np.full((5, 9), 50.0)}
    mine = base | {"resolved": 50.0 - base["duties"]}
    assert winners._telling(base, {"rule": mine}) == "duties"


def test_dots_are_filled_exactly_where_the_interval_excludes_zero(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    found = winners.places(subject)
    figure = drawn(reform, "winners").figure
    for name, band in winners.bands(found.communities).items():
        fates = winners.fates(band)
        for place in range(8):
            key = f"{name}-{place}"
            line = with_gid(figure, f"interval-{key}")[f"interval-{key}"]
            dot = with_gid(figure, f"estimate-{key}")[f"estimate-{key}"]
            low, high = band.at(place).ends
            assert list(line.get_ydata()) == [low, high]
            assert (dot.get_markerfacecolor() == "white") == (fates[place] == "open")
            if fates[place] in ("gain", "loss"):
                assert not low <= 0.0 <= high


def test_there_is_a_tile_for_each_subdistrict_and_it_is_hatched_unless_sure(many: Path) -> None:
    subject = subject_of(many, "en", "screen")
    found = winners.places(subject)
    assert found.of_subdistricts == subject.data.communities["subdistrict"].nunique() > 1
    tiles = with_gid(drawn(many, "winners").figure, "tile-")
    assert len(tiles) == found.of_subdistricts * len(subject.shown)
    for name, band in winners.bands(found.subdistricts).items():
        for place, fate in enumerate(winners.fates(band)):
            tile = tiles[f"tile-{name}-{place}"]
            assert (tile.get_hatch() is not None) == (fate == "open")
            assert (tile.get_linewidth() > 1.0) == (fate in ("gain", "loss"))


def test_the_order_of_scenarios_is_said_where_the_title_counts_places(reform: Path) -> None:
    subject = subject_of(reform, "en", "screen")
    said = drawn(reform, "winners").sentence.replace("\u00a0", " ")
    for name, band in winners.bands(winners.places(subject).communities).items():
        fates = winners.fates(band)
        assert f"{subject.title(name)} {fates.count('gain')} / {fates.count('loss')}" in said
