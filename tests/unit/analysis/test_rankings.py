from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sansheng.analysis.rankings import rank_rules, rankings, read_ensemble
from sansheng.core.errors import BadInput
from sansheng.study.config import Study, load_study

TABLE = "point,round,parameter:psi,parameter:q0,simulated:K1,distance:K1\n" + "".join(
    f"{i},0,{i / 10},0.2,0.19,0.0\n" for i in range(10)
)


@pytest.fixture
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    return study.model_copy(update={"months": 12, "warm_up": 0})


def test_orders_are_counted_best_first() -> None:
    means = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [0.0, 5.0, 6.0]])
    found = rankings(means, ("a", "b", "c"), "need_met")
    assert [(row.order, row.points) for row in found] == [
        (("c", "b", "a"), 2),
        (("a", "b", "c"), 1),
    ]
    assert sum(row.share for row in found) == pytest.approx(1.0)


def test_where_less_is_better_the_least_comes_first() -> None:
    found = rankings(np.array([[1.0, 2.0]]), ("a", "b"), "backlog")
    assert found[0].order == ("a", "b")


def test_points_are_spread_over_the_rows_of_an_ensemble(tmp_path: Path) -> None:
    (tmp_path / "ensemble.csv").write_text(TABLE, encoding="utf-8")
    points = read_ensemble(tmp_path, most=4)
    assert [point["psi"] for point in points] == [0.0, 0.3, 0.6, 0.9]
    assert points[0] == {"psi": 0.0, "q0": 0.2}
    assert len(read_ensemble(tmp_path / "ensemble.csv", most=99)) == 10


@pytest.mark.parametrize(
    "text", ["", "point,round\n0,0\n", "parameter:psi\n", "parameter:psi\nhigh\n"]
)
def test_a_table_without_points_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ensemble.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        read_ensemble(tmp_path, most=4)


def test_a_missing_ensemble_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not an ensemble"):
        read_ensemble(tmp_path / "none.csv", most=4)


def test_every_point_is_ranked_and_the_number_of_workers_changes_nothing(study: Study) -> None:
    points = [{"psi": 0.0}, {"psi": 1.0}]
    found = [rank_rules(study, points, replicates=1, workers=workers) for workers in (1, 2)]
    assert found[0] == found[1]
    assert sum(row.points for row in found[0]) == 2
    assert all(set(row.order) == set(study.scenarios) for row in found[0])


def test_a_study_with_a_grid_of_its_own_is_refused(study: Study) -> None:
    gridded = study.model_copy(update={"grid": {"psi": [0.0, 1.0]}})
    with pytest.raises(BadInput, match="without a grid"):
        rank_rules(gridded, [{"q0": 0.2}], replicates=1)
