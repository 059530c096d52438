from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sansheng.analysis.shapley import game_of, sampled_game, shapley, whole_game
from sansheng.core.errors import BadInput

NUMBERS = st.floats(-1e6, 1e6)


@given(st.integers(1, 6).flatmap(lambda k: arrays(float, 2**k, elements=NUMBERS)))
def test_exact_shares_add_up_to_the_whole(
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    game = whole_game(values.size.bit_length() - 1)
    whole = values[-1] - values[0]
    assert game.shares(values).sum() == pytest.approx(whole, rel=1e-9, abs=1e-9 * abs(values).max())


@given(st.integers(2, 12), st.integers(0, 99), st.data())
def test_sampled_shares_add_up_to_the_whole(players: int, luck: int, data: st.DataObject) -> None:
    game = sampled_game(players, str(luck))
    values = data.draw(arrays(float, len(game.sets), elements=NUMBERS))
    whole = values[-1] - values[0]
    assert (game.sets[0], game.sets[-1]) == (0, 2**players - 1)
    assert game.shares(values).sum() == pytest.approx(whole, rel=1e-9, abs=1e-9 * abs(values).max())


def test_every_player_comes_at_every_place_equally_often() -> None:
    """A set counts for the place of whoever joins it: weights of sets of one size add up alike."""
    players = 9
    game = sampled_game(players, "1 7")
    sizes = np.array([mask.bit_count() for mask in game.sets])
    for size in range(1, players + 1):
        joins = np.maximum(game.weights[:, sizes == size], 0.0).sum(axis=1)
        np.testing.assert_allclose(joins, 1 / players)
    assert len(game.sets) == players * (players - 1) + 2


def test_a_sample_of_orders_is_without_bias() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=2**4)
    exact = whole_game(4).shares(values)
    found = []
    for luck in range(2000):
        game = sampled_game(4, str(luck))
        found.append(game.shares(values[list(game.sets)]))
    errors = np.mean(found, axis=0) - exact
    assert (np.abs(errors) < 4 * np.std(found, axis=0) / np.sqrt(len(found))).all()


def test_the_glove_game_has_its_textbook_shares() -> None:
    """One left glove, two right ones; a pair is worth 1 (Shapley 1953: 2/3, 1/6, 1/6)."""
    worth = [float(mask & 1 and mask & 6 > 0) for mask in range(8)]
    np.testing.assert_allclose(whole_game(3).shares(np.array(worth)), [2 / 3, 1 / 6, 1 / 6])


def test_in_one_order_each_player_gets_what_it_adds() -> None:
    game = game_of([(2, 0, 1)])
    assert game.sets == (0, 4, 5, 7)
    np.testing.assert_array_equal(game.shares(np.array([1.0, 3.0, 7.0, 15.0])), [4.0, 8.0, 2.0])


def frame() -> pd.DataFrame:
    rows = [
        {"replicate": r, "a": a, "b": b, "value": 2.0 * a + (r + 1) * b}
        for r in range(3)
        for a in (False, True)
        for b in (False, True)
    ]
    return pd.DataFrame(rows)


def test_a_frame_of_combinations_is_shared_out() -> None:
    found = shapley(frame(), ["a", "b"]).set_index("player")
    assert found.loc["a", ["mean", "low", "high"]].tolist() == [2.0, 2.0, 2.0]
    assert found.loc["b", "mean"] == pytest.approx(2.0)
    assert found.loc["b", "low"] < 2.0 < found.loc["b", "high"]


@pytest.mark.parametrize("wrong", ["missing", "twice", "undefined"])
def test_a_frame_that_is_not_whole_is_refused(wrong: str) -> None:
    table = frame()
    if wrong == "missing":
        table = table.iloc[1:]
    elif wrong == "twice":
        table = pd.concat([table, table.iloc[:1]])
    else:
        table.loc[0, "value"] = np.nan
    with pytest.raises(BadInput, match="exactly once"):
        shapley(table, ["a", "b"])
    with pytest.raises(BadInput, match="no column 'c'"):
        shapley(table, ["a", "c"])
