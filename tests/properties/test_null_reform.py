"""A reform that changes nothing changes no number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sansheng.analysis.compare import compare
from sansheng.policy.load import rule_names
from sansheng.study.config import Study
from sansheng.study.reading import open_study
from sansheng.study.run import run_study
from sansheng.study.simulate import ScenarioRun, simulate_block

Rules = Mapping[str, tuple[str, dict[str, float]]]


def by_name(runs: list[ScenarioRun]) -> dict[str, ScenarioRun]:
    return {run.scenario: run for run in runs}


def assert_identical(one: ScenarioRun, other: ScenarioRun) -> None:
    """Bit for bit, undefined values included."""
    assert one.months.tobytes() == other.months.tobytes()
    assert one.communities.tobytes() == other.communities.tobytes()


@pytest.mark.parametrize("rule", rule_names())
@pytest.mark.parametrize("start", ["2015-01", "2015-07"])
def test_one_rule_under_two_names_gives_the_same_bits(
    rule: str, start: str, study: Callable[..., Study]
) -> None:
    both = study({"one": (rule, {}), "other": (rule, {})}, start=start, months=14, warm_up=6)
    runs = by_name(simulate_block(both, 0, 0))
    assert_identical(runs["one"], runs["other"])


def test_writing_a_default_out_is_no_reform(study: Callable[..., Study]) -> None:
    rules: Rules = {"said": ("task_based", {"floor": 0.4}), "silent": ("task_based", {})}
    runs = by_name(simulate_block(study(rules, start="2015-07", warm_up=6), 0, 0))
    assert_identical(runs["said"], runs["silent"])


@pytest.mark.parametrize("rule", rule_names())
def test_every_paired_difference_of_a_null_reform_is_exactly_zero(
    rule: str, study: Callable[..., Study], tmp_path: Path
) -> None:
    both = study({"one": (rule, {}), "other": (rule, {})}, replicates=3, months=13)
    folder = run_study(both, tmp_path / "null", workers=1)
    compared = compare(open_study(folder))
    assert compared
    for outcome in compared:
        assert outcome.difference == 0.0 or (
            np.isnan(outcome.difference) and outcome.replicates == 0
        ), outcome
        if outcome.replicates > 1:
            assert outcome.low == outcome.high == 0.0


@pytest.mark.parametrize("start", ["2015-01", "2015-07"])
def test_3750_yuan_per_100_households_is_37_50_yuan_per_household(
    start: str, study: Callable[..., Study]
) -> None:
    rules: Rules = {
        "hundred": ("per_household", {"yuan": 3750.0, "per": 100.0}),
        "each": ("per_household", {"yuan": 37.5, "per": 1.0}),
    }
    runs = by_name(simulate_block(study(rules, start=start, months=26, warm_up=6), 0, 0))
    assert_identical(runs["hundred"], runs["each"])


def test_a_reform_that_does_change_something_is_seen(study: Callable[..., Study]) -> None:
    rules: Rules = {
        "whole": ("per_household", {}),
        "half": ("per_household", {"yuan": 1875.0}),
    }
    runs = by_name(simulate_block(study(rules), 0, 0))
    assert runs["whole"].months.tobytes() != runs["half"].months.tobytes()


def test_names_and_order_of_scenarios_change_no_number(study: Callable[..., Study]) -> None:
    rules: dict[str, tuple[str, dict[str, float]]] = {name: (name, {}) for name in rule_names()}
    given = by_name(simulate_block(study(rules, baseline="per_household", warm_up=3), 0, 1))
    turned = dict(reversed([(f"甲-{name}", rule) for name, rule in rules.items()]))
    renamed = by_name(simulate_block(study(turned, baseline="甲-per_household", warm_up=3), 0, 1))
    for name in rules:
        assert_identical(given[name], renamed[f"甲-{name}"])


def test_reordered_scenarios_compare_alike(study: Callable[..., Study], tmp_path: Path) -> None:
    rules: dict[str, tuple[str, dict[str, float]]] = {name: (name, {}) for name in rule_names()}

    def compared(scenarios: Rules, folder: str) -> dict[tuple[str, str], Any]:
        made = study(scenarios, baseline="per_household", replicates=2, months=13)
        rows = compare(open_study(run_study(made, tmp_path / folder, workers=1)))
        return {(row.outcome, row.scenario): row.as_dict() for row in rows}

    assert compared(rules, "there") == compared(dict(reversed(rules.items())), "back")
