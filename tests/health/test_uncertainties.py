"""What is declared as uncertain makes a difference somewhere: a number that moves nothing is not uncertain but dead.

Each is moved to the ends of its range in a small place and must change some recorded outcome. Most do so where nothing
else is in force; others need the rule, lever or trouble that they belong to.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pytest

from sansheng.core.tables import F64
from sansheng.month import PARAMETERS, open_world, pass_months
from sansheng.outcomes.measures import Record, fixed_of, outcome_matrix
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import Place, load_place

JANUARY = 2015 * 12
UNCERTAIN = [name for name, q in PARAMETERS.items() if q.role == "uncertainty"]


class Where(NamedTuple):
    """The run in which a parameter is moved."""

    months: int = 14
    rule: str = "per_household"
    place: str = "classroom"
    settings: tuple[tuple[str, float], ...] = ()


def where(months: int = 14, rule: str = "per_household", place: str = "classroom", **on: float) -> Where:  # fmt: skip
    return Where(months, rule, place, tuple(on.items()))


SLOW = where(38)
"""Agencies have to come, go or be inspected; premises have to be built."""

CALL = where(26, "micro_venture")
TROUBLE = where(38, owed_limit=1.0, cash_months=0.5, p_late=0.5, rescue=0.5)
TRAINED, ALLOWED = where(training=0.5), where(38, allowance=800.0)
AWARDED = where(38, award=20_000.0, award_share=0.3)

ELSEWHERE: Mapping[str, Where] = {
    **dict.fromkeys(
        (
            "venture_call", "venture_apply", "venture_months", "venture_late", "venture_done",
            "venture_members", "venture_size", "venture_stay",
        ),
        CALL,
    ),
    **dict.fromkeys(
        (
            "bid_known", "tie_fade", "m2_price", "m2_wear", "build_months", "m_owed", "pool_loss", "r_fault",
            "h_learn", "n_x", "young_risk", "hub_help", "x_C", "C_ref", "owed_limit",
        ),
        SLOW,
    ),
    **dict.fromkeys(("loan_repay", "rescue"), TROUBLE),
    **dict.fromkeys(("learn", "forget"), where(ranking=1.0)),
    **dict.fromkeys(("train_cost", "train_sit", "train_pass"), TRAINED),
    **dict.fromkeys(("b_sit", "exam_higher"), ALLOWED),
    "award_noise": AWARDED,
    "award_reach": where(rule="performance_award"),
    "beta_p": where(rule="task_based"),
    "c_sp": where(rule="special_fund"),
    "g_R": where(26, registration=1.0),
    "handover": where(split=1.0),
    "incubation_help": where(50, incubation=1.0, n_e=0.3, n_x=0.12),
    "ladder_pull": where(ladder=1.0, ladder_months=24.0),
    # Committees led by social workers buy what is needed: they are wherever the station has enough of them.
    "panel": where(8, place="chenghua-2013"),
    "see": where(8, place="chenghua-2013"),
    # The classroom has no persuasion teams.
    "persuader_hours": where(3, place="tongzhou-2013"),
    "reliability": where(rule="needs_weighted"),
    "strike": where(98, inspect=1.0, n_e=0.3),
}  # fmt: skip
"""Where parameters act that make no difference in a year of the classroom under money per household."""

DEAD: Mapping[str, str] = {}
"""Uncertain parameters that move nothing anywhere, with the reason; there should be none."""


@functools.cache
def place_named(name: str) -> Place:
    return load_place(name, PARAMETERS)


@functools.cache
def outcomes(run: Where, name: str = "", value: float = 0.0) -> F64:
    """Outcomes of a run by month, with a parameter moved."""
    settings = dict(run.settings) | ({name: value} if name else {})
    world = open_world(place_named(run.place), settings, 1, 0, JANUARY)
    record = make_recorder(JANUARY, run.months, world.tables.communities.key.shape[0])
    pass_months(world, make_rule(run.rule), record, run.months)
    return outcome_matrix(Record(record.monthly, record.yearly, fixed_of(world.tables), JANUARY))


@pytest.mark.parametrize("name", UNCERTAIN)
def test_an_uncertain_parameter_moves_some_outcome(name: str) -> None:
    q, run = PARAMETERS[name], ELSEWHERE.get(name, Where())
    usual = outcomes(run)
    moved = [
        not np.array_equal(usual, outcomes(run, name, end), equal_nan=True)
        for end in (q.low, q.high)
    ]
    assert any(moved) != (name in DEAD)


def test_what_is_said_to_act_elsewhere_is_uncertain() -> None:
    assert set(ELSEWHERE) <= set(UNCERTAIN)
    assert set(DEAD) <= set(UNCERTAIN)
    assert not set(DEAD) & set(ELSEWHERE)


def test_more_families_with_complex_need_leave_more_hard_need_unmet() -> None:
    """Not by luck: the level of complex need moves what is hard, by a third of it and by half."""
    from sansheng.outcomes.measures import OUTCOMES

    column = list(OUTCOMES).index("hard_need_met")
    low, usual, high = (
        np.nanmean(outcomes(Where(), "v", v)[:, column])
        for v in (PARAMETERS["v"].low, PARAMETERS["v"].default, PARAMETERS["v"].high)
    )
    assert low > usual + 2.0
    assert usual > high + 2.0
