"""What a control says of its number."""

from __future__ import annotations

import pytest

from sansheng.core.quantities import Quantity, quantity
from sansheng.lab.pages.controls import about, said, sources
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.processes.appropriate import PARAMETERS

OFFERED = [
    *(q for name in rule_names() for q in rule_class(name).quantities),
    *(q for name in lever_names() for q in lever_class(name).quantities),
    *PARAMETERS,
]


@pytest.mark.parametrize("offered", OFFERED, ids=lambda q: q.name)
def test_a_control_tells_range_default_and_every_source(offered: Quantity) -> None:
    for lang in ("zh", "en"):
        told = sources(offered, lang)
        for value in (offered.low, offered.high, offered.default):
            assert said(offered, value, lang) in told
        for source in offered.source:
            assert source in told or (source == "assumed" and "假定" in told)
    assert about(offered, "zh") != about(offered, "en")


def test_shares_are_told_as_per_cent_and_money_with_its_thousands() -> None:
    def made(unit: str, high: float) -> Quantity:
        return quantity(
            "x", 0, unit=unit, low=0, high=high, source="assumed", role="lever", en="x", zh="x"
        )

    assert said(made("share", 1), 0.35, "en") == "35%"
    assert said(made("yuan/year", 9e5), 3750.0, "zh") == "3,750 元/年"
    assert said(made("months", 6), 3.0, "zh") == "3 个月"


def test_what_a_source_says_stands_with_its_number() -> None:
    yuan = next(q for q in rule_class("per_household").quantities if q.name == "yuan")
    assert "3750" in sources(yuan, "en")
    assert "劉光強" in sources(yuan, "en")
