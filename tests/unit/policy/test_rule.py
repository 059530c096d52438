from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import pytest

from sansheng.core.errors import BadInput
from sansheng.core.quantities import Quantity
from sansheng.policy.load import make_rule, rule_class, rule_names
from sansheng.policy.rule import Rule

OPTIONS = [
    pytest.param(rule_class(name), q, id=f"{name}.{q.name}")
    for name in rule_names()
    for q in rule_class(name).quantities
]


@pytest.mark.parametrize(("rule", "option"), OPTIONS)
def test_an_option_has_its_default_until_it_is_set(rule: type[Rule], option: Quantity) -> None:
    assert rule().option(option.name) == option.default
    for end in (option.low, option.high):
        assert rule({option.name: end}).option(option.name) == end


@pytest.mark.parametrize(("rule", "option"), OPTIONS)
@pytest.mark.parametrize("how", ["below", "above", "nan", "inf"])
def test_a_value_outside_its_range_is_refused_with_the_range(
    rule: type[Rule], option: Quantity, how: str
) -> None:
    value = {
        "below": math.nextafter(option.low, -math.inf),
        "above": math.nextafter(option.high, math.inf),
        "nan": math.nan,
        "inf": math.inf,
    }[how]
    with pytest.raises(BadInput) as refused:
        rule({option.name: value})
    (problem,) = refused.value.problems
    for lang in ("en", "zh"):
        line = problem.line(lang)
        assert f"{rule.name}.{option.name} = {value}" in line
        assert f"{option.low:g}" in line
        assert f"{option.high:g}" in line
        assert option.unit in line


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("task_based", "dealy", "delay"),
        ("task_based", "Floor", "floor"),
        ("per_household", "yuans", "yuan"),
        ("functions_borne", "admincost", "admin_cost"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest_name(
    rule: str, wrong: str, right: str
) -> None:
    with pytest.raises(BadInput) as refused:
        make_rule(rule, {wrong: 1.0})
    (problem,) = refused.value.problems
    assert problem.line("en") == f"rule {rule} has no option '{wrong}'; did you mean '{right}'?"
    assert f"没有选项“{wrong}”；是否想写 '{right}'？" in problem.line("zh")


def test_an_option_of_another_rule_is_unknown() -> None:
    with pytest.raises(BadInput, match="per_household has no option 'floor'"):
        make_rule("per_household", {"floor": 0.5})


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        make_rule("task_based", {"delay": 7.0, "flor": 0.1, "floor": -0.1, "paperwork": 10.0})
    assert len(refused.value.problems) == 3


def test_a_rule_cannot_be_changed_once_made() -> None:
    with pytest.raises(FrozenInstanceError):
        make_rule("task_based").options = {}  # type: ignore[misc]


@pytest.mark.parametrize("name", rule_names())
def test_a_rule_says_what_it_is_in_both_languages(name: str) -> None:
    rule = rule_class(name)
    for text in (rule.title, rule.about, rule.institution):
        assert text.en[0].isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
    assert rule.about.en.count(". ") == 1
    assert rule.source
