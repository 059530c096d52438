from __future__ import annotations

import io
import itertools
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core import kernels
from sansheng.core.errors import BadInput, RunFailed
from sansheng.study import run as run_module
from sansheng.study import store
from sansheng.study.canonical import study_hash
from sansheng.study.parquet import read_table
from sansheng.study.progress import Progress
from sansheng.study.reading import open_study
from sansheng.study.run import run_study


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


def run(study: Any, out: Path, **options: Any) -> Path:
    return run_study(study, out, **{"model": "fake_model", "workers": 1, **options})


def test_every_number_of_every_block_is_stored_in_its_place(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(grid={"psi": [0.0, 1.0]}, replicates=3)
    data = open_study(run(study, tmp_path / "out"))
    assert data.scenarios == ("每百户", "职责")
    assert data.shape == (2, 2, 3, 4)
    for draw, replicate in itertools.product(range(2), range(3)):
        for number, expected in enumerate(fake_model.simulate_block(study, draw, replicate)):
            for i, outcome in enumerate(data.outcomes):
                stored = data.by_month(outcome)[number, draw, replicate]
                assert stored.tobytes() == expected.months[:, i].tobytes()


def test_months_carry_their_calendar(fake_model: ModuleType, tmp_path: Path) -> None:
    data = open_study(run(fake_model.make_study(), tmp_path / "out"))
    calendar = list(zip(data.months["year"], data.months["month"], strict=True))
    assert calendar[:4] == [(2015, 11), (2015, 12), (2016, 1), (2016, 2)]


def test_communities_are_stored_sorted_by_year_and_community(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study()
    data = open_study(run(study, tmp_path / "out"))
    with (data.folder / store.COMMUNITIES).open("rb") as file:
        columns = ("scenario", "draw", "replicate", *data.manifest["community_columns"])
        stored = read_table(file, columns, {})
    np.testing.assert_array_equal(stored["year"], data.communities["year"])
    np.testing.assert_array_equal(stored["community"], data.communities["community"])
    each = 2 * fake_model.COMMUNITIES
    assert list(data.communities["year"][:each]) == [2015] * 3 + [2016] * 3
    assert list(data.communities["community"][:each]) == [0, 1, 2, 0, 1, 2]
    expected = fake_model.simulate_block(study, 0, 1)[1].communities
    last = list(data.communities)[-1]
    rows = (data.communities["scenario"] == "职责") & (data.communities["replicate"] == 1)
    np.testing.assert_array_equal(data.communities[last][rows], np.roll(expected[:, -1], 3))


def test_draws_are_stored_with_their_parameters(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study(grid={"psi": [0.0, 1.0], "rho_FH": [0.1, 0.2]}, replicates=1)
    data = open_study(run(study, tmp_path / "out"))
    for draw, parameters in enumerate(study.draws()):
        assert {name: data.draws[name][draw] for name in parameters} == parameters


def test_the_hash_does_not_depend_on_the_number_of_workers(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(replicates=7)
    hashes = {
        study_hash(run(study, tmp_path / str(workers), workers=workers)) for workers in (1, 2, 3)
    }
    assert len(hashes) == 1


def test_another_seed_gives_another_hash(fake_model: ModuleType, tmp_path: Path) -> None:
    first = run(fake_model.make_study(), tmp_path / "a")
    second = run(fake_model.make_study(seed=8), tmp_path / "b")
    assert study_hash(first) != study_hash(second)


def test_more_replicates_leave_the_first_ones_as_they_were(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    few = open_study(run(fake_model.make_study(replicates=2), tmp_path / "few"))
    many = open_study(run(fake_model.make_study(replicates=5), tmp_path / "many"))
    for outcome in few.outcomes:
        np.testing.assert_array_equal(many.by_month(outcome)[:, :, :2], few.by_month(outcome))


def test_a_second_run_of_the_same_study_replaces_the_first(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(fake_model.make_study(), tmp_path / "out")
    before = study_hash(out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    inode = (out / store.MONTHS).stat().st_ino
    assert study_hash(run(fake_model.make_study(), out)) == before
    assert (out / store.MONTHS).stat().st_ino != inode
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_comment_or_a_title_does_not_make_another_study(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study()
    out = run(study, tmp_path / "out")
    commented = study.model_copy(update={"source": "# a comment\n" + study.source})
    assert run(commented, out) == out


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"replicates": 4}, {"parameters": {"psi": 0.1}}, {"grid": {"psi": [0.1]}}],
)
def test_results_of_another_study_are_not_overwritten(
    change: dict[str, Any], fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(fake_model.make_study(), tmp_path / "out")
    before = study_hash(out)
    with pytest.raises(BadInput, match="does not hold earlier results of this same study"):
        run(fake_model.make_study(**change), out)
    assert study_hash(out) == before


def test_a_refused_folder_is_refused_before_anything_runs(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(BadInput):
        run(fake_model.make_study(marks=tmp_path), tmp_path, model="no_such_model")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_empty_folder_and_missing_parents_are_fine(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    open_study(run(fake_model.make_study(), tmp_path / "empty"))
    open_study(run(fake_model.make_study(), tmp_path / "一" / "二"))


def test_a_place_that_cannot_be_written_is_found_before_anything_runs(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunFailed, match="cannot write results"):
        run(fake_model.make_study(), tmp_path / "file" / "out", model="no_such_model")


def test_a_disk_too_small_is_found_after_the_first_block(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.shutil, "disk_usage", lambda path: type("U", (), {"free": 10}))
    lines = io.StringIO()
    with pytest.raises(RunFailed, match="MB free"):
        run(fake_model.make_study(), tmp_path / "out", progress=Progress(stream=lines))
    assert not list(tmp_path.iterdir())


def test_a_failed_run_leaves_no_folder(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_results(study: object, draw: int, replicate: int) -> list[object]:
        return []

    monkeypatch.setattr(fake_model, "simulate_block", no_results)
    with pytest.raises(RunFailed, match=r"3 of 3 blocks failed.*holds the scenarios"):
        run(fake_model.make_study(), tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_zero_workers_are_refused(fake_model: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="0 workers; allowed: at least 1"):
        run(fake_model.make_study(), tmp_path / "out", workers=0)


def test_workers_are_no_more_than_blocks() -> None:
    assert run_module.process_count(None, 1) == 1
    assert run_module.process_count(8, 3) == 3


def test_the_model_is_compiled_once_and_said_so(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: "marked" in events)
    monkeypatch.setattr(kernels, "mark_kernels_compiled", lambda: events.append("marked"))
    monkeypatch.setattr(fake_model, "warm_up", lambda: events.append("compiled"))
    lines = io.StringIO()
    for name in ("a", "b"):
        run(
            fake_model.make_study(),
            tmp_path / name,
            progress=Progress(lang="zh", stream=lines),
        )
    assert events == ["compiled", "marked"]
    assert lines.getvalue().count("正在编译模型（本机首次运行）…\n") == 1


def test_the_manifest_says_what_ran_and_with_what(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study(parameters={"psi": 0.25})
    manifest = open_study(run(study, tmp_path / "out")).manifest
    assert manifest["seed"] == 7
    assert manifest["parameters"] == {"psi": 0.25}
    assert manifest["failed"] == 0
    assert manifest["runs"] == 6
    assert manifest["start"] == "2015-11"
    assert [scenario["rule"] for scenario in manifest["scenarios"]] == [
        "per_household",
        "functions_borne",
    ]
    assert manifest["versions"]["numpy"] == np.__version__
    assert set(manifest["versions"]) >= {"python", "sansheng", "scipy", "numba", "mesa", "duckdb"}
    assert {name: facts.get("rows") for name, facts in manifest["files"].items()} == {
        "study.yaml": None,
        "dictionary.csv": None,
        "months.parquet": 2 * 3 * 4,
        "communities.parquet": 2 * 3 * 2 * fake_model.COMMUNITIES,
        "draws.parquet": 1,
    }


def test_the_stored_study_is_the_one_that_ran(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study()
    same = open_study(run(study, tmp_path / "same"))
    assert (same.folder / store.STUDY).read_text(encoding="utf-8") == study.source
    asked = study.with_overrides(replicates=2, seed=11)
    other = open_study(run(asked, tmp_path / "other"))
    own = {"source", "file"}
    assert other.study.model_dump(exclude=own) == asked.model_dump(exclude=own)


def test_no_two_columns_of_a_table_differ_in_case_alone() -> None:
    """DuckDB and spreadsheets would take one for the other."""
    from sansheng.month import PARAMETERS
    from sansheng.outcomes.communities import COMMUNITY_COLUMNS
    from sansheng.outcomes.measures import OUTCOMES

    for names in (
        ["draw", *PARAMETERS],
        [*store.MONTH_KEY, *OUTCOMES],
        [*store.RUN_KEY, *(column.id for column in COMMUNITY_COLUMNS)],
    ):
        assert len({name.casefold() for name in names}) == len(names)


def test_the_dictionary_names_every_column_in_both_languages(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(grid={"psi": [0.5]})
    data = open_study(run(study, tmp_path / "out"))
    raw = (data.folder / store.DICTIONARY).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = [line.split(",") for line in raw.decode("utf-8-sig").splitlines()]
    named = {(row[0], row[1]) for row in rows[1:]}
    tables = {"months": data.months, "communities": data.communities, "draws": data.draws}
    assert named == {(name, column) for name, table in tables.items() for column in table}
    assert all(row[-1] and row[-2] for row in rows)
