from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sansheng.cli.plan import execute
from sansheng.core.errors import BadInput
from sansheng.core.months import Month
from sansheng.outcomes.communities import COMMUNITY_COLUMNS
from sansheng.outcomes.districts import DISTRICT_COLUMNS
from sansheng.study.config import RuleRef, Scenario, Study, load_study
from sansheng.study.kept import (
    BYTES_AT_ONCE,
    MOST_COMMUNITIES,
    keeps_communities,
    rows_kept,
    scenario_bytes,
    scenarios_at_once,
    years_of,
)
from sansheng.study.matching import pilot_keys
from sansheng.study.plan import estimate
from sansheng.study.reading import open_study
from sansheng.study.run import run_study, shared_out
from sansheng.study.simulate import Past, simulate_scenarios

CHINA = """\
place: china-2022
start: 2022-01
months: 120
warm_up: 12
replicates: 4
seed: 1
baseline: per_household
equal_spend: false
scenarios:
  per_household: {rule: per_household}
  task_based: {rule: task_based}
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a study file and returns its path."""

    def write(more: str = "") -> Path:
        path = tmp_path / "study.yaml"
        path.write_text(CHINA + more, encoding="utf-8")
        return path

    return write


def small(**changes: object) -> Study:
    """Return a study of the classroom."""
    said: dict[str, object] = {
        "source": "place: classroom\n",
        "place": "classroom",
        "start": Month(2015, 1),
        "months": 14,
        "replicates": 1,
        "seed": 1,
        "baseline": "a",
        "equal_spend": False,
        "scenarios": {"a": Scenario(rule=RuleRef(name="per_household"))},
        **changes,
    }
    return Study(**said)  # type: ignore[arg-type]


def test_districts_of_a_nation_are_kept_and_communities_of_a_city() -> None:
    for place, each in (("classroom", True), ("beijing-2019", True), ("china-2022", False)):
        assert keeps_communities(small(place=place)) is each
        assert keeps_communities(small(place=place, keep_communities=not each)) is not each


def test_years_are_those_that_the_months_touch() -> None:
    assert [years_of(small(months=n)) for n in (1, 12, 13, 24, 25)] == [1, 1, 2, 2, 3]
    assert years_of(small(start=Month(2015, 12), months=2)) == 2


def test_rows_of_communities_that_a_nation_has_too_many_of_are_refused_at_their_line(
    written: Callable[[str], Path],
) -> None:
    with pytest.raises(BadInput) as caught:
        load_study(written("record: {communities: true}\n"))
    (problem,) = caught.value.problems
    assert problem.where is not None
    assert problem.where[1] == CHINA.count("\n") + 1
    for said in ("607,000 communities and 10 years", "6,070,000 rows a run", "2,843 districts"):
        assert said in problem.text.en
    for said in ("607,000 个社区", "6,070,000 行", "2,843 个区"):
        assert said in problem.text.zh


def test_events_of_a_nation_and_a_look_into_its_whole_world_are_refused(
    written: Callable[[str], Path],
) -> None:
    with pytest.raises(BadInput) as caught:
        load_study(written("record: {events: [0]}\n"))
    (problem,) = caught.value.problems
    assert problem.where is not None
    assert "607,000 communities; events are kept" in problem.text.en
    with pytest.raises(BadInput, match="of up to 20,000"):
        Past(small(place="china-2022"), 0, 0)
    with pytest.raises(BadInput, match="of up to 20,000"):
        next(simulate_scenarios(small(place="china-2022", events=(0,)), 0, 0, ("a",)))


def test_few_enough_rows_of_communities_may_be_asked_for(written: Callable[[str], Path]) -> None:
    path = written("record: {communities: true}\n")
    path.write_text(path.read_text().replace("months: 120", "months: 36"), encoding="utf-8")
    study = load_study(path)
    assert keeps_communities(study)
    assert rows_kept(study, communities=True) == 3 * 607_000


def test_districts_of_a_small_place_may_be_asked_for(tmp_path: Path) -> None:
    text = CHINA.replace("china-2022", "classroom") + "record: {communities: false}\n"
    path = tmp_path / "study.yaml"
    path.write_text(text.replace("months: 120", "months: 14"), encoding="utf-8")
    study = load_study(path)
    data = open_study(run_study(study, tmp_path / "out", workers=1))
    rows = data.communities
    assert len(rows) == study.runs * 2  # calendar years
    assert [*rows][3:] == [column.id for column in DISTRICT_COLUMNS]
    text = (tmp_path / "out" / "dictionary.csv").read_text(encoding="utf-8-sig")
    said = {
        row["column"] for row in csv.DictReader(io.StringIO(text)) if row["table"] == "communities"
    }
    assert {column.id for column in DISTRICT_COLUMNS} <= said


def test_a_district_s_row_is_what_its_communities_rows_come_to() -> None:
    (each,) = simulate_scenarios(small(), 0, 0, ("a",))
    (district,) = simulate_scenarios(small(keep_communities=False), 0, 0, ("a",))
    assert not hasattr(each, "reason")
    assert not hasattr(district, "reason")
    of = {c.id: each.communities[:, i].reshape(2, -1) for i, c in enumerate(COMMUNITY_COLUMNS)}
    found = {c.id: district.communities[:, i] for i, c in enumerate(DISTRICT_COLUMNS)}
    assert found["year"].tolist() == [2015, 2016]
    assert found["months"].tolist() == [12, 2]
    assert found["communities"].tolist() == [8, 8]
    for name in ("households", "arisen", "resolved", "granted", "bought", "staff", "seats"):
        np.testing.assert_allclose(found[name], of[name].sum(axis=1))
    weights = of["households"]
    np.testing.assert_allclose(
        found["satisfaction"], (of["satisfaction"] * weights).sum(axis=1) / weights.sum(axis=1)
    )
    met = 100.0 * of["resolved"] / of["arisen"]
    for per_cent in (10, 50, 90):
        np.testing.assert_allclose(
            found[f"met_p{per_cent}"], np.percentile(met, per_cent, axis=1), rtol=1e-12
        )
    assert (found["load_p10"] <= found["load_p50"]).all()
    assert each.months.tobytes() == district.months.tobytes()


def test_scenarios_of_a_nation_together_hold_half_a_gigabyte_at_most() -> None:
    one = scenario_bytes(607_000, 11, each=False)
    assert one < 150e6
    assert 1 <= scenarios_at_once(607_000, 11, each=False) * one <= BYTES_AT_ONCE
    assert scenarios_at_once(108, 11, each=True) > 50
    assert scenarios_at_once(10**9, 100, each=True) == 1


def test_markets_of_a_nation_are_shared_out_in_one_process_and_replicates_of_a_city_among_several() -> (
    None
):
    assert shared_out(small(place="china-2022"), 2) == (1, 2)
    assert shared_out(small(place="beijing-2018"), 2) == (2, 1)


def test_two_pilots_know_what_a_nation_spends() -> None:
    assert len(pilot_keys(1, MOST_COMMUNITIES + 1)) == 2
    assert len(pilot_keys(1, MOST_COMMUNITIES)) == 8


def test_a_plan_says_what_is_kept_of_a_nation_and_tries_a_few_districts(
    written: Callable[[str], Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written()
    path.write_text(
        path.read_text().replace("months: 120", "months: 13").replace("warm_up: 12", "warm_up: 0"),
        encoding="utf-8",
    )
    found = estimate(load_study(path), tmp_path / "out", workers=1)
    assert (found.kept, found.rows_kept) == ("districts", 2 * 2843)
    assert found.rows_communities == 2 * 607_000
    assert 0 < found.markets_tried < 50
    assert found.memory_bytes < 2**31
    assert found.seconds > 0

    class Args:
        study, out, replicates, workers, json, lang = path, tmp_path / "out", None, 1, False, "en"

    execute(Args)  # type: ignore[arg-type]
    assert "5,686 rows a run (of communities they would be 1,214,000)" in capsys.readouterr().out


def test_whoever_reads_results_of_districts_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sansheng.cli.main import main
    from sansheng.pictures.registry import PICTURES
    from sansheng.pictures.subject import Subject

    rules = {name: Scenario(rule=RuleRef(name=name)) for name in ("per_household", "equal_split")}
    study = small(
        source=CHINA.replace("china-2022", "classroom"),
        scenarios=rules,
        baseline="per_household",
        replicates=2,
        keep_communities=False,
    )
    out = run_study(study, tmp_path / "out", workers=1)
    data = open_study(out)
    assert data.of_districts
    lack = PICTURES["winners"].lack(Subject(data, "en", 0))
    assert lack is not None
    assert lack.en == "the study keeps districts, not communities"
    assert main(["winners", str(out), "--lang", "en"]) == 0
    assert "what is told of communities is of districts" in capsys.readouterr().out
