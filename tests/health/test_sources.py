"""Every citation in the project leads to a source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from sansheng import facts
from sansheng.core.quantities import ASSUMED
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names

DOCUMENT_ID = re.compile(r"\bS-[A-Z]\d+\b")
BRACKETED_ID = re.compile(r"\[([BT]\d\d)\]")


def declared_sources(
    modules: Mapping[str, ast.Module],
) -> Iterator[tuple[str, ast.Call, ast.expr | None]]:
    """Yield where each ``quantity(...)`` stands, with its ``source`` argument."""
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            name = called.id if isinstance(called, ast.Name) else called
            if name == "quantity":
                source = next((word.value for word in node.keywords if word.arg == "source"), None)
                yield f"{path}:{node.lineno}", node, source


def test_every_quantity_cites_a_known_source_or_says_it_is_assumed(
    modules: Mapping[str, ast.Module],
) -> None:
    known = facts.source_ids()
    astray = []
    seen = 0
    for place, _, source in declared_sources(modules):
        seen += 1
        if not (isinstance(source, ast.Constant) and isinstance(source.value, str)):
            astray.append(f"{place}: the source is not written out")
        elif source.value != ASSUMED:
            ids = [part.strip() for part in source.value.split(",")]
            astray += [f"{place}: {cited}" for cited in ids if cited not in known]
    assert seen > 30
    assert not astray


def test_every_rule_and_lever_cites_known_sources() -> None:
    known = facts.source_ids() | {ASSUMED}
    kinds = [*map(rule_class, rule_names()), *map(lever_class, lever_names())]
    astray = {kind.name: set(kind.source) - known for kind in kinds}
    assert astray
    assert not any(astray.values()), astray


def test_every_id_named_in_text_is_a_source(texts: Mapping[str, str]) -> None:
    known = facts.source_ids()
    astray = [
        f"{path}: {cited}"
        for path, text in texts.items()
        if not path.startswith("tests/")
        for cited in (*DOCUMENT_ID.findall(text), *BRACKETED_ID.findall(text))
        if cited not in known
    ]
    assert not astray
