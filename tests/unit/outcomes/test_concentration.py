from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.outcomes.equity import concentration, horizontal_inequity

POSITIVE = st.floats(0.01, 1000.0)
THREE = st.lists(st.tuples(POSITIVE, POSITIVE, POSITIVE), min_size=2, max_size=20)


def columns(rows: list[tuple[float, float, float]]) -> list[np.ndarray]:  # type: ignore[type-arg]
    return [np.array(column) for column in zip(*rows, strict=True)]


def test_two_halves_of_whom_one_has_all() -> None:
    need, equal = np.array([1.0, 2.0]), np.array([1.0, 1.0])
    assert concentration(np.array([0.0, 1.0]), need, equal) == pytest.approx(0.5)
    assert concentration(np.array([1.0, 0.0]), need, equal) == pytest.approx(-0.5)
    assert concentration(np.array([0.0, 1.0]), need, np.array([3.0, 1.0])) == pytest.approx(0.75)


def test_nothing_at_all_is_not_concentrated() -> None:
    assert concentration(np.zeros(3), np.arange(3.0), np.ones(3)) == 0.0


@given(THREE)
def test_the_same_for_everybody_is_not_concentrated(rows: list[tuple[float, float, float]]) -> None:
    by, weights, _ = columns(rows)
    assert concentration(np.ones(by.size), by, weights) == pytest.approx(0.0, abs=1e-12)


@given(THREE)
def test_ranked_by_itself_it_is_ginis_coefficient(rows: list[tuple[float, float, float]]) -> None:
    values, weights, _ = columns(rows)
    w = weights / weights.sum()
    apart = np.abs(values[:, None] - values) * w[:, None] * w
    gini = apart.sum() / (2.0 * (w * values).sum())
    assert concentration(values, values, weights) == pytest.approx(gini, abs=1e-9)


@given(THREE, POSITIVE)
def test_use_in_proportion_to_need_is_horizontally_equal(
    rows: list[tuple[float, float, float]], price: float
) -> None:
    need, weights, _ = columns(rows)
    assert horizontal_inequity(price * need, need, weights) == pytest.approx(0.0, abs=1e-9)


@given(THREE)
def test_the_same_for_all_falls_short_of_need(rows: list[tuple[float, float, float]]) -> None:
    need, weights, _ = columns(rows)
    found = horizontal_inequity(np.ones(need.size), need, weights)
    assert found == pytest.approx(-concentration(need, need, weights), abs=1e-9)
    assert found <= 1e-9


@given(THREE, st.randoms())
def test_order_and_the_unit_of_weights_do_not_matter(
    rows: list[tuple[float, float, float]], luck: object
) -> None:
    values, by, weights = columns(rows)
    order = np.arange(by.size)
    luck.shuffle(order)  # type: ignore[attr-defined]
    first = concentration(values, by, weights)
    again = concentration(values[order], by[order], 7.0 * weights[order])
    assert again == pytest.approx(first, abs=1e-9)


@given(THREE)
def test_a_unit_cut_in_two_counts_as_before(rows: list[tuple[float, float, float]]) -> None:
    values, by, weights = columns(rows)
    halves = np.append(weights, weights[0] / 2.0)
    halves[0] /= 2.0
    found = concentration(np.append(values, values[0]), np.append(by, by[0]), halves)
    assert found == pytest.approx(concentration(values, by, weights), abs=1e-9)
