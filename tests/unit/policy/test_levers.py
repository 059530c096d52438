"""What every lever declares."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

from sansheng.core.errors import BadInput
from sansheng.core.tables import columns
from sansheng.facts import source_ids
from sansheng.month import PARAMETERS
from sansheng.policy.levers.lever import LINES, Lever
from sansheng.policy.load import lever_class, lever_names, make_lever
from sansheng.world.schema import TABLES, Tables

NAMES = lever_names()
COLUMNS = {
    f"{table}.{info.name}"
    for table, kind in zip(Tables._fields, TABLES, strict=True)
    for info in columns(kind)
}


@pytest.mark.parametrize("name", NAMES)
def test_a_lever_says_what_it_is_in_both_languages(name: str) -> None:
    lever = lever_class(name)
    assert issubclass(lever, Lever)
    assert lever.name == name
    for text in (lever.title, lever.about, lever.institution, lever.cost):
        assert text.en[0].isascii()
        assert re.search("[\u4e00-\u9fff]", text.zh)
    assert lever.source
    assert set(lever.source) <= source_ids()
    assert lever.line in LINES
    assert lever.quantities


@pytest.mark.parametrize("name", NAMES)
def test_the_channel_and_what_is_written_are_columns(name: str) -> None:
    lever = lever_class(name)
    assert lever.channel
    assert {*lever.channel, *lever.writes} <= COLUMNS


@pytest.mark.parametrize("name", NAMES)
def test_every_option_leaves_parameters_inside_their_range(name: str) -> None:
    lever = lever_class(name)
    for end in ("low", "default", "high"):
        set_to = lever({q.name: getattr(q, end) for q in lever.quantities}).parameters()
        for parameter, value in set_to.items():
            assert PARAMETERS[parameter].contains(value), (parameter, value)


def test_no_two_levers_set_the_same_parameter_or_column() -> None:
    changed = Counter(
        what
        for name in NAMES
        for what in (*make_lever(name).parameters(), *lever_class(name).writes)
    )
    assert {what for what, times in changed.items() if times > 1} == set()


def test_processes_read_every_parameter_that_a_lever_sets_as_the_month_goes(project: Path) -> None:
    """Nothing that is worked out at the opening would notice a parameter that changes later."""
    processes = project / "src" / "sansheng" / "processes"
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(processes.glob("*.py")))
    for name in NAMES:
        for parameter in make_lever(name).parameters():
            assert re.search(rf"\bp\.{parameter}\b", code), parameter


@pytest.mark.parametrize("name", NAMES)
def test_a_lever_writes_no_column_that_it_does_not_declare(name: str) -> None:
    lever = lever_class(name)
    tree = ast.parse(inspect.getsource(importlib.import_module(lever.__module__)))
    targets = [
        ast.unparse(target.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in ([node.target] if isinstance(node, ast.AugAssign) else node.targets)
        if isinstance(target, ast.Subscript)
    ]
    written = {target.rpartition(".")[2] for target in targets if not target.startswith("getattr")}
    assert written <= {column.partition(".")[2] for column in lever.writes}


@pytest.mark.parametrize("name", NAMES)
def test_every_lever_has_a_test_of_its_name(name: str, project: Path) -> None:
    assert (project / "tests" / "levers" / f"test_{name}.py").is_file()


def test_an_unknown_lever_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="unknown lever 'grid'; did you mean 'grids'\\?"):
        make_lever("grid")


def test_an_unknown_option_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="lever grids has no option 'add'; did you mean 'added'\\?"):
        make_lever("grids", {"add": 1.0})


def test_premises_are_paid_from_their_own_line_only() -> None:
    with pytest.raises(BadInput, match="line 'base' cannot pay for deliberation_halls"):
        make_lever("deliberation_halls", line="base")


def test_the_envelope_may_pay_where_the_base_line_does_and_the_other_way_round() -> None:
    assert make_lever("grids", line="envelope").payer == "envelope"
    assert make_lever("unit_points", line="base").payer == "base"
    assert make_lever("unit_points").payer == "envelope"
