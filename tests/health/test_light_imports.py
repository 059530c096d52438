"""Importing the package, or the command before it knows its verb, stays a matter of milliseconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numba", "matplotlib", "mesa", "duckdb", "pandas", "scipy"}


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    return set(run.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import sansheng") & (HEAVY | {"numpy", "pydantic", "rich", "csv"})


def test_importing_the_command_loads_nothing_heavy() -> None:
    assert not loaded_by("import sansheng.cli.main") & HEAVY


@pytest.mark.parametrize("module", ["sansheng.policy.load", "sansheng.outcomes.measures"])
def test_what_lists_and_explains_does_not_compile(module: str) -> None:
    assert not loaded_by(f"import {module}") & HEAVY


def test_listing_modules_sees_what_is_loaded() -> None:
    assert "numpy" in loaded_by("import numpy")
