from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sansheng.analysis.structure import CHECKS, _Books, check_structure, drift, passes, standard_run
from sansheng.month import open_world, pass_month
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place
from sansheng.world.world import World


@pytest.fixture(scope="module")
def numbers() -> dict[str, float]:
    run = replace(standard_run("classroom"), months=36)
    return dict(zip((c.id for c in CHECKS), check_structure(run, {}, 1, 0), strict=True))


@pytest.mark.parametrize("name", ["money", "heads", "cases"])
def test_books_and_heads_reconcile(numbers: dict[str, float], name: str) -> None:
    assert numbers[name] == 0.0


def test_the_operating_point_is_told(numbers: dict[str, float]) -> None:
    assert 0.0 < numbers["utilisation"] <= 1.1
    assert 0.0 <= numbers["admin_over_90"] <= 100.0
    assert 0.0 < numbers["hard_need_met"] < 100.0
    assert 0.0 < numbers["burnout_spread"] < numbers["burnout_most"]
    assert np.isfinite(list(numbers.values())).all()


@pytest.fixture
def world() -> World:
    return open_world(load_place("classroom"), {}, 1, 0, 24180)


@pytest.mark.parametrize("what", ["fen", "people", "cases"])
def test_what_is_made_from_nothing_is_found(world: World, what: str) -> None:
    books = _Books(world)
    books.open()
    pass_month(world, make_rule("per_household"), make_recorder(24180, 1, 8))
    t = world.tables
    if what == "fen":
        t.money.balance[7] += 1
    elif what == "people":
        t.workers.filled[np.flatnonzero(t.workers.filled == 1)[0]] = 0
    else:
        t.cases.latent[0, 0, 0] += 1
    books.close()
    assert {"fen": books.fen, "people": books.people, "cases": books.cases} == {
        "fen": 2 if what == "fen" else 0,  # the account and the sum of all
        "people": int(what == "people"),
        "cases": int(what == "cases"),
    }


def test_drift_is_the_yearly_trend_over_the_mean() -> None:
    assert drift(np.full(60, 7.0)) == pytest.approx(0.0, abs=1e-9)
    line = 100.0 + np.arange(60.0)  # one a month, mean 129.5
    assert drift(line) == pytest.approx(1200.0 / 129.5)
    assert drift(line[::-1]) == pytest.approx(-1200.0 / 129.5)


def test_what_must_hold_exactly_holds_in_every_replicate_the_rest_in_the_mean() -> None:
    exact = next(check for check in CHECKS if check.id == "money")
    loose = next(check for check in CHECKS if check.id == "utilisation")
    assert passes(exact, np.zeros(3))
    assert not passes(exact, np.array([0.0, 1.0, 0.0]))
    assert passes(loose, np.array([0.7, 1.0]))
    assert not passes(loose, np.array([0.7, 0.7]))


def test_a_number_that_is_missing_fails() -> None:
    loose = next(check for check in CHECKS if check.id == "utilisation")
    assert not passes(loose, np.array([np.nan, 0.9]))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_says_what_it_is_in_both_languages(check: object) -> None:
    text = check.text  # type: ignore[attr-defined]
    assert text.en.isascii()
    assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
