"""Rules and levers kept in files, as the command tells of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from sansheng.core.units import unit_in_chinese
from sansheng.month import PARAMETERS
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.study.rule_files import kept_names

Command = Callable[..., Any]


def test_all_files_of_the_package_are_listed_with_what_they_stand_for(command: Command) -> None:
    listed = {entry["id"]: entry for entry in json.loads(command("list", "files", "--json").out)}
    assert list(listed) == [*kept_names("rule"), *kept_names("lever")]
    assert listed["task_based_flat.yaml"]["sets"] == {"name": "task_based", "hardness_tariff": 0}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_file_is_explained_by_how_it_is_named_and_what_it_stands_for(
    command: Command, lang: str
) -> None:
    answer = command("explain", "audit_doubled.yaml", "--lang", lang)
    assert answer.code == 0
    assert "levers: [{name: audit_doubled.yaml, from: 2018-01}]" in answer.out
    assert "levers: [{name: audit_intensity, chance: 0.4, from: 2018-01}]" in answer.out
    assert "S-T09" in answer.out


def test_a_lever_that_costs_nothing_names_no_line(command: Command) -> None:
    assert "paid from" not in command("explain", "contract_length", "--lang", "en").out
    assert "paid from" in command("explain", "exam_training", "--lang", "en").out


def test_every_unit_of_an_option_can_be_said_in_chinese() -> None:
    kinds = [*map(rule_class, rule_names()), *map(lever_class, lever_names())]
    units = {option.unit for kind in kinds for option in kind.quantities}
    units |= {parameter.unit for parameter in PARAMETERS.values()}
    words = {unit_in_chinese(unit).replace("logit", "") for unit in units}
    assert [said for said in words if re.search("[a-z]", said)] == []
    assert unit_in_chinese("yuan/month") == "元/月"
    assert unit_in_chinese("parsecs/month") == "parsecs/月"
