"""A slider offers what is declared, and nothing else."""

from __future__ import annotations

import pytest

from sansheng.core.quantities import Quantity, quantity
from sansheng.lab.sliders import STEPS, Slider
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.processes.appropriate import PARAMETERS

OFFERED = [
    *(q for name in rule_names() for q in rule_class(name).quantities),
    *(q for name in lever_names() for q in lever_class(name).quantities),
    *PARAMETERS,
]


@pytest.mark.parametrize("offered", OFFERED, ids=lambda q: q.name)
def test_every_position_is_allowed_and_the_ends_and_the_default_are_met(offered: Quantity) -> None:
    slider = Slider(offered)
    values = [slider.value(position) for position in range(STEPS + 1)]
    assert values[0] == offered.low
    assert values[STEPS] == offered.high
    assert slider.value(slider.position(offered.default)) == offered.default
    assert all(offered.contains(value) for value in values)
    assert values == sorted(values)


@pytest.mark.parametrize("offered", OFFERED, ids=lambda q: q.name)
def test_a_value_that_the_slider_gave_lies_where_it_was(offered: Quantity) -> None:
    slider = Slider(offered)
    for position in range(STEPS + 1):
        value = slider.value(position)
        assert slider.value(slider.position(value)) == pytest.approx(
            value, rel=0.1, abs=slider.step
        )


def test_nobody_sets_half_a_month() -> None:
    months = quantity(
        "delay", 3, unit="months", low=0, high=6, source="assumed", role="lever", en="x", zh="x"
    )
    values = {Slider(months).value(position) for position in range(STEPS + 1)}
    assert values == set(range(7))


def test_a_range_whose_default_lies_near_its_end_is_laid_out_in_logarithms() -> None:
    yuan = next(q for q in rule_class("per_household").quantities if q.name == "yuan")
    middle = Slider(yuan).value(STEPS // 2)
    assert yuan.default / 3 < middle < 3 * yuan.default


def test_positions_from_outside_are_moved_to_the_ends() -> None:
    slider = Slider(PARAMETERS[0])
    assert slider.value(-5) == PARAMETERS[0].low
    assert slider.value(STEPS + 50) == PARAMETERS[0].high
