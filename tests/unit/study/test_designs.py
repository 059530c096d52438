from __future__ import annotations

import csv
import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scipy.stats import qmc

from sansheng.core.errors import BadInput, Where
from sansheng.month import PARAMETERS
from sansheng.study import run as run_module
from sansheng.study.config import Study, load_study
from sansheng.study.designs import points_of, with_stored_ensemble

ROOT = Path(__file__).parents[3]

VALID = """\
place: classroom
start: 2015-01
months: 12
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat: {rule: per_household}
  tasks: {rule: task_based}
"""

ENSEMBLE = "point,parameter:psi,parameter:lam,simulated:K1\n" + "".join(
    f"{i},{i / 10},0.3,1.0\n" for i in range(11)
)

Written = Callable[..., Study]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(draws: str, head: str = VALID) -> Study:
        path = tmp_path / "study.yaml"
        path.write_text(f"{head}draws: {draws}\n", encoding="utf-8")
        return load_study(path)

    return write


@pytest.fixture
def ensemble(tmp_path: Path) -> Path:
    (tmp_path / "far").mkdir()
    path = tmp_path / "far" / "points.csv"
    path.write_text(ENSEMBLE, encoding="utf-8")
    return path


def column(study: Study, name: str) -> list[float]:
    return [draw[name] for draw in study.draws()]


def test_sobol_points_fall_once_into_every_part_of_a_range(written: Written) -> None:
    study = written("{sobol: 64, over: {psi: [0.2, 0.8], rho_FH: }}")
    assert study.varied == ("psi", "rho_FH")
    for name, low, high in (("psi", 0.2, 0.8), ("rho_FH", 0.0, 0.8)):
        cells = [math.floor(64 * (x - low) / (high - low)) for x in column(study, name)]
        assert sorted(cells) == list(range(64))
    # And, as a hypercube does not, once into every eighth of both together.
    eighths = {
        (math.floor(8 * (draw["psi"] - 0.2) / 0.6), math.floor(8 * draw["rho_FH"] / 0.8))
        for draw in study.draws()
    }
    assert len(eighths) == 64


@pytest.mark.parametrize("count", [2, 7, 100])
def test_latin_points_fall_once_into_every_part_of_a_range(count: int, written: Written) -> None:
    study = written(f"{{lhs: {count}, over: [psi, lam]}}")
    assert len(study.draws()) == count
    assert study.runs == 2 * count * 2
    cells = [math.floor(count * x) for x in column(study, "psi")]
    assert sorted(cells) == list(range(count))


@pytest.mark.parametrize("kind", ["sobol: 16", "lhs: 16"])
def test_a_name_without_a_range_varies_over_its_declared_one(kind: str, written: Written) -> None:
    lam = PARAMETERS["lam"]
    declared = written(f"{{{kind}, over: [lam]}}").draws()
    assert declared == written(f"{{{kind}, over: {{lam: }}}}").draws()
    assert declared == written(f"{{{kind}, over: {{lam: [{lam.low}, {lam.high}]}}}}").draws()
    assert all(lam.contains(draw["lam"]) for draw in declared)


@pytest.mark.parametrize("kind", ["sobol: 16", "lhs: 16"])
def test_neither_the_order_of_names_nor_replicates_move_a_point_but_the_seed_does(
    kind: str, written: Written
) -> None:
    study = written(f"{{{kind}, over: [psi, lam]}}")
    draws = study.draws()
    assert written(f"{{{kind}, over: [lam, psi]}}").draws() == draws
    assert written(f"{{{kind}, over: {{psi: , lam: }}}}").varied == ("lam", "psi")
    assert study.with_overrides(replicates=99).draws() == draws
    moved = study.with_overrides(seed=2).draws()
    assert moved != draws
    assert written(
        f"{{{kind}, over: [psi, lam]}}", VALID.replace("seed: 1", "seed: 2")
    ).draws() == (moved)


def test_points_are_those_that_were_drawn_when_this_was_written(written: Written) -> None:
    sobol = written("{sobol: 8, over: [psi, lam]}").draws()
    assert sobol[3] == {"lam": 0.2305486452765763, "psi": 0.5431385319679976}
    latin = written("{lhs: 5, over: [psi, lam]}").draws()
    assert latin[4] == {"lam": 0.27391807762282017, "psi": 0.7317329970975763}


def test_an_older_scipy_that_calls_its_generator_a_seed_gives_the_same_points(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = written("{sobol: 4, over: [psi]}")
    draws = study.draws()
    engine = qmc.Sobol

    class Older:
        def __init__(self, size: int, *, seed: object) -> None:
            self.engine = engine(size, seed=seed)

        def random(self, count: int) -> object:
            return self.engine.random(count)

    monkeypatch.setattr(qmc, "Sobol", Older)
    points_of.cache_clear()
    assert study.draws() == draws


def test_another_process_draws_the_same_points(written: Written, tmp_path: Path) -> None:
    study = written("{lhs: 50, over: [psi, lam, rho_FH]}")
    code = (
        "import pickle, sys; study = pickle.load(sys.stdin.buffer);"
        "sys.stdout.buffer.write(pickle.dumps(study.draws()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(study), capture_output=True, check=True
    )
    assert pickle.loads(done.stdout) == study.draws()  # noqa: S301 - pickled in this test


def test_draws_may_be_changed_by_whoever_asked_for_them(written: Written) -> None:
    study = written("{lhs: 3, over: [psi]}")
    study.draws()[0]["psi"] = 9.0
    assert study.draws()[0]["psi"] != 9.0


def test_points_that_are_listed_are_run_as_they_are(written: Written) -> None:
    study = written("{list: [{psi: 0.2, rho_FH: 0.3}, {rho_FH: 0, psi: 1}]}")
    assert study.draws() == [{"psi": 0.2, "rho_FH": 0.3}, {"psi": 1.0, "rho_FH": 0.0}]
    assert study.varied == ("psi", "rho_FH")
    assert study.with_overrides(seed=5).draws() == study.draws()
    assert study.runs == 2 * 2 * 2


def test_an_ensemble_gives_points_spread_over_its_rows(written: Written, ensemble: Path) -> None:
    study = written("{ensemble: far/points.csv, most: 3}")
    assert study.draws() == [{"lam": 0.3, "psi": psi} for psi in (0.0, 0.5, 1.0)]
    assert study.varied == ("lam", "psi")
    assert written("{ensemble: far/points.csv}").runs == 2 * 11 * 2


def test_an_ensemble_may_be_named_by_the_folder_of_its_calibration(
    written: Written, ensemble: Path
) -> None:
    ensemble.rename(ensemble.parent / "ensemble.csv")
    assert len(written("{ensemble: far}").draws()) == 11


def test_the_shipped_ensemble_can_be_a_study(written: Written) -> None:
    path = ROOT / "experiments" / "calibration" / "joint" / "ensemble.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    study = written(f"{{ensemble: {path}, most: 4}}")
    assert len(study.draws()) == min(4, len(rows))
    assert study.draws()[0]["lam"] == float(rows[0]["parameter:lam"])


def test_an_ensemble_travels_and_is_stored_with_the_study(
    written: Written, ensemble: Path, tmp_path: Path
) -> None:
    study = written("{ensemble: far/points.csv, most: 3} # kept")
    assert study.attachments() == {"ensemble.csv": ENSEMBLE}
    ensemble.unlink()
    assert pickle.loads(pickle.dumps(study)).draws() == study.draws()  # noqa: S301 - pickled here
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "study.yaml").write_text(run_module._text_as_run(study), encoding="utf-8")
    for name, text in study.attachments().items():
        (folder / name).write_text(text, encoding="utf-8")
    again = load_study(folder / "study.yaml")
    assert again.draws() == study.draws()
    assert "draws: {ensemble: ensemble.csv, most: 3}" in again.source
    assert "# kept" in again.source
    assert run_module._inputs_hash(again) == run_module._inputs_hash(study)
    assert run_module._text_as_run(again) == again.source


def test_only_an_ensemble_needs_more_than_the_study(written: Written) -> None:
    study = written("{lhs: 3, over: [psi]}")
    assert study.attachments() == {}
    assert not with_stored_ensemble(study, {})


def test_faults_of_an_ensemble_are_told_in_its_file(written: Written, ensemble: Path) -> None:
    ensemble.write_text(ENSEMBLE.replace("4,0.4,", "4,1.4,"), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        written("{ensemble: far/points.csv}")
    (problem,) = caught.value.problems
    assert problem.where == Where(str(ensemble), 6, 3)
    assert problem.text.en == "psi 1.4 is outside 0..1 share (source: assumed)"


def test_what_an_ensemble_varies_cannot_be_fixed(written: Written, ensemble: Path) -> None:
    with pytest.raises(BadInput, match="psi is set under parameters and varied under draws"):
        written("{ensemble: far/points.csv}", VALID + "parameters: {psi: 0.5}\n")


@pytest.mark.parametrize("limit", [2, 10_000])
def test_a_large_ensemble_says_how_many_of_its_points(
    limit: int, written: Written, ensemble: Path
) -> None:
    ensemble.write_text("parameter:psi\n" + "0.5\n" * 10_001, encoding="utf-8")
    with pytest.raises(BadInput, match="10,001 points; at most 10,000 are allowed"):
        written("{ensemble: far/points.csv}")
    assert len(written(f"{{ensemble: far/points.csv, most: {limit}}}").draws()) == limit


@pytest.mark.parametrize("name", ["x" * 300, "..", "a\\0b", "/dev/null", "study.yaml"])
def test_what_is_no_ensemble_is_refused_in_one_line(name: str, written: Written) -> None:
    with pytest.raises(BadInput) as caught:
        written(f'{{ensemble: "{name}"}}')
    (problem,) = caught.value.problems
    assert problem.where is not None
    assert problem.line().isprintable()


def test_draws_that_are_empty_are_none(written: Written) -> None:
    study = written("")
    assert (study.design, study.varied, study.draws()) == (None, (), [{}])


@pytest.mark.parametrize(
    ("draws", "kind"),
    [("{lhs: 3, over: [psi, lam]}", "lhs"), ("{list: [{psi: 0.2}]}", "list")],
)
def test_results_say_what_varied_and_how(draws: str, kind: str, written: Written) -> None:
    study = written(draws)
    manifest = run_module._manifest(study, "0" * 64)
    assert manifest["design"] == kind
    assert manifest["parameters_varied"] == list(study.varied)
    assert manifest["draws"] == len(study.draws())
    assert [quantity.name for quantity in run_module._varied(study)] == list(study.varied)


def test_the_same_points_are_the_same_study_however_they_came_about(written: Written) -> None:
    listed = written("{list: [{psi: 0}, {psi: 1}]}")
    grid = written("\ngrid: {psi: [0, 1]}")
    assert run_module._inputs_hash(listed) == run_module._inputs_hash(grid)
