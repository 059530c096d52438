"""The log of events: its declarations, and what it tells of months made up by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.core.ledger import pay
from sansheng.month import pass_month
from sansheng.outcomes.events.declared import EVENT_COLUMNS, EVENTS, HOLDERS, KINDS, NONE
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.events.rows import Rows
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.accounts import FINANCE, provider_account
from sansheng.world.world import World

JANUARY = 2015 * 12


@pytest.fixture
def world(made_world: Callable[[int], World]) -> World:
    """Chenghua after half a year in which no service was paid at once."""
    made = made_world(JANUARY)
    made.parameters = made.parameters._replace(advance=0.0)
    live(made, 6)
    return made


def live(world: World, months: int, log: EventLog | None = None) -> None:
    record = make_recorder(world.month, months, 108)
    for _ in range(months):
        pass_month(world, make_rule("per_household"), record)
        if log is not None:
            log.note(world)


def rows_of(log: EventLog, code: str) -> dict[str, Any]:
    table = log.table()
    some = table["event"] == code
    return {name: values[some] for name, values in table.items()}


def employer(world: World) -> int:
    """Row of an agency with several people."""
    return int(np.argmax(world.tables.providers.staff))


def empty_the_purse(world: World, agency: int) -> None:
    """Take away an agency's cash and what it would get this month."""
    t = world.tables
    account = provider_account(1, 108, agency)
    pay(world.references.money, account, FINANCE, t.money.balance[account])
    t.providers.other_income[agency] = 0
    slot = world.month % t.providers.due.shape[1]
    t.providers.due[agency, slot] = t.providers.late[agency, slot] = 0


def test_an_event_is_declared_once_in_both_languages() -> None:
    codes = [event.code for event in EVENTS]
    assert len(set(codes)) == len(codes)
    texts = [event.text for event in EVENTS] + [column.text for column in EVENT_COLUMNS]
    texts += [text for e in EVENTS for text in (e.amount, e.count) if text] + list(KINDS.values())
    for text in texts:
        assert text.en.isascii()
        assert any("\u4e00" <= character <= "\u9fff" for character in text.zh)


def test_actors_and_others_are_of_declared_kinds() -> None:
    for event in EVENTS:
        assert event.actor
        assert {*event.actor, *event.other} <= set(KINDS)


def test_a_log_told_of_no_month_tells_who_works_and_serves(world: World) -> None:
    log = EventLog(world)
    table = log.table()
    assert set(table["event"]) == {"was_employed", "was_serving"}
    assert rows_of(log, "was_employed")["actor"].size == world.tables.workers.filled.sum()
    assert list(table) == [column.id for column in EVENT_COLUMNS]
    assert set(table["month"]) == {7}


def test_a_log_that_misses_a_month_is_told_so(world: World) -> None:
    log = EventLog(world)
    live(world, 2)
    with pytest.raises(ValueError, match="every month, one by one"):
        log.note(world)
    with pytest.raises(ValueError, match="every month, one by one"):
        EventLog(world).note(world)


def test_cells_of_nothing_are_nan_minus_one_and_none() -> None:
    rows = Rows(("health",))
    rows.month = JANUARY + 11
    rows.add("closed", [HOLDERS], count=7)
    rows.add("contract_won", [HOLDERS], other=4, community=4, category=0, fen=150, count=2)
    table = rows.table()
    first = {name: values[0] for name, values in table.items()}
    assert np.isnan(first.pop("amount"))
    assert first == {
        "year": 2015,
        "month": 12,
        "event": "closed",
        "actor_kind": "agency",
        "actor": HOLDERS,
        "other_kind": None,
        "other": NONE,
        "community": NONE,
        "category": None,
        "count": 7,
    }
    assert table["amount"][1] == 1.5
    assert table["category"][1] == "health"
    assert table["other_kind"][1] == "community"


def test_nobody_adds_no_row() -> None:
    rows = Rows(())
    rows.add("closed", [])
    rows.pay("returned", np.array([1, 2]), np.array([0, 0]))
    assert all(values.size == 0 for values in rows.table().values())


def test_an_agency_without_cash_owes_each_of_its_people_a_wage(world: World) -> None:
    agency = employer(world)
    empty_the_purse(world, agency)
    log = EventLog(world)
    t = world.tables
    staff = int(t.providers.staff[agency])
    live(world, 1, log)
    late = rows_of(log, "wage_late")
    mine = late["other"] == HOLDERS * (agency + 1)
    assert mine.sum() == staff
    seats = late["actor"][mine] // HOLDERS - 1
    np.testing.assert_array_equal(np.rint(late["amount"][mine] * 100), t.workers.wage[seats])
    wages = rows_of(log, "wages")
    own = (wages["actor_kind"] == "agency") & (wages["actor"] == HOLDERS * (agency + 1))
    assert wages["amount"][own] == 0.0
    assert wages["count"][own] == staff


def test_wages_owed_are_told_when_they_are_paid_at_last(world: World) -> None:
    agency = employer(world)
    empty_the_purse(world, agency)
    log = EventLog(world)
    live(world, 1, log)
    o, w = world.tables.providers, world.tables.workers
    owed = int(w.owed[w.employer == agency].sum() + o.owed_former[agency])
    pay(world.references.money, FINANCE, provider_account(1, 108, agency), 10**9)
    live(world, 1, log)
    late, paid, former = (
        rows_of(log, code) for code in ("wage_late", "wage_paid_late", "former_paid")
    )
    number = HOLDERS * (agency + 1)
    last = (paid["month"] == 8) & (paid["other"] == number)
    assert set(paid["actor"][last]) <= set(late["actor"])
    of_those_who_left = former["amount"][former["actor"] == number].sum()
    assert round(100 * float(paid["amount"][last].sum() + of_those_who_left)) == owed > 0


def test_whoever_sat_on_a_seat_before_has_another_number(world: World) -> None:
    log = EventLog(world)
    live(world, 12, log)
    hired, quit_ = rows_of(log, "hired"), rows_of(log, "quit")
    assert (hired["actor"] % HOLDERS > 0).all()
    assert not set(hired["actor"]) & set(rows_of(log, "was_employed")["actor"])
    seat = np.isin(quit_["actor"] // HOLDERS, hired["actor"] // HOLDERS)
    assert seat.any()


def test_a_bit_of_a_year_costs_little(world: World) -> None:
    log = EventLog(world)
    live(world, 12, log)
    assert log.table()["year"].size < 30_000
