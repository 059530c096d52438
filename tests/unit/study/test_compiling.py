"""The model is compiled by several processes, each step by one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.month import MONTH
from sansheng.study import compiling


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of steps as they would be compiled; nothing is."""
    names: list[str] = []
    monkeypatch.setattr(compiling, "compile_step", lambda name, place: names.append(name))
    return names


def test_every_step_and_the_record_is_compiled_once() -> None:
    assert sorted(compiling._TASKS) == sorted([*(step.name for step in MONTH), "record"])


def test_a_step_that_somebody_has_claimed_is_left_to_them(
    compiled: list[str], tmp_path: Path
) -> None:
    names = compiled
    (tmp_path / "effort").touch()
    compiling._compile_unclaimed(str(tmp_path))
    assert sorted([*names, "effort"]) == sorted(compiling._TASKS)
    names.clear()
    compiling._compile_unclaimed(str(tmp_path))
    assert names == []


def test_nobody_helps_where_all_is_compiled_or_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(compiling, "_start", asked.append)
    monkeypatch.setattr(compiling, "usable_cores", lambda: 8)
    monkeypatch.setattr(compiling, "kernels_are_compiled", lambda: True)
    with compiling._helpers(str(tmp_path)):
        pass
    monkeypatch.setattr(compiling, "kernels_are_compiled", lambda: False)
    monkeypatch.setattr(compiling, "cache_folder", lambda: None)
    with compiling._helpers(str(tmp_path)):
        pass
    assert asked == []


def test_a_helper_ends_when_all_is_claimed_and_at_once_when_it_is_left(tmp_path: Path) -> None:
    for name in compiling._TASKS:
        (tmp_path / name).touch()
    done, left = (compiling._start(str(tmp_path)) for _ in range(2))
    assert done is not None
    assert left is not None
    assert left.stdin is not None
    left.stdin.close()
    assert done.wait(120) == 0
    assert left.wait(120) in {0, 1}
    assert done.stdin is not None
    done.stdin.close()


def test_where_no_process_can_be_started_all_is_compiled_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling.sys, "executable", str(tmp_path / "missing"))  # type: ignore[attr-defined]
    assert compiling._start(str(tmp_path)) is None
    monkeypatch.setattr(compiling, "kernels_are_compiled", lambda: False)
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    with compiling._helpers(str(tmp_path)):
        pass
