"""A past that is kept is the past that would be lived again, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sansheng.lab.brought import read_brought
from sansheng.lab.draft import Choice, Draft, study_text
from sansheng.study.canonical import study_hash
from sansheng.study.config import Study
from sansheng.study.pasts import PASTS, Pasts
from sansheng.study.run import run_study
from sansheng.world.world import World

DRAFT = Draft(years=1, replicates=10)
OTHERS = {
    "seed": replace(DRAFT, seed=2),
    "money": replace(DRAFT, money=2.0),
    "baseline": replace(DRAFT, rules=(Choice("posts"), Choice("task_based"))),
    "option of the baseline": replace(
        DRAFT, rules=(Choice("per_household", {"yuan": 2000.0}), Choice("task_based"))
    ),
    "place": replace(DRAFT, place="tongzhou-2013"),
}


def few(draft: Draft) -> Study:
    return read_brought(study_text(draft)).model_copy(
        update={"replicates": 2, "equal_spend": False}
    )


@pytest.fixture
def keeping() -> Iterator[Pasts]:
    PASTS.room = 100_000_000
    yield PASTS
    PASTS.room = 0
    PASTS.__init__()  # type: ignore[misc]


def test_a_study_with_kept_pasts_gives_the_bits_of_one_without(
    tmp_path: Path, keeping: Pasts
) -> None:
    keeping.room = 0
    wanted = {
        name: study_hash(run_study(few(draft), tmp_path / f"{name} anew", workers=1))
        for name, draft in {"first": DRAFT, **OTHERS}.items()
    }
    keeping.room = 100_000_000
    for turn in range(2):
        for name, draft in {"first": DRAFT, **OTHERS}.items():
            out = run_study(few(draft), tmp_path / f"{name} {turn}", workers=1)
            assert study_hash(out) == wanted[name], name


def test_the_same_past_is_made_once_and_handed_out_as_copies(keeping: Pasts) -> None:
    from sansheng.study.simulate import Pilot

    study = few(DRAFT)
    made: list[World] = []
    keep = keeping.get

    def watched(key: object, make: object) -> World:
        return keep(key, lambda: made.append(make()) or made[-1])  # type: ignore[arg-type, operator, func-returns-value]

    keeping.get = watched  # type: ignore[method-assign]
    try:
        for _ in range(3):
            Pilot(study, [(0, 0), (0, 1)])
    finally:
        del keeping.get
    assert len(made) == 2


def test_no_more_is_kept_than_there_is_room_for(keeping: Pasts) -> None:
    from sansheng.study.simulate import Pilot

    study = few(DRAFT)
    Pilot(study, [(0, 0)])
    one = keeping._taken
    keeping.room = int(2.5 * one)
    Pilot(study, [(0, i) for i in range(6)])
    assert len(keeping._kept) == 2
    assert one < keeping._taken <= keeping.room


def test_nothing_is_kept_unless_it_is_asked_for() -> None:
    from sansheng.study.simulate import Pilot

    Pilot(few(DRAFT), [(0, 0)])
    assert not PASTS._kept
