"""Parameters of the model stay inside the ranges the sources allow."""

from __future__ import annotations

from sansheng import facts
from sansheng.core.quantities import Quantity
from sansheng.month import PARAMETERS
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names

CONVERSION = {("months", "years"): 12.0}
"""What a listed number is multiplied by where the model counts in another unit."""


def declared() -> list[tuple[str, Quantity]]:
    options = [
        (f"{kind.name}.{option.name}", option)
        for kind in (*map(rule_class, rule_names()), *map(lever_class, lever_names()))
        for option in kind.quantities
    ]
    return [*PARAMETERS.items(), *options]


def test_every_quantity_named_as_a_listed_symbol_stays_inside_its_range() -> None:
    ranges = facts.parameter_ranges()
    listed = [
        (name, found, ranges[found.name]) for name, found in declared() if found.name in ranges
    ]
    assert len(listed) > 20
    outside = []
    for name, found, row in listed:
        factor = CONVERSION.get((found.unit, row.unit), 1.0)
        if found.low < factor * row.low or found.high > factor * row.high:
            outside.append(f"{name}: {found.low}..{found.high}, listed {row.low}..{row.high}")
    assert not outside


def test_parameters_are_kept_under_their_own_names() -> None:
    assert all(name == found.name for name, found in PARAMETERS.items())


def test_every_quantity_has_a_unit_and_a_meaning_in_both_languages() -> None:
    bare = [
        name
        for name, found in declared()
        if not (found.unit and found.text.en and found.text.zh) or found.text.zh.isascii()
    ]
    assert not bare
