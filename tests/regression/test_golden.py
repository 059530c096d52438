"""Results move only on purpose."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

TOLERANCE = 1e-9
"""Relative; room for another processor's last bits, for nothing else."""

ADVICE = (
    "results moved. If they were meant to, run `python tests/regression/update_golden.py` and say in "
    "CHANGELOG.md, in an entry marked **numbers**, what moved and why:\n"
)


def moved(golden: dict, now: dict) -> list[str]:  # type: ignore[type-arg]
    """Lines that say which number was which."""
    if golden.keys() != now.keys() or any(golden[r].keys() != now[r].keys() for r in golden):
        return ["other rules or outcomes than before"]
    return [
        f"{rule} {outcome} replicate {i}: {was!r} -> {value!r}"
        for rule, outcomes in golden.items()
        for outcome, before in outcomes.items()
        for i, (was, value) in enumerate(zip(before, now[rule][outcome], strict=True))
        if was != value
        and (None in (was, value) or value != pytest.approx(was, rel=TOLERANCE, abs=0))
    ]


def test_a_moved_number_is_told() -> None:
    before = {"rule": {"need_met": [50.0, None]}}
    assert moved(before, before) == []
    assert moved(before, {"rule": {"need_met": [50.0 * (1 + 1e-12), None]}}) == []
    assert moved(before, {"rule": {"need_met": [50.0 * (1 + 1e-6), None]}}) != []
    assert moved(before, {"rule": {"need_met": [50.0, 1.0]}}) != []
    assert moved(before, {"rule": {}}) != []


def test_the_results_of_chenghua_are_those_on_record(project: Path) -> None:
    file = project / "tests" / "regression" / "update_golden.py"
    spec = importlib.util.spec_from_file_location("update_golden", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    golden = json.loads(module.GOLDEN.read_text(encoding="utf-8"))
    lines = moved(golden, module.results())
    assert not lines, ADVICE + "\n".join(lines[:20])
