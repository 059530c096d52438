from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from sansheng.analysis.calibrate import (
    Fit,
    calibrate,
    first_sample,
    offspring,
    prior_predictive,
    profile,
    to_values,
)
from sansheng.analysis.calibration_file import Bounds, Calibration, load_calibration
from sansheng.analysis.calibration_folder import write_folder
from sansheng.core.errors import BadInput
from sansheng.study.ensembles import read_ensemble

PATTERN = """\
  - id: {id}
    title: {{en: a, zh: 甲}}
    place: classroom
    start: 2015-01
    months: 12
    measure: {{name: outcome, id: {outcome}}}
    target: {target}
    low: {low}
    high: {high}
    unit: "%"
    split: calibration
    core: false
    sources: [assumed]
"""
FILE = """\
patterns: [toy-patterns.yaml]
fit: [T1]
parameters:
  q_gen: {scale: uniform}
  h_easy: {scale: log, low: 5, high: 9}
fixed: {psi: 0.4}
draws: 8
rounds: 1
replicates: 1
seed: 3
profile:
  place: classroom
  start: 2015-01
  months: 12
  replicates: 1
  grid: {h_easy: [5, 9], phi_0: [0, 0.3]}
  outcomes: [closure_reported, hard_need_met]
"""


def written(folder: Path, text: str = FILE, *, target: float = 60.0, width: float = 3.0) -> Path:
    both = PATTERN.format(
        id="T1", outcome="hard_need_met", target=target, low=target - width, high=target + width
    ) + PATTERN.format(id="T2", outcome="need_met", target=80.0, low=70.0, high=90.0)
    (folder / "toy-patterns.yaml").write_text("patterns:\n" + both, encoding="utf-8")
    path = folder / "toy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fit(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    return calibrate(load_calibration(written(tmp_path_factory.mktemp("toy"))), workers=1)


def test_a_parameter_is_recovered_from_what_the_model_gave_with_it(tmp_path: Path) -> None:
    """The share of hard cases that general staff solve moves hard need met; nothing else is free."""
    alone = FILE.replace("  h_easy: {scale: log, low: 5, high: 9}\n", "").replace(
        "fixed: {psi: 0.4}", "fixed: {h_easy: 4.0}"
    )
    truth = alone.replace(
        "q_gen: {scale: uniform}", "q_gen: {scale: uniform, low: 0.449, high: 0.451}"
    )
    truth = truth.replace("draws: 8", "draws: 4").replace("rounds: 1", "rounds: 0")
    known = calibrate(load_calibration(written(tmp_path, truth)), workers=1)
    target = float(known.simulated[:, 0].mean())
    asked = alone.replace("draws: 8", "draws: 16").replace("rounds: 1", "rounds: 2")
    found = calibrate(
        load_calibration(written(tmp_path, asked, target=target, width=0.8)), workers=1
    )
    kept = found.values[found.kept, 0]
    assert kept.size >= 3
    assert abs(kept.mean() - 0.45) < 0.03
    assert kept.min() < 0.45 < kept.max()
    assert np.ptp(kept) < np.ptp(found.values[found.round == 0, 0]) / 2


def test_who_fits_does_not_look_at_what_is_held_out(tmp_path: Path) -> None:
    path = written(tmp_path)
    file = tmp_path / "toy-patterns.yaml"
    text = file.read_text(encoding="utf-8")
    first, second = text.split("  - id: T2")
    held = second.replace("split: calibration", "split: heldout")
    file.write_text(f"{first}  - id: T2{held}", encoding="utf-8")
    assert [pattern.id for pattern in load_calibration(path).patterns] == ["T1"]
    path.write_text(FILE.replace("fit: [T1]", "fit: [T1, T2]"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"2:11: .*'T2' is held out") as told:
        load_calibration(path)
    assert len(told.value.problems) == 1


def test_only_points_within_every_fitted_tolerance_are_kept(fit: Fit) -> None:
    low, high = 57.0, 63.0
    inside = (fit.simulated[:, 0] >= low) & (fit.simulated[:, 0] <= high)
    assert 0 < inside.sum() < inside.size
    np.testing.assert_array_equal(fit.kept, np.flatnonzero(inside))
    outside = np.maximum(0.0, np.maximum(low - fit.simulated[:, 0], fit.simulated[:, 0] - high))
    np.testing.assert_allclose(fit.implausibility, outside / 3.0)


def test_the_number_of_workers_changes_no_bit(fit: Fit, tmp_path: Path) -> None:
    again = calibrate(load_calibration(written(tmp_path)), workers=2)
    np.testing.assert_array_equal(again.values, fit.values)
    np.testing.assert_array_equal(again.simulated, fit.simulated)


def test_later_rounds_come_nearer(fit: Fit) -> None:
    first, later = (fit.implausibility[fit.round == number] for number in (0, 1))
    assert later.mean() < first.mean()


def test_fixed_values_belong_to_every_point(fit: Fit) -> None:
    assert fit.parameters(0)["psi"] == 0.4
    assert set(fit.parameters(0)) == {"psi", "q_gen", "h_easy"}


def test_prior_hits_are_those_of_the_first_round(fit: Fit) -> None:
    rows = {row.pattern.id: row for row in prior_predictive(fit)}
    assert list(rows) == ["T1", "T2"]
    assert rows["T1"].points == 8
    assert rows["T1"].hits == (fit.distance[:8, 0] == 0.0).sum()
    assert rows["T1"].low <= rows["T1"].median <= rows["T1"].high


def test_a_folder_holds_every_table_and_reads_back(fit: Fit, tmp_path: Path) -> None:
    points, outcomes = profile(fit.calibration, workers=1)
    out = tmp_path / "out"
    for _ in range(2):  # a second time, in place of the first
        write_folder(out, fit, points, outcomes)
    assert {path.name for path in out.iterdir()} == {
        "calibration.json",
        "calibration.yaml",
        "ensemble.csv",
        "points.csv",
        "prior_predictive.csv",
        "profile.csv",
        "targets.csv",
    }
    manifest = json.loads((out / "calibration.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["points"]) == (3, 16)
    assert manifest["kept"] == len(fit.kept)
    ensemble = read_ensemble(out, most=1000)
    assert ensemble == [fit.parameters(i) for i in fit.kept]
    with (out / "profile.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["h_easy"], row["phi_0"]) for row in rows] == [
        ("5.0", "0.0"), ("5.0", "0.3"), ("9.0", "0.0"), ("9.0", "0.3"),
    ]  # fmt: skip
    # More hours a case close fewer; false closure makes up for it in what is reported.
    closure = {(r["h_easy"], r["phi_0"]): float(r["closure_reported"]) for r in rows}
    assert closure["9.0", "0.0"] < closure["9.0", "0.3"]
    assert closure["9.0", "0.0"] < closure["5.0", "0.0"]


def test_a_folder_of_something_else_is_left_alone(fit: Fit, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(BadInput, match="does not hold an earlier calibration"):
        write_folder(tmp_path, fit, *profile(fit.calibration, workers=1))
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def toy(tmp_path: Path, **changes: object) -> Calibration:
    return load_calibration(written(tmp_path)).model_copy(update=changes)


@pytest.mark.parametrize("sample", ["sobol", "latin_hypercube"])
def test_a_first_sample_has_one_point_in_every_stratum(tmp_path: Path, sample: str) -> None:
    points = first_sample(toy(tmp_path, draws=16, sample=sample))
    assert points.shape == (16, 2)
    assert ((points >= 0.0) & (points < 1.0)).all()
    shifted = points - points.min(axis=0) if sample == "sobol" else points
    for column in shifted.T:
        assert sorted(np.floor(column * 16 + 1e-9).astype(int)) == list(range(16))


def test_seeds_give_different_samples_and_the_same_seed_the_same(tmp_path: Path) -> None:
    one, two = (first_sample(toy(tmp_path, seed=seed)) for seed in (1, 2))
    assert not np.allclose(one, two)
    np.testing.assert_array_equal(one, first_sample(toy(tmp_path, seed=1)))


def test_offspring_stay_in_the_prior_and_near_the_best() -> None:
    units = np.linspace(0.0, 1.0, 40)[:, None] * np.ones((1, 2))
    implausibility = np.abs(units[:, 0] - 0.05)
    new = offspring(units, implausibility, 400, 1, 1)
    assert ((new >= 0.0) & (new <= 1.0)).all()
    best = units[np.argsort(implausibility)[:100]].mean(axis=0)
    assert np.abs(new.mean(axis=0) - best).max() < 0.1
    assert not np.array_equal(new, offspring(units, implausibility, 400, 1, 2))


def test_steps_go_along_the_valley_that_parents_lie_in() -> None:
    units = np.linspace(0.3, 0.7, 40)[:, None] * np.ones((1, 2))
    new = offspring(units, np.zeros(40), 400, 1, 1)
    along, across = new.sum(axis=1).std(), (new[:, 0] - new[:, 1]).std()
    assert along > 5.0 * across > 0.0


def test_priors_are_even_on_their_scale() -> None:
    priors = (
        Bounds(name="psi", scale="uniform", low=0.2, high=0.6),
        Bounds(name="h_easy", scale="log", low=4.0, high=9.0),
    )
    values = to_values(np.array([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]), priors)
    np.testing.assert_allclose(values, [[0.2, 4.0], [0.4, 6.0], [0.6, 9.0]])


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ("fit: [T1]", "fit: [T9]", "2:7: unknown pattern 'T9'"),
        ("q_gen: {", "q_gn: {", "4:3: unknown parameter 'q_gn'; did you mean 'q_gen'?"),
        ("low: 5, high: 9", "low: 9, high: 5", "5:3: prior of h_easy from 9 to 5"),
        ("low: 5, high: 9", "low: 5, high: 99", "5:3: prior of h_easy from 5 to 99"),
        ("{psi: 0.4}", "{h_easy: 5}", "6:9: parameter h_easy is both fixed and free"),
        ("{psi: 0.4}", "{psi: 4}", "6:14: psi 4 is outside 0..1"),
        ("draws: 8", "draws: 2", "7:8: draws must be a whole number from 4"),
        ("scale: uniform", "scale: normal", "4:18: parameters.q_gen.scale must be one of"),
        ("phi_0: [0, 0.3]", "phi_0: [0, 0.9]", "16:37: phi_0 0.9 is outside 0..0.3"),
        ("hard_need_met]", "hard_need]", "17:32: unknown outcome 'hard_need'; did you mean"),
        ("[toy-patterns.yaml]", "[chengdu]", "1:12: unknown list of patterns 'chengdu'"),
        ("place: classroom", "place: class", "12:10: unknown place 'class'"),
    ],
)
def test_a_fault_is_told_at_its_place(tmp_path: Path, was: str, becomes: str, line: str) -> None:
    assert was in FILE
    path = written(tmp_path, FILE.replace(was, becomes))
    with pytest.raises(BadInput) as caught:
        load_calibration(path)
    lines = [problem.line().removeprefix(f"{path}:") for problem in caught.value.problems]
    assert any(found.startswith(line) for found in lines), lines


def test_the_calibration_that_is_shipped_can_be_run(project: Path) -> None:
    calibration = load_calibration(project / "experiments/calibration/joint.yaml")
    assert {"K1", "K4a", "K5"} <= set(calibration.fit)
    assert calibration.profile is not None
    assert list(calibration.profile.grid) == ["h_easy", "phi_0"]
