from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.processes.indexation import index_prices
from sansheng.world.schema import NOBODY, Tables

Blank = Callable[..., Tables]
JANUARY, FEBRUARY = 2015 * 12, 2015 * 12 + 1


def running(blank: Blank, *, price: int = 4_000, wage: int = 400_000) -> Tables:
    """One lot of two projects at ``price`` fen an hour, set when agencies started at ``wage`` fen."""
    t = blank()
    t.contracts.projects[0] = 2
    t.contracts.provider[:] = NOBODY
    t.contracts.provider[0, :2] = 1, 0
    t.contracts.price[0, :2], t.contracts.wage[0, :2] = price, wage
    return t


def indexed(t: Tables, follow: float, wage: int, now: int = JANUARY) -> list[int]:
    t.districts.agency_wage[0] = wage
    index_prices(now, follow, t.communities, t.contracts, t.districts.agency_wage)
    prices: list[int] = t.contracts.price[0, :2].tolist()
    return prices


def test_half_of_a_rise_of_a_tenth_is_a_twentieth(blank: Blank) -> None:
    t = running(blank)
    assert indexed(t, 0.5, 440_000) == [4_200, 4_200]
    assert t.contracts.wage[0, :2].tolist() == [440_000, 440_000]
    assert indexed(t, 0.5, 440_000) == [4_200, 4_200], "a rise is followed once"
    assert indexed(t, 0.5, 550_000) == [4_725, 4_725], "the next one starts from there"


def test_a_price_that_follows_in_full_stays_the_same_share_of_the_wage(blank: Blank) -> None:
    for wage in (200_000, 400_000, 777_777):
        price = indexed(running(blank), 1.0, wage)[0]
        assert price == round(4_000 * wage / 400_000)


@pytest.mark.parametrize(
    ("follow", "wage", "now"),
    [(0.0, 500_000, JANUARY), (1.0, 400_000, JANUARY), (1.0, 500_000, FEBRUARY)],
)
def test_a_price_stays_that_nobody_indexes_or_whose_wage_stays_or_out_of_season(
    blank: Blank, follow: float, wage: int, now: int
) -> None:
    t = running(blank)
    assert indexed(t, follow, wage, now) == [4_000, 4_000]
    assert (t.contracts.wage[0, :2] == 400_000).all()


def test_only_projects_that_somebody_holds_are_indexed(blank: Blank) -> None:
    t = running(blank)
    t.contracts.provider[0, 1] = NOBODY
    t.contracts.price[0, 2], t.contracts.wage[0, 2] = 4_000, 400_000  # left from a larger lot
    assert indexed(t, 1.0, 800_000) == [8_000, 4_000]
    assert t.contracts.price[0, 2] == 4_000


def test_the_more_prices_follow_and_the_more_wages_rise_the_dearer_an_hour(blank: Blank) -> None:
    by_follow = [indexed(running(blank), f, 520_000)[0] for f in np.linspace(0.0, 1.0, 11)]
    by_wage = [indexed(running(blank), 0.6, w)[0] for w in range(300_000, 600_001, 50_000)]
    for prices in (by_follow, by_wage):
        assert (np.diff(prices) > 0).all()
