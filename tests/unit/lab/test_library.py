"""Results that the lab was given are opened by a number, never by a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.lab.library import Library


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for name in ("one", "two", "no-study"):
        (tmp_path / name).mkdir()
    for name in ("one", "two"):
        (tmp_path / name / "manifest.json").write_text("{}", encoding="utf-8")
    return tmp_path


def test_folders_of_results_are_found_below_and_at_what_was_named(results: Path) -> None:
    assert [one.name for one in Library([results]).shelf()] == ["one", "two"]
    assert [one.folder for one in Library([results / "two"]).shelf()] == [results / "two"]


def test_a_number_leads_to_its_folder_and_nothing_else_does(results: Path) -> None:
    library = Library([results])
    for one in library.shelf():
        assert library.find(one.id) == one
    for wrong in ("", "one", str(results / "one"), "../one", "0" * 16):
        assert library.find(wrong) is None


def test_what_is_there_is_looked_up_every_time(results: Path) -> None:
    library = Library([results])
    (results / "one" / "manifest.json").unlink()
    assert [one.name for one in library.shelf()] == ["two"]
