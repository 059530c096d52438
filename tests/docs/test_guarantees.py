"""Every guarantee names a test, and every test it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.fixture(scope="module")
def guarantees(project: Path) -> list[str]:
    text = (project / "docs/guarantees.md").read_text(encoding="utf-8")
    promised, _, _ = text.partition("\n## Not promised yet")
    return re.findall(r"^- .*\n(?:  .*\n)*", promised, re.MULTILINE)


def test_every_guarantee_names_a_test(guarantees: list[str]) -> None:
    assert len(guarantees) > 20
    assert [item for item in guarantees if not TEST.search(item)] == []


def test_a_test_is_named_by_its_file_and_function(guarantees: list[str]) -> None:
    spans = [span for item in guarantees for span in re.findall(r"`[^`]+`", item)]
    other = {span for span in spans if "tests" in span and not TEST.fullmatch(span)}
    assert other == set()


def test_every_named_test_exists(guarantees: list[str], project: Path) -> None:
    missing = []
    for path, name in {match for item in guarantees for match in TEST.findall(item)}:
        file = project / path
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if name not in tests or not name.startswith("test_"):
            missing.append(f"{path}::{name}")
    assert missing == []
