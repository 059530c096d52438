"""Maps of answers over two parameters."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

import sansheng
from sansheng.analysis.maps import AnswerMap, Cell
from sansheng.analysis.thirds import SIZES, gain_of, thirds_of
from sansheng.analysis.trials import at_points, equal_spending, run_trials
from sansheng.analysis.turning import answer_map, turns
from sansheng.core.errors import BadInput
from sansheng.outcomes.communities import COMMUNITY_COLUMNS
from sansheng.study.config import Study, load_study

COLUMNS = [column.id for column in COMMUNITY_COLUMNS]


@pytest.fixture(scope="module")
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    return study.model_copy(update={"months": 12, "warm_up": 0})


@pytest.fixture(scope="module")
def found(study: Study) -> AnswerMap:
    unequal = study.model_copy(update={"equal_spend": False})
    return answer_map(unequal, ["psi", "rho_FH"], points=2, replicates=3, workers=1)


def plane(half: float) -> list[Cell]:
    """A difference of ``3 x - 2 y - 1``, known to ``half``."""
    places = [(x, y) for x in (0.0, 0.5, 1.0) for y in (0.0, 1.0)]
    return [
        Cell(x, y, d, d - half, d + half, "undecided", 1.0, 1.0)
        for x, y in places
        for d in (3.0 * x - 2.0 * y - 1.0,)
    ]


def rows(
    households: list[int], resolved: list[int], arisen: list[int], year: int = 2015
) -> list[list[float]]:
    found = []
    for i, told in enumerate(zip(households, resolved, arisen, strict=True)):
        row = dict.fromkeys(COLUMNS, 0.0)
        row |= {"year": year, "community": i + 1}
        row |= dict(zip(("households", "resolved", "arisen"), map(float, told), strict=True))
        found.append([row[name] for name in COLUMNS])
    return found


def test_a_plane_turns_where_it_is_zero_and_its_band_is_the_half_width_over_the_slope() -> None:
    found = turns(plane(0.3), "a", "b")
    (up,) = [turn for turn in found if turn.moves == "a"]  # at b = 1 it only touches zero
    assert (up.at, up.value, up.rises) == (0.0, pytest.approx(1 / 3), True)
    assert (up.low, up.high) == (pytest.approx(0.7 / 3), pytest.approx(1.3 / 3))
    (down,) = [turn for turn in found if turn.moves == "b" and turn.at == 0.5]
    assert (down.value, down.rises) == (pytest.approx(0.25), False)
    assert (down.low, down.high) == (pytest.approx(0.1), pytest.approx(0.4))


def test_a_band_that_goes_on_to_the_end_of_the_range_has_no_end() -> None:
    found = turns(plane(2.5), "a", "b")
    assert math.isnan(found[0].low)
    assert not any(turns([c for c in plane(0.1) if c.x == 1.0 and c.y == 0.0], "a", "b"))


def test_a_map_is_what_runs_at_its_corners_say(study: Study, found: AnswerMap) -> None:
    corner = {"psi": 1.0, "rho_FH": 0.8}
    (at_it,) = at_points(study, [corner])
    values = run_trials([at_it], 3, ["need_met", "spent"], workers=1)[0]
    names = list(study.scenarios)
    one, base = (values[:, names.index(name)] for name in ("functions", "per_household"))
    (cell,) = [c for c in found.cells if (c.x, c.y) == (1.0, 0.8)]
    assert cell.difference == pytest.approx((one - base)[:, 0].mean())
    assert (cell.spent, cell.baseline_spent) == pytest.approx((one[:, 1].mean(), base[:, 1].mean()))
    assert len(found.cells) == 4
    assert cell.low < cell.difference < cell.high


def test_spending_is_made_equal_at_every_combination_by_itself(study: Study) -> None:
    equal = answer_map(study, ["psi", "rho_FH"], points=2, replicates=2, workers=1)
    kept = {n: s for n, s in study.scenarios.items() if n != "tasks"}
    pair = study.model_copy(update={"scenarios": kept})
    studies = equal_spending(
        at_points(pair, [{"psi": c.x, "rho_FH": c.y} for c in equal.cells]), workers=1
    )
    scales = {s.scales["functions"].millionths for s in studies if "functions" in s.scales}
    assert len(scales) > 1  # what is right at one corner is not at another
    spent = run_trials(studies, 2, ["spent"], workers=1)[:, :, 1, 0].mean(axis=1)
    assert [cell.spent for cell in equal.cells] == pytest.approx(spent.tolist())


def test_who_gains_is_counted_by_size_over_all_years() -> None:
    sizes = [300, 100, 200, 600, 500, 400]
    base = np.array(rows(sizes, [5] * 6, [10] * 6) + rows(sizes, [5] * 6, [10] * 6, 2016))
    one = np.array(
        rows(sizes, [5, 9, 7, 1, 5, 5], [10] * 6) + rows(sizes, [5, 5, 5, 1, 5, 6], [10] * 6, 2016)
    )
    small, middle, large = thirds_of(one, base)
    assert small.tolist() == [2, 1.0, 0.0, pytest.approx(15.0)]
    assert middle.tolist() == [2, 0.5, 0.0, pytest.approx(2.5)]
    assert large.tolist() == [2, 0.0, 0.5, pytest.approx(-20.0)]
    assert np.array_equal(thirds_of(base, base)[:, 1:], np.zeros((3, 3)))


def test_a_gain_is_a_paired_mean_over_replicates() -> None:
    told = np.array([[3, 0.5, 0.5, 1.0], [3, 1.0, 0.0, 1.2], [3, 1.0, 0.0, 1.4]])
    gain = gain_of(0.0, 1.0, "small", told)
    assert (gain.communities, gain.difference, gain.verdict) == (3.0, pytest.approx(1.2), "better")
    assert gain.better == pytest.approx(2.5 / 3)


def test_every_corner_tells_of_every_size(found: AnswerMap) -> None:
    assert len({(g.x, g.y) for g in found.gains}) == 4
    assert [g.size for g in found.gains] == list(SIZES) * 4
    assert sum(g.communities for g in found.gains) == 4 * 8


def test_files_hold_what_was_found(found: AnswerMap, tmp_path: Path) -> None:
    found.write(tmp_path / "map")
    text = (tmp_path / "map/cells.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "map/cells.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.DictReader(file))
    assert [float(row["difference"]) for row in cells] == found.frame["difference"].tolist()
    said = json.loads((tmp_path / "map/map.json").read_text(encoding="utf-8"))
    assert said["origin"] == found.origin.as_dict()
    assert "--over psi,rho_FH --points 2" in said["origin"]["command"]
    assert len(said["gains"]) == len(found.gains_frame) == 12
    assert len(said["turns"]) == len(found.turns_frame)
    assert sansheng.answer_map is answer_map


def test_results_do_not_depend_on_processes(study: Study, found: AnswerMap) -> None:
    unequal = study.model_copy(update={"equal_spend": False})
    assert answer_map(unequal, ["psi", "rho_FH"], points=2, replicates=3, workers=2) == found


def test_axes_that_make_no_map_are_refused(study: Study) -> None:
    for over, words in (
        (["psi"], "two different parameters"),
        (["psi", "psi"], "two different parameters"),
        (["psi", "rho_FG"], "did you mean 'rho_FH'"),
        (["psi", "v_ref"], "is a constant"),
    ):
        with pytest.raises(BadInput, match=words):
            answer_map(study, over)
    for changes, words in (
        ({"scenario": "per_household"}, "two different scenarios"),
        ({"scenario": "function"}, "did you mean 'functions'"),
        ({"points": 1}, "at least 2 points"),
        ({"replicates": 1}, "at least 2 replicates"),
    ):
        with pytest.raises(BadInput, match=words):
            answer_map(study, ["psi", "rho_FH"], **changes)  # type: ignore[arg-type]
