"""A folder that version 0.1 stored in layout 2 or 3 is read with the numbers it had; layout 2 is copied too."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from sansheng.core.errors import BadInput, RunFailed
from sansheng.study.canonical import study_hash
from sansheng.study.copying import migrate_study
from sansheng.study.manifest import SCHEMA_VERSION
from sansheng.study.reading import open_study
from sansheng.study.verify import verify_study


@pytest.fixture
def old(project: Path, tmp_path: Path) -> Path:
    """A copy of the frozen store."""
    return Path(shutil.copytree(project / "tests" / "stores" / "layout-2", tmp_path / "old"))


def test_a_frozen_store_is_read_as_it_was_written(old: Path) -> None:
    data = open_study(old)
    assert data.shape == (2, 2, 2, 3)
    assert data.scenarios == ("每百户", "按职责")
    assert (data.scale("按职责"), data.status("按职责")) == (1.043389, "matched")
    # Taken from the Parquet file when it was frozen.
    assert data.by_month("need_met")[0, 0, 0, 0] == pytest.approx(FIRST, abs=0.0)
    assert len(data.months) == 24
    assert data.draws["psi"].tolist() == [0.0, 0.5]
    assert data.organisations.empty
    assert data.workers.empty


FIRST = 60.84788029925187


def test_a_copy_in_the_present_layout_has_the_same_hash_and_tables(
    old: Path, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    data = migrate_study(old, tmp_path / "new")
    assert data.manifest["schema_version"] == SCHEMA_VERSION
    assert data.manifest["migrated_from"] == 2
    assert study_hash(tmp_path / "new") == study_hash(old)
    was = open_study(old)
    for name in ("months", "communities", "draws"):
        assert getattr(data, name).equals(getattr(was, name))
    np.testing.assert_array_equal(data.per_run("need_met"), was.per_run("need_met"))
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before


def test_a_damaged_old_store_is_refused(old: Path, tmp_path: Path) -> None:
    content = bytearray((old / "months.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (old / "months.parquet").write_bytes(content)
    with pytest.raises(BadInput, match=r"months\.parquet cannot be trusted"):
        open_study(old)
    with pytest.raises(BadInput, match=r"months\.parquet cannot be trusted"):
        migrate_study(old, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_is_in_the_present_layout_is_not_copied_again(old: Path, tmp_path: Path) -> None:
    migrate_study(old, tmp_path / "new")
    with pytest.raises(BadInput, match="in today's layout already"):
        migrate_study(tmp_path / "new", tmp_path / "newer")


@pytest.fixture
def shards(project: Path, tmp_path: Path) -> Path:
    """A copy of the frozen store of layout 3, which had shards and no tables of organisations and workers."""
    return Path(shutil.copytree(project / "tests" / "stores" / "layout-3", tmp_path / "shards"))


# What the version that stored it said.
HASH = "9d673434d94daad29d4b9add4d6e2de363ce5bcc3f04037fdae67af3a9cb036b"


def test_a_frozen_store_of_layout_3_is_read_with_the_hash_it_had(shards: Path) -> None:
    data = open_study(shards)
    assert data.manifest["schema_version"] == 3
    assert data.shape == (2, 1, 2, 3)
    assert study_hash(shards) == HASH
    assert len(data.communities) == 2 * 2 * 2 * 8
    assert data.organisations.empty
    assert data.workers.empty
    with data.connect() as database:
        assert database.execute("SELECT count(*) FROM workers").fetchone() == (0,)


def test_runs_of_layout_3_are_told_to_be_of_another_program_when_they_are_made_again(
    shards: Path,
) -> None:
    assert verify_study(open_study(shards)).runs == 4
    with pytest.raises(RunFailed, match="by another program than the one that stored them"):
        verify_study(open_study(shards), rerun=1)
