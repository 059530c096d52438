from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sansheng.study.ledger import FileRow, Ledger, RunRow, digest, on_network, read_ledger

DONE = RunRow("00-00000-000000", "k", "每百户", 0, 0, "done", 1, 0.5, 1, "sum")
FAILED = RunRow("01-00000-000000", "l", "职责", 0, 0, "failed", 2, error_en="no", trace="T")
FILE = FileRow("shards/000001-months.parquet", 1, "months", "0" * 64, 10)


def test_what_is_committed_is_read_back_in_order(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "runs.sqlite")
    ledger.commit([FAILED, DONE], [FILE])
    assert (ledger.runs(), ledger.files()) == ([DONE, FAILED], [FILE])
    ledger.close()
    assert read_ledger(tmp_path / "runs.sqlite") == ([DONE, FAILED], [FILE])


def test_a_later_attempt_takes_the_place_of_a_failed_one(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "runs.sqlite")
    ledger.commit([FAILED])
    ledger.commit([FAILED._replace(status="done", attempts=3, error_en=None, trace=None)])
    assert [(row.status, row.attempts) for row in ledger.runs()] == [("done", 3)]
    ledger.close()


def test_a_batch_that_cannot_be_added_leaves_nothing_of_itself(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "runs.sqlite")
    with pytest.raises(OSError, match="CHECK constraint"):
        ledger.commit([DONE, FAILED._replace(status="perhaps")], [FILE])
    assert (ledger.runs(), ledger.files()) == ([], [])
    ledger.commit([DONE])
    ledger.close()


def test_commits_are_durable_and_a_settled_ledger_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    ledger = Ledger(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection = ledger._connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    ledger.commit([DONE])
    ledger.settle()
    ledger.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["runs.sqlite"]


def test_a_committed_batch_outlives_a_process_that_closes_nothing(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    code = (
        "import sys, os; from pathlib import Path\n"
        "from sansheng.study.ledger import Ledger, RunRow\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "ledger.commit([RunRow('0', 'k', 's', 0, 0, 'done', 1)])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    path = tmp_path / "runs.sqlite"
    subprocess.run([sys.executable, "-c", code, str(path)], check=False, env=dict(os.environ))
    assert [row.run for row in read_ledger(path)[0]] == ["0"]


@pytest.mark.parametrize("change", [{"seconds": 0.6}, {"checksum": "other"}, {"shard": 2}])
def test_the_digest_changes_with_every_part(change: dict[str, object]) -> None:
    assert digest([DONE], [FILE]) != digest([DONE._replace(**change)], [FILE])
    assert digest([DONE], [FILE]) != digest([DONE], [FILE._replace(bytes=11)])


def test_what_is_no_ledger_is_an_error_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").write_bytes(b"not a database, whatever its name" * 40)
    with pytest.raises(OSError, match=r"runs\.sqlite"):
        read_ledger(tmp_path / "runs.sqlite")
    with pytest.raises(OSError, match="No such file"):
        read_ledger(tmp_path / "nothing.sqlite")
    assert not (tmp_path / "nothing.sqlite").exists()


@pytest.mark.parametrize(
    ("kind", "network"),
    [("ext4", False), ("tmpfs", False), ("nfs4", True), ("lustre", True), ("fuse.sshfs", True)],
)
def test_a_file_system_of_the_network_is_told_by_its_longest_mount(
    kind: str, network: bool, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    where = str(tmp_path.resolve()).replace(" ", "\\040")
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nhost:/x {where} {kind} rw 0 0\n", encoding="utf-8")
    assert on_network(tmp_path / "runs.sqlite", mounts) is network
    assert not on_network(Path("/elsewhere"), mounts)
    assert not on_network(tmp_path, tmp_path / "no such table")


def test_on_a_network_folder_the_journal_is_a_file_that_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sansheng.study.ledger.on_network", lambda path: True)
    ledger = Ledger(tmp_path / "runs.sqlite")
    mode = ledger._connection.execute("PRAGMA journal_mode").fetchone()
    ledger.close()
    assert mode == ("delete",)
