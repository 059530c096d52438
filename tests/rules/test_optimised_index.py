"""优化指数: an index of what officials see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sansheng.core.tables import F64
from sansheng.policy.load import make_rule
from sansheng.policy.rules.optimised_index import OptimisedIndex
from sansheng.policy.view import View

Views = Callable[..., View]
WEIGHTS = [option.name for option in OptimisedIndex.quantities]


def alone(name: str) -> OptimisedIndex:
    return OptimisedIndex({other: float(other == name) for other in WEIGHTS})


def record(name: str, seen: View) -> F64:
    return {
        "w_households": seen.households,
        "w_duties": seen.duties_service,
        "w_vulnerable": seen.residents_by_group[:, :3].sum(axis=1),
        "w_need": seen.need_seen * seen.households,
        "w_gap": seen.gap_seen * seen.households,
    }[name]


@pytest.mark.parametrize("name", WEIGHTS)
def test_with_one_weight_money_is_in_proportion_to_its_record(name: str, view: Views) -> None:
    seen = view(budget=10**10)
    grants = alone(name).allocate(seen).grants
    by = record(name, seen).astype(np.float64)
    assert grants.sum() == seen.budget
    assert (np.abs(grants - seen.budget * by / by.sum()) < 1.0).all()


def test_equal_weights_are_the_mean_of_the_five(view: Views) -> None:
    seen = view(budget=10**10)
    grants = OptimisedIndex(dict.fromkeys(WEIGHTS, 0.2)).allocate(seen).grants
    mean = np.mean([record(name, seen) / record(name, seen).sum() for name in WEIGHTS], axis=0)
    np.testing.assert_allclose(grants, seen.budget * mean, atol=1.0)


def test_only_the_ratio_of_weights_counts(view: Views) -> None:
    one = OptimisedIndex(dict.fromkeys(WEIGHTS, 1.0)).allocate(view()).grants
    other = OptimisedIndex(dict.fromkeys(WEIGHTS, 0.25)).allocate(view()).grants
    assert one.tolist() == other.tolist()


def test_the_default_weights_are_those_that_the_search_found(project: Path) -> None:
    found = json.loads((project / "experiments/optimised-index/found.json").read_text("utf-8"))
    assert OptimisedIndex().settings() == found["weights"]


def test_a_record_that_is_empty_leaves_the_money_to_the_others(view: Views) -> None:
    seen = view(gap_seen=np.zeros(5))
    without = OptimisedIndex({"w_gap": 0.0}).allocate(seen).grants
    assert OptimisedIndex().allocate(seen).grants.tolist() == without.tolist()
    assert without.sum() == seen.budget


def test_without_any_weight_money_goes_by_household(view: Views) -> None:
    nothing = OptimisedIndex(dict.fromkeys(WEIGHTS, 0.0)).allocate(view()).grants
    flat = make_rule("needs_weighted", {"elasticity": 0.0}).allocate(view()).grants
    assert nothing.tolist() == flat.tolist()
