"""Shares, intervals, verdicts and expectations against what can be reckoned by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sansheng.analysis.winners_expected import Expected, expected, verdicts
from sansheng.analysis.winners_groups import by_part, judged, parts_of
from sansheng.analysis.winners_inequality import indices
from sansheng.analysis.winners_measures import BY_ID, DIMENSIONS, MEASURES
from sansheng.analysis.winners_units import measures_in, paired, readings, units_of

SIZE = next(d for d in DIMENSIONS if d.id == "size")
NEED_MET = BY_ID["need_met"]
ZONES = {name: measure.zone for name, measure in BY_ID.items()}


def made(
    gains: list[list[float]], weights: list[float] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return units and pairs with these gains, by replicate and community; community i has i + 1 households."""
    rows = [(r, i, gain) for r, of in enumerate(gains) for i, gain in enumerate(of)]
    pairs = pd.DataFrame(rows, columns=["replicate", "id", "difference"]).assign(
        outcome="need_met", baseline=50.0
    )
    pairs["value"] = pairs["baseline"] + pairs["difference"]
    pairs["reading"] = readings(pairs["difference"].to_numpy(), "higher", 1.0)
    units = pairs[["replicate", "id"]].assign(households=pairs["id"] + 1)
    by = weights or [1.0] * len(gains[0])
    return units.assign(weight=[by[i] for i in units["id"]]), pairs


def test_declared_measures_and_dimensions_are_told_in_both_languages() -> None:
    for declared in (*BY_ID.values(), *DIMENSIONS):
        assert declared.text.en.isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in declared.text.zh)
    for measure in BY_ID.values():
        assert measure.zone > 0.0
        assert measure.unit
        assert measure.unit_zh
    assert sum(map(len, MEASURES.values())) == len(BY_ID), "no id twice"
    assert len({d.id for d in DIMENSIONS}) == len(DIMENSIONS)


@pytest.mark.parametrize(
    ("difference", "better", "reading"),
    [
        (1.0, "higher", "unchanged"),
        (-1.0, "higher", "unchanged"),
        (1.0 + 1e-9, "higher", "better"),
        (-1.0 - 1e-9, "higher", "worse"),
        (1.0 + 1e-9, "lower", "worse"),
        (-1.0 - 1e-9, "lower", "better"),
        (0.0, "lower", "unchanged"),
    ],
)
def test_a_difference_is_a_gain_beyond_the_zone_alone(
    difference: float, better: str, reading: str
) -> None:
    assert readings(np.array([difference]), better, 1.0) == [reading]


def test_shares_gains_and_losses_are_those_of_the_units_by_weight() -> None:
    units, pairs = made([[2.0, -3.0, 0.5], [4.0, 0.0, -0.5]], [1.0, 2.0, 3.0])
    (row,) = by_part(units, pairs, NEED_MET, None, 3, 1.0)
    assert row["by"] == "all"
    assert (row["members"], row["weight"], row["replicates"]) == (3.0, 6.0, 2)
    first, second = (2.0 - 6.0 + 1.5) / 6.0, (4.0 - 1.5) / 6.0
    assert row["difference"] == pytest.approx((first + second) / 2.0)
    half = stats.t.ppf(0.975, 1) * abs(first - second) / 2.0
    assert (row["low"], row["high"]) == pytest.approx(
        (row["difference"] - half, row["difference"] + half)
    )
    assert row["better"] == pytest.approx(100.0 / 6.0)
    assert row["worse"] == pytest.approx(100.0 * (2.0 / 6.0 + 0.0) / 2.0)
    assert row["unchanged"] == pytest.approx(100.0 - row["better"] - row["worse"])
    assert row["better_of_units"] == pytest.approx(100.0 / 3.0)
    assert (row["gain"], row["loss"]) == (3.0, -3.0)
    assert row["value"] - row["baseline"] == pytest.approx(row["difference"])


def test_shares_of_a_part_add_up_to_all_and_parts_to_the_whole() -> None:
    luck = np.random.default_rng(1)
    units, pairs = made(luck.normal(0.3, 2.0, (9, 10)).tolist())
    rows = by_part(units, pairs, NEED_MET, SIZE, 3, 1.0)
    (whole,) = by_part(units, pairs, NEED_MET, None, 3, 1.0)
    assert [row["members"] for row in rows] == [4.0, 3.0, 3.0]
    for row in (*rows, whole):
        assert row["better"] + row["worse"] + row["unchanged"] == pytest.approx(100.0)
    for name in ("difference", "better", "worse", "unchanged"):
        total = sum(row[name] * row["weight"] for row in rows) / whole["weight"]
        assert total == pytest.approx(whole[name])
    assert all(one["most"] < next_["least"] for one, next_ in pairwise(rows))


def test_parts_hold_equally_many_communities_of_every_replicate() -> None:
    frame = pd.DataFrame(
        {"replicate": [0] * 6 + [1] * 6, "households": [6, 5, 4, 3, 2, 1, 7, 7, 7, 7, 7, 7]}
    )
    found = parts_of(frame, SIZE, 3).tolist()
    assert found == [2, 2, 1, 1, 0, 0, 0, 0, 1, 1, 2, 2]  # ties in their order


def test_who_has_no_part_is_in_no_row() -> None:
    size = next(d for d in DIMENSIONS if d.id == "organisation_size")
    units, pairs = made([[2.0, 3.0], [2.0, 3.0]])
    units = units.assign(kind=[2, 0, 2, 0], size=[-1, 1, -1, 1])
    (row,) = by_part(units, pairs, NEED_MET, size, 3, 1.0)
    assert (row["part"], row["difference"]) == (1, 3.0)
    (row,) = by_part(units, pairs, NEED_MET, None, 3, 1.0)
    assert row["difference"] == 3.0, "grassroots groups would outnumber agencies"


def verdicts_of(gains: list[list[float]], zone: float) -> str:
    units, pairs = made(gains)
    rows = by_part(units, pairs, NEED_MET, None, 3, zone)
    judged(rows, {"need_met": "higher"})
    return str(rows[0]["verdict"])


def test_verdicts_need_means_clearly_beyond_or_within_the_zone() -> None:
    assert verdicts_of([[3.0], [3.1], [2.9]], 1.0) == "better"
    assert verdicts_of([[-3.0], [-3.1], [-2.9]], 1.0) == "worse"
    assert verdicts_of([[0.1], [0.2], [0.0]], 1.0) == "unchanged"
    assert verdicts_of([[1.0], [1.4], [0.6]], 1.0) == "undecided"
    assert verdicts_of([[3.0], [-3.0], [9.0]], 1.0) == "undecided"
    assert verdicts_of([[0.0], [0.0]], 0.0) == "unchanged"
    assert verdicts_of([[2.0], [2.0]], 0.0) == "better"
    assert verdicts_of([[2.0]], 0.0) == "undecided", "one replicate shows nothing"


def test_a_loss_is_a_rise_where_lower_is_better() -> None:
    units, pairs = made([[3.0], [3.1], [2.9]])
    rows = by_part(units, pairs, NEED_MET, None, 3, 1.0)
    judged(rows, {"need_met": "lower"})
    assert rows[0]["verdict"] == "worse"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_p_values_are_those_of_t_tests_before_they_are_adjusted(sign: float) -> None:
    values = np.array([1.3, 1.9, 0.8, 1.6])
    units, pairs = made((sign * values)[:, None].tolist())
    (row,) = by_part(units, pairs, NEED_MET, None, 3, 1.0)
    beyond = (
        stats.ttest_1samp(values, 1.0, alternative="greater").pvalue
        + stats.ttest_1samp(values, -1.0, alternative="greater").pvalue
    )
    assert row["beyond"] == pytest.approx(beyond)
    assert row["within"] == pytest.approx(stats.ttest_1samp(values, 1.0, alternative="less").pvalue)
    (row,) = by_part(units, pairs, NEED_MET, None, 3, 0.0)
    assert row["beyond"] == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)


def test_among_many_groups_without_an_effect_few_are_called_better_or_worse() -> None:
    luck = np.random.default_rng(7)
    false = 0
    for _ in range(50):
        rows = []
        for _ in range(10):
            units, pairs = made(luck.normal(0.0, 1.0, (10, 1)).tolist())
            rows += by_part(units, pairs, NEED_MET, None, 3, 0.0)
        judged(rows, {"need_met": "higher"})
        false += any(row["verdict"] in ("better", "worse") for row in rows)
    assert false <= 7, "5% of 50 are 2.5, and 7 or fewer in 99% of all cases"


def test_expectations_are_the_curve_that_made_the_gains() -> None:
    luck = np.random.default_rng(3)
    attributes = luck.uniform(0.0, 10.0, (400, 2))
    curve = 1.0 + 0.4 * attributes[:, 0] - 0.05 * attributes[:, 1] ** 2
    found = expected(curve, attributes, np.repeat(np.arange(20), 20))
    np.testing.assert_allclose(found.mean, curve, atol=1e-9)
    np.testing.assert_allclose(found.high - found.low, 0.0, atol=1e-6)
    assert found.explained == pytest.approx(1.0)


def test_luck_alone_is_not_expected_and_intervals_cover_what_is() -> None:
    luck = np.random.default_rng(5)
    covered, explained = [], []
    for _ in range(60):
        attributes = luck.normal(size=(600, 1))
        replicate = np.repeat(np.arange(100), 6)
        noise = luck.normal(size=600) + luck.normal(size=100)[replicate]  # shared in a replicate
        found = expected(noise, attributes, replicate)
        covered.append(((found.low <= 0.0) & (found.high >= 0.0)).mean())
        explained.append(found.explained)
    assert 0.9 < np.mean(covered) < 0.99
    assert abs(np.mean(explained)) < 0.01


def test_expectations_of_few_replicates_have_no_bounds_and_nothing_is_decided() -> None:
    luck = np.random.default_rng(5)
    found = expected(luck.normal(size=40), luck.normal(size=(40, 2)), np.repeat(np.arange(4), 10))
    assert np.isnan(found.low).all()
    assert math.isnan(found.explained)
    assert set(verdicts(found, "higher", 1.0)) == {"undecided"}


def test_an_expectation_is_judged_by_its_whole_interval() -> None:
    low, high = np.array([1.1, -3.0, -0.9, 0.5]), np.array([2.0, -1.1, 0.9, 1.5])
    gain = Expected((low + high) / 2.0, low, high, 0.5)
    assert verdicts(gain, "higher", 1.0) == ["better", "worse", "unchanged", "undecided"]
    assert verdicts(gain, "lower", 1.0) == ["worse", "better", "unchanged", "undecided"]


def test_no_difference_anywhere_is_expected_to_stay_exactly() -> None:
    found = expected(np.zeros(12), np.arange(12.0)[:, None], np.repeat([0, 1], 6))
    assert not found.mean.any()
    assert not found.low.any()
    assert not found.high.any()


ROWS = pd.DataFrame(
    {
        "scenario": "a",
        "draw": 0,
        "replicate": 0,
        "year": [2016, 2015, 2015],
        "community": [1, 1, 2],
        "subdistrict": [1, 1, 2],
        "households": [100, 100, 300],
        "vulnerable": [0.1, 0.1, 0.2],
        "duties_service": 3,
        "duties_admin": 4,
        "seats": 5,
        "estate_age": 20.0,
        "months": [12, 6, 18],
        "arisen": [20, 10, 60],
        "resolved": [10, 8, 45],
        "arisen_hard": 2,
        "resolved_hard": 1,
        "granted": [600.0, 300.0, 1800.0],
        "bought": [300.0, 150.0, 450.0],
        "hours_bought": 6.0,
        "load": [0.5, 0.8, 1.0],
        "utilisation": 0.9,
        "satisfaction": [60.0, 66.0, 70.0],
        "staff": 4.0,
        "arisen_vulnerable": [5.0, 4.0, 30.0],
        "resolved_vulnerable": [2.0, 1.0, 15.0],
        "ventured": 0.0,
    }
)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.register("communities", ROWS)
    base.execute("CREATE VIEW organisations AS SELECT '' AS scenario, 0 AS draw, 0 AS replicate")
    base.execute("CREATE VIEW workers AS SELECT '' AS scenario, 0 AS draw, 0 AS replicate")
    return base


def measured(units: pd.DataFrame, name: str) -> list[float]:
    return [float(value) for value in BY_ID[name].value(units)]


def test_years_of_a_community_are_summed_and_levels_are_means_over_months(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    units = units_of(connection, "communities", "a", 0)
    assert units["id"].tolist() == [1, 2]
    assert measured(units, "need_met") == [60.0, 75.0]
    assert measured(units, "load") == pytest.approx([(0.5 * 12 + 0.8 * 6) / 18, 1.0])
    assert measured(units, "satisfaction") == pytest.approx([62.0, 70.0])
    assert measured(units, "granted") == pytest.approx([900.0 / 1.5 / 100.0, 4.0])
    assert units["need"].tolist() == pytest.approx([30 / 1.5 / 100, 60 / 1.5 / 300])
    assert units["duties"].tolist() == [7, 7]


def test_residents_add_up_to_their_community(connection: duckdb.DuckDBPyConnection) -> None:
    units = units_of(connection, "residents", "a", 0).set_index("id")
    assert units["whom"].to_dict() == {2: 0, 4: 0, 3: 1, 5: 1}
    assert units["weight"].groupby(units.index // 2).sum().tolist() == [30.0, 60.0]
    assert units["met"].groupby(units.index // 2).sum().tolist() == [18.0, 45.0]
    met = dict(zip(units.index, measured(units, "residents_need_met"), strict=True))
    assert met[2] == pytest.approx(100.0 * 3.0 / 9.0)
    assert met[3] == pytest.approx(100.0 * 15.0 / 21.0)


def test_what_a_store_lacks_is_not_measured(connection: duckdb.DuckDBPyConnection) -> None:
    assert measures_in(connection, "workers") == ()
    connection.register("communities", ROWS.drop(columns=["resolved_vulnerable", "ventured"]))
    assert measures_in(connection, "residents") == ()
    told = {measure.id for measure in measures_in(connection, "communities")}
    assert told == {m.id for m in MEASURES["communities"]} - {"ventured"}


def test_units_are_paired_by_replicate_and_id_and_the_undefined_are_left_out() -> None:
    base = pd.DataFrame(
        {"replicate": [0, 0, 1], "id": [1, 2, 1], "arisen": [4, 0, 4], "resolved": [1, 0, 2]}
    )
    other = base.iloc[::-1].assign(resolved=[4, 0, 1])
    found = paired(base, other, [NEED_MET], ZONES)
    assert found[["replicate", "id", "difference"]].to_numpy().tolist() == [
        [0, 1, 0.0],
        [1, 1, 50.0],
    ]
    assert found["reading"].tolist() == ["unchanged", "better"]


def test_theil_falls_into_its_parts_and_money_by_need_is_not_inequitable() -> None:
    units = pd.DataFrame(
        {
            "replicate": 0,
            "subdistrict": [0, 0, 1, 1],
            "households": [100, 300, 200, 400],
            "need": [0.1, 0.2, 0.3, 0.4],
            "months": 12,
        }
    )
    units["bought"] = 50.0 * units["need"] * units["households"]
    found = indices(units, "bought")
    assert found["theil"] == pytest.approx(found["theil_between"] + found["theil_within"])
    assert 0.0 < found["theil_between"] < found["theil"]
    assert found["need_adjusted"] == pytest.approx(0.0, abs=1e-12)
    assert found["concentration"] > 0.0
    even = indices(units.assign(bought=units["households"] * 7.0), "bought")
    assert even["theil"] == pytest.approx(0.0, abs=1e-12)
    assert even["need_adjusted"] == pytest.approx(-found["concentration"])
