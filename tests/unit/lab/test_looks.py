"""What the lab shows of results is what the store says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sansheng.lab.brought import read_brought
from sansheng.lab.draft import Choice, Draft, study_text
from sansheng.lab.jobs.messages import Count, Picture
from sansheng.lab.jobs.partial import FEWEST, partial_charts
from sansheng.lab.jobs.tasks import look, run
from sansheng.lab.looks import Overview
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.canonical import study_hash
from sansheng.study.config import load_study
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study

DRAFT = Draft(rules=(Choice("per_household"), Choice("task_based"), Choice("posts")), years=1)
DRAFT = replace(DRAFT, levers=((), (), ()), replicates=10)


class Ran:
    """A study that the lab ran once, and all that it said meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[Any] = []
        self.text = study_text(DRAFT)
        self.overview: Overview = run(self.said.append, self.text, str(folder))

    @property
    def data(self) -> StudyData:
        return open_study(self.folder)

    def look(self, what: str, *words: Any) -> Any:
        return look(self.said.append, str(self.folder), what, *words)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return Ran(tmp_path_factory.mktemp("lab") / "study")


def test_the_file_that_is_shared_gives_the_same_bits_elsewhere(ran: Ran, tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(ran.overview.text, encoding="utf-8")
    elsewhere = run_study(load_study(file), tmp_path / "results", workers=1)
    assert study_hash(elsewhere) == ran.overview.hash == study_hash(ran.folder)


def test_progress_counts_up_to_all_runs(ran: Ran) -> None:
    counts = [said for said in ran.said if isinstance(said, Count)]
    assert counts[-1] == Count(30, 30)
    assert [said.done for said in counts] == sorted(said.done for said in counts)


def test_the_last_picture_is_what_the_comparison_says(ran: Ran) -> None:
    last = [said.shown for said in ran.said if isinstance(said, Picture)][-1]
    final = ran.overview.sections[0].charts
    assert [chart.id for chart in last] == [chart.id for chart in final]
    for partial, whole in zip(last, final, strict=True):
        for one, other in zip(partial.spec["rows"], whole.spec["rows"], strict=True):
            assert one["label"] == other["label"]
            for key in ("low", "mid", "high"):
                assert one[key] == pytest.approx(other[key], abs=1e-9)


def test_few_pairs_show_nothing() -> None:
    study = read_brought(study_text(DRAFT))
    values = np.full((3, 10, len(OUTCOMES)), np.nan)
    values[:, : FEWEST - 1] = 1.0
    assert partial_charts(study, values) == []
    values[:, :FEWEST] = 1.0
    assert len(partial_charts(study, values)) == 2


def test_pairs_that_lack_one_run_are_not_counted() -> None:
    study = read_brought(study_text(DRAFT))
    values = np.ones((3, 10, len(OUTCOMES)))
    values[1, FEWEST - 1 :] = np.nan
    assert partial_charts(study, values) == []


def test_the_board_ranks_by_what_is_true(ran: Ran) -> None:
    lines = ran.look("board")
    data = ran.data
    met = dict(zip(data.scenarios, data.per_run("need_met").mean(axis=(1, 2)), strict=True))
    assert [line.scenario for line in lines] == sorted(met, key=lambda name: -met[name])
    for line in lines:
        assert line.served == pytest.approx(met[line.scenario])
        assert line.best <= line.place <= line.worst
    assert {line.reported_place for line in lines} == {1, 2, 3}


def test_a_class_is_told_the_difference_that_the_comparison_tells(ran: Ran) -> None:
    truth = ran.look("truth", "need_met")
    row = next(
        row
        for row in ran.overview.sections[0].charts[0].spec["rows"]
        if row["label"] == OUTCOMES["need_met"].text._asdict()
    )
    assert (truth.difference, truth.low, truth.high) == (row["mid"], row["low"], row["high"])


def test_a_community_is_told_month_by_month_in_both_runs(ran: Ran) -> None:
    section = ran.look("community", 3, "task_based")
    met = next(chart for chart in section.charts if chart.id == "story-met")
    assert len(met.spec["x"]) == 12
    rows = section.tables[0].rows
    resolved = [
        row
        for row in rows
        if row[1].words.en in ("easy needs are truly met", "hard needs are truly met")
    ]
    for side, column in ((0, 3), (1, 4)):
        told = sum(int(row[column].words.en) for row in resolved if row[column].words.en != "–")
        assert told == sum(met.spec["series"][side]["mid"])


def test_a_person_that_is_offered_has_a_life_to_tell(ran: Ran) -> None:
    people = ran.look("workers", "task_based")
    assert people
    section = ran.look("worker", people[0], "task_based")
    assert section.tables[0].rows


def test_every_subdistrict_or_community_has_a_tile(ran: Ran) -> None:
    maps = [chart for chart in ran.look("gains").charts if chart.spec["kind"] == "tiles"]
    assert len(maps) == 2
    for chart in maps:
        assert len(chart.spec["tiles"]) == ran.overview.communities
        for tile in chart.spec["tiles"]:
            assert tile["low"] <= tile["mid"] <= tile["high"]
            assert tile["side"] == (tile["low"] > 1.0) - (tile["high"] < -1.0)


def test_money_ends_somewhere(ran: Ran) -> None:
    section = ran.look("money")
    assert section.charts[0].spec["links"]
