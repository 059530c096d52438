from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.tables import I64
from sansheng.month import pass_month, run_steps
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.processes.costs import insurance
from sansheng.processes.dues import relative_tariff
from sansheng.world.accounts import (
    BASE_LINE,
    FINANCE,
    OTHER_PAYERS,
    SUPPLIERS,
    WAGES,
    claims_account,
    community_account,
    envelope_account,
    escrow_account,
    provider_account,
)
from sansheng.world.schema import AGENCY_PRO, BASE_GENERAL, EASY, HARD, STATION
from sansheng.world.world import World

Make = Callable[..., World]

NEED = np.array([[60, 300], [60, 600]], np.int64)
WORK = st.lists(st.integers(0, 10_000), min_size=12, max_size=12).map(
    lambda minutes: np.array(minutes, np.int64).reshape(3, 2, 2)
)


def relative(pay: list[list[int]], worked: I64) -> float:
    return relative_tariff(np.array(pay, np.int64), NEED, worked)


def quiet(world: World) -> World:
    """Take all business out of a month, so that only what a test adds is settled."""
    t = world.tables
    for array in (t.cases.resolved, t.cases.papered, t.cases.reopened, t.cases.worked):
        array[:] = 0
    t.communities.hours_paid[:] = 0.0
    t.communities.hours_by[:] = 0.0
    t.providers.due[:] = 0
    t.providers.late[:] = 0
    t.providers.insurance_owed[:] = 0
    t.providers.loan[:] = 0
    t.money.claim[:] = 0
    t.money.points[:] = 0.0
    t.money.tariff_paid[:] = 0
    t.money.granted[:] = 0
    t.money.tariffs_ever[:] = 0
    t.money.claimed_ever[:] = 0.0
    t.cases.claimed_share[:] = 0.0
    t.incentives.pot[:] = 0
    t.incentives.period_start[:] = world.month
    t.incentives.period_months[:] = 12
    return world


def purse(world: World, community: int) -> int:
    return int(world.tables.money.balance[community_account(1, community)])


def agency_of(world: World) -> int:
    """Return the agency with most staff."""
    return int(np.argmax(world.tables.providers.staff))


def staff_of(world: World, a: int) -> slice:
    p = world.tables.providers
    return slice(int(p.first_seat[a]), int(p.first_seat[a] + p.seats[a]))


def test_an_agency_on_the_better_paid_half_of_the_work_earns_four_thirds() -> None:
    worked = np.zeros((3, 2, 2), np.int64)
    worked[AGENCY_PRO, 0, EASY] = 100
    worked[BASE_GENERAL, 0, HARD] = 100
    # an easy minute brings 2 fen, a hard one 1
    assert relative([[120, 300], [0, 0]], worked) == pytest.approx(4.0 / 3.0)


@given(WORK)
def test_equal_pay_per_minute_favours_nobody(worked: I64) -> None:
    assert relative([[60, 300], [60, 600]], worked) == pytest.approx(1.0)


@given(WORK)
def test_without_a_tariff_or_an_agency_nobody_is_favoured(worked: I64) -> None:
    assert relative([[0, 0], [0, 0]], worked) == 1.0
    worked[AGENCY_PRO] = 0
    assert relative([[60, 60], [60, 60]], worked) == 1.0


@given(WORK, st.integers(1, 1000))
def test_the_unit_of_the_tariff_does_not_matter(worked: I64, unit: int) -> None:
    pay = [[60, 60], [90, 120]]
    scaled = [[unit * x for x in row] for row in pay]
    assert relative(scaled, worked) == pytest.approx(relative(pay, worked))


@given(WORK, st.integers(0, 500))
def test_a_better_tariff_for_what_only_the_agency_does_never_harms_it(
    worked: I64, more: int
) -> None:
    worked[:, 1, HARD] = (500, 0, 0)
    before = relative([[60, 60], [60, 600]], worked)
    assert relative([[60, 60], [60, 600 + more]], worked) >= before - 1e-12


def test_no_fen_is_made_or_lost_in_a_month(lived: Make) -> None:
    for rule in ("per_household", "task_based"):
        world = lived(rule)
        before = int(world.tables.money.balance.sum())
        record = make_recorder(world.month, 3, 108)
        for _ in range(3):
            pass_month(world, make_rule(rule), record)
            assert int(world.tables.money.balance.sum()) == before


def test_a_claim_is_paid_after_the_delay_and_not_before(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    t.money.balance[envelope_account(0)] += 10**9
    t.incentives.pot[:] = 12 * 10**6
    t.incentives.delay[:] = 3
    t.incentives.pay[:] = 500
    t.money.claimed[4] = 5_000
    before, received = purse(world, 4), int(t.communities.received_year[4])
    for month in range(5):
        run_steps(world, "settle")
        t.money.claimed[:] = 0
        paid = 5_000 if month >= 3 else 0
        assert purse(world, 4) - before == paid
        assert t.communities.received_year[4] - received == paid
        assert t.money.balance[claims_account(1, 0)] == 5_000 - paid
        world.month += 1


@pytest.mark.parametrize("elapsed", [1, 5, 11])
def test_tariffs_never_run_ahead_of_the_pot_and_are_cut_in_proportion(
    lived: Make, elapsed: int
) -> None:
    world = quiet(lived())
    t = world.tables
    t.incentives.period_start[:] = world.month - elapsed + 1
    t.incentives.pot[:] = 1_200_000
    t.incentives.pay[:] = 100_000
    t.money.tariff_paid[:] = 7_000
    t.money.claimed[:2] = 3_000_000, 1_000_000
    t.money.balance[envelope_account(0)] += 10**9
    run_steps(world, "settle")
    earned = 100_000 * elapsed
    assert t.money.tariff_paid[0] == earned
    shares = (earned - 7_000) * np.array([0.75, 0.25])
    np.testing.assert_allclose(t.money.granted[:2], shares, atol=1.0)
    assert not t.money.granted[2:].any()


def test_the_last_month_settles_the_rest_of_the_pot_by_the_year_s_claims(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    t.incentives.period_start[:] = world.month - 11
    t.incentives.pot[:] = 1_000_001
    t.money.points[:3] = (1.0, 2.0, 1.0)
    t.money.balance[envelope_account(0)] += 10**9
    run_steps(world, "settle")
    assert t.money.tariff_paid[0] == 1_000_001
    assert t.money.granted[:4].tolist() == [250_000, 500_001, 250_000, 0]


def test_the_pot_of_a_year_is_spent_and_never_exceeded(lived: Make) -> None:
    world = lived("task_based", 12)
    record = make_recorder(world.month, 12, 108)
    t = world.tables
    for m in range(12):
        pass_month(world, make_rule("task_based"), record)
        assert t.money.tariff_paid[0] <= t.incentives.pot[0] * (m + 1) // 12 or m == 11
    assert t.money.tariff_paid[0] == t.incentives.pot[0] > 0


@pytest.mark.parametrize("lag", [0, 1, 6])
def test_service_is_set_aside_at_once_and_paid_after_the_lag(lived: Make, lag: int) -> None:
    world = quiet(lived(pay_lag=float(lag), p_late=0.0, advance=0.0))
    t = world.tables
    t.communities.standing[9] = 1
    agency = agency_of(world)
    t.money.balance[community_account(1, 9)] = 10**8
    t.communities.lot[9] = 9
    t.contracts.provider[9, 0], t.contracts.price[9, 0] = agency, 4_000
    t.communities.hours_paid[9] = t.communities.hours_by[9, 0] = 10.5
    escrow = int(t.money.balance[escrow_account(1, 0)])
    income = t.providers.other_income[agency]
    for month in range(lag + 2):
        run_steps(world, "settle")
        assert t.money.bought[9] == (42_000 if month == 0 else 0)
        assert purse(world, 9) == 10**8 - 42_000
        held = 42_000 if month < lag else 0
        assert t.money.balance[escrow_account(1, 0)] - escrow == held
        assert t.providers.income_month[agency] - income == (42_000 if month == lag else 0)
        t.communities.hours_paid[:] = 0.0
        world.month += 1


@pytest.mark.parametrize("standing", [0, 1])
@pytest.mark.parametrize("lag", [0, 2])
def test_the_advance_comes_at_once_and_the_rest_waits_longer_without_legal_standing(
    lived: Make, lag: int, standing: int
) -> None:
    world = quiet(lived(pay_lag=float(lag), p_late=0.0, advance=0.3))
    t = world.tables
    agency = agency_of(world)
    t.money.balance[community_account(1, 9)] = 10**8
    t.communities.lot[9], t.communities.standing[9] = 9, standing
    t.contracts.provider[9, 0], t.contracts.price[9, 0] = agency, 4_000
    t.communities.hours_paid[9] = t.communities.hours_by[9, 0] = 10.5
    income = t.providers.other_income[agency]
    paid = []
    for _ in range(lag + 3):
        run_steps(world, "settle")
        paid.append(int(t.providers.income_month[agency] - income))
        t.communities.hours_paid[:], t.communities.hours_by[:] = 0.0, 0.0
        world.month += 1
    expected = [0] * (lag + 3)
    expected[0] += 12_600
    expected[lag + 1 - standing] += 29_400
    assert paid == expected


@pytest.mark.parametrize("advance", [0.0, 0.3, 0.8])
def test_no_fen_of_a_month_s_service_is_lost_between_the_advance_and_the_rest(
    lived: Make, advance: float
) -> None:
    world = lived(advance=advance)
    t = world.tables
    before = int(t.providers.due.sum())
    run_steps(world, "settle")
    bought, settled = int(t.money.bought.sum()), int(t.money.settled.sum())
    assert bought > 0
    assert before + bought - settled == t.providers.due.sum()


def test_service_never_costs_more_than_the_community_holds(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    t.communities.lot[9] = 9
    t.contracts.provider[9, 0], t.contracts.price[9, 0] = agency_of(world), 4_000
    t.communities.hours_paid[9] = t.communities.hours_by[9, 0] = 10.0
    t.money.balance[community_account(1, 9)] = 1_234
    run_steps(world, "settle")
    assert t.money.bought[9] == 1_234
    assert purse(world, 9) == 0


def test_pay_that_follows_the_tariff_follows_it_by_the_pass_through(lived: Make) -> None:
    paid = []
    for passed in (0.0, 0.5, 1.0):
        world = quiet(lived())
        t = world.tables
        t.money.balance[community_account(1, 9)] = 10**8
        t.communities.lot[9] = 9
        t.contracts.provider[9, 0], t.contracts.price[9, 0] = agency_of(world), 4_000
        t.communities.hours_paid[9] = t.communities.hours_by[9, 0] = 10.0
        t.incentives.pass_through[:] = passed
        t.incentives.pay[9, 0, EASY] = 2 * t.categories.minutes[0, 0]
        t.incentives.pay[9, 0, HARD] = t.categories.minutes[0, 1]
        t.cases.worked[9, AGENCY_PRO, 0, EASY] = 100
        t.cases.worked[9, BASE_GENERAL, 0, HARD] = 100
        run_steps(world, "settle")
        paid.append(int(t.money.bought[9]))
    assert paid == [40_000, round(40_000 * 7 / 6), round(40_000 * 4 / 3)]


def test_reopened_cases_give_back_what_was_paid_for_them_as_far_as_it_is_there(
    lived: Make,
) -> None:
    world = quiet(lived())
    t = world.tables
    t.incentives.pay[:] = 300
    t.cases.reopened[:4, 1, 1] = 5
    t.cases.claimed_share[:4, 1, 1] = (1.0, 1.0, 0.6, 0.0)
    t.money.claimed_ever[:4] = 8_000.0
    t.money.tariffs_ever[:4] = 4_000  # half of what was claimed has been paid
    t.money.balance[community_account(1, 0) :][:4] = (10_000, 600, 10_000, 10_000)
    run_steps(world, "settle")
    assert t.money.clawed[:5].tolist() == [750, 600, 450, 0, 0]
    assert [purse(world, c) for c in range(4)] == [9_250, 0, 9_550, 10_000]


@pytest.mark.parametrize("paid", [0, 1_500, 10**6])
def test_no_more_is_taken_back_than_the_tariff_nor_than_was_paid(lived: Make, paid: int) -> None:
    world = quiet(lived())
    t = world.tables
    t.incentives.pay[:] = 300
    t.cases.reopened[0, 1, 1] = 5
    t.cases.claimed_share[0, 1, 1] = 1.0
    t.money.claimed_ever[0] = 1_500.0
    t.money.tariffs_ever[0] = paid
    t.money.balance[community_account(1, 0)] = 10**9
    run_steps(world, "settle")
    assert t.money.clawed[0] == min(paid, 1_500)


def test_community_workers_are_paid_by_the_base_line_whatever_the_rule(lived: Make) -> None:
    world = quiet(lived(step_pay=100.0))
    t = world.tables
    before = t.money.balance.copy()
    run_steps(world, "settle")
    here = (t.workers.employer == STATION) & (t.workers.filled == 1)
    wages = t.districts.base_wage[0] + 10_000 * t.workers.step[here]
    np.testing.assert_array_equal(t.workers.wage[here], wages)
    assert t.districts.wage_bill_base[0] == wages.sum()
    assert t.money.balance[BASE_LINE] == before[BASE_LINE]
    total = int(wages.sum()) + insurance(int(wages.sum()), world.parameters)
    assert before[FINANCE] - t.money.balance[FINANCE] == total
    assert not t.workers.wage[t.workers.filled == 0].any()


def test_an_agency_with_cash_owes_nobody_and_one_without_owes_every_wage(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    rich = agency_of(world)
    account = provider_account(1, 108, 0)
    agencies = np.flatnonzero(t.providers.staff > 0)
    t.money.balance[account + agencies] = 0
    t.providers.other_income[:] = 0
    t.money.balance[account + rich] = 10**12
    t.workers.owed[:] = 0
    t.providers.owed_former[:] = 0
    for months in (1, 2, 3):
        run_steps(world, "settle")
        assert not t.workers.owed[staff_of(world, rich)].any()
        assert t.providers.owed_months[rich] == 0.0
        for poor in set(agencies.tolist()) - {rich}:
            seats = staff_of(world, poor)
            np.testing.assert_array_equal(t.workers.owed[seats], months * t.workers.wage[seats])
            assert t.providers.owed_months[poor] == months
            assert t.money.balance[account + poor] == 0
    assert (t.workers.owed[t.workers.employer == STATION] == 0).all()


def test_wages_owed_come_before_this_month_s_and_are_shared_with_former_staff(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    agency = agency_of(world)
    seats = staff_of(world, agency)
    t.providers.other_income[agency] = 0
    t.workers.owed[:] = 0
    seat = seats.start + int(np.flatnonzero(t.workers.filled[seats])[0])
    t.workers.owed[seat] = 300_000
    t.providers.owed_former[agency] = 100_000
    t.money.balance[provider_account(1, 108, agency)] = 200_000
    run_steps(world, "settle")
    wages = t.workers.wage[seats].copy()
    wages[seat - seats.start] += 150_000
    np.testing.assert_array_equal(t.workers.owed[seats], wages)
    assert t.providers.owed_former[agency] == 50_000
    # next month's cash covers what is owed and half of the month's wages
    bill = int(t.workers.wage[seats].sum())
    old = int(t.workers.owed[seats].sum()) + 50_000
    t.money.balance[provider_account(1, 108, agency)] = old + bill // 2
    run_steps(world, "settle")
    assert t.providers.owed_former[agency] == 0
    np.testing.assert_allclose(t.workers.owed[seats], t.workers.wage[seats] / 2, atol=1.0)
    assert t.money.balance[provider_account(1, 108, agency)] == 0


def test_insurance_that_cash_does_not_cover_is_carried_and_paid_later(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    agency = agency_of(world)
    account = provider_account(1, 108, agency)
    t.providers.other_income[agency] = 0
    t.workers.owed[:] = 0
    t.providers.owed_former[:] = 0
    run_steps(world, "settle")
    bill = int(t.workers.wage[staff_of(world, agency)].sum())
    each = insurance(bill, world.parameters)
    t.workers.owed[:] = 0
    t.providers.insurance_owed[agency] = 0
    t.money.balance[account] = bill + 1_000
    run_steps(world, "settle")
    assert t.providers.insurance_owed[agency] == each - 1_000
    assert t.money.balance[account] == 0
    t.money.balance[account] = 10**9
    run_steps(world, "settle")
    assert t.providers.insurance_owed[agency] == 0
    assert t.money.balance[account] == 10**9 - bill - (each - 1_000) - each


def test_who_has_nobody_left_measures_what_it_owes_in_one_wage(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    agency = agency_of(world)
    seats = staff_of(world, agency)
    t.workers.filled[seats] = 0
    t.workers.owed[seats] = 0
    t.providers.other_income[agency] = 0
    t.money.balance[provider_account(1, 108, agency)] = 0
    t.providers.owed_former[agency] = 2 * t.districts.agency_wage[0]
    run_steps(world, "settle")
    assert t.providers.owed_months[agency] == 2.0


def test_overhead_comes_last_and_feeds_supervision(lived: Make) -> None:
    world = quiet(lived(o_c=0.1, o_n=0.25, supervision_memory=0.5))
    t = world.tables
    agency = agency_of(world)
    account = provider_account(1, 108, agency)
    t.workers.owed[:] = 0
    t.providers.owed_former[:] = 0
    t.providers.other_income[agency] = 10**7
    t.providers.supervision[agency] = 0.0
    t.providers.capacity[agency] = 0.5
    t.money.balance[account] = 10**9
    before = int(t.money.balance[SUPPLIERS])
    run_steps(world, "settle")
    bill = int(t.workers.wage[staff_of(world, agency)].sum())
    left = 10**9 + 10**7 - bill - insurance(bill, world.parameters) - 10**6
    assert t.money.balance[account] == left
    assert t.money.balance[SUPPLIERS] > before
    assert t.providers.supervision[agency] == pytest.approx(0.5 * 0.1 / 0.25)
    # what is left after wages is less than half a month's payroll, which no overhead touches
    t.providers.other_income[agency] = 10**7
    t.money.balance[account] = bill + insurance(bill, world.parameters) + bill // 4 - 10**7
    run_steps(world, "settle")
    assert t.money.balance[account] == bill // 4
    assert t.providers.supervision[agency] == pytest.approx(0.25 * 0.1 / 0.25)


def test_other_income_comes_from_other_payers(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    alive = t.providers.alive == 1
    before = t.money.balance.copy()
    run_steps(world, "settle")
    income = int(t.providers.other_income[alive].sum())
    assert before[OTHER_PAYERS] - t.money.balance[OTHER_PAYERS] == income
    assert t.money.balance[WAGES] > before[WAGES]


def tariffs(world: World, claimed: dict[int, int], pot: int, *, open_ended: bool) -> World:
    """Settle a month of claims, fen by community, against a pot for one month."""
    t = quiet(world).tables
    t.money.balance[envelope_account(0)] = pot
    t.incentives.pot[:], t.incentives.delay[:] = pot, 0
    t.incentives.open_ended[:] = int(open_ended)
    t.incentives.pay[:] = 500
    t.money.claimed[:] = 0
    for community, fen in claimed.items():
        t.money.claimed[community] = fen
    return world


def test_an_open_ended_tariff_pays_every_claim_and_the_purse_adds_what_is_missing(
    lived: Make,
) -> None:
    claims = {3: 5_000, 8: 2_501}
    for pot, added in ((12_000, 0), (6_000, 1_501), (1, 7_500)):
        world = tariffs(lived(), claims, pot, open_ended=True)
        t = world.tables
        before = {c: purse(world, c) for c in (3, 8, 20)}
        run_steps(world, "settle")
        assert {c: purse(world, c) - before[c] for c in before} == {3: 5_000, 8: 2_501, 20: 0}
        assert t.money.tariff_paid[0] == t.money.granted.sum() == 7_501
        assert t.money.balance[envelope_account(0)] == pot - 7_501 + added


def test_a_pot_that_is_used_up_is_added_to_in_full_from_then_on(lived: Make) -> None:
    world = tariffs(lived(), {3: 4_000}, 6_000, open_ended=True)
    t = world.tables
    for month, left in enumerate((2_000, 0, 0)):
        t.money.claimed[:] = 0
        t.money.claimed[3] = 4_000
        before = purse(world, 3)
        run_steps(world, "settle")
        assert purse(world, 3) - before == 4_000
        assert t.money.tariff_paid[0] == 4_000 * (month + 1)
        assert t.money.balance[envelope_account(0)] == left
        world.month += 1


def test_what_an_open_ended_pot_holds_too_much_is_not_shared_out(lived: Make) -> None:
    for open_ended, paid in ((True, 5_000), (False, 90_000)):
        world = tariffs(lived(), {3: 5_000}, 90_000, open_ended=open_ended)
        t = world.tables
        t.incentives.period_months[:] = 1
        run_steps(world, "settle")
        assert t.money.tariff_paid[0] == paid
        assert t.money.balance[envelope_account(0)] == 90_000 - paid


def test_development_goes_to_all_who_employ_but_enterprises_alike(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    t.money.balance[envelope_account(0)] = 10**8
    t.incentives.development[:] = 12_000_000
    run_steps(world, "settle")
    o = t.providers
    able = (o.alive == 1) & (o.enterprise == 0) & (o.staff > 0)
    each = 1_000_000 // int(able.sum())
    assert set(o.developed[able].tolist()) <= {each, each + 1}
    assert o.developed.sum() == o.developed[able].sum() == t.money.development[0] == 1_000_000
    assert t.money.balance[envelope_account(0)] == 10**8 - 1_000_000


def test_where_nobody_employs_anybody_development_stays_in_the_envelope(lived: Make) -> None:
    world = quiet(lived())
    t = world.tables
    t.money.balance[envelope_account(0)] = 10**8
    t.incentives.development[:] = 12_000_000
    t.providers.staff[:] = 0
    run_steps(world, "settle")
    assert not t.providers.developed.any()
    assert t.money.balance[envelope_account(0)] == 10**8


@pytest.mark.parametrize("said", [-1.0, 0.0, 0.5, 1.0])
def test_what_a_rule_says_of_advances_goes_before_custom(lived: Make, said: float) -> None:
    world = lived(advance=0.3)
    t = world.tables
    t.providers.due[:] = 0
    t.terms.advance[:] = said
    run_steps(world, "effort", "settle")
    share = 0.3 if said < 0.0 else said
    assert t.money.bought.sum() > 0
    assert t.money.settled[0] == pytest.approx(share * t.money.bought.sum(), abs=500)
