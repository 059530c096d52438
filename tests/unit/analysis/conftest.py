from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from sansheng.study.reading import StudyData


@pytest.fixture
def study_data(monkeypatch: pytest.MonkeyPatch, project: Path) -> Callable[..., StudyData]:
    """Makes study data of arrays."""
    monkeypatch.syspath_prepend(str(project / "tests" / "fakes"))
    return cast(Callable[..., StudyData], importlib.import_module("fake_data").study_data)
