from __future__ import annotations

import io
import os
import sys
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
from sansheng.study.copying import merge_studies
from sansheng.study.engine import LocalEngine
from sansheng.study.lock import only_writer
from sansheng.study.parts import Part
from sansheng.study.progress import Progress
from sansheng.study.reading import open_study
from sansheng.study.run import run_study
from sansheng.study.shards import MONTH_KEY, RUN_KEY, SHARDS
from sansheng.study.work import run_task


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


def run(study: Any, out: Path, **options: Any) -> Path:
    return run_study(study, out, **{"model": "fake_model", "workers": 1, **options})


def test_the_hash_does_not_depend_on_the_number_of_workers(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(replicates=7)
    hashes = {
        study_hash(run(study, tmp_path / str(workers), workers=workers)) for workers in (1, 2, 3)
    }
    assert len(hashes) == 1


class Counted(LocalEngine):
    """An engine that notes how large tasks are, whoever works."""

    portions: list[int]

    def run(self, plan: Any, function: str, work: Any) -> None:
        object.__setattr__(self, "portions", [])
        while (task := work.next()) is not None:
            self.portions.append(len(task))
            work.done(task, run_task(plan, task))


def test_one_worker_stores_quarters_and_several_ever_smaller_portions(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    engines = [Counted(1), Counted(2)]
    for engine in engines:
        out = tmp_path / str(engine.workers)
        run(fake_model.make_study(replicates=41), out, engine=engine)
    one, two = (engine.portions for engine in engines)
    assert sum(one) == sum(two) == 41
    assert one == [1, 4, 11, 11, 11, 3]
    assert two[1:] == sorted(two[1:], reverse=True)
    assert len(two) > len(one)


class Shuffled:
    """An engine that answers in any order, and starts some tasks twice as a cluster may."""

    alone = False

    def run(self, plan: Any, function: str, work: Any) -> None:
        from sansheng.study.work import run_task

        tasks = []
        while (task := work.next()) is not None:
            tasks.append(task)
        order = np.random.default_rng(3).permutation(len(tasks))
        for i in order:
            run_task(plan, tasks[i])
            work.done(tasks[i], run_task(plan, tasks[i]))


def test_the_hash_does_not_depend_on_the_order_in_which_tasks_end(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study(replicates=9, grid={"psi": [0.1, 0.2]})
    mixed = run(study, tmp_path / "mixed", engine=Shuffled())
    assert study_hash(mixed) == study_hash(run(study, tmp_path / "plain"))
    shards = [row.shard for row in open_study(mixed).ledger]
    assert shards != sorted(shards)


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


def test_a_second_run_of_the_same_study_has_nothing_left_to_do(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run(fake_model.make_study(), tmp_path / "out")
    before = study_hash(out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    shards = {path: path.stat().st_mtime_ns for path in (out / SHARDS).iterdir()}
    monkeypatch.setattr(fake_model, "simulate_scenarios", None)  # nobody may call it
    assert study_hash(run(fake_model.make_study(), out)) == before
    assert {path: path.stat().st_mtime_ns for path in (out / SHARDS).iterdir()} == shards
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_restarting_runs_everything_anew_and_keeps_other_files(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(fake_model.make_study(), tmp_path / "out")
    before = study_hash(out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    times = {path.stat().st_mtime_ns for path in (out / SHARDS).iterdir()}
    assert study_hash(run(fake_model.make_study(), out, restart=True)) == before
    assert not times & {path.stat().st_mtime_ns for path in (out / SHARDS).iterdir()}
    assert {row.attempts for row in open_study(out).ledger} == {1}
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_more_replicates_go_on_from_those_that_are_there(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(fake_model.make_study(replicates=2), tmp_path / "out")
    first = {row.checksum for row in open_study(out).ledger}
    run(fake_model.make_study(replicates=5), out)
    data = open_study(out)
    assert data.shape[2] == 5
    assert first < {row.checksum for row in data.ledger}
    assert data.study.replicates == 5
    assert study_hash(out) == study_hash(run(fake_model.make_study(replicates=5), tmp_path / "b"))


def test_asking_for_fewer_replicates_takes_none_away(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    out = run(fake_model.make_study(replicates=4), tmp_path / "out")
    before = study_hash(out)
    assert study_hash(run(fake_model.make_study(replicates=2), out)) == before


def test_another_version_of_the_program_does_not_go_on(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run(fake_model.make_study(replicates=2), tmp_path / "out")
    monkeypatch.setattr(run_module, "source_hash", lambda: "other")
    with pytest.raises(BadInput, match=r"begun with another program \(the program's source\)"):
        run(fake_model.make_study(replicates=3), out)
    monkeypatch.undo()
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    monkeypatch.setattr(run_module, "versions", lambda: {"numpy": "9.9"})
    with pytest.raises(BadInput, match=r"numpy .* → 9\.9"):
        run(fake_model.make_study(replicates=3), out)
    assert run(fake_model.make_study(replicates=3), out, restart=True) == out


def test_a_comment_or_a_title_does_not_make_another_study(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study()
    out = run(study, tmp_path / "out")
    commented = study.model_copy(update={"source": "# a comment\n" + study.source})
    assert run(commented, out) == out


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"months": 5}, {"parameters": {"psi": 0.1}}, {"grid": {"psi": [0.1]}}],
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


def test_a_disk_too_small_is_found_after_the_first_runs_which_are_kept(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.shutil, "disk_usage", lambda path: type("U", (), {"free": 10}))
    with pytest.raises(RunFailed, match=r"MB free; what is there is kept"):
        run(fake_model.make_study(), tmp_path / "out")
    monkeypatch.undo()
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    assert open_study(tmp_path / "out", allow_partial=True).done == 2
    run(fake_model.make_study(), tmp_path / "out")


def lossy(fake_model: ModuleType, **faults: Any) -> Any:
    """Return a model's function in which some runs are not what they should be."""

    def simulate(study: Any, draw: int, replicate: int, scenarios: Any) -> Any:
        for found in fake_model.simulate_scenarios(study, draw, replicate, scenarios):
            if replicate == 1 and found.scenario == "职责":
                if "raises" in faults:
                    raise faults["raises"]
                if "missing" in faults:
                    continue
                yield found._replace(**faults)
            else:
                yield found

    return simulate


@pytest.mark.parametrize(
    ("fault", "stage", "says"),
    [
        ({"raises": ZeroDivisionError("no homes")}, "simulation", "ZeroDivisionError: no homes"),
        ({"raises": SystemExit(0)}, "simulation", "SystemExit"),
        ({"missing": True}, "simulation", "did not arrive"),
        ({"replicate": 2}, "simulation", "was not asked for"),
        ({"months": np.zeros((4, 2))}, "recording", "months have shape (4, 2)"),
        ({"communities": np.full((6, 21), np.inf)}, "recording", "communities"),
    ],
)
def test_a_run_that_fails_is_recorded_with_its_stage_and_the_rest_goes_on(
    fault: dict[str, Any],
    stage: str,
    says: str,
    fake_model: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulate = lossy(fake_model, **fault)
    model = ModuleType("lossy_model")
    model.__dict__.update(vars(fake_model), simulate_scenarios=simulate)
    monkeypatch.setitem(sys.modules, "lossy_model", model)
    out = tmp_path / "out"
    with pytest.raises(RunFailed, match=r"1 of 6 runs failed \(职责\)") as caught:
        run(fake_model.make_study(), out, model="lossy_model")
    assert says in str(caught.value)
    (lost,) = open_study(out, allow_partial=True).failures
    assert (lost.scenario, lost.replicate, lost.stage) == ("职责", 1, stage)
    assert says in (lost.error_en or "")
    assert "Traceback" in (lost.trace or "")
    with pytest.raises(BadInput, match="0 are missing and 1 failed"):
        open_study(out)
    run(fake_model.make_study(), out)  # and tried again
    again = {row.run: row.attempts for row in open_study(out).ledger}
    assert sorted(again.values()) == [1, 1, 1, 1, 1, 2]
    assert study_hash(out) == study_hash(run(fake_model.make_study(), tmp_path / "whole"))


def test_a_scenario_that_fails_whenever_it_is_tried_is_not_tried_for_ever(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def simulate(study: Any, draw: int, replicate: int, scenarios: Any) -> Any:
        for found in fake_model.simulate_scenarios(study, draw, replicate, scenarios):
            if found.scenario == "职责":
                tried.append(replicate)
                raise ZeroDivisionError("never")
            yield found

    model = ModuleType("failing_model")
    model.__dict__.update(vars(fake_model), simulate_scenarios=simulate)
    monkeypatch.setitem(sys.modules, "failing_model", model)
    with pytest.raises(RunFailed, match=r"of 200 runs failed \(职责\), \d+ were not tried"):
        run(fake_model.make_study(replicates=100), tmp_path / "out", model="failing_model")
    assert 10 <= len(tried) < 60
    data = open_study(tmp_path / "out", allow_partial=True)
    assert data.scenarios == ("每百户",)
    assert data.done == 100


def test_a_study_that_proves_wrong_is_bad_input(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        fake_model, "simulate_scenarios", fake_model.in_scenarios(fake_model.finds_bad_input)
    )
    with pytest.raises(BadInput) as caught:
        run(fake_model.make_study(), tmp_path / "out")
    assert [problem.text.zh for problem in caught.value.problems] == ["规则要求超出总额"]


def test_more_is_run_until_the_difference_is_known_well_enough(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    from sansheng.study.precision import Precision, half_widths

    asked = Precision(half_width=0.15, on="need_met", min=10, max=500)
    study = fake_model.make_study(replicates=10, precision=asked)
    data = open_study(run(study, tmp_path / "out"))
    assert 10 < data.shape[2] < 500
    assert half_widths(data.per_run("need_met"), 0, asked)[1, 0] <= 0.15
    assert data.manifest["runs"] == 2 * data.shape[2]
    before = study_hash(data.folder)
    assert study_hash(run(study, data.folder)) == before
    fixed = fake_model.make_study(replicates=data.shape[2])
    assert study_hash(run(fixed, tmp_path / "fixed")) == before
    loose = asked.model_copy(update={"half_width": 100.0})
    few = run(fake_model.make_study(replicates=10, precision=loose), tmp_path / "few")
    assert open_study(few).shape[2] == 10


def test_parts_of_a_study_make_up_the_whole(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study(replicates=5, grid={"psi": [0.1, 0.2]})
    whole = study_hash(run(study, tmp_path / "whole"))
    parts = [run(study, tmp_path / str(number), part=Part(number, 3)) for number in (1, 2, 3)]
    counts = [open_study(part, allow_partial=True).done for part in parts]
    assert counts == [8, 6, 6]
    with pytest.raises(BadInput, match="12 are missing"):
        open_study(parts[0])
    merged = merge_studies(parts, tmp_path / "merged")
    assert not merged.partial
    assert study_hash(tmp_path / "merged") == whole
    run(study, tmp_path / "merged")  # has nothing to do


def test_what_a_merge_lacks_is_run_by_going_on(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study(replicates=5)
    part = run(study, tmp_path / "1", part=Part(1, 2))
    assert merge_studies([part], tmp_path / "merged").done == 6
    whole = run(study, tmp_path / "whole")
    assert study_hash(run(study, tmp_path / "merged")) == study_hash(whole)


def test_a_part_does_not_go_on_in_the_folder_of_another(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study()
    run(study, tmp_path / "1", part=Part(1, 2))
    for other in (Part(2, 2), None):
        with pytest.raises(BadInput, match="holds another part of this study"):
            run(study, tmp_path / "1", part=other)


def test_parts_of_different_studies_or_with_a_run_in_common_are_not_merged(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    study = fake_model.make_study()
    one = run(study, tmp_path / "1", part=Part(1, 2))
    again = run(study, tmp_path / "2", part=Part(1, 1))
    other = run(fake_model.make_study(seed=8), tmp_path / "3", part=Part(2, 2))
    with pytest.raises(BadInput, match="replicate 0 is in two of the folders"):
        merge_studies([one, again], tmp_path / "merged")
    with pytest.raises(BadInput, match=r"not parts of one study.*differs"):
        merge_studies([one, other], tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
    with pytest.raises(BadInput, match="holds a study already"):
        merge_studies([one], again)


def test_a_study_that_stops_by_itself_is_not_divided(
    fake_model: ModuleType, tmp_path: Path
) -> None:
    from sansheng.study.precision import Precision

    asked = Precision(half_width=1.0, on="need_met", min=10, max=20)
    with pytest.raises(BadInput, match="cannot be divided"):
        run(fake_model.make_study(precision=asked), tmp_path / "out", part=Part(1, 2))


def test_a_folder_in_use_is_refused(fake_model: ModuleType, tmp_path: Path) -> None:
    study = fake_model.make_study()
    out = run(study, tmp_path / "out")
    with only_writer(out), pytest.raises(RunFailed, match="is in use by another run"):
        run(study, out)
    run(study, out)


@pytest.mark.parametrize("step", range(28))
def test_a_disk_that_fills_at_any_step_leaves_what_was_stored_and_lets_it_go_on(
    step: int, fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = fake_model.make_study(replicates=5)
    out = run(study.model_copy(update={"replicates": 2}), tmp_path / "out")
    calls = iter(range(10_000))
    flush = os.fsync

    def failing(handle: int) -> None:
        if next(calls) == step:
            raise OSError(28, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(RunFailed, match="No space left on device; what is there is kept"):
        run(study, out)
    monkeypatch.setattr(os, "fsync", flush)
    assert open_study(out, allow_partial=True).done >= 4
    assert study_hash(run(study, out)) == study_hash(run(study, tmp_path / "whole"))
    assert not list(out.rglob("*.partial"))


def test_zero_workers_are_refused(fake_model: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="0 workers; allowed: at least 1"):
        run(fake_model.make_study(), tmp_path / "out", workers=0)


def test_workers_are_no_more_than_what_there_is_to_do() -> None:
    assert run_module.process_count(None, 1) == 1
    assert run_module.process_count(8, 3) == 3


def test_a_small_study_starts_no_process_unless_it_is_asked_to(
    fake_model: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "usable_cores", lambda: 16)
    small = fake_model.make_study(replicates=1)
    assert run_module.workers_for(small, None) == 1
    assert run_module.workers_for(small, 4) == 4
    assert run_module.workers_for(small.with_overrides(replicates=100_000), None) == 16


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
    assert manifest["runs"] == 6
    assert manifest["start"] == "2015-11"
    assert [scenario["rule"] for scenario in manifest["scenarios"]] == [
        "per_household",
        "functions_borne",
    ]
    assert manifest["versions"]["numpy"] == np.__version__
    assert set(manifest["versions"]) >= {"python", "sansheng", "scipy", "numba", "mesa", "duckdb"}
    assert set(manifest["files"]) == {"study.yaml", "dictionary.csv", "draws.parquet"}


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
    from sansheng.outcomes.incumbents import ORGANISATION_COLUMNS, WORKER_COLUMNS
    from sansheng.outcomes.measures import OUTCOMES

    for names in (
        ["draw", *PARAMETERS],
        [*MONTH_KEY, *OUTCOMES],
        *(
            [*RUN_KEY, *(column.id for column in columns)]
            for columns in (COMMUNITY_COLUMNS, ORGANISATION_COLUMNS, WORKER_COLUMNS)
        ),
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
    tables = {
        "months": data.months,
        "communities": data.communities,
        "organisations": data.organisations,
        "workers": data.workers,
        "summary": data.summary,
        "draws": data.draws,
    }
    assert named == {(name, column) for name, table in tables.items() for column in table}
    assert all(row[-1] and row[-2] for row in rows)
