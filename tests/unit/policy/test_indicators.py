"""Officials see need with an error that belongs to a community and a year."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sansheng.core.tables import I64
from sansheng.month import PARAMETERS, open_world, pass_month
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.indicators import blurred, gap_seen, need_seen
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place
from sansheng.world.world import World

JANUARY = 2015 * 12
EVERY_LUCK = (np.arange(20_000) + 0.5) / 20_000


def classroom(parameters: dict[str, float] | None = None, start: int = JANUARY) -> World:
    return open_world(load_place("classroom", PARAMETERS), parameters or {}, 1, 0, start)


def rows(world: World) -> I64:
    return np.flatnonzero(world.tables.communities.district == 0)


def test_the_error_of_two_communities_by_hand() -> None:
    # Logs 0 and 2 have a standard deviation of 1, so at one half has the error; luck of 3/4 is odds of 3.
    seen = blurred(np.array([1.0, math.exp(2.0)]), 0.5, np.array([0.75, 0.5]))
    error = math.sqrt(3.0) / math.pi * math.log(3.0)
    np.testing.assert_allclose(np.log(seen), [error, 2.0])


@pytest.mark.parametrize("reliability", [0.3, 0.5, 0.8])
def test_reliability_is_the_part_of_the_variance_that_is_real(reliability: float) -> None:
    ranks = np.argsort(np.sin(np.arange(20_000.0) * 12.9898), kind="stable")
    truth = np.exp(0.3 * np.sqrt(3.0) / math.pi * np.log(EVERY_LUCK / (1.0 - EVERY_LUCK)))
    seen = np.log(blurred(truth, reliability, EVERY_LUCK[ranks]))
    true = np.log(truth)
    assert true.var() / seen.var() == pytest.approx(reliability, rel=0.03)
    assert np.corrcoef(seen, true)[0, 1] == pytest.approx(math.sqrt(reliability), rel=0.02)
    assert seen.mean() == pytest.approx(true.mean(), abs=0.01)


def test_perfect_indicators_would_show_the_truth() -> None:
    truth = np.array([0.1, 0.7, 2.0])
    np.testing.assert_allclose(blurred(truth, 1.0, np.array([0.01, 0.5, 0.99])), truth)


@pytest.mark.parametrize("truth", [[0.4], [0.4, 0.4, 0.4]])
def test_where_nothing_differs_nothing_is_mistaken(truth: list[float]) -> None:
    luck = np.linspace(0.1, 0.9, len(truth))
    np.testing.assert_allclose(blurred(np.array(truth), 0.3, luck), truth)


def test_what_is_not_there_is_seen_as_nothing_and_spoils_nothing() -> None:
    luck = np.array([0.2, 0.5, 0.9, 0.4])
    seen = blurred(np.array([0.3, 0.0, 0.9, -2.0]), 0.5, luck)
    np.testing.assert_allclose(seen[[0, 2]], blurred(np.array([0.3, 0.9]), 0.5, luck[[0, 2]]))
    assert seen[[1, 3]].tolist() == [0.0, 0.0]
    assert not blurred(np.zeros(3), 0.5, luck[:3]).any()


def test_on_average_over_years_officials_of_a_district_see_as_well_as_they_should() -> None:
    world = open_world(load_place("chenghua-2015", PARAMETERS), {}, 1, 0, JANUARY)
    c, p = world.tables.communities, world.parameters
    true = np.log(p.lam * c.need_mix.sum(axis=1) + p.lam_duty * c.duties_service / c.households)
    found = []
    for year in range(40):
        world.month = JANUARY + 12 * year
        found.append(np.corrcoef(np.log(need_seen(world, rows(world))), true)[0, 1])
    assert np.mean(found) == pytest.approx(math.sqrt(0.5), abs=0.03)
    assert np.std(found) > 0.01


def test_an_error_lasts_a_calendar_year() -> None:
    world = classroom()
    own = rows(world)
    january = need_seen(world, own)
    world.month += 11
    assert need_seen(world, own).tolist() == january.tolist()
    world.month += 1
    assert need_seen(world, own).tolist() != january.tolist()


def test_an_error_belongs_to_a_community_and_not_to_its_row() -> None:
    world = classroom()
    own = rows(world)
    turned = need_seen(world, own[::-1].copy())[::-1]
    np.testing.assert_allclose(turned, need_seen(world, own), rtol=1e-12)


def test_need_and_gap_are_mistaken_apart() -> None:
    world = classroom()
    c = world.tables.communities
    c.unmet_last[:] = np.arange(1, 1 + c.key.shape[0]) * 10
    own = rows(world)
    first = gap_seen(world, own)
    world.tables.communities.households[:] //= 2
    np.testing.assert_allclose(gap_seen(world, own), 2 * first, rtol=0.01)
    assert np.ptp(np.log(first / need_seen(world, own))) > 0.0


def test_expected_need_is_what_arises() -> None:
    world = classroom({"shock_sd": 0.0})
    c, p = world.tables.communities, world.parameters
    expected = p.lam * c.need_mix.sum(axis=1) * c.households + p.lam_duty * c.duties_service
    own = rows(world)
    world.parameters = p._replace(reliability=1.0)
    np.testing.assert_allclose(need_seen(world, own) * c.households[own], expected[own])
    record = make_recorder(JANUARY, 24, c.key.shape[0])
    arisen = np.zeros(c.key.shape[0])
    for _ in range(24):
        pass_month(world, make_rule("no_fund"), record)
        arisen += world.tables.cases.arisen.sum(axis=(1, 2))
    assert (np.abs(arisen - 2 * expected) < 5 * np.sqrt(2 * expected)).all()


@pytest.mark.parametrize("start", [0, 6])
def test_the_gap_is_last_calendar_year_s_need_less_what_was_met(start: int) -> None:
    world = classroom(start=JANUARY + start)
    t = world.tables
    rule = make_rule("per_household")
    record = make_recorder(world.month, 18, t.communities.key.shape[0])
    assert not gap_seen(world, rows(world)).any()
    left = np.zeros(t.communities.key.shape[0], np.int64)
    for _ in range(12 - start):
        pass_month(world, rule, record)
        left += t.cases.arisen.sum(axis=(1, 2)) - t.cases.resolved.sum(axis=(1, 2))
        assert t.communities.unmet_year.tolist() == left.tolist()
        assert not t.communities.unmet_last.any()
    left *= start == 0  # what part of a year left is no year's gap
    for _ in range(2):
        pass_month(world, rule, record)
        assert t.communities.unmet_last.tolist() == left.tolist()
    world.parameters = world.parameters._replace(reliability=1.0)
    own = rows(world)
    seen = gap_seen(world, own) * t.communities.households[own]
    np.testing.assert_allclose(seen, np.maximum(0, left[own]))
