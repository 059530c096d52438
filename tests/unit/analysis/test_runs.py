"""Comparing a table of one's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sansheng.analysis.compare import compare
from sansheng.analysis.standing import rank
from sansheng.core.errors import BadInput


def table(months: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    rows = [
        (scenario, replicate, 2015, month + 1, 60.0 + replicate + (scenario == "b") + rng.normal())
        for scenario in ("a", "b")
        for replicate in (3, 7, 8, 11)
        for month in range(months)
    ]
    frame = pd.DataFrame(rows, columns=["scenario", "replicate", "year", "month", "need_met"])
    return frame if months > 1 else frame.drop(columns=["year", "month"])


def test_a_table_in_gives_a_table_out() -> None:
    frame = table()
    wide = frame.pivot(index="replicate", columns="scenario", values="need_met")
    shuffled = compare(frame.sample(frac=1.0, random_state=1), "a").frame()
    assert shuffled.loc[0, "difference"] == pytest.approx((wide["b"] - wide["a"]).mean())
    assert shuffled.loc[0, "replicates"] == 4
    assert len(shuffled.attrs["hash"]) == 64
    assert shuffled.attrs["command"] == "sansheng.compare(table, 'a')"
    assert [place.scenario for place in rank(frame)] == ["b", "a"]


def test_months_are_added_up_as_the_outcome_says() -> None:
    frame = table(months=3)
    means = frame.groupby(["scenario", "replicate"])["need_met"].mean()
    (row,) = compare(frame, "a")
    assert row.difference == pytest.approx((means["b"] - means["a"]).mean())


def test_another_number_is_another_hash() -> None:
    frame = table()
    other = frame.assign(need_met=frame["need_met"] + 1e-9)
    assert compare(frame, "a").origin.hash != compare(other, "a").origin.hash
    assert compare(frame, "a").origin.hash == compare(frame.copy(), "a").origin.hash


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.rename(columns={"scenario": "scenarios"}), "did you mean 'scenarios'"),
        (lambda t: t.rename(columns={"need_met": "joy"}), "no column that is an outcome"),
        (lambda t: pd.concat([t, t.tail(1)]), "two rows of scenario 'b'"),
        (lambda t: t.iloc[:-1], "not paired: 3 of 4 pairs are complete, scenario 'b' lacks"),
    ],
)
def test_a_table_that_cannot_be_compared_says_why(change: object, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        compare(change(table()), "a")  # type: ignore[operator]


def test_unpaired_rows_are_left_out_if_told() -> None:
    (row,) = compare(table().iloc[:-1], "a", allow_partial=True)
    assert (row.replicates, row.planned) == (3, 4)


def test_runs_of_different_months_are_not_compared() -> None:
    frame = table(months=3)
    later = frame.drop(frame[(frame["scenario"] == "b") & (frame["month"] == 2)].index)
    with pytest.raises(BadInput, match="different months: 3 of scenario 'a', 2 of a run of"):
        compare(later, "a")


def test_a_table_needs_a_baseline() -> None:
    with pytest.raises(BadInput, match="needs a baseline"):
        compare(table())
