"""Whatever is wrong with a folder of results is told, and never averaged over."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core import kernels
from sansheng.core.errors import BadInput
from sansheng.study import manifest as manifests
from sansheng.study import parquet
from sansheng.study.canonical import study_hash
from sansheng.study.ledger import LEDGER, Ledger, read_ledger
from sansheng.study.manifest import MANIFEST
from sansheng.study.parquet import read_table, write_table
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study
from sansheng.study.shards import COMMUNITIES, MONTHS, ORGANISATIONS, SHARDS, SUMMARY, WORKERS
from sansheng.study.store import DICTIONARY, DRAWS, STUDY

CONTENTS = (MONTHS, COMMUNITIES, ORGANISATIONS, WORKERS, SUMMARY)
SHARD_FILES = [f"{SHARDS}/000002-{content}.parquet" for content in CONTENTS]
ALL_FILES = [STUDY, DICTIONARY, DRAWS, MANIFEST, LEDGER, *SHARD_FILES]
Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)


@pytest.fixture
def make(fake_model: ModuleType, tmp_path: Path) -> Make:
    """Runs a small study of two scenarios, two draws and three replicates into a folder."""

    def run(name: str = "out", **changes: Any) -> Path:
        settings = {"grid": {"psi": [0.1, 0.2]}, **changes}
        study = fake_model.make_study(**settings)
        return run_study(study, tmp_path / name, workers=1, model="fake_model")

    return run


def everything(folder: Path) -> None:
    """Read all that can be read of a folder."""
    data = open_study(folder)
    assert not data.draws.empty
    assert data.per_run(data.outcomes[0]).size
    for _ in data.tables.numbers():
        pass
    data.connect().close()


def test_every_number_of_every_block_is_read_back_bit_for_bit(
    make: Make, fake_model: ModuleType
) -> None:
    data = open_study(make())
    assert data.shape == (2, 2, 3, 4)
    for draw, replicate in itertools.product(range(2), range(3)):
        runs = fake_model.simulate_block(data.study, draw, replicate)
        for number, expected in enumerate(runs):
            for i, outcome in enumerate(data.outcomes[:3]):
                stored = data.by_month(outcome)[number, draw, replicate]
                assert stored.tobytes() == expected.months[:, i].tobytes()


def test_frames_are_sorted_by_their_keys_with_scenarios_in_the_order_of_the_study(
    make: Make,
) -> None:
    data = open_study(make())
    assert list(data.summary["scenario"].unique()) == ["每百户", "职责"]
    months = data.months[["draw", "replicate", "year", "month"]].iloc[:8].to_numpy().tolist()
    assert months[:4] == [[0, 0, 2015, 11], [0, 0, 2015, 12], [0, 0, 2016, 1], [0, 0, 2016, 2]]
    assert months[4] == [0, 1, 2015, 11]
    assert len(data.months) == 2 * 2 * 3 * 4
    homes = data.communities
    assert list(homes["community"][:6]) == [0, 1, 2, 0, 1, 2]
    assert homes["households"].dtype == np.int64


def test_the_summary_is_what_the_months_come_to(make: Make) -> None:
    from sansheng.outcomes.aggregate import of_run
    from sansheng.outcomes.measures import OUTCOMES

    data = open_study(make())
    for outcome in data.outcomes[:5]:
        expected = of_run(data.by_month(outcome), OUTCOMES[outcome].aggregate)
        assert data.per_run(outcome).tobytes() == expected.tobytes()


def test_duckdb_finds_every_table(make: Make) -> None:
    with open_study(make()).connect() as connection:
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()
            for name in ("months", "communities", "summary", "draws", "events")
        }
    assert counts == {
        "months": (48,),
        "communities": (72,),
        "summary": (12,),
        "draws": (2,),
        "events": (0,),
    }


@pytest.mark.parametrize("name", ALL_FILES)
def test_a_missing_file_is_reported(name: str, make: Make) -> None:
    out = make()
    (out / name).unlink()
    with pytest.raises(BadInput, match=name.rpartition("/")[2]):
        everything(out)


@pytest.mark.parametrize("name", [n for n in ALL_FILES if n != LEDGER])
def test_a_flipped_bit_is_reported_wherever_it_is(name: str, make: Make) -> None:
    out = make()
    good = (out / name).read_bytes()
    for position in np.unique(np.linspace(0, len(good) - 1, 12).astype(int)):
        bad = bytearray(good)
        bad[position] ^= 1 << (position % 8)
        (out / name).write_bytes(bad)
        with pytest.raises(BadInput, match=name.rpartition("/")[2]):
            everything(out)
    (out / name).write_bytes(good)
    everything(out)


def test_a_flipped_bit_of_the_ledger_is_reported_or_changes_nothing(make: Make) -> None:
    """A database has room that means nothing."""
    out = make()
    before = study_hash(out)
    good = (out / LEDGER).read_bytes()
    refused = 0
    for position in np.unique(np.linspace(0, len(good) - 1, 300).astype(int)):
        bad = bytearray(good)
        bad[position] ^= 1 << (position % 8)
        (out / LEDGER).write_bytes(bad)
        try:
            found = study_hash(out)
        except BadInput:
            refused += 1
        else:
            assert found == before
    assert refused > 10


@pytest.mark.parametrize("name", ALL_FILES)
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.999])
def test_a_file_cut_short_is_reported(name: str, keep: float, make: Make) -> None:
    out = make()
    content = (out / name).read_bytes()
    (out / name).write_bytes(content[: int(keep * len(content))])
    with pytest.raises(BadInput, match=name.rpartition("/")[2]):
        everything(out)


@pytest.mark.parametrize("name", [DRAWS, LEDGER, *SHARD_FILES])
def test_a_file_of_another_study_is_reported(name: str, make: Make) -> None:
    out, other = make(), make("other", seed=8, grid={"psi": [0.3, 0.4]})
    shutil.copy(other / name, out / name)
    with pytest.raises(BadInput, match=name.rpartition("/")[2]):
        everything(out)


def test_shards_that_were_swapped_are_reported(make: Make) -> None:
    out = make()
    for content in CONTENTS:
        one, other = (out / SHARDS / f"00000{i}-{content}.parquet" for i in (1, 2))
        kept = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(kept)
    with pytest.raises(BadInput, match="000001"):
        everything(out)


def patched(out: Path, content: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change a shard as somebody would who also mends its checksum and the seal of the ledger."""
    import hashlib
    import json

    from sansheng.study.provenance import content_hash

    name = f"{SHARDS}/000002-{content}.parquet"
    with (out / name).open("rb") as file:
        import duckdb

        table = duckdb.from_parquet(str(out / name)).fetchnumpy()
        del file
    columns = {
        key: np.asarray(values.filled(np.nan)) if np.ma.isMaskedArray(values) else values
        for key, values in table.items()
    }
    with (out / name).open("wb+") as file:
        write_table(file, change(columns))
    raw = (out / name).read_bytes()
    with closing(sqlite3.connect(out / LEDGER)) as connection, connection:
        connection.execute(
            "UPDATE files SET sha256 = ?, bytes = ? WHERE name = ?",
            (hashlib.sha256(raw).hexdigest(), len(raw), name),
        )
    from sansheng.study.ledger import digest

    sealed = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    del sealed["checksum"]
    sealed["ledger"] = digest(*read_ledger(out / LEDGER))
    sealed["checksum"] = content_hash(sealed)
    (out / MANIFEST).write_text(json.dumps(sealed), encoding="utf-8")


def without(row: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda table: {name: np.delete(values, row) for name, values in table.items()}


def doubled(row: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda table: {name: np.append(values, values[row]) for name, values in table.items()}


def with_value(column: str, value: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(table: dict[str, Any]) -> dict[str, Any]:
        values = table[column].copy()
        values[0] = value
        return {**table, column: values}

    return change


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize(
    "change",
    [
        without(1),
        doubled(1),
        with_value("draw", 0),
        with_value("replicate", 2),
        with_value("scenario", "nobody"),
    ],
    ids=["a row less", "a row more", "another draw", "another replicate", "another scenario"],
)
def test_rows_that_are_not_those_of_the_runs_are_reported(
    content: str, change: Callable[[dict[str, Any]], dict[str, Any]], make: Make
) -> None:
    out = make()
    patched(out, content, change)
    with pytest.raises(BadInput, match="cannot be trusted"):
        everything(out)


@pytest.mark.parametrize("content", [MONTHS, COMMUNITIES, ORGANISATIONS, WORKERS])
def test_a_number_that_somebody_changed_is_found_though_all_file_hashes_were_mended(
    content: str, make: Make
) -> None:
    out = make()
    columns = {
        MONTHS: "need_met",
        COMMUNITIES: "households",
        ORGANISATIONS: "income",
        WORKERS: "in_post",
    }
    patched(out, content, with_value(columns[content], 12345))
    with pytest.raises(BadInput, match="it is not what the run wrote"):
        study_hash(out)


def test_missing_runs_are_refused_and_counted_where_partial_results_are_asked_for(
    make: Make,
) -> None:
    out = make()
    with closing(sqlite3.connect(out / LEDGER)) as connection, connection:
        connection.execute("DELETE FROM runs WHERE shard = 3")
        connection.execute("DELETE FROM files WHERE shard = 3")
    unseal(out)
    with pytest.raises(BadInput, match=r"of 12 runs 4 are missing and 0 failed.*--allow-partial"):
        open_study(out)
    data = open_study(out, allow_partial=True)
    assert (data.done, data.planned, data.partial) == (8, 12, True)
    assert np.isnan(data.per_run("need_met")).sum() == 4
    assert len(data.summary) == 8


def unseal(out: Path) -> None:
    """Make a folder look as it does while its study runs."""
    manifest = {**manifests.read_manifest(out), "ledger": None}
    manifests.write_manifest(out, manifest)


def test_a_run_that_the_study_does_not_ask_for_is_reported(make: Make) -> None:
    out = make()
    with closing(sqlite3.connect(out / LEDGER)) as connection, connection:
        connection.execute("UPDATE runs SET replicate = 7 WHERE run = '00-00000-000000'")
    unseal(out)
    with pytest.raises(BadInput, match=r"run 00-00000-000000 is not of this study"):
        open_study(out, allow_partial=True)


def test_a_folder_without_a_run_has_nothing_to_show(make: Make) -> None:
    out = make()
    Ledger(out / LEDGER).close()
    (out / LEDGER).unlink()
    unseal(out)
    with pytest.raises(BadInput, match="12 are missing"):
        open_study(out)
    with pytest.raises(BadInput, match="holds no run yet"):
        open_study(out, allow_partial=True)


def test_a_file_changed_after_opening_is_reported_when_it_is_read(make: Make) -> None:
    out, other = make(), make("other", seed=8)
    data = open_study(out)
    shutil.copy(other / SHARD_FILES[1], out / SHARD_FILES[1])
    with pytest.raises(BadInput, match="000002-communities"):
        data.communities  # noqa: B018 - reads them


def test_a_folder_that_is_no_study_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(BadInput, match="is not the folder of a study"):
            open_study(folder)


def test_a_newer_layout_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "SCHEMA_VERSION", 5)
    out = make()
    monkeypatch.undo()
    with pytest.raises(
        BadInput, match="was written with layout 5; this version reads layouts 2 to 4"
    ):
        open_study(out)


def test_every_damage_is_told_in_one_line_in_both_languages(make: Make) -> None:
    out = make("line\nbreak")
    (out / DRAWS).unlink()
    with pytest.raises(BadInput) as caught:
        everything(out)
    (problem,) = caught.value.problems
    assert problem.line("en").count("\n") == problem.line("zh").count("\n") == 0
    assert "不可信" in problem.line("zh")


@pytest.mark.parametrize(
    "name",
    ["研究" * 40, "a [1]*?", "year=2015/draw=7", 'it\'s "quoted"', "-o", "~", "tab\there", "CON"],
)
@pytest.mark.parametrize("by_descriptor", [True, False])
def test_any_folder_name_will_do(
    name: str, by_descriptor: bool, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_descriptor:  # as on systems that cannot name an open file
        monkeypatch.setattr(parquet, "_name", lambda file: str(file.name))
        monkeypatch.setattr("sansheng.study.shards.os.memfd_create", None, raising=False)
        monkeypatch.delattr("sansheng.study.shards.os.memfd_create")
    everything(make(name))


def test_an_outcome_that_is_not_there_is_told_with_the_nearest(make: Make) -> None:
    data = open_study(make())
    for read in (StudyData.per_run, StudyData.by_month):
        with pytest.raises(BadInput, match="did you mean 'need_met'"):
            read(data, "need_mett")


def test_a_table_that_is_not_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"PAR1 not really PAR1")
    with (tmp_path / "x").open("rb") as file, pytest.raises(parquet.TableError):
        read_table(file, ["a"], {})


def test_a_full_device_is_an_error_of_the_operating_system() -> None:
    with (
        Path("/dev/full").open("r+b", buffering=0) as file,
        pytest.raises(OSError, match="No space left on device"),
    ):
        write_table(file, {"a": np.arange(3)})


def test_results_can_be_read_where_nothing_can_be_written(make: Make) -> None:
    out = make()
    before = study_hash(out)
    for path in (*out.rglob("*"), out):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert study_hash(out) == before
    finally:
        for path in (out, *out.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
