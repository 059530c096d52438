from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType

import pytest

from sansheng.core import kernels
from sansheng.core.errors import RunFailed
from sansheng.study.plan import estimate
from sansheng.study.precision import Precision
from sansheng.study.reading import open_study
from sansheng.study.run import run_study


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


def test_runs_are_counted_and_one_more_digit_costs_a_hundred_times_as_many(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(replicates=8, grid={"psi": [0.1, 0.2, 0.3]})
    found = estimate(study, tmp_path / "not" / "there", workers=2, model="fake_model")
    assert (found.scenarios, found.draws, found.replicates, found.runs) == (2, 3, 8, 48)
    assert found.digit_replicates == 800
    assert found.digit_seconds > found.seconds
    assert found.disk_free_bytes > 0
    assert not (tmp_path / "not").exists()


def test_the_disk_is_estimated_within_a_third(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study(replicates=40)
    found = estimate(study, tmp_path, model="fake_model")
    out = run_study(study, tmp_path / "out", workers=1, model="fake_model")
    written = sum(path.stat().st_size for path in (out / "shards").iterdir())
    assert written == pytest.approx(found.disk_bytes, rel=0.34) or written < found.disk_bytes


def test_the_precision_expected_is_that_of_the_replicates_asked_for(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(replicates=400)
    found = estimate(study, tmp_path, model="fake_model")
    # Means over four months of normal draws: their paired difference has the variance 2 / 4.
    expected = 1.96 * math.sqrt(0.5 / 400)
    assert found.precision["need_met"] == pytest.approx(expected, rel=0.9)


def test_a_study_that_stops_by_itself_is_planned_to_its_end(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    asked = Precision(half_width=0.1, on="need_met", min=10, max=50)
    study = fake_model.make_study(replicates=10, precision=asked)
    found = estimate(study, tmp_path, model="fake_model")
    assert (found.runs, found.runs_most, found.replicates_most) == (20, 100, 50)


def test_nothing_is_left_behind_and_results_stay(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study()
    out = run_study(study, tmp_path / "out", workers=1, model="fake_model")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    estimate(study, out, model="fake_model")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    open_study(out)


def test_a_run_that_fails_when_tried_is_told(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = fake_model.in_scenarios(fake_model.always_fails)
    monkeypatch.setattr(fake_model, "simulate_scenarios", failing)
    study = fake_model.make_study(marks=tmp_path)
    with pytest.raises(RunFailed, match="no households"):
        estimate(study, tmp_path, model="fake_model")
