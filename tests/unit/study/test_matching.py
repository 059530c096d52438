from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.errors import BadInput
from sansheng.core.months import Month
from sansheng.core.scale import ONE, scaled, unscaled
from sansheng.policy.allocation import Allocation, Award, Tariff, Terms, Venture
from sansheng.study import matching
from sansheng.study.config import LeverRef, RuleChange, RuleRef, Scaling, Scenario, Study
from sansheng.study.matching import Match, Spending, match_spending, pilot_keys, scaled_study
from sansheng.study.progress import Progress
from sansheng.study.schedule import first_difference

START = Month(2015, 11)
FLAT = Scenario(rule=RuleRef(name="per_household"))
DUTIES = Scenario(rule=RuleRef(name="functions_borne"))
NOTHING = Scenario(rule=RuleRef(name="no_fund"))
RAISE = LeverRef(name="wage_parity", start=START)
HALLS = LeverRef(name="self_management", start=START)

Amounts = tuple[float, float, float] | None
"""Everything, what levers cost, and the part of it that is not paid from the envelope."""


def envelope(amount: float) -> Callable[[float], Amounts]:
    return lambda scale: (amount * scale, 0.0, 0.0)


class Runs:
    """Pilot runs that spend what a formula says, by scenario."""

    def __init__(self, formulas: Mapping[str, Callable[[float], Amounts]], months: int) -> None:
        self.formulas, self.months = formulas, months
        self.tried: list[tuple[str, int]] = []
        self.starts: set[Month] = set()

    def __call__(self, study: Study, keys: Sequence[tuple[int, int]]) -> Runs:
        self.pilots = len(keys)
        return self

    def spending(self, name: str, scaling: Scaling | None) -> Spending | None:
        scale = scaling.millionths if scaling is not None else ONE
        self.tried.append((name, scale))
        self.starts |= {scaling.start} if scaling is not None else set()
        amounts = self.formulas[name](scale / ONE)
        if amounts is None:
            return None
        shape = (self.pilots, self.months)
        return Spending(*(np.full(shape, amount) for amount in amounts))


@pytest.fixture
def solve(fake_model: ModuleType) -> Callable[..., tuple[dict[str, Match], Runs]]:
    def solved(
        others: Mapping[str, tuple[Scenario, Callable[[float], Amounts]]],
        base: tuple[Scenario, Callable[[float], Amounts]] = (FLAT, envelope(1500.0)),
        **changes: object,
    ) -> tuple[dict[str, Match], Runs]:
        both = {"base": base, **others}
        study = fake_model.make_study(
            scenarios={name: scenario for name, (scenario, _) in both.items()},
            baseline="base",
            **changes,
        )
        runs = Runs({name: formula for name, (_, formula) in both.items()}, study.months)
        return match_spending(study, runs, Progress(quiet=True)), runs

    return solved


Solve = Callable[..., tuple[dict[str, Match], Runs]]


def test_scale_one_is_kept_if_it_will_do(solve: Solve) -> None:
    matches, runs = solve({"near": (DUTIES, envelope(1500.0 * 0.9951))})
    assert (matches["near"].scale, matches["near"].status) == (ONE, "matched")
    assert runs.tried == [("base", ONE), ("near", ONE)]
    matches, _ = solve({"far": (DUTIES, envelope(1500.0 * 0.9949))})
    assert matches["far"].scale == round(ONE / 0.9949)


@pytest.mark.parametrize(
    "formula",
    [
        lambda s: (1400.0 * s, 0.0, 0.0),
        lambda s: (2000.0 * math.sqrt(s), 0.0, 0.0),
        lambda s: (1100.0 * s**0.2, 0.0, 0.0),
        lambda s: (min(1400.0 * s, 1502.0), 0.0, 0.0),
        lambda s: (300.0 + 1500.0 * s, 300.0, 300.0),
        lambda s: (1400.0 + 1500.0 * s, 1400.0, 1400.0),
        lambda s: (300.0 + max(500.0, 1500.0 * s), 500.0, 300.0) if 1500.0 * s > 500.0 else None,
        lambda s: (1100.0 + 1500.0 * s, 1200.0, 1100.0) if 1500.0 * s >= 399.5 else None,
    ],
)
def test_the_target_is_met_in_few_tries(solve: Solve, formula: Callable[[float], Amounts]) -> None:
    matches, runs = solve({"other": (DUTIES, formula)})
    match = matches["other"]
    assert match.status == "matched"
    assert abs(match.spent / match.target - 1.0) <= matching.AIM
    amounts = formula(match.scale / ONE)
    assert amounts is not None
    assert match.spent == pytest.approx(amounts[0])
    assert sum(name == "other" for name, _ in runs.tried) <= 7
    assert len(set(runs.tried)) == len(runs.tried)


def test_what_cannot_spend_that_much_is_capped_at_the_smallest_scale_that_spends_most(
    solve: Solve,
) -> None:
    matches, _ = solve({"full": (DUTIES, lambda s: (min(1000.0 * s, 1200.0), 0.0, 0.0))})
    assert matches["full"].status == "capped"
    assert matches["full"].spent == pytest.approx(1200.0, rel=2 * matching.AIM)
    assert 1.2 * (1.0 - matching.AIM) <= matches["full"].scale / ONE <= 1.2 * 1.011
    matches, _ = solve({"idle": (DUTIES, lambda s: (0.0, 0.0, 0.0))})
    assert (matches["idle"].status, matches["idle"].scale) == ("capped", ONE)


def test_a_jump_over_the_target_is_capped_below_it(solve: Solve) -> None:
    matches, _ = solve({"jump": (DUTIES, lambda s: (1000.0 if s < 1.7 else 2000.0, 0.0, 0.0))})
    assert matches["jump"].status == "capped"
    assert matches["jump"].spent == 1000.0


def test_levers_that_cost_more_than_there_is_are_refused_where_they_stand(solve: Solve) -> None:
    raised = Scenario(rule=RuleRef(name="per_household"), levers=(RAISE,))
    with pytest.raises(BadInput) as refused:
        solve({"raise": (raised, lambda s: (6100.0 + 1500.0 * s, 6100.0, 6100.0))})
    (problem,) = refused.value.problems
    for lang in ("en", "zh"):
        line = problem.line(lang)
        assert "wage_parity" in line
        assert "61,000,000" in line
        assert "15,000,000" in line
    assert problem.where is not None


def test_more_than_a_baseline_that_spends_nothing_is_refused(solve: Solve) -> None:
    with pytest.raises(BadInput, match="scenario other spends"):
        solve({"other": (DUTIES, envelope(1500.0))}, (FLAT, lambda s: (0.0, 0.0, 0.0)))
    both = lambda s: (0.0, 0.0, 0.0)  # noqa: E731
    assert solve({"other": (DUTIES, both)}, (FLAT, both))[0]["other"].status == "matched"


def test_points_of_reference_are_exempt(solve: Solve) -> None:
    later = Scenario(
        rule=RuleRef(name="per_household"),
        changes=(RuleChange(start=START.plus(2), rule=RuleRef(name="no_fund")),),
    )
    nothing = lambda s: (0.0, 0.0, 0.0)  # noqa: E731
    others = {
        "none": (NOTHING, nothing),
        "later": (later, nothing),
        "due": (DUTIES, envelope(1500.0)),
    }
    matches, _ = solve(others)
    assert [matches[name].status for name in others] == ["exempt", "exempt", "matched"]
    assert (matches["none"].scale, matches["none"].spent) == (ONE, 0.0)
    matches, runs = solve({"flat": (FLAT, envelope(1500.0))}, (NOTHING, nothing))
    assert {match.status for match in matches.values()} == {"exempt"}
    assert runs.tried == []


def test_scenarios_that_never_differ_are_not_tried(solve: Solve) -> None:
    spelled = Scenario(rule=RuleRef(name="per_household", options={"yuan": 3750.0}))
    matches, runs = solve({"same": (spelled, envelope(1.0))})
    assert (matches["same"].status, matches["same"].start, runs.tried) == ("matched", None, [])


def test_extra_money_lifts_everybody_to_the_dearest_from_the_first_difference_on(
    solve: Solve,
) -> None:
    month = START.plus(1)
    helped = Scenario(
        rule=RuleRef(name="per_household"),
        levers=(LeverRef(name="self_management", start=month),),
    )
    scenarios = {
        "helped": (helped, lambda s: (300.0 + 1500.0 * s, 300.0, 300.0)),
        "late": (
            Scenario(
                rule=RuleRef(name="per_household"),
                changes=(RuleChange(start=START.plus(3), rule=RuleRef(name="equal_split")),),
            ),
            envelope(1500.0),
        ),
        "none": (NOTHING, lambda s: (0.0, 0.0, 0.0)),
    }
    matches, runs = solve(scenarios, match_extra=True)
    assert matches["helped"].scale == ONE
    assert matches["base"].scale == matches["late"].scale == round(1.2 * ONE)
    assert {matches[name].target for name in ("base", "helped", "late")} == {1800.0}
    assert runs.starts == {month}
    assert matches["none"].status == "exempt"


def test_off_is_off(solve: Solve) -> None:
    matches, runs = solve({"other": (DUTIES, envelope(1.0))}, equal_spend=False)
    assert matches == {}
    assert runs.tried == []


def test_scales_do_not_depend_on_replicates_names_or_company(solve: Solve) -> None:
    formula = envelope(1400.0)
    alone, _ = solve({"a": (DUTIES, formula)})
    many, _ = solve(
        {
            "x": (Scenario(rule=RuleRef(name="equal_split")), envelope(999.0)),
            "b": (DUTIES, formula),
        },
        replicates=77,
    )
    assert alone["a"] == many["b"]


def test_solving_again_does_not_scale_what_is_scaled(fake_model: ModuleType) -> None:
    study = fake_model.make_study()
    match = Match("matched", 1_300_000, START, 1500.0, 1500.0, 0.0, 8)
    once = scaled_study(study, {"职责": match})
    assert once.scales == {"职责": Scaling(start=START, millionths=1_300_000)}
    assert scaled_study(once, {"职责": match}) == once
    assert scaled_study(once, {}).scales == {}


@pytest.mark.parametrize("draws", [1, 3, 8, 25, 10_000])
@pytest.mark.parametrize("communities", [1, 8, 108, 5000])
def test_pilots_have_replicates_of_their_own_and_see_the_whole_grid(
    draws: int, communities: int
) -> None:
    keys = pilot_keys(draws, communities)
    assert matching.FEWEST_PILOTS <= len(keys) <= matching.MOST_PILOTS
    assert len({replicate for _, replicate in keys}) == len(keys)
    assert all(2**30 <= replicate < 2**32 for _, replicate in keys)
    seen = sorted({draw for draw, _ in keys})
    assert len(seen) == min(draws, len(keys))
    assert (seen[0], seen[-1]) == (0, draws - 1)


def test_the_first_difference_is_in_what_is_in_force_not_in_how_it_is_written() -> None:
    late = START.plus(2)
    lever = HALLS.model_copy(update={"start": late})
    with_lever = FLAT.model_copy(update={"levers": (lever,)})
    again = FLAT.model_copy(
        update={"changes": (RuleChange(start=late, rule=RuleRef(name="per_household")),)}
    )
    assert first_difference(FLAT, DUTIES, START) == START
    assert first_difference(FLAT, with_lever, START) == late
    assert first_difference(with_lever, with_lever, START) is None
    assert first_difference(FLAT, again, START) is None
    cheaper = lever.model_copy(update={"line": "base"})
    other = FLAT.model_copy(update={"levers": (cheaper,)})
    assert first_difference(with_lever, other, START) == late


AMOUNTS = st.lists(st.integers(0, 10**13), min_size=1, max_size=20)
SCALES = st.integers(matching.LEAST, matching.MOST)


@given(AMOUNTS, SCALES, st.integers(0, 10**6))
def test_scaled_money_never_exceeds_the_budget(amounts: list[int], scale: int, odd: int) -> None:
    balance = scaled(sum(amounts), scale) + odd
    budget = unscaled(balance, scale)
    assert scaled(budget, scale) <= balance
    grants = np.array(amounts, np.int64)
    if sum(amounts) <= budget:
        assert int(Allocation(grants).times(scale).grants.sum()) <= balance
    exact = [amount * scale // ONE for amount in amounts]
    assert scaled(grants, scale).tolist() == exact


NOT_MONEY = {
    "earmarked",
    "delay",
    "paperwork",
    "pass_through",
    "open_ended",
    "first",
    "terms",
    "pass_mark",
    "span",
    "floor",
    "ranked",
    "least",
    "most",
    "shortlist",
}
"""Fields of what a rule says that a scale leaves alone; what one group may ask for is one of them."""


def test_every_amount_that_a_rule_says_is_scaled_and_nothing_else() -> None:
    tariff = Tariff(np.array([[[3, 5]]]), 700, 2, 10.0, 0.3)
    award = Award(np.array([30, 70]), 0.8, 0.1, 0.2, False, 3)
    call = Venture(900, 5, 50, 2.0)
    said = Allocation(np.array([100, 10]), tariff, 0.5, award, call, 40, 60, 3, Terms(advance=0.5))
    double = said.times(2 * ONE)
    pairs = ((said, double), (tariff, double.tariff), (award, double.award), (call, double.venture))
    for one, two in pairs:
        for field in fields(one):
            before, after = getattr(one, field.name), getattr(two, field.name)
            if field.name not in ("tariff", "award", "venture"):
                if field.name in NOT_MONEY:
                    assert after == before
                else:
                    np.testing.assert_array_equal(np.asarray(after), 2 * np.asarray(before))
    assert said.times(ONE).grants.tolist() == said.grants.tolist()
