"""Every process has a unit test of its own name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

PROCESSES = "src/sansheng/processes/"
COMPILED = {"kernel", "allocating", "inlined"}


def declares_behaviour(tree: ast.Module) -> bool:
    """Whether a module declares a kernel or a step."""
    return any(
        isinstance(node, ast.FunctionDef)
        and (
            node.name == "step"
            or any(isinstance(d, ast.Name) and d.id in COMPILED for d in node.decorator_list)
        )
        for node in tree.body
    )


def untested(modules: Mapping[str, ast.Module], tests: Iterable[str]) -> set[str]:
    """Return the processes without a test file of their own name."""
    named = {Path(name).stem for name in modules if name.startswith(PROCESSES)}
    behaving = {name for name in named if declares_behaviour(modules[f"{PROCESSES}{name}.py"])}
    assert len(behaving) > 30
    return behaving - {Path(name).stem.removeprefix("test_") for name in tests}


def test_every_process_has_a_unit_test_file_of_its_name(
    modules: Mapping[str, ast.Module], texts: Mapping[str, str]
) -> None:
    tests = [name for name in texts if name.startswith("tests/unit/processes/test_")]
    assert untested(modules, tests) == set()


def test_a_process_that_nobody_tests_is_found(modules: Mapping[str, ast.Module]) -> None:
    assert "tender" in untested(modules, ["tests/unit/processes/test_verify.py"])
