"""A draw belongs to its key: it does not move when a neighbour does, and is fair along every axis."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config
from scipy import stats

from sansheng.core import streams
from sansheng.core.kernels import allocating
from sansheng.core.streams import (
    ENTITIES,
    SUBS,
    Key,
    decision,
    fill_near,
    fill_run,
    fill_runs,
    fill_uniform,
    philox,
    uniform,
)
from sansheng.core.tables import F64, I64
from sansheng.world.plan import DISTRICT_KEYS

KEY = Key(20_150_101, 3)
MAY = 24_184
QUIT, SICK = 101, 202
DRAWS = 4_000 if config.DISABLE_JIT else 400_000

PLACES = st.tuples(
    st.integers(0, 2**32 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(0, ENTITIES - 1),
    st.integers(0, SUBS - 1),
)


@given(PLACES)
def test_a_draw_lies_strictly_between_0_and_1_and_repeats(place: tuple[int, int, int, int]) -> None:
    draw = uniform(KEY, *place)
    assert 0.0 < draw < 1.0
    assert draw == uniform(KEY, *place)


@given(st.lists(PLACES, min_size=2, max_size=2, unique=True))
def test_different_places_have_different_draws(places: list[tuple[int, int, int, int]]) -> None:
    assert uniform(KEY, *places[0]) != uniform(KEY, *places[1])


def test_a_filled_array_holds_the_single_draws() -> None:
    keys = np.array([5, 0, ENTITIES - 1, 5], np.int64)
    draws = fill_uniform(KEY, QUIT, MAY, keys, 2)
    assert draws.tolist() == [uniform(KEY, QUIT, MAY, int(key), 2) for key in keys]
    assert fill_uniform(KEY, QUIT, MAY, keys[:0], 2).size == 0


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, 20])
def test_a_run_holds_the_single_draws(n: int) -> None:
    draws = np.full(n, np.nan)
    fill_run(KEY, QUIT, MAY, 5, draws)
    assert draws.tolist() == [uniform(KEY, QUIT, MAY, 5, sub) for sub in range(n)]


@pytest.mark.parametrize("n", [0, 1, 3, 4, 8, 21])
def test_the_runs_of_many_hold_the_run_of_each(n: int) -> None:
    keys = np.array([5, 0, ENTITIES - 1, 5], np.int64)
    draws, alone = np.full((4, n), np.nan), np.full(n, np.nan)
    fill_runs(KEY, QUIT, MAY, keys, draws)
    for row, key in enumerate(keys):
        fill_run(KEY, QUIT, MAY, int(key), alone)
        assert draws[row].tolist() == alone.tolist()


def test_neighbours_have_a_draw_each_of_the_block_they_share() -> None:
    keys, draws = np.array([4, 5, 6, 7, 8, 21, 22, 3, ENTITIES - 1], np.int64), np.empty(9)
    fill_near(KEY, QUIT, MAY, keys, draws)
    assert draws.tolist() == [uniform(KEY, QUIT, MAY, int(k) // 4, int(k) % 4) for k in keys]
    assert np.unique(draws).size == 9


@given(st.permutations(range(20)), st.integers(0, 20))
def test_the_order_and_the_company_change_nobodys_draw(order: list[int], extra: int) -> None:
    keys = np.arange(20, dtype=np.int64) * 1_000_003
    alone = fill_uniform(KEY, QUIT, MAY, keys, 0)
    assert (fill_uniform(KEY, QUIT, MAY, keys[order], 0) == alone[order]).all()
    company = np.concatenate((keys, np.arange(extra) + 10**9))
    assert (fill_uniform(KEY, QUIT, MAY, company, 0)[:20] == alone).all()


@allocating
def careers(key: Key, keys: I64, months: int, chance: float) -> I64:
    """Return each person's months of illness until the month of quitting."""
    ill = np.zeros(keys.size, np.int64)
    for i in range(keys.size):
        for month in range(MAY, MAY + months):
            if uniform(key, QUIT, month, keys[i], 0) < chance:
                break
            if uniform(key, SICK, month, keys[i], 0) < 0.3:
                ill[i] += 1
    return ill


def test_one_more_birth_changes_nothing_for_anybody_else() -> None:
    people = np.arange(100, dtype=np.int64)
    with_one_more = np.insert(people, 37, 100)
    before, after = (careers(KEY, keys, 36, 0.02) for keys in (people, with_one_more))
    assert (np.delete(after, 37) == before).all()


def test_without_identities_one_more_birth_would_change_others() -> None:
    """The test above can fail: draws tied to rows are not draws tied to people."""
    before, after = (careers(KEY, np.arange(n, dtype=np.int64), 36, 0.02) for n in (100, 101))
    assert (np.delete(after, 37) != before).any()


def test_a_higher_chance_keeps_everybodys_luck() -> None:
    people = np.arange(200, dtype=np.int64)
    calm, harsh = (fill_uniform(KEY, QUIT, MAY, people, 0) < chance for chance in (0.1, 0.2))
    assert (harsh >= calm).all()
    assert harsh.sum() > calm.sum()


def axis(name: str, size: int) -> F64:
    """Return draws that differ in one part of the key only."""
    base = {"seed": 7, "replicate": 3, "decision": QUIT, "month": MAY, "entity": 11, "sub": 0}
    draws = np.empty(size)
    for i in range(size):
        at = {**base, name: i}
        draws[i] = uniform(
            Key(at["seed"], at["replicate"]), at["decision"], at["month"], at["entity"], at["sub"]
        )
    return draws


AXES = ("seed", "replicate", "decision", "month", "entity", "sub")


@pytest.mark.parametrize("name", AXES)
def test_draws_are_uniform_along_every_axis(name: str) -> None:
    draws = axis(name, 4_000)
    assert 1e-3 < stats.kstest(draws, "uniform").pvalue < 1 - 1e-3


@pytest.mark.parametrize("name", AXES)
def test_neighbouring_draws_are_independent_along_every_axis(name: str) -> None:
    cells = (axis(name, 4_096) * 8).astype(np.int64)
    pairs = np.bincount(cells[::2] * 8 + cells[1::2], minlength=64)
    assert 1e-3 < stats.chisquare(pairs).pvalue < 1 - 1e-3


def test_many_draws_fill_every_cell_evenly() -> None:
    draws = fill_uniform(KEY, QUIT, MAY, np.arange(DRAWS, dtype=np.int64), 0)
    for cells in (draws * 1000, draws * 2**32 % 1000):  # the leading digits and those far behind
        counts = np.bincount(cells.astype(np.int64), minlength=1000)
        assert 1e-3 < stats.chisquare(counts).pvalue < 1 - 1e-3


def test_decisions_do_not_share_their_luck() -> None:
    people = np.arange(DRAWS, dtype=np.int64)
    one, two = (fill_uniform(KEY, number, MAY, people, 0) for number in (QUIT, SICK))
    later = fill_uniform(KEY, QUIT, MAY + 1, people, 0)
    other = fill_uniform(Key(KEY.seed, KEY.replicate + 1), QUIT, MAY, people, 0)
    swapped = fill_uniform(Key(KEY.replicate, KEY.seed), QUIT, MAY, people, 0)
    for against in (two, later, other, swapped):
        assert abs(np.corrcoef(one, against)[0, 1]) < 4.0 / DRAWS**0.5


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"entity": -1}, "entity"),
        ({"entity": ENTITIES}, "entity"),
        ({"sub": -1}, "sub"),
        ({"sub": SUBS}, "sub"),
        ({"decision": -1}, "decision"),
        ({"decision": 2**32}, "decision"),
        ({"month": 2**31}, "month"),
        ({"month": -(2**31) - 1}, "month"),
        ({"key": Key(2**32, 0)}, "seed"),
        ({"key": Key(-1, 0)}, "seed"),
        ({"key": Key(0, 2**32)}, "replicate"),
    ],
)
def test_a_part_that_would_meet_another_is_refused(change: dict[str, Any], why: str) -> None:
    place = {"key": KEY, "decision": QUIT, "month": MAY, "entity": 1, "sub": 0, **change}
    with pytest.raises(ValueError, match=why):
        uniform(*place.values())


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_names", {})


@pytest.mark.usefixtures("no_names")
def test_a_decision_has_the_same_number_everywhere() -> None:
    assert decision("workforce.quit") == zlib.crc32(b"workforce.quit") == 2_201_001_196
    assert 0 <= decision("离职") < 2**32


@pytest.mark.usefixtures("no_names")
def test_a_decision_is_declared_once() -> None:
    decision("workforce.quit")
    with pytest.raises(ValueError, match="declared twice"):
        decision("workforce.quit")


@pytest.mark.usefixtures("no_names")
def test_two_decisions_with_one_number_are_refused() -> None:
    assert zlib.crc32(b"plumless") == zlib.crc32(b"buckeroo")
    decision("plumless")
    with pytest.raises(ValueError, match="same number"):
        decision("buckeroo")


def test_districts_of_a_nation_have_keys_and_draws_of_their_own() -> None:
    districts = 2843
    keys = np.arange(districts, dtype=np.int64) * DISTRICT_KEYS + 1
    assert keys[-1] + DISTRICT_KEYS <= ENTITIES
    draws = {sub: fill_uniform(KEY, QUIT, MAY, keys, sub) for sub in (0, 1, 5, SUBS - 1)}
    values = np.concatenate(list(draws.values()))
    assert np.unique(values).size == values.size


def test_words_of_the_counter_are_never_those_of_another_entity_and_block() -> None:
    """The layout is one to one: an entity's 42 bits and a block's 22 bits fill two words."""
    bits = [1 << b for b in range(42)] + [0, ENTITIES - 1]
    blocks = [1 << b for b in range(22)] + [0, SUBS // 4 - 1]
    words = {
        (entity & 0xFFFFFFFF, ((entity >> 32) & 0xFF | block << 8 | (entity >> 40) << 30))
        for entity in bits
        for block in blocks
    }
    assert len(words) == len(bits) * len(blocks)
    assert max(word for _, word in words) < 2**32


@pytest.mark.parametrize("entity", [0, 5, 2**32, 2**40 - 1, 1023 * DISTRICT_KEYS + 77])
@pytest.mark.parametrize("sub", [0, 3, 4, 1000])
def test_draws_of_the_first_thousand_districts_are_what_they_have_always_been(
    entity: int, sub: int
) -> None:
    """Before there were more: the entity's 40 bits, and the block above them."""
    block = sub // 4
    words = philox(
        entity & 0xFFFFFFFF, entity >> 32 | block << 8, MAY, QUIT, KEY.seed, KEY.replicate
    )
    assert uniform(KEY, QUIT, MAY, entity, sub) == (int(words[sub % 4]) + 0.5) / 2**32
