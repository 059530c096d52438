from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.outcomes.communities import COMMUNITY_COLUMNS, community_rows
from sansheng.outcomes.measures import Record

Make = Callable[..., Record]

PLACE = {c.id: i for i, c in enumerate(COMMUNITY_COLUMNS)}


def test_a_table_starts_with_who_and_when() -> None:
    assert [c.id for c in COMMUNITY_COLUMNS[:3]] == ["year", "community", "subdistrict"]
    assert len(PLACE) == len(COMMUNITY_COLUMNS)
    for column in COMMUNITY_COLUMNS:
        assert column.text.en.isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in column.text.zh)
        assert column.unit
        assert column.unit_zh


def test_rows_are_years_and_communities_in_order(blank: Make) -> None:
    rows = community_rows(blank(start=2015 * 12 + 6, months=18))
    assert rows.shape == (8, len(COMMUNITY_COLUMNS))
    assert rows[:, PLACE["year"]].tolist() == [2015] * 4 + [2016] * 4
    assert rows[:, PLACE["community"]].tolist() == [1, 2, 3, 4] * 2
    assert rows[:, PLACE["subdistrict"]].tolist() == [1, 1, 2, 2] * 2
    assert rows[4:, PLACE["households"]].tolist() == [1000, 4000, 2000, 3000]
    assert rows[:4, PLACE["seats"]].tolist() == [9, 10, 11, 12]
    assert rows[:4, PLACE["duties_service"]].tolist() == [10, 20, 30, 40]
    assert rows[:4, PLACE["duties_admin"]].tolist() == [1, 2, 3, 4]
    assert rows[:4, PLACE["estate_age"]].tolist() == [5, 10, 15, 20]
    assert rows[:4, PLACE["vulnerable"]].tolist() == [0.1, 0.2, 0.3, 0.4]


def test_flows_are_sums_and_levels_are_means_of_the_months_recorded(blank: Make) -> None:
    record = blank(start=2015 * 12 + 6, months=18)
    y = record.yearly
    y.months[0], y.months[1] = 6.0, 12.0
    y.granted[1, 2] = 123_456.0
    y.arisen[1, 2] = 77.0
    for levels in (y.load, y.utilisation, y.satisfaction, y.staff):
        levels[0], levels[1] = 6.0 * 0.5, 12.0 * 0.75
    rows = community_rows(record)
    assert rows[6, PLACE["granted"]] == pytest.approx(1_234.56)
    assert rows[6, PLACE["arisen"]] == 77.0
    for name in ("load", "utilisation", "satisfaction", "staff"):
        assert rows[:, PLACE[name]].tolist() == [0.5] * 4 + [0.75] * 4


def test_a_year_without_months_has_zeros_and_no_warning(blank: Make) -> None:
    rows = community_rows(blank())
    for name in ("months", "load", "satisfaction", "granted"):
        assert not rows[:, PLACE[name]].any()


def test_communities_add_up_to_the_months_of_a_real_run(ran: Record) -> None:
    rows = community_rows(ran)
    assert rows.shape == (4 * 108, len(COMMUNITY_COLUMNS))
    assert np.isfinite(rows).all()
    for name in ("arisen", "resolved", "arisen_hard", "resolved_hard", "hours_bought"):
        total = getattr(ran.monthly, name).sum()
        assert rows[:, PLACE[name]].sum() == pytest.approx(total)
    for name in ("granted", "bought"):
        total = getattr(ran.monthly, name).sum() / 100.0
        assert rows[:, PLACE[name]].sum() == pytest.approx(total)
    year = (ran.start + np.arange(ran.months)) // 12
    for y in range(2015, 2019):
        own = rows[:, PLACE["year"]] == y
        arisen = ran.monthly.arisen[year == y].sum()
        assert rows[own, PLACE["arisen"]].sum() == arisen
        assert (rows[own, PLACE["months"]] == np.count_nonzero(year == y)).all()


@pytest.mark.parametrize("name", [c.id for c in COMMUNITY_COLUMNS if c.integer])
def test_whole_numbers_are_whole(ran: Record, name: str) -> None:
    values = community_rows(ran)[:, PLACE[name]]
    np.testing.assert_array_equal(values, np.rint(values))
