from __future__ import annotations

import subprocess
import sys

import pytest

from sansheng.core.errors import BadInput
from sansheng.policy.load import make_rule, rule_class, rule_names
from sansheng.policy.rule import Rule


def test_the_rules_of_the_package_are_found_by_name() -> None:
    assert rule_names() == (
        "per_household",
        "functions_borne",
        "task_based",
        "equal_split",
        "incremental",
        "needs_weighted",
        "gap_filling",
        "optimised_index",
        "no_fund",
        "performance_award",
        "tender",
        "posts",
        "micro_venture",
        "special_fund",
        "general_transfer",
        "targeted_relief",
        "full_information",
        "hybrid",
    )
    for name in rule_names():
        found = rule_class(name)
        assert issubclass(found, Rule)
        assert found.name == name
        assert isinstance(make_rule(name), found)


@pytest.mark.parametrize("name", ["task_base", "Task_Based", "taskbased"])
def test_an_unknown_rule_is_refused_with_the_nearest_and_all_others(name: str) -> None:
    for find in (rule_class, make_rule):
        with pytest.raises(BadInput) as refused:
            find(name)
        (problem,) = refused.value.problems
        for lang in ("en", "zh"):
            line = problem.line(lang)
            assert f"'{name}'" in line or f"“{name}”" in line
            assert "'task_based'" in line
            assert all(known in line for known in rule_names())


def test_a_name_like_no_rule_gets_no_suggestion() -> None:
    with pytest.raises(BadInput, match="unknown rule 'zzz' \\(rules: ") as refused:
        make_rule("zzz")
    assert "did you mean" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "../rule", "rule", "__init__", "os"])
def test_a_name_is_looked_up_and_never_imported(name: str) -> None:
    with pytest.raises(BadInput, match="unknown rule"):
        rule_class(name)


def test_a_rule_keeps_its_own_copy_of_the_options() -> None:
    options = {"delay": 2.0}
    rule = make_rule("task_based", options)
    options["delay"] = 5.0
    assert rule.option("delay") == 2.0


def test_naming_the_rules_needs_no_compiler() -> None:
    code = (
        "import sys; from sansheng.policy.load import rule_names; rule_names();"
        "sys.exit('numba' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
