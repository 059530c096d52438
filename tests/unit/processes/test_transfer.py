from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.processes.transfer import keep_empty, pay_transfers, posts_to_go
from sansheng.world.accounts import BASE_LINE, FINANCE, community_account
from sansheng.world.schema import Tables

Blank = Callable[..., Tables]
Record = Callable[..., Any]


def stations(blank: Blank, filled: str) -> Tables:
    """Stations of as many seats each, 1 where somebody sits: ``"1101 0011"``."""
    parts = filled.split()
    seats = len(parts[0])
    t = blank(community=len(parts), worker=seats * len(parts))
    t.communities.seats[:] = seats
    t.communities.first_seat[:] = np.arange(len(parts)) * seats
    t.workers.filled[:] = [int(seat) for part in parts for seat in part]
    t.districts.base_wage[0] = 400_000
    return t


def kept(t: Tables, share: float) -> list[int]:
    keep_empty(share, t.communities, t.workers)
    rows: list[int] = np.flatnonzero(t.workers.kept).tolist()
    return rows


@pytest.mark.parametrize(
    ("share", "posts", "whole"),
    [(0.3, 10, 3), (0.29, 10, 2), (0.29, 100, 29), (0.0, 9, 0), (0.5, 1, 0)],
)
def test_only_whole_posts_go(share: float, posts: int, whole: int) -> None:
    assert posts_to_go(share, posts) == whole


def test_vacant_posts_are_kept_empty_up_to_the_share_of_each_station(blank: Blank) -> None:
    # a quarter of eight: two posts of each; the second station has one vacancy, the third none
    t = stations(blank, "10100110 11110111 11111111")
    assert kept(t, 0.25) == [1, 3, 12]


def test_the_wage_and_insurance_of_an_empty_post_go_to_its_community(
    blank: Blank, record: Record
) -> None:
    t = stations(blank, "0011 0111")
    p = record(outsourced=0.5, social_insurance=0.3)
    kept(t, 0.5)
    pay_transfers(p, t.districts, t.communities, t.workers, t.money)
    assert t.money.transferred.tolist() == [1_040_000, 520_000]
    assert t.money.balance[[community_account(1, 0), community_account(1, 1)]].tolist() == [
        1_040_000,
        520_000,
    ]
    assert t.money.balance[[FINANCE, BASE_LINE]].tolist() == [-1_560_000, 0]


def test_without_outsourcing_no_post_is_kept_and_nothing_paid(blank: Blank, record: Record) -> None:
    t = stations(blank, "0000 0011")
    t.workers.kept[:], t.money.transferred[:] = 1, 9  # of a reform that has ended
    assert kept(t, 0.0) == []
    pay_transfers(record(outsourced=0.0), t.districts, t.communities, t.workers, t.money)
    assert not t.money.transferred.any()
    assert not t.money.balance.any()


def test_a_full_station_loses_nobody_and_an_empty_one_gives_up_its_whole_share(
    blank: Blank,
) -> None:
    for share in (0.25, 0.5, 1.0):
        assert kept(stations(blank, "1111"), share) == []
        assert kept(stations(blank, "0000"), share) == list(range(int(4 * share)))


def test_the_more_is_outsourced_and_the_more_is_vacant_the_more_is_transferred(
    blank: Blank, record: Record
) -> None:
    def moved(share: float, filled: str) -> int:
        t = stations(blank, filled)
        kept(t, share)
        pay_transfers(record(outsourced=share), t.districts, t.communities, t.workers, t.money)
        return int(t.money.transferred.sum())

    by_share = [moved(s, "00001111") for s in (0.0, 0.13, 0.25, 0.38, 0.5)]
    by_vacancies = [moved(0.5, "1" * (8 - n) + "0" * n) for n in range(5)]
    for amounts in (by_share, by_vacancies):
        assert (np.diff(amounts) > 0).all()
