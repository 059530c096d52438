from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.months import Month

MONTHS = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))


@given(MONTHS)
def test_a_month_reads_back_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.at(month.index) == month


@given(MONTHS, st.integers(-5000, 5000))
def test_the_index_counts_months(month: Month, n: int) -> None:
    assert month.plus(n).index == month.index + n
    assert month.plus(n).plus(-n) == month


def test_a_year_ends_in_december() -> None:
    assert str(Month(2015, 12).plus(1)) == "2016-01"
    assert str(Month(2015, 1).plus(-1)) == "2014-12"
    assert Month(2015, 1).index == 2015 * 12


def test_months_sort_by_time() -> None:
    assert Month(2014, 12) < Month(2015, 1) < Month(2015, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2015-13",
        "2015-00",
        "2015-1",
        "15-01",
        "2015/01",
        "2015-01-01",
        " 2015-01",
        "2015-01\n",
        "",
        "２０１５-01",
        "+2015-01",
        "2015-01-",
    ],
)
def test_a_month_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(ValueError, match="like 2015-01"):
        Month.parse(text)
