"""Until the month in which a scenario says something else, it is the baseline to the bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sansheng.core.months import Month
from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import lever_class, lever_names, make_lever, make_rule, rule_names
from sansheng.policy.programme import Programme
from sansheng.study.config import LeverRef, RuleChange, RuleRef, Scenario, Study, load_study
from sansheng.study.run import _inputs_hash
from sansheng.study.simulate import simulate_block
from sansheng.world.accounts import envelope_account

RULES = st.sampled_from(rule_names())
CHEAP = tuple(name for name in lever_names() if lever_class(name).line == "base")


def dated(first: str, *changes: tuple[str, str], levers: tuple[tuple[str, str], ...] = ()) -> Any:
    """A scenario of rules and levers by month."""
    return Scenario(
        rule=RuleRef(name=first),
        changes=tuple(
            RuleChange(start=Month.parse(month), rule=RuleRef(name=rule)) for month, rule in changes
        ),
        levers=tuple(LeverRef(name=name, start=Month.parse(month)) for month, name in levers),
    )


def with_scenarios(study: Study, **scenarios: Scenario) -> Study:
    """The study with other scenarios, the first the baseline."""
    return study.model_copy(update={"scenarios": scenarios, "baseline": next(iter(scenarios))})


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=RULES, second=RULES, lever=st.sampled_from(CHEAP), month=st.integers(1, 9))
def test_nothing_differs_before_the_first_dated_change(
    first: str, second: str, lever: str, month: int, study: Callable[..., Study]
) -> None:
    base = study({"one": (first, {})}, months=10, start="2015-04", warm_up=1)
    day = str(Month(2015, 4).plus(month))
    late = with_scenarios(
        base,
        base=dated(first),
        rule=dated(first, (day, second)),
        lever=dated(first, levers=((day, lever),)),
    )
    baseline, rule, reform = simulate_block(late, 0, 0)
    for run in (rule, reform):
        assert run.months[:month].tobytes() == baseline.months[:month].tobytes()
    same = rule.months.tobytes() == baseline.months.tobytes()
    if first == second:
        assert same
    elif second in ("functions_borne", "task_based", "no_fund"):  # others may go on as before
        assert not same


def test_a_change_to_the_same_rule_is_none(study: Callable[..., Study]) -> None:
    base = study({"one": ("task_based", {})}, months=14)
    both = with_scenarios(
        base, one=dated("task_based"), other=dated("task_based", ("2015-06", "task_based"))
    )
    one, other = simulate_block(both, 0, 0)
    assert one.months.tobytes() == other.months.tobytes()


def test_the_warm_up_is_that_of_the_baselines_first_rule_whatever_comes_later(
    study: Callable[..., Study],
) -> None:
    base = study({"one": ("per_household", {})}, months=4, warm_up=3)
    later = dated("per_household", ("2015-03", "task_based"), levers=(("2015-01", "grids"),))
    plain, reformed = (
        simulate_block(with_scenarios(base, base=scenario, same=dated("per_household")), 0, 0)
        for scenario in (dated("per_household"), later)
    )
    assert plain[1].months.tobytes() == reformed[1].months.tobytes()


def test_the_hash_of_the_inputs_knows_the_dates(study: Callable[..., Study]) -> None:
    base = study({"one": ("per_household", {})})
    made = [
        with_scenarios(base, one=scenario)
        for scenario in (
            dated("per_household"),
            dated("per_household", ("2015-06", "task_based")),
            dated("per_household", ("2015-07", "task_based")),
            dated("per_household", levers=(("2015-06", "grids"),)),
            dated("per_household", levers=(("2015-07", "grids"),)),
        )
    ]
    assert len({_inputs_hash(one) for one in made}) == len(made)


def test_a_rule_that_takes_over_divides_what_its_predecessor_left(
    study: Callable[..., Study],
) -> None:
    base = study({"one": ("per_household", {})}, months=12)
    base = with_scenarios(
        base,
        flat=dated("per_household"),
        late=dated("per_household", ("2015-07", "functions_borne")),
    )
    flat, late = simulate_block(base, 0, 0)
    assert late.months[:6].tobytes() == flat.months[:6].tobytes()
    assert late.months[6:].tobytes() != flat.months[6:].tobytes()


def test_a_lever_takes_over_from_one_of_its_name(small: ModuleType) -> None:
    """Two steps cost what one would: each is counted from what was there before the first."""
    spent = []
    for steps in ((800.0,), (200.0, 800.0)):
        world = small.world(parameters={"allowance": 0.0, "b_sit": 0.0})
        programme, record = Programme(), make_recorder(world.month, 6, 8)
        for yuan, months in zip(steps, (6,) if len(steps) == 1 else (2, 4), strict=True):
            programme.expect([make_lever("certificate_allowance", {"yuan": yuan})])
            pass_months(world, make_rule("per_household"), record, months, programme=programme)
        np.testing.assert_array_equal(record.monthly.lever_base, record.monthly.support)
        spent.append(record.monthly.lever_base[0])
    assert spent[0] == 4 * spent[1]


def test_the_envelope_gives_the_rest_of_the_year_before_the_rule_divides_it(
    small: ModuleType,
) -> None:
    world = small.world(start=small.JANUARY + 6)
    t = world.tables
    rule = make_rule("functions_borne")
    programme, record = Programme(), make_recorder(world.month, 7, 8)
    pass_months(world, rule, record, 2, programme=programme)
    left = int(t.money.balance[envelope_account(0)])
    programme.expect([make_lever("self_management", {"yuan": 12_000.0})])
    pass_months(world, rule, record, 4, programme=programme)
    month = round(100_000.0 * t.communities.estates_old.sum())
    assert (record.monthly.lever_envelope[2:6] == month).all()
    granted = record.monthly.granted[2:6].sum()
    assert t.money.balance[envelope_account(0)] == left - 4 * month - granted
    pass_months(world, rule, record, 1, programme=programme)
    assert t.incentives.grant.sum() == t.districts.envelope[0] - 12 * month


def test_a_study_file_with_dates_is_read(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(FILE, encoding="utf-8")
    reform = load_study(file).scenarios["reform"]
    later = {"floor": 0.5}, {"floor": 0.3}
    assert [(str(c.start), c.rule.options) for c in reform.changes] == [
        ("2015-03", later[0]),
        ("2015-05", later[1]),
    ]
    assert [(ref.name, str(ref.start), ref.line, ref.options) for ref in reform.levers] == [
        ("hotline_ranking", "2015-01", "envelope", {}),
        ("grids", "2015-04", None, {"added": 0.2}),
    ]


FILE = """\
place: classroom
start: 2015-01
months: 6
replicates: 1
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
  reform:
    rule:
      - {name: per_household}
      - {from: 2015-03, name: task_based, options: {floor: 0.5}}
      - {from: 2015-05, name: task_based, floor: 0.3}
    levers:
      - {name: grids, from: 2015-04, options: {added: 0.2}}
      - {name: hotline_ranking, line: envelope, options: {}}
"""
