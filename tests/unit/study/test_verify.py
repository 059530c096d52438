from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core import kernels
from sansheng.core.errors import BadInput, RunFailed
from sansheng.study import verify
from sansheng.study.config import Scaling
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study
from sansheng.study.verify import as_run, verify_study

Make = Callable[..., StudyData]


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


@pytest.fixture
def make(fake_model: ModuleType, tmp_path: Path) -> Make:
    def run(**changes: Any) -> StudyData:
        study = fake_model.make_study(**changes)
        return open_study(run_study(study, tmp_path / "out", workers=1, model="fake_model"))

    return run


def test_every_run_is_looked_at_and_some_are_made_again(make: Make) -> None:
    data = make()
    assert verify_study(data, model="fake_model") == (6, 0)
    assert verify_study(data, rerun=4, model="fake_model") == (6, 4)
    assert verify_study(data, rerun=99, model="fake_model") == (6, 6)


def test_another_number_picks_other_runs(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    picked: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        verify, "_again", lambda data, rows, *_: picked.append(tuple(row.run for row in rows))
    )
    data = make(replicates=20)
    for pick in (0, 0, 1):
        verify_study(data, rerun=3, pick=pick, model="fake_model")
    assert picked[0] == picked[1] != picked[2]


def test_a_run_that_gives_other_numbers_is_told(
    make: Make, fake_model: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make()

    def simulate(*words: Any) -> Any:
        for run in fake_model.in_scenarios(fake_model.simulate_block)(*words):
            months = run.months.copy()
            months[-1, -1] = np.nextafter(months[-1, -1], np.inf)  # in the last bit
            yield run._replace(months=months)

    monkeypatch.setattr(fake_model, "simulate_scenarios", simulate)
    with pytest.raises(RunFailed, match=r"gives other numbers.*by the same program"):
        verify_study(data, rerun=1, model="fake_model")
    monkeypatch.setattr(verify, "source_hash", lambda: "other")
    with pytest.raises(RunFailed, match="by another program than the one that stored them"):
        verify_study(data, rerun=1, model="fake_model")


def test_a_run_that_cannot_be_made_again_is_told(
    make: Make, fake_model: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansheng.study.failures import SIMULATION, LostRun, reason_of

    data = make()
    lost = LostRun("每百户", 0, 0, SIMULATION, reason_of(ZeroDivisionError("no homes")))
    monkeypatch.setattr(fake_model, "simulate_scenarios", lambda *_: [lost])
    with pytest.raises(RunFailed, match="ZeroDivisionError: no homes"):
        verify_study(data, rerun=1, model="fake_model")


def test_a_summary_that_does_not_sum_up_its_months_is_reported(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make()
    plain = type(data.tables).summaries

    def changed(tables: Any) -> Any:
        rows = dict(plain(tables))
        rows["need_met"] = rows["need_met"] + 1.0
        return rows

    monkeypatch.setattr(type(data.tables), "summaries", changed)
    with pytest.raises(BadInput, match="does not sum up the months"):
        verify_study(data, model="fake_model")


def test_a_study_is_made_again_with_the_scales_it_was_run_with(make: Make) -> None:
    data = make()
    scenarios = [dict(said) for said in data.manifest["scenarios"]]
    scenarios[1]["spending"] = {**scenarios[1]["spending"], "scale": 1.25, "from": "2015-12"}
    object.__setattr__(data, "manifest", {**data.manifest, "scenarios": scenarios})
    start = data.study.start.plus(1)
    assert as_run(data).scales == {"职责": Scaling(start=start, millionths=1_250_000)}
