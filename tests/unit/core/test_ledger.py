from __future__ import annotations

import itertools
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numba.core import config

from sansheng.core.ledger import open_month, pay, split_fen
from sansheng.core.tables import F64, I64

TOP = 2**63 - 1
CLAIMS = 20_000 if config.DISABLE_JIT else 1_000_000

WEIGHTS = st.one_of(
    st.integers(0, 30).map(float),
    st.floats(0.0, 1e3),
    st.sampled_from([5e-324, 1e-300, 1e-9, 0.1, 1e300, 1.7976931348623157e308]),
)
TOTALS = st.one_of(st.integers(0, 50), st.integers(0, 10**9), st.integers(0, 2**53))
SPLITS = st.tuples(TOTALS, st.lists(WEIGHTS, min_size=1, max_size=12))


class Book(NamedTuple):
    balance: I64
    received: I64
    paid: I64


def book(*balances: int) -> Book:
    return Book(np.array(balances, np.int64), *(np.zeros(len(balances), np.int64) for _ in "rp"))


def split(total: int, weights: list[float]) -> list[int]:
    shares: list[int] = split_fen(total, np.array(weights, np.float64)).tolist()
    return shares


def exact(total: int, weights: list[float]) -> list[Fraction]:
    whole = sum(map(Fraction, weights))
    return [total * Fraction(weight) / whole for weight in weights]


def test_what_one_pays_another_receives() -> None:
    money = book(100, 5)
    pay(money, 0, 1, 30)
    assert money.balance.tolist() == [70, 35]
    assert money.paid.tolist() == [30, 0]
    assert money.received.tolist() == [0, 30]


@given(
    st.lists(st.integers(-(10**15), 10**15), min_size=2, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 10**15)), max_size=20),
)
def test_no_fen_is_made_or_lost(balances: list[int], payments: list[tuple[int, int, int]]) -> None:
    money = book(*balances)
    for payer, payee, amount in payments:
        pay(money, payer % len(balances), payee % len(balances), amount)
    assert int(money.balance.sum()) == sum(balances)
    assert (money.balance == np.array(balances) + money.received - money.paid).all()
    assert int(money.received.sum()) == int(money.paid.sum()) == sum(p[2] for p in payments)


def test_a_month_opens_with_nothing_received_or_paid() -> None:
    money = book(100, 5)
    pay(money, 0, 1, 30)
    open_month(money)
    assert not money.received.any()
    assert not money.paid.any()
    assert money.balance.tolist() == [70, 35]


@pytest.mark.parametrize(
    ("balances", "payer", "payee", "amount", "why"),
    [
        ((10, 0), 0, 1, -1, "negative"),
        ((10, 0), 0, 1, 2.5, "whole fen"),
        ((10, 0), 0, 2, 1, "exist"),
        ((10, 0), 2, 0, 1, "exist"),
        ((10, 0), -1, 0, 1, "exist"),
        ((10, 0), 0, -1, 1, "exist"),
        ((0, TOP), 0, 1, 1, "overflows"),
        ((-TOP, 0), 0, 1, 1, "overflows"),
    ],
)
def test_a_payment_that_cannot_be_booked_changes_nothing(
    balances: tuple[int, int], payer: int, payee: int, amount: float, why: str
) -> None:
    money = book(*balances)
    with pytest.raises(ValueError, match=why):
        pay(money, payer, payee, amount)  # type: ignore[arg-type]
    assert money.balance.tolist() == list(balances)
    assert not money.paid.any()
    assert not money.received.any()


def test_an_account_may_be_filled_and_emptied_to_the_last_fen() -> None:
    money = book(-1, 1)
    pay(money, 0, 1, TOP - 1)
    assert money.balance.tolist() == [-TOP, TOP]


def test_the_counts_of_a_month_cannot_overflow_either() -> None:
    money = book(TOP, 0)
    pay(money, 0, 1, TOP)
    pay(money, 1, 0, TOP)
    with pytest.raises(ValueError, match="overflows"):
        pay(money, 0, 1, 1)


def test_known_splits() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [1, 2, 3]) == [2, 3, 5]
    assert split(1, [1, 1, 1, 1]) == [1, 0, 0, 0]
    assert split(7, [0, 5, 0]) == [0, 7, 0]
    assert split(0, [1, 2]) == [0, 0]
    # remainders 1/3 each, though 0.1 is not quite a tenth
    assert split(96, [0, 7, 0.1, 0.1]) == [0, 94, 1, 1]


def test_nobody_with_a_weight_leaves_the_money_with_the_payer() -> None:
    assert split(100, [0.0, 0.0]) == [0, 0]
    assert split(100, []) == []


@given(SPLITS)
def test_shares_add_up_to_the_total(case: tuple[int, list[float]]) -> None:
    total, weights = case
    assume(any(weights))
    assert sum(split(total, weights)) == total


@given(SPLITS)
def test_a_share_is_less_than_one_fen_from_its_exact_part(case: tuple[int, list[float]]) -> None:
    total, weights = case
    assume(any(weights))
    shares = split(total, weights)
    for share, part, weight in zip(shares, exact(total, weights), weights, strict=True):
        assert abs(share - part) < 1
        assert weight > 0 or share == 0


@given(SPLITS)
def test_the_largest_remainders_get_the_fen_that_rounding_left(
    case: tuple[int, list[float]],
) -> None:
    total, weights = case
    assume(any(weights))
    shares = split(total, weights)
    parts = exact(total, weights)
    up = [part - int(part) for share, part in zip(shares, parts, strict=True) if share > int(part)]
    down = [
        part - int(part) for share, part in zip(shares, parts, strict=True) if share == int(part)
    ]
    assert min(up, default=Fraction(1)) >= max(down, default=Fraction(0)) - Fraction(1, 2**38)


@given(SPLITS, st.randoms(use_true_random=False))
def test_the_order_of_claimants_matters_to_ties_only(
    case: tuple[int, list[float]], random: object
) -> None:
    total, weights = case
    parts = exact(total, weights) if any(weights) else []
    remainders = sorted(part - int(part) for part in parts)
    assume(all(b - a > Fraction(1, 2**30) for a, b in itertools.pairwise(remainders)))
    order = list(range(len(weights)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shares = split(total, weights)
    assert split(total, [weights[i] for i in order]) == [shares[i] for i in order]


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 50), min_size=2, max_size=8),
    st.integers(1, 50),
)
def test_more_weight_never_brings_less(total: int, weights: list[int], more: int) -> None:
    before = split(total, [float(weight) for weight in weights])
    after = split(total, [float(weights[0] + more), *map(float, weights[1:])])
    assert after[0] >= before[0] or not any(weights)


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 1000), min_size=1, max_size=8),
    st.integers(-60, 60),
)
def test_the_unit_of_the_weights_does_not_matter(
    total: int, weights: list[int], power: int
) -> None:
    scaled = [weight * 2.0**power for weight in weights]
    assert split(total, scaled) == split(total, [float(weight) for weight in weights])


def test_equal_claims_differ_by_a_fen_at_most_and_the_first_come_first() -> None:
    shares = split(10**15 + 7, [1 / 3] * 999)
    assert max(shares) - min(shares) == 1
    assert shares == sorted(shares, reverse=True)


def by_fractions(total: int, weights: list[float]) -> list[int]:
    """Return the split in exact arithmetic, remainders equal to 2**-40 being ties."""
    parts = exact(total, weights)
    shares = [int(part) for part in parts]
    ranks = [-round((part - int(part)) * 2**40) for part in parts]
    order = sorted(range(len(weights)), key=lambda i: (ranks[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


@pytest.mark.parametrize("case", range(200))
def test_the_largest_totals_are_split_as_in_exact_arithmetic(case: int) -> None:
    draw = np.random.default_rng(case)
    total = int(draw.integers(2**52, 2**53))
    spread = draw.choice([0.1, 3.0, 20.0])
    weights = (10.0 ** draw.uniform(-spread, spread, draw.integers(2, 40))).tolist()
    assert split(total, weights) == by_fractions(total, weights)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 12), min_size=1, max_size=9))
def test_ties_go_to_the_first_as_in_exact_arithmetic(total: int, claims: list[int]) -> None:
    weights = [float(claim) for claim in claims]
    assume(any(weights))
    assert split(total, weights) == by_fractions(total, weights)


def test_very_many_claims_on_a_very_large_total_are_met_in_full() -> None:
    weights: F64 = np.arange(1, CLAIMS + 1) % 997 * 1e9 + 1.0
    shares = split_fen(10**15, weights)
    assert int(shares.sum()) == 10**15
    whole = int(weights.astype(np.int64).sum())
    for i in range(0, CLAIMS, 1009):
        assert abs(int(shares[i]) - Fraction(10**15 * int(weights[i]), whole)) < 1


@pytest.mark.parametrize("weight", [-1.0, -5e-324, np.nan, np.inf])
def test_a_weight_that_is_no_weight_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        split(100, [1.0, weight])


@pytest.mark.parametrize("total", [-1, 2**53 + 1, 2.5])
def test_a_total_that_cannot_be_shared_exactly_is_refused(total: float) -> None:
    with pytest.raises(ValueError, match="whole fen"):
        split_fen(total, np.ones(2))  # type: ignore[arg-type]
