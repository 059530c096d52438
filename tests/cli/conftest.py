from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from sansheng.cli import figures
from sansheng.cli.main import main
from sansheng.core import kernels
from sansheng.study import run as run_module
from sansheng.study.config import load_study

STUDY = """\
place: chenghua-2015
start: 2015-01
months: 3
replicates: 3
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
  duties:
    rule: functions_borne
"""
MAP = STUDY + "grid:\n  psi: [0, 1]\n  rho_FH: [0, 0.8]\n"


class Answer:
    """What a command said and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Command = Callable[..., Answer]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in this process, in an English locale."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str | Path) -> Answer:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch, project: Path) -> ModuleType:
    """Let ``run`` call a stand-in for the simulation."""
    monkeypatch.syspath_prepend(str(project / "tests" / "fakes"))
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    quick = functools.partial(run_module.run_study, model="fake_model")
    monkeypatch.setattr(run_module, "run_study", quick)
    return importlib.import_module("fake_model")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A small study of two scenarios."""
    path = tmp_path / "small.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture
def grid_study(tmp_path: Path) -> Path:
    """The same on a grid of two parameters."""
    path = tmp_path / "map.yaml"
    path.write_text(MAP, encoding="utf-8")
    return path


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds; most tests are about something else."""
    monkeypatch.setattr(figures, "draw_figures", lambda *_: [])


@pytest.fixture
def results(fake_model: ModuleType, study: Path, tmp_path: Path) -> Path:
    """The folder that the small study leaves."""
    return run_module.run_study(load_study(study), tmp_path / "out", workers=1)
