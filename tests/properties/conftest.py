"""What tests of properties share."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.core.months import Month
from sansheng.study.config import RuleRef, Scenario, Study


@pytest.fixture(scope="session")
def small(project: Path) -> Iterator[ModuleType]:
    """The module that makes small worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tests" / "properties"))
        yield importlib.import_module("small_world")


@pytest.fixture
def study(small: ModuleType, tmp_path: Path) -> Callable[..., Study]:
    """Makes a study of the small place from scenarios: name to rule and options."""
    file = tmp_path / "small.yaml"
    file.write_text(small.place_text(), encoding="utf-8")

    def make(scenarios: Mapping[str, tuple[str, Mapping[str, float]]], **changes: Any) -> Study:
        said = {
            "place": str(file),
            "start": "2015-01",
            "months": 24,
            "warm_up": 0,
            "replicates": 1,
            "seed": 1,
            "baseline": next(iter(scenarios)),
            **changes,
        }
        rules = {
            name: Scenario(rule=RuleRef(name=rule, options=dict(options)))
            for name, (rule, options) in scenarios.items()
        }
        month = Month.parse(said["start"])
        return Study(source=json.dumps(said), **{**said, "start": month, "scenarios": rules})

    return make
