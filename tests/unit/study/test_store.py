from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, RunFailed
from sansheng.study import parquet, store
from sansheng.study.parquet import TableError, read_table, write_table
from sansheng.study.reading import open_study, write_files, write_study

NAMES = ("每百户", 'O\'Neil "x"')
DRAWS, REPLICATES, MONTHS, YEARS, COMMUNITIES = 2, 3, 4, 2, 3
Tables = dict[str, dict[str, NDArray[Any]]]


def manifest(**changes: Any) -> dict[str, Any]:
    return {
        "inputs_sha256": "0" * 64,
        "baseline": NAMES[0],
        "scenarios": [{"name": name, "rule": "per_household", "options": {}} for name in NAMES],
        "draws": DRAWS,
        "replicates": REPLICATES,
        "start": "2015-11",
        "months": MONTHS,
        "parameters_varied": ["psi"],
        "outcomes": ["need_met", "积压"],
        "community_columns": ["year", "community", "staff"],
        **changes,
    }


def tables(seed: int = 1) -> Tables:
    rng = np.random.default_rng(seed)
    runs = (len(NAMES), DRAWS, REPLICATES)

    def keys(rows: int) -> dict[str, NDArray[Any]]:
        scenario, draw, replicate, _ = (
            index.ravel() for index in np.indices((*runs, rows), dtype=np.int32)
        )
        names = np.array(NAMES, dtype=object)
        return {"scenario": names[scenario], "draw": draw, "replicate": replicate}

    count = int(np.prod(runs))
    need_met = rng.random(count * MONTHS)
    need_met[:3] = [np.nan, -0.0, 5e-324]
    return {
        store.MONTHS: {
            **keys(MONTHS),
            "year": np.tile(np.array([2015, 2015, 2016, 2016], dtype=np.int32), count),
            "month": np.tile(np.array([11, 12, 1, 2], dtype=np.int32), count),
            "need_met": need_met,
            "积压": np.full(count * MONTHS, np.nan),
        },
        store.COMMUNITIES: {
            **keys(YEARS * COMMUNITIES),
            "year": np.tile(np.repeat([2015, 2016], COMMUNITIES), count),
            "community": np.tile(np.arange(COMMUNITIES), count * YEARS),
            "staff": rng.random(count * YEARS * COMMUNITIES),
        },
        store.DRAWS: {"draw": np.arange(DRAWS, dtype=np.int32), "psi": np.array([0.1, 0.2])},
    }


TEXTS = {store.STUDY: "place: 成华\n", store.DICTIONARY: "\ufefftable,column\r\n"}


def write(out: Path, content: Mapping[str, Any] | None = None, **changes: Any) -> Path:
    write_study(out, manifest=manifest(**changes), texts=TEXTS, tables=content or tables())
    return out


def write_unchecked(out: Path, content: Mapping[str, Any]) -> Path:
    write_files(out, manifest(), TEXTS, content)
    return out


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("written") / "out")


@pytest.fixture
def out(written: Path, tmp_path: Path) -> Path:
    """A copy of a sound study folder."""
    return Path(shutil.copytree(written, tmp_path / "out"))


def shuffled(table: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    order = np.random.default_rng(2).permutation(next(iter(table.values())).size)
    return {name: values[order] for name, values in table.items()}


def without(table: dict[str, NDArray[Any]], row: int) -> dict[str, NDArray[Any]]:
    return {name: np.delete(values, row) for name, values in table.items()}


def doubled(table: dict[str, NDArray[Any]], row: int) -> dict[str, NDArray[Any]]:
    return {name: np.append(values, values[row]) for name, values in table.items()}


def test_what_is_written_is_read_back_bit_for_bit(out: Path) -> None:
    data = open_study(out)
    for name, table in (
        (store.MONTHS, data.months),
        (store.COMMUNITIES, data.communities),
        (store.DRAWS, data.draws),
    ):
        expected = tables()[name]
        assert list(table) == list(expected)
        for column, values in expected.items():
            if column == "scenario":
                assert table[column].tolist() == values.tolist()
            else:
                assert table[column].tobytes() == values.tobytes(), column
                assert table[column].dtype == values.dtype


def test_rows_are_read_in_the_order_of_their_key_however_they_are_stored(tmp_path: Path) -> None:
    mixed = {name: shuffled(table) for name, table in tables().items()}
    data = open_study(write(tmp_path / "out", mixed))
    expected = tables()
    np.testing.assert_array_equal(data.months["need_met"], expected[store.MONTHS]["need_met"])
    np.testing.assert_array_equal(data.communities["staff"], expected[store.COMMUNITIES]["staff"])
    np.testing.assert_array_equal(data.draws["psi"], expected[store.DRAWS]["psi"])


def test_one_outcome_is_an_array_of_scenarios_draws_replicates_and_months(out: Path) -> None:
    data = open_study(out)
    values = data.by_month("need_met")
    months = data.months
    row = np.flatnonzero(
        (months["scenario"] == NAMES[1])
        & (months["draw"] == 1)
        & (months["replicate"] == 2)
        & (months["year"] == 2016)
        & (months["month"] == 1)
    )
    assert values[1, 1, 2, 2] == months["need_met"][row]


@pytest.mark.parametrize("name", [*store.FILES, store.MANIFEST])
def test_a_missing_file_is_reported(name: str, out: Path) -> None:
    (out / name).unlink()
    with pytest.raises(BadInput, match=name):
        open_study(out)


@pytest.mark.parametrize("name", [*store.FILES, store.MANIFEST])
def test_a_flipped_bit_is_reported_wherever_it_is(name: str, out: Path) -> None:
    good = (out / name).read_bytes()
    for position in np.unique(np.linspace(0, len(good) - 1, 60).astype(int)):
        bad = bytearray(good)
        bad[position] ^= 1 << (position % 8)
        (out / name).write_bytes(bad)
        with pytest.raises(BadInput, match=name):
            open_study(out)
    (out / name).write_bytes(good)
    open_study(out)


@pytest.mark.parametrize("name", [*store.FILES, store.MANIFEST])
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.999])
def test_a_file_cut_short_is_reported(name: str, keep: float, out: Path) -> None:
    content = (out / name).read_bytes()
    (out / name).write_bytes(content[: int(keep * len(content))])
    with pytest.raises(BadInput, match=name):
        open_study(out)


@pytest.mark.parametrize("name", [store.MONTHS, store.COMMUNITIES, store.DRAWS])
def test_a_file_of_another_study_is_reported(name: str, out: Path, tmp_path: Path) -> None:
    changed = tables(seed=2)
    changed[store.DRAWS]["psi"] = np.array([0.3, 0.4])
    other = write(tmp_path / "other", changed)
    shutil.copy(other / name, out / name)
    with pytest.raises(BadInput, match=name):
        open_study(out)


@pytest.mark.parametrize("name", [store.MONTHS, store.COMMUNITIES, store.DRAWS])
@pytest.mark.parametrize("spoil", [without, doubled])
def test_a_row_too_few_or_too_many_is_reported(name: str, spoil: Any, tmp_path: Path) -> None:
    content = tables()
    content[name] = spoil(content[name], 1)
    out = write_unchecked(tmp_path / "out", content)
    with pytest.raises(BadInput, match=name):
        open_study(out).communities  # noqa: B018 - reads them


@pytest.mark.parametrize("name", [store.MONTHS, store.COMMUNITIES])
def test_a_row_in_the_place_of_another_is_reported(name: str, tmp_path: Path) -> None:
    content = tables()
    content[name] = doubled(without(content[name], 1), 1)
    out = write_unchecked(tmp_path / "out", content)
    with pytest.raises(BadInput, match=name):
        open_study(out).communities  # noqa: B018 - reads them


@pytest.mark.parametrize(
    ("column", "value"),
    [("scenario", "nobody"), ("draw", 2), ("draw", -1), ("replicate", 3), ("year", 2014)],
)
@pytest.mark.parametrize("name", [store.MONTHS, store.COMMUNITIES])
def test_a_row_of_no_run_of_the_study_is_reported(
    name: str, column: str, value: Any, tmp_path: Path
) -> None:
    content = tables()
    content[name][column][5] = value
    out = write_unchecked(tmp_path / "out", content)
    with pytest.raises(BadInput, match=name):
        open_study(out).communities  # noqa: B018 - reads them


def test_a_file_changed_after_opening_is_reported_when_it_is_read(
    out: Path, tmp_path: Path
) -> None:
    data = open_study(out)
    other = write(tmp_path / "other", tables(seed=2))
    shutil.copy(other / store.COMMUNITIES, out / store.COMMUNITIES)
    with pytest.raises(BadInput, match=store.COMMUNITIES):
        data.communities  # noqa: B018 - reads them


def test_a_column_too_few_is_reported(tmp_path: Path) -> None:
    content = tables()
    del content[store.MONTHS]["积压"]
    with pytest.raises(BadInput, match="its columns are"):
        open_study(write_unchecked(tmp_path / "out", content))


def test_a_folder_that_is_no_study_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(BadInput, match="is not the folder of a finished study"):
            open_study(folder)


def test_a_newer_layout_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SCHEMA_VERSION", store.SCHEMA_VERSION + 1)
    out = write_unchecked(tmp_path / "out", tables())
    monkeypatch.undo()
    with pytest.raises(BadInput, match="was written with layout 3; this version reads layout 2"):
        open_study(out)


def test_every_damage_is_told_in_one_line_in_both_languages(tmp_path: Path) -> None:
    out = write(tmp_path / "line\nbreak")
    (out / store.DRAWS).unlink()
    with pytest.raises(BadInput) as caught:
        open_study(out)
    (problem,) = caught.value.problems
    assert problem.line("en").count("\n") == problem.line("zh").count("\n") == 0
    assert "不可信" in problem.line("zh")


@pytest.mark.parametrize(
    "name", ["研究", "a [1]*?", "year=2015/draw=7", 'it\'s "quoted"', "-o", "~", "tab\there"]
)
@pytest.mark.parametrize("by_descriptor", [True, False])
def test_any_folder_name_will_do(
    name: str, by_descriptor: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_descriptor:  # as on systems that cannot name an open file
        monkeypatch.setattr(parquet, "_name", lambda file: str(file.name))
    out = tmp_path / name
    out.parent.mkdir(exist_ok=True)
    data = open_study(write(out))
    assert data.communities["staff"].size == len(NAMES) * DRAWS * REPLICATES * YEARS * COMMUNITIES


def test_a_folder_is_as_open_to_others_as_any_new_folder(tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    out = write(tmp_path / "out")
    assert stat.S_IMODE(out.stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)


def test_nothing_but_the_folder_is_left(tmp_path: Path) -> None:
    write(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*store.FILES, store.MANIFEST}


def test_same_inputs_replace_and_other_inputs_do_not(out: Path) -> None:
    write(out, tables(seed=2))
    assert open_study(out).months["need_met"][5] == tables(2)[store.MONTHS]["need_met"][5]
    with pytest.raises(BadInput, match="does not hold earlier results of this same study"):
        write(out, inputs_sha256="1" * 64)
    assert open_study(out).months["need_met"][5] == tables(2)[store.MONTHS]["need_met"][5]


def test_a_damaged_folder_is_not_taken_for_earlier_results(out: Path) -> None:
    text = (out / store.MANIFEST).read_text(encoding="utf-8")
    (out / store.MANIFEST).write_text(text.replace("2015-11", "2015-12"), encoding="utf-8")
    with pytest.raises(BadInput, match="does not hold earlier results"):
        write(out)


def test_folders_and_files_of_the_user_survive_a_replacement(out: Path) -> None:
    (out / "figures").mkdir()
    (out / "figures" / "比较.svg").write_text("mine", encoding="utf-8")
    write(out)
    assert (out / "figures" / "比较.svg").read_text(encoding="utf-8") == "mine"
    open_study(out)


@pytest.mark.parametrize("name", [store.MONTHS, store.COMMUNITIES, store.DRAWS])
def test_results_that_do_not_read_back_replace_nothing(name: str, out: Path) -> None:
    content = tables(seed=2)
    content[name] = without(content[name], 1)
    with pytest.raises(RunFailed, match="could not be read back"):
        write(out, content)
    kept = tables(1)[store.MONTHS]["need_met"]
    np.testing.assert_array_equal(open_study(out).months["need_met"], kept)
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("step", range(10))
def test_a_disk_that_fills_at_any_step_leaves_earlier_results(
    step: int, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(1000))
    flush = os.fsync

    def failing(handle: int) -> None:
        if next(calls) == step:
            raise OSError(28, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", failing)
    # Six files and the folder aside are flushed, then the results in their place and its folder.
    state = "what was there is unchanged" if step < 7 else "the new results are there"
    line = re.escape(f"cannot write results to {out}: No space left on device; {state}")
    with pytest.raises(RunFailed, match=line) if step < 9 else nullcontext():
        write(out, tables(seed=2))
    monkeypatch.undo()
    kept = tables(1 if step < 7 else 2)[store.MONTHS]["need_met"]
    np.testing.assert_array_equal(open_study(out).months["need_met"], kept)
    assert not list(tmp_path.glob(".sansheng-partial-*"))


def test_a_rename_that_fails_brings_earlier_results_back(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name.startswith(".sansheng-partial-"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(RunFailed, match="Input/output error"):
        write(out, tables(seed=2))
    monkeypatch.undo()
    kept = tables(1)[store.MONTHS]["need_met"]
    np.testing.assert_array_equal(open_study(out).months["need_met"], kept)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_results_that_appear_meanwhile_are_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def other_writer(folder: Path) -> None:
        monkeypatch.undo()
        write(out, tables(seed=2), inputs_sha256="1" * 64)

    monkeypatch.setattr(store, "_flush_folder", other_writer)
    with pytest.raises(BadInput, match="does not hold earlier results"):
        write(out)
    kept = tables(2)[store.MONTHS]["need_met"]
    np.testing.assert_array_equal(open_study(out).months["need_met"], kept)


def test_the_manifest_is_readable_json_that_counts_rows(out: Path) -> None:
    content = json.loads((out / store.MANIFEST).read_text(encoding="utf-8"))
    assert content["schema_version"] == store.SCHEMA_VERSION
    assert content["files"][store.MONTHS]["rows"] == len(NAMES) * DRAWS * REPLICATES * MONTHS
    assert content["files"][store.MONTHS]["bytes"] == (out / store.MONTHS).stat().st_size


def test_a_disk_without_room_is_told_with_both_numbers(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match=r"up to 1000000000000 MB .* MB free"):
        store.require_space(tmp_path / "out", 10**18)
    store.require_space(tmp_path / "out", 0)


def test_a_table_that_is_not_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"PAR1 not really PAR1")
    with (tmp_path / "x").open("rb") as file, pytest.raises(TableError):
        read_table(file, ["a"], {})


def test_a_full_device_is_an_error_of_the_operating_system() -> None:
    with (
        Path("/dev/full").open("r+b", buffering=0) as file,
        pytest.raises(OSError, match="No space left on device"),
    ):
        write_table(file, {"a": np.arange(3)})
