"""A lever that a rule's own terms would make idle is refused where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.core.errors import BadInput
from sansheng.study.config import load_study

HEAD = """place: classroom
start: 2015-01
months: 12
replicates: 1
seed: 1
baseline: one
scenarios:
  one:
    rule: per_household
  other:
"""


def study(folder: Path, scenario: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(HEAD + scenario, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("rule", "lever", "names"),
    [
        ("tender", "contract_length", "T_c"),
        ("tender", "advance_payment", "advance"),
        ("posts", "overhead_allowance", "o_c"),
        (
            "{name: hybrid, parts: [{rule: posts, weight: 0.5}, {rule: per_household, weight: 0.5}]}",
            "contract_length",
            "T_c",
        ),
    ],
)
def test_a_lever_that_a_rule_makes_idle_is_refused_at_its_line(
    rule: str, lever: str, names: str, tmp_path: Path
) -> None:
    path = study(tmp_path, f"    rule: {rule}\n    levers:\n      - name: {lever}\n")
    with pytest.raises(BadInput) as caught:
        load_study(path)
    (problem,) = caught.value.problems
    assert problem.where is not None
    assert problem.where.line == 13
    assert f"lever {lever} sets {names}" in problem.text.en
    assert names in problem.text.zh


def test_a_lever_that_comes_before_the_rule_or_sets_something_else_is_fine(tmp_path: Path) -> None:
    other = "    rule: tender\n    levers:\n      - name: payment_delay\n"
    assert load_study(study(tmp_path, other)).scenarios["other"].levers


def test_a_rule_that_takes_over_later_counts_too(tmp_path: Path) -> None:
    rules = "    rule:\n      - name: per_household\n      - {name: tender, from: 2015-07}\n"
    levers = "    levers:\n      - {name: contract_length, from: 2015-03}\n"
    with pytest.raises(BadInput, match="contract_length sets T_c"):
        load_study(study(tmp_path, rules + levers))


def test_a_rule_that_had_gone_before_does_not_count(tmp_path: Path) -> None:
    rules = "    rule:\n      - name: tender\n      - {name: per_household, from: 2015-07}\n"
    levers = "    levers:\n      - {name: contract_length, from: 2015-07}\n"
    assert load_study(study(tmp_path, rules + levers))
