"""Screening finds what it is told of: slopes of a straight line, nothing in a dummy, and signs that turn."""

from __future__ import annotations

import builtins
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sansheng.analysis.morris import screen
from sansheng.analysis.origin import Origin
from sansheng.analysis.sensitivity import DUMMY, Difference, sensitivity, write_sensitivity
from sansheng.analysis.trials import at_points, run_equal_trials, run_trials
from sansheng.core.errors import BadInput
from sansheng.core.tables import F64
from sansheng.month import PARAMETERS
from sansheng.study.config import Study, load_study

module = importlib.import_module("sansheng.analysis.sensitivity")


@pytest.fixture
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    return study.model_copy(update={"months": 12, "warm_up": 0, "equal_spend": False})


def test_effects_of_a_straight_line_are_its_slopes() -> None:
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    found = screen("abcd", lambda points: points @ slopes, trajectories=6, seed=1)
    for effect, slope in zip(found.values(), slopes, strict=True):
        assert effect.mu == pytest.approx(slope)
        assert effect.mu_star == pytest.approx(abs(slope))
        assert effect.sigma == pytest.approx(0.0, abs=1e-9)
        assert effect.confidence == pytest.approx(0.0, abs=1e-9)


def test_factors_that_work_together_have_effects_that_differ() -> None:
    found = screen("ab", lambda points: points[:, 0] * points[:, 1], trajectories=20, seed=1)
    assert found["a"].sigma > 0.1
    assert 0.0 < found["a"].mu < 1.0


def test_a_factor_that_does_nothing_has_an_effect_of_exactly_zero() -> None:
    found = screen(["a", DUMMY], lambda points: points[:, 0] ** 2, trajectories=5, seed=1)
    assert found[DUMMY] == (0.0, 0.0, 0.0, 0.0)


def test_the_same_seed_gives_the_same_effects() -> None:
    def curve(points: F64) -> F64:
        return np.asarray(np.sin(points).sum(axis=1))

    one, two, other = (screen("abc", curve, trajectories=5, seed=s) for s in (1, 1, 2))
    assert one == two
    assert one != other


class Line:
    """Stands in for runs: the difference is a line in psi and beta_v, and noise that belongs to the seed."""

    noise = 0.0

    def __call__(
        self, studies: Sequence[Study], replicates: int, outcomes: Sequence[str], **_: Any
    ) -> F64:
        values = np.ones((len(studies), replicates, 2, len(outcomes)))
        for i, study in enumerate(studies):
            psi, beta_v = (
                study.parameters.get(name, PARAMETERS[name].default) for name in ("psi", "beta_v")
            )
            luck = np.random.default_rng(study.seed).normal(size=replicates)
            spread = np.linspace(-1e-3, 1e-3, replicates)
            values[i, :, 1, 0] += psi - 0.25 + 0.01 * beta_v + self.noise * luck + spread
        return values


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    for name in ("run_trials", "run_equal_trials"):
        monkeypatch.setattr(module, name, line)
    return line


SOME = ("psi", "beta_v", "h_easy")


def test_effects_are_of_the_difference_over_the_whole_range(study: Study, line: Line) -> None:
    found = sensitivity(study, parameters=SOME, trajectories=4, workers=1)
    by_name = {one.parameter: one for one in found.influences}
    assert set(by_name) == {*SOME, DUMMY}
    assert by_name["psi"].mu == pytest.approx(PARAMETERS["psi"].high - PARAMETERS["psi"].low)
    width = PARAMETERS["beta_v"].high - PARAMETERS["beta_v"].low
    assert by_name["beta_v"].mu == pytest.approx(0.01 * width)
    assert by_name["h_easy"].mu_star == pytest.approx(0.0)
    assert by_name[DUMMY].mu_star == pytest.approx(0.0)
    assert [one.parameter for one in found.influences[:2]] == ["psi", "beta_v"]
    assert (found.scenario, found.baseline) == ("functions", "per_household")
    assert found.unequal == 0.0


def test_a_parameter_along_which_the_sign_turns_is_named(study: Study, line: Line) -> None:
    found = sensitivity(study, parameters=SOME, trajectories=4, top=2, workers=1)
    by_name = {one.parameter: one.flip(found.default) for one in found.influences}
    assert by_name == {"psi": "yes", "beta_v": "no", "h_easy": None, DUMMY: None}
    assert [(one.parameter, one.status) for one in found.turning()] == [("psi", "assumed")]
    ends = found.influences[0]
    assert ends.at_low is not None
    assert ends.at_high is not None
    assert ends.at_low.mean < 0.0 < ends.at_high.mean
    assert 0.0 < found.opposite < 1.0
    assert found.least < 0.0 < found.most


def test_the_dummy_measures_what_another_seed_does(study: Study, line: Line) -> None:
    line.noise = 5.0
    found = sensitivity(study, parameters=SOME, trajectories=8, workers=1)
    by_name = {one.parameter: one for one in found.influences}
    # Common luck: the parameters' own effects do not see the noise, and still do not rise above it.
    assert by_name[DUMMY].mu_star > by_name["psi"].mu_star
    assert by_name["psi"].mu == pytest.approx(1.0)
    assert not any(one.above_noise for one in found.influences)
    assert found.floor > by_name[DUMMY].mu_star


def test_whether_a_sign_turns_is_decided_by_intervals() -> None:
    up, down, zero = Difference(1, 0.5, 1.5), Difference(-1, -1.5, -0.5), Difference(0.1, -1, 1)
    assert [found.sign for found in (up, down, zero)] == [1, -1, 0]


def test_what_the_study_sets_itself_is_not_screened(study: Study, line: Line) -> None:
    fixed = study.model_copy(update={"parameters": {"psi": 0.3}})
    found = sensitivity(fixed, trajectories=2, top=0, workers=1)
    names = {one.parameter for one in found.influences}
    uncertain = {name for name, q in PARAMETERS.items() if q.role == "uncertainty"}
    assert names == (uncertain - {"psi"}) | {DUMMY}
    with pytest.raises(BadInput, match="psi"):
        sensitivity(fixed, parameters=["psi"])


def test_uncertain_options_of_the_rules_are_screened_too(study: Study, line: Line) -> None:
    found = sensitivity(study, "tasks", trajectories=2, top=0, workers=1)
    assert "tasks.paperwork" in {one.parameter for one in found.influences}
    placed = module._at(study, {"tasks.paperwork": 7.0, "psi": 0.2})
    assert placed.scenarios["tasks"].rule.options == {"hardness_tariff": 0.5, "paperwork": 7.0}
    assert placed.scenarios["functions"] == study.scenarios["functions"]
    assert placed.parameters == {"psi": 0.2}


@pytest.mark.parametrize(
    ("scenario", "parameters", "said"),
    [
        ("task", None, "did you mean 'tasks'"),
        ("per_household", None, "no scenario"),
        (None, ["psy"], "did you mean 'psi'"),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest(
    scenario: str | None, parameters: list[str] | None, said: str, study: Study
) -> None:
    with pytest.raises(BadInput, match=said):
        sensitivity(study, scenario, parameters=parameters)


def test_without_salib_one_line_says_how_to_install_it(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = builtins.__import__

    def refusing(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("SALib"):
            raise ImportError(name)
        return given(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(BadInput, match=r'pip install "sansheng\[sensitivity\]"'):
        sensitivity(study, parameters=["psi"], workers=1)


def test_a_real_screening_is_written_with_every_parameter(study: Study, tmp_path: Path) -> None:
    found = sensitivity(
        study, parameters=["psi"], trajectories=2, replicates=2, confirm=2, workers=1
    )
    assert found.influences[0].mu_star > 0.0
    written = write_sensitivity(tmp_path / "out", found, Origin("s.yaml", "0" * 64, "sansheng"))
    assert [path.name for path in written] == ["sensitivity.csv", "sensitivity.json"]
    table = (tmp_path / "out/sensitivity.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    assert len(table.splitlines()) == 3
    told = found.as_dict()
    assert {row["parameter"] for row in told["parameters"]} == {"psi", DUMMY}
    assert told["default"]["mean"] == found.default.mean


def test_spending_is_made_equal_in_the_very_replicates_that_are_run(study: Study) -> None:
    wants = study.model_copy(update={"equal_spend": True, "months": 24})
    points = at_points(wants, [{}])
    spent = run_equal_trials(points, 4, ["spent"], workers=1)[..., 0].mean(axis=1)
    apart = np.abs(spent / spent[:, :1] - 1.0)
    assert apart.max() <= 0.005
    loose = run_trials(points, 4, ["spent"], workers=1)[..., 0].mean(axis=1)
    assert np.abs(loose / loose[:, :1] - 1.0).max() > 0.01
