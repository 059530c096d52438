from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.analysis.compare import compare
from sansheng.analysis.over_draws import pairs_over_draws, split, spread_over_draws
from sansheng.core.errors import BadInput
from sansheng.study.reading import StudyData

Make = Callable[..., StudyData]


def test_a_table_by_hand_gives_the_components_of_the_textbook() -> None:
    # Mean squares by hand: draws 24, replicates 6, rest 0.
    found = split(np.array([[1.0, 3.0], [5.0, 7.0], [3.0, 5.0]]))
    assert found.mean == 4.0
    assert (found.draws, found.replicates, found.rest) == pytest.approx((4.0, 2.0, 0.0))
    assert found.error == pytest.approx(np.sqrt((8.0 + 6.0) / 6.0))
    assert found.complete == 2


def test_components_are_found_on_average_and_none_is_negative() -> None:
    rng = np.random.default_rng(4)
    found = np.array(
        [
            split(
                2.0 * rng.standard_normal((30, 1))
                + rng.standard_normal(12)
                + 0.5 * rng.standard_normal((30, 12))
            )[1:4]
            for _ in range(300)
        ]
    )
    assert (found >= 0.0).all()
    np.testing.assert_allclose(found.mean(axis=0), [4.0, 1.0, 0.25], rtol=0.12)
    nothing = [split(rng.standard_normal((6, 5)))[1:4] for _ in range(50)]
    assert min(one[0] for one in nothing) == 0.0


def test_equal_differences_have_no_spread_and_one_draw_no_components() -> None:
    same = split(np.full((4, 3), 0.1))
    assert (same.mean, same.draws, same.replicates, same.rest, same.error) == (0.1, 0, 0, 0, 0)
    assert np.isnan(split(np.ones((1, 5))).error)


def test_a_replicate_that_a_draw_lacks_is_left_out_everywhere() -> None:
    values = np.arange(24.0).reshape(1, 4, 6) ** 1.3
    values[0, 2, 1] = np.nan
    kept = np.delete(values, 1, axis=2)
    others = np.zeros((1, 4, 6))
    found, expected = (
        pairs_over_draws(values, others),
        pairs_over_draws(kept, np.zeros((1, 4, 5))),
    )
    assert split(values[0]).complete == 5
    assert found.difference == expected.difference
    assert found.error == expected.error
    assert found.mean == pytest.approx(expected.mean)
    assert found.number == 20


def study(make: Make, design: str, draws: int = 5) -> StudyData:
    rng = np.random.default_rng(8)
    met = rng.normal(size=(2, draws, 4, 1))
    met[1] += 1.0 + 5.0 * np.arange(draws)[:, None, None]
    data = make({"need_met": met}, ("base", "other"), "base")
    return type(data)(data.folder, {**data.manifest, "design": design}, data.ledger, data.tables)


@pytest.mark.parametrize("design", ["grid", "list"])
def test_draws_that_are_no_sample_are_not_averaged(design: str, study_data: Make) -> None:
    data = study(study_data, design)
    with pytest.raises(BadInput, match=f"its draws are a {design}"):
        compare(data, draw="all")
    (spread,) = spread_over_draws(data)
    assert spread.draws > spread.rest


def test_the_mean_over_a_sample_of_draws_is_a_row_of_its_own(study_data: Make) -> None:
    data = study(study_data, "lhs")
    (row,) = compare(data, draw="all")
    values = data.per_run("need_met")
    expected = split(values[1] - values[0])
    assert (row.draw, row.replicates, row.planned) == ("all", 20, 20)
    assert (row.difference, row.standard_error) == (expected.mean, expected.error)
    assert row.low < row.difference < row.high
    assert row.difference == pytest.approx(np.mean([one.difference for one in compare(data)]))
    assert np.isnan(row.wins_low)
    apart = values.var(axis=-1, ddof=1).sum()
    within = (values[1] - values[0]).var(axis=-1, ddof=1).sum()
    assert row.variance_reduction == pytest.approx(apart / within)
    one = study(study_data, "lhs", draws=1)
    with pytest.raises(BadInput, match="it has one draw"):
        compare(one, draw="all")
