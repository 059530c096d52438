"""The page for authors of rules shows the whole view, and its example is a sound rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

import sansheng
from sansheng.policy.conformance import examine
from sansheng.policy.references import find_rule
from sansheng.policy.view import View
from sansheng.study.config import load_study


@pytest.fixture
def page(project: Path) -> str:
    return (project / "docs" / "own-rule.md").read_text(encoding="utf-8")


def rows(page: str) -> dict[str, tuple[str, str]]:
    table = page.partition("## What a rule sees")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    return {name: (unit, meaning) for name, unit, meaning in found}


def test_the_page_shows_every_field_of_the_view_and_no_other(page: str) -> None:
    properties = [name for name, value in vars(View).items() if isinstance(value, property)]
    assert list(rows(page)) == [*(field.name for field in fields(View)), *properties]


def test_every_field_has_a_unit_and_a_meaning_in_both_languages(page: str) -> None:
    for unit, meaning in rows(page).values():
        assert unit.strip()
        assert re.search(r"[a-z]{3}", meaning)
        assert re.search(r"[\u4e00-\u9fff]", meaning)


def test_every_public_name_that_the_page_offers_exists(page: str) -> None:
    offered = page.partition("`import sansheng` offers")[2].partition(".\n")[0]
    names = re.findall(r"`(\w+)`", offered)
    assert len(names) > 5
    assert set(names) <= set(sansheng.__all__)


def test_the_links_of_the_page_lead_somewhere(
    project: Path, dead_links: Callable[[Path], list[str]]
) -> None:
    assert dead_links(project / "docs" / "own-rule.md") == []
    assert dead_links(project / "experiments" / "own-rule" / "README.md") == []


def test_the_example_is_short_and_passes_every_check(project: Path) -> None:
    path = project / "experiments" / "own-rule" / "my_rule.py"
    found = find_rule(f"{path}:NeedFirst")
    assert [verdict.fault for verdict in examine(found.kind) if not verdict.passed] == []
    assert found.code is not None
    written = found.code.text.partition("class ")[2].splitlines()
    assert len([line for line in written if line.strip()]) <= 15


def test_the_example_study_is_read(project: Path) -> None:
    study = load_study(project / "experiments" / "own-rule" / "study.yaml")
    assert study.scenarios["need_first"].rule.name == "my_rule.py:NeedFirst"
    assert (study.months, study.replicates) == (36, 20)
