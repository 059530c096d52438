"""A study may name a place file of its own; what it says travels and is stored with the study."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sansheng.core import kernels
from sansheng.core.errors import BadInput
from sansheng.core.text import Language
from sansheng.study.canonical import study_hash
from sansheng.study.config import load_study
from sansheng.study.own_place import place_of, place_of_results
from sansheng.study.reading import open_study
from sansheng.study.run import run_study
from sansheng.study.simulate import simulate_block
from sansheng.world.place import load_place

STUDY = """\
place: {place} # ours
start: 2015-01
months: 2
replicates: 1
seed: 1
baseline: a
scenarios:
  a: {{rule: per_household}}
"""
Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


@pytest.fixture
def make(tmp_path: Path, project: Path) -> Make:
    """Return a function that writes a study and its place, the classroom with something changed."""
    classroom = (project / "configs/places/classroom.yaml").read_text(encoding="utf-8")

    def write(
        named: str = "my_place.yaml", old: str = "", new: str = "", folder: str = "a"
    ) -> Path:
        home = tmp_path / folder
        place = home / named
        place.parent.mkdir(parents=True, exist_ok=True)
        assert old in classroom
        place.write_text(classroom.replace(old, new, 1) if old else classroom, encoding="utf-8")
        study = home / "ours.yaml"
        study.write_text(STUDY.format(place=named), encoding="utf-8")
        return study

    return write


FEWER = ("households:\n      value: 30000", "households:\n      value: 24000")


def test_a_study_runs_in_the_place_of_its_file(make: Make) -> None:
    study = load_study(make("my_place.yaml", *FEWER))
    place = place_of(study)
    assert (study.place, place.name) == ("my_place.yaml", "my_place")
    assert place.districts[0].households.value == 24_000
    assert place.districts[0].agencies == load_place("classroom").districts[0].agencies


def test_the_same_place_gives_the_same_numbers_whatever_its_file_is_called(make: Make) -> None:
    study = load_study(make("places/ours.yml"))
    packaged = study.model_copy(update={"place": "classroom", "own_place": None})
    (own,), (theirs,) = simulate_block(study, 0, 0), simulate_block(packaged, 0, 0)
    assert own.months.tobytes() == theirs.months.tobytes()
    (other,) = simulate_block(load_study(make("b.yaml", *FEWER)), 0, 0)
    assert other.months.tobytes() != own.months.tobytes()


def test_the_text_travels_and_an_edit_during_a_run_reaches_nobody(make: Make) -> None:
    file = make("my_place.yaml", *FEWER)
    study = load_study(file)
    (file.parent / "my_place.yaml").unlink()
    sent = pickle.loads(pickle.dumps(study))  # noqa: S301 - as it reaches a worker
    assert place_of(sent).districts[0].households.value == 24_000


def test_results_hold_the_place_and_can_be_run_again_from_their_own_folder(
    make: Make, tmp_path: Path
) -> None:
    file = make("deep/my_place.yaml", *FEWER)
    text = (file.parent / "deep/my_place.yaml").read_text(encoding="utf-8")
    out = run_study(load_study(file), tmp_path / "out", workers=1)
    (file.parent / "deep/my_place.yaml").unlink()
    assert (out / "my_place.yaml").read_text(encoding="utf-8") == text
    stored = (out / "study.yaml").read_text(encoding="utf-8")
    assert re.search(r"^place: my_place\.yaml +# ours$", stored, re.MULTILINE)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["place"] == "my_place.yaml"
    assert str(tmp_path) not in json.dumps(manifest)
    assert place_of_results(out, manifest["place"]).districts[0].households.value == 24_000
    again = run_study(load_study(out / "study.yaml"), tmp_path / "again", workers=1)
    assert study_hash(again) == study_hash(out)
    told = json.loads((again / "manifest.json").read_text(encoding="utf-8"))
    assert told["inputs_sha256"] == manifest["inputs_sha256"]


def test_a_stored_place_that_was_changed_afterwards_is_found(make: Make, tmp_path: Path) -> None:
    out = run_study(load_study(make()), tmp_path / "out", workers=1)
    with (out / "my_place.yaml").open("a", encoding="utf-8") as file:
        file.write("# and more\n")
    with pytest.raises(BadInput, match=r"my_place\.yaml"):
        open_study(out)


def test_a_folder_may_move_and_comments_change_but_another_number_is_another_study(
    make: Make, tmp_path: Path
) -> None:
    def inputs(study: Path, out: str) -> str:
        folder = run_study(load_study(study), tmp_path / out, workers=1)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return str(manifest["inputs_sha256"])

    first = inputs(make(folder="a"), "one")
    assert inputs(make("my_place.yaml", "# One sub", "# A sub", folder="b"), "two") == first
    assert inputs(make("my_place.yaml", *FEWER, folder="c"), "three") != first


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", r"no place file 'nowhere\.yaml' beside the study"), ("zh", "研究文件旁没有地区文件")],
)
def test_a_file_that_is_not_there_is_told_where_the_study_names_it(
    make: Make, lang: Language, told: str
) -> None:
    file = make("nowhere.yaml")
    (file.parent / "nowhere.yaml").unlink()
    with pytest.raises(BadInput) as refused:
        load_study(file)
    (problem,) = refused.value.problems
    assert problem.where is not None
    assert (problem.where.line, problem.where.column) == (1, 8)
    assert re.search(told, problem.text.get(lang))


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("villages: {value: 0", "villages: {value: 9", "villages:", r"9 villages; allowed: 0 to 8"),
        ("agencies: {value: 3, source: assumed}", "agencies: {value: 3}", "agencies:", "source"),
        ("grids: {value: 48", "grids: {value: 0", "grid_staff:", "say in 'grids' how many"),
        ("year: {value", "yeer: {value", "yeer:", "yeer"),
    ],
)
def test_a_fault_in_the_file_is_told_in_one_line_at_its_place_in_that_file(
    make: Make, old: str, new: str, line: str, told: str
) -> None:
    file = make("my_place.yaml", old, new)
    text = (file.parent / "my_place.yaml").read_text(encoding="utf-8")
    with pytest.raises(BadInput, match=told) as refused:
        load_study(file)
    problem = next(p for p in refused.value.problems if re.search(told, p.text.en))
    assert problem.where is not None
    assert Path(problem.where.file).name == "my_place.yaml"
    at = next(i for i, one in enumerate(text.splitlines(), 1) if line in one)
    assert at <= problem.where.line <= at + 1
    assert "\n" not in problem.text.en + problem.text.zh


@pytest.mark.parametrize("name", ["study.yaml", "deep/STUDY.yaml"])
def test_a_place_that_would_overwrite_what_results_hold_is_refused(make: Make, name: str) -> None:
    with pytest.raises(BadInput, match="rename the place file"):
        load_study(make(name))
