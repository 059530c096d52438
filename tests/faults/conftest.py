from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch, project: Path) -> ModuleType:
    """The module that stands in for the simulation, importable by workers too."""
    monkeypatch.syspath_prepend(str(project / "tests" / "fakes"))
    return importlib.import_module("fake_model")
