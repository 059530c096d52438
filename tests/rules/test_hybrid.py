"""组合: several rules, each on its share of the envelope."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.policy.rules.hybrid import Hybrid
from sansheng.policy.view import View

Views = Callable[..., View]
HALF = (make_rule("equal_split"), 0.5)


def hybrid(*parts: tuple[str, float]) -> Hybrid:
    return Hybrid(parts=tuple((make_rule(name), weight) for name, weight in parts))


def test_grants_of_parts_on_their_shares_add_up(view: Views) -> None:
    seen = view(budget=1_000_000)
    rule = hybrid(("equal_split", 0.3), ("functions_borne", 0.7))
    flat = make_rule("equal_split").allocate(view(budget=300_000)).grants
    duties = make_rule("functions_borne").allocate(view(budget=700_000)).grants
    assert rule.allocate(seen).grants.tolist() == (flat + duties).tolist()


def test_one_part_of_everything_is_that_rule(view: Views) -> None:
    seen = view()
    rule = make_rule("hybrid", parts=[(make_rule("task_based", {"delay": 5.0}), 1.0)])
    said, alone = rule.allocate(seen), make_rule("task_based", {"delay": 5.0}).allocate(seen)
    assert said.grants.tolist() == alone.grants.tolist()
    assert said.tariff is not None
    assert alone.tariff is not None
    assert said.tariff.pay.tolist() == alone.tariff.pay.tolist()
    assert (said.tariff.pot, said.tariff.delay) == (alone.tariff.pot, 5)


def test_a_tariff_is_paid_out_of_its_part_alone(view: Views) -> None:
    seen = view(budget=1_000_000)
    rule = Hybrid(parts=((make_rule("task_based", {"floor": 0.0}), 0.4), (HALF[0], 0.6)))
    said = rule.allocate(seen)
    assert said.tariff is not None
    assert said.tariff.pot == 400_000
    assert said.grants.sum() == 600_000


def test_a_part_sees_its_share_of_the_budget_and_of_last_grants(view: Views) -> None:
    told: list[View] = []

    @dataclass(frozen=True)
    class Watching(Rule):
        name = "watching"
        title = about = institution = Text("watching", "旁观")
        source = ("assumed",)

        def allocate(self, view: View) -> Allocation:
            told.append(view)
            return Allocation(np.zeros(view.communities, np.int64), earmarked=1.0)

    seen = view(budget=1_000_000)
    said = Hybrid(parts=((Watching(), 0.25), (make_rule("no_fund"), 0.75))).allocate(seen)
    [part] = told
    assert part.budget == 250_000
    assert part.granted_last.tolist() == (seen.granted_last * 0.25).astype(np.int64).tolist()
    assert not part.granted_last.flags.writeable
    assert replace(part, budget=seen.budget, granted_last=seen.granted_last) == seen
    assert said.earmarked == 0.25


def test_left_to_itself_it_is_half_per_household_and_half_by_duties(view: Views) -> None:
    said = Hybrid().allocate(view()).grants
    same = hybrid(("functions_borne", 0.5), ("per_household", 0.5)).allocate(view()).grants
    assert said.tolist() == same.tolist()
    assert Hybrid().settings() == make_rule("hybrid").settings()


def test_the_order_of_parts_does_not_matter(view: Views) -> None:
    parts = [
        (make_rule("equal_split"), 0.2),
        (make_rule("task_based", {"delay": 1.0}), 0.3),
        (make_rule("needs_weighted", {"elasticity": 2.0}), 0.1),
        (make_rule("needs_weighted"), 0.4),
    ]
    one, other = Hybrid(parts=tuple(parts)), Hybrid(parts=tuple(reversed(parts)))
    assert one.settings() == other.settings()
    assert one == other
    assert one.allocate(view()).grants.tolist() == other.allocate(view()).grants.tolist()


def test_a_default_written_out_is_the_same_part() -> None:
    said = Hybrid(parts=((make_rule("gap_filling", {"floor": 0.5}), 0.5), HALF))
    silent = Hybrid(parts=((make_rule("gap_filling"), 0.5), HALF))
    other = Hybrid(parts=((make_rule("gap_filling", {"floor": 0.4}), 0.5), HALF))
    assert said.settings() == silent.settings() != other.settings()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([HALF, (Hybrid(), 0.5)], "part 2 is itself a hybrid"),
        ([(make_rule("task_based"), 0.5)] * 2, "task_based pays by the task, as task_based does"),
        (
            [(make_rule("performance_award"), 0.5), (make_rule("general_transfer"), 0.5)],
            "general_transfer pays awards, as performance_award does",
        ),
        (
            [(make_rule("micro_venture"), 0.5), (make_rule("special_fund"), 0.5)],
            "special_fund calls for grassroots projects, as micro_venture does",
        ),
        (
            [(make_rule("tender"), 0.5), (make_rule("posts"), 0.5)],
            "posts fixes terms with organisations, as tender does",
        ),
        (
            [(make_rule("targeted_relief"), 0.5), (make_rule("targeted_relief"), 0.5)],
            "targeted_relief fixes terms with organisations",
        ),
        ([HALF, (make_rule("full_information"), 0.5)], "part 2, full_information, is a point of"),
        ([HALF, (make_rule("no_fund"), 0.4)], "weights sum to 0.9, not to 1"),
        ([HALF, (make_rule("no_fund"), 0.5 + 2e-9)], "weights sum to"),
        ([(HALF[0], 1.5), (make_rule("no_fund"), -0.5)], "weight 1.5 is not above 0"),
        ([(HALF[0], 1.0), (make_rule("no_fund"), 0.0)], "weight 0.0 is not above 0"),
        ([(HALF[0], math.nan)], "weight nan is not above 0"),
    ],
)
def test_parts_that_make_no_rule_are_refused(parts: list[tuple[Rule, float]], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        make_rule("hybrid", parts=parts)
    assert any(said in problem.line("en") for problem in refused.value.problems)
    assert all(not problem.line("zh").isascii() for problem in refused.value.problems)


def test_thirds_sum_to_one_as_nearly_as_floats_can() -> None:
    assert (
        len(hybrid(("equal_split", 1 / 3), ("no_fund", 1 / 3), ("incremental", 1 / 3)).parts) == 3
    )


def test_a_rule_that_is_not_made_of_others_has_no_parts() -> None:
    with pytest.raises(BadInput, match="rule equal_split has no parts"):
        make_rule("equal_split", parts=[HALF])


def test_a_year_of_it_pays_out_the_whole_envelope(small: ModuleType) -> None:
    world = small.world()
    rule = Hybrid(parts=((make_rule("task_based"), 0.5), (make_rule("gap_filling"), 0.5)))
    record = small.live(world, rule, 24)
    assert record.yearly.granted.sum(axis=1).tolist() == [world.tables.districts.envelope[0]] * 2


def test_instruments_and_pots_of_all_parts_are_kept(view: Views) -> None:
    seen = view(budget=1_000_000)
    names = ("task_based", "performance_award", "special_fund", "tender")
    rule = hybrid(*((name, 0.25) for name in names))
    said = rule.allocate(seen)
    parts = [make_rule(name).allocate(view(budget=250_000)) for name in names]
    assert said.grants.tolist() == sum(part.grants for part in parts).tolist()
    assert said.promised == sum(part.promised for part in parts) == 1_000_000
    task, award, fund, tender = parts
    assert said.tariff is not None
    assert said.award is not None
    assert task.tariff is not None
    assert award.award is not None
    assert said.tariff.pot == task.tariff.pot
    assert said.award.worth.tolist() == award.award.worth.tolist()
    assert said.venture == fund.venture
    assert (said.capital, said.development) == (fund.capital, fund.development)
    assert said.terms == tender.terms
    assert (said.earmarked, said.first) == (0.25, 3)


def test_a_part_without_an_instrument_takes_none_away(view: Views) -> None:
    for name in ("task_based", "performance_award", "micro_venture", "posts"):
        [instrument] = make_rule(name).uses
        for order in ((name, "per_household"), ("per_household", name)):
            said = hybrid(*((part, 0.5) for part in order)).allocate(view())
            assert getattr(said, instrument) is not None
