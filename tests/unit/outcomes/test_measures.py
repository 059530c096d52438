from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sansheng.core.tables import F64
from sansheng.outcomes.measures import OUTCOMES, Record, outcome_matrix

Make = Callable[..., Record]

DECEMBERS = {"closure_true", "closure_reported", "closure_gap", "size_gap", "vulnerable_gap"}
DECEMBERS |= {"theil_within", "theil_between", "functions_gap", "estate_gap", "unspent_share"}
DECEMBERS |= {"agency_survival", "need_gap"}
TENDERS = {"lots_switched", "lots_empty"}


def value(record: Record, outcome: str) -> F64:
    return OUTCOMES[outcome].compute(record)


def filled(record: Record) -> Record:
    """Return the record with ones in every month."""
    for array in record.monthly:
        array[:] = 1.0
    return record


@pytest.mark.parametrize("name", list(OUTCOMES))
def test_every_outcome_is_computed_of_a_real_run(ran: Record, name: str) -> None:
    values = value(ran, name)
    assert values.shape == (ran.months,)
    assert values.dtype == np.float64
    defined = np.isfinite(values)
    assert np.isnan(values[~defined]).all()
    if name in DECEMBERS:
        assert np.flatnonzero(defined).tolist() == [14, 26]  # December 2016 and 2017
    elif name in TENDERS:
        np.testing.assert_array_equal(defined, np.cumsum(ran.monthly.tendered) > 0)
    elif name == "ventures_completed":
        assert not defined.any()  # nobody calls for projects under this rule
    elif name == "time_open":
        assert np.flatnonzero(~defined).tolist() == [0]
    elif name == "late_money":
        np.testing.assert_array_equal(defined, ran.monthly.settled > 0)
    elif name == "tenure_agency_left":
        np.testing.assert_array_equal(defined, ran.monthly.left_agency > 0)
    elif name == "tenure_base_left":
        np.testing.assert_array_equal(defined, ran.monthly.quits_base > 0)
    elif name in ("utilisation_agency", "culture_share"):
        np.testing.assert_array_equal(defined, ran.monthly.hours_bought > 0)
    else:
        assert defined.all()


@pytest.mark.parametrize("name", list(OUTCOMES))
def test_every_outcome_is_declared_in_both_languages(name: str) -> None:
    outcome = OUTCOMES[name]
    assert outcome.id == name
    for text in (outcome.text, outcome.about):
        assert text.en.isascii()
        assert text.en
        assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
    assert outcome.unit
    assert outcome.unit_zh
    assert outcome.formula
    assert outcome.about.en.endswith(".")
    assert outcome.about.zh.endswith("。")


def test_the_matrix_has_the_outcomes_in_order(ran: Record) -> None:
    matrix = outcome_matrix(ran)
    assert matrix.shape == (ran.months, len(OUTCOMES))
    for column, name in enumerate(OUTCOMES):
        np.testing.assert_array_equal(matrix[:, column], value(ran, name))


def test_an_outcome_does_not_change_the_record(ran: Record) -> None:
    before = [array.copy() for array in (*ran.monthly, *ran.yearly)]
    for outcome in OUTCOMES.values():
        outcome.compute(ran)[:] = -1.0
    for array, copy in zip((*ran.monthly, *ran.yearly), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        ("need_met", {"resolved": 30.0, "arisen": 40.0}, 75.0),
        ("hard_need_met", {"resolved_hard": 1.0, "arisen_hard": 8.0}, 12.5),
        ("overdue_share", {"overdue": 1.0, "open": 5.0}, 20.0),
        ("wait", {"open_ages": 12.0, "open": 5.0}, 2.4),
        ("backlog", {"open": 5.0, "households": 10_000.0}, 0.5),
        ("unmet", {"open": 5.0, "latent": 3.0, "paper": 2.0, "households": 1e4}, 1.0),
        ("unmet_vulnerable", {"unmet_vulnerable": 6.0, "households_vulnerable": 2e3}, 3.0),
        ("latent_vulnerable", {"latent_vulnerable": 5.0, "households_vulnerable": 2e3}, 2.5),
        ("vulnerable_need_met", {"resolved_vulnerable": 1.5, "arisen_vulnerable": 6.0}, 25.0),
        ("households_served", {"households_served": 3e3, "households": 1e4}, 30.0),
        ("latent", {"latent": 30.0, "households": 10_000.0}, 3.0),
        ("coverage", {"hours_bought": 200.0, "households": 10_000.0}, 2.0),
        ("grid_cases", {"grid_cases": 13.0, "grids": 10.0}, 15.6),
        ("premises_standard", {"at_standard": 27.0, "communities": 108.0}, 25.0),
        ("units_active", {"units_active": 87.0, "units": 435.0}, 20.0),
        ("idle_space", {"idle_used": 3_000.0, "households": 10_000.0}, 300.0),
        ("idle_space_open", {"idle_space": 4_000.0, "households": 10_000.0}, 400.0),
        ("utilisation", {"utilisation": 80.0, "hours": 100.0}, 80.0),
        ("utilisation_agency", {"used_agency": 48.0, "able_agency": 50.0}, 96.0),
        ("utilisation_pro", {"used_pro": 45.0, "able_pro": 50.0}, 90.0),
        ("utilisation_general", {"used_general": 30.0, "able_general": 50.0}, 60.0),
        ("satisfaction", {"satisfaction": 7e5, "households": 1e4}, 70.0),
        (
            "satisfaction_reported",
            {"satisfaction": 7e5, "appearance": 2e4, "households": 1e4},
            72.0,
        ),
        ("satisfaction_gap", {"appearance": 2e4, "households": 1e4}, 2.0),
        ("turnover_base", {"quits_base": 3.0, "staff_base": 200.0}, 18.0),
        (
            "turnover_agency",
            {"quits_agency": 1.0, "moves_agency": 0.5, "staff_agency": 90.0},
            20.0,
        ),
        ("first_year_quits", {"first_year_quits": 1.0, "first_year_exposure": 48.0}, 25.0),
        (
            "first_year_quits_base",
            {"first_year_quits_base": 1.0, "first_year_exposure_base": 40.0},
            30.0,
        ),
        ("tenure_base_left", {"tenure_left_base": 90.0, "quits_base": 3.0}, 2.5),
        ("tenure_in_post", {"served_base": 96.0, "staff_base": 4.0}, 2.0),
        ("tenure_in_post_agency", {"served_agency": 36.0, "staff_agency": 2.0}, 1.5),
        ("culture_share", {"hours_shown": 15.0, "hours_bought": 60.0}, 25.0),
        ("transfers_agency", {"moves_agency": 1.0, "staff_agency": 200.0}, 6.0),
        ("layoffs_agency", {"layoffs_agency": 1.0, "staff_agency": 120.0}, 10.0),
        ("tenure_agency_left", {"tenure_left": 54.0, "left_agency": 3.0}, 1.5),
        ("burnout_agency", {"burnout_agency": 2.0, "staff_agency": 8.0}, 0.25),
        ("certified_people", {"certified_people": 551.0}, 551.0),
        ("support", {"support": 5e5}, 6.0),
        ("certified_share", {"certified": 1.0, "staff_base": 4.0}, 25.0),
        ("burnout", {"burnout_base": -1.0, "staff_base": 4.0}, -0.25),
        ("arrears", {"owed": 3.0, "bill": 2.0}, 1.5),
        ("agencies", {"agencies": 31.0}, 31.0),
        ("cash_months", {"agency_cash": 5.0, "bill": 2.0}, 2.5),
        ("lots_switched", {"switched": 1.0, "tendered": 4.0}, 25.0),
        ("lots_empty", {"empty": 1.0, "tendered": 5.0}, 20.0),
        ("ventures_completed", {"ventures_done": 3.0, "ventures_funded": 4.0}, 75.0),
        ("granted", {"granted": 1e6}, 12.0),
        ("bought", {"bought": 5e5}, 6.0),
        ("returned", {"returned": 1e6}, 12.0),
        ("held", {"held": 3e6}, 3.0),
        (
            "lever_cost",
            {"lever_base": 1e6, "lever_envelope": 25e5, "lever_capital": 4e7},
            522.0,
        ),
        (
            "spent",
            {
                "bought": 1e6,
                "passed_on": 2e5,
                "transferred": 1e5,
                "ventured": 2e4,
                "premises_paid": 3e4,
                "development": 5e4,
                "lever_base": 3e5,
                "lever_envelope": 4e5,
                "lever_capital": 5e5,
            },
            24.0,
        ),
        (
            "other_uses",
            {"ventured": 2e5, "premises_paid": 3e5, "development": 5e5},
            12.0,
        ),
        ("lever_cost_base", {"lever_base": 15e5}, 18.0),
        ("lever_cost_envelope", {"lever_envelope": 25e5}, 30.0),
        ("lever_cost_capital", {"lever_capital": 35e5}, 42.0),
        (
            "cost_per_hour",
            {
                "base_cost": 9_000.0,
                "bought": 500.0,
                "support": 200.0,
                "ventured": 60.0,
                "premises_paid": 90.0,
                "development": 150.0,
                "hours_met": 2.0,
            },
            50.0,
        ),
        ("admin_share", {"hours_admin": 30.0, "hours_station": 120.0}, 25.0),
        (
            "admin_money_share",
            {"hours_admin": 3.0, "hours_station": 6.0, "base_cost": 80.0, "bought": 20.0},
            40.0,
        ),
    ],
)
def test_outcomes_by_hand(blank: Make, name: str, parts: dict[str, float], expected: float) -> None:
    record = filled(blank(months=2))
    for part, amount in parts.items():
        getattr(record.monthly, part)[:] = amount
    np.testing.assert_allclose(value(record, name), expected)


def test_nothing_over_nothing_is_undefined_without_a_warning(blank: Make) -> None:
    record = blank(months=14)
    matrix = outcome_matrix_of_ratios(record)
    assert np.isnan(matrix).all()


def outcome_matrix_of_ratios(record: Record) -> F64:
    totals = {
        "agencies",
        "staff_agency",
        "granted",
        "bought",
        "spent",
        "other_uses",
        "returned",
        "held",
    }
    totals |= {"certified_people", "support"}
    totals |= {"agencies_founded", "agencies_closed", "agencies_rescued", "agency_median"}
    totals |= {"concentration", "sameness", "loans", "lost", "passed_on", "incubation_cost"}
    totals |= {"in_kind", *(name for name in OUTCOMES if name.startswith("lever_cost"))}
    yearly = {"size_gap", "vulnerable_gap", "functions_gap", "estate_gap", "need_gap"}
    yearly |= {"theil_within", "theil_between"}
    names = [name for name in OUTCOMES if name not in totals | yearly]
    return np.stack([value(record, name) for name in names])


def test_closure_follows_the_cohort_of_a_calendar_year(blank: Make) -> None:
    record = blank(start=2015 * 12 + 10, months=26)  # November 2015 to December 2017
    m = record.monthly
    m.opened[:] = 10.0
    m.lapsed[3], m.papered[4], m.reopened[5] = 5.0, 8.0, 2.0  # 2016 is rows 2 to 13
    m.lapsed[1], m.papered[0] = 99.0, 99.0  # of another year
    m.open_this_year[13], m.open_this_year[12] = 25.0, 99.0
    true, reported = value(record, "closure_true"), value(record, "closure_reported")
    # of 120 opened 25 are open and 5 given up; 6 more were closed on paper only
    assert reported[13] == pytest.approx(100.0 * 90 / 120)
    assert true[13] == pytest.approx(100.0 * 84 / 120)
    assert reported[25] == true[25] == 100.0
    assert np.flatnonzero(~np.isnan(true)).tolist() == [13, 25]
    assert value(record, "closure_gap")[13] == pytest.approx(5.0)


def test_closure_never_rises_with_what_is_left_open(blank: Make) -> None:
    closed = []
    for open_ in (0.0, 10.0, 40.0):
        record = blank()
        record.monthly.opened[:] = 10.0
        record.monthly.open_this_year[-1] = open_
        closed.append(value(record, "closure_true")[-1])
    assert closed == sorted(set(closed), reverse=True)


@pytest.mark.parametrize(("start", "months"), [(24180, 11), (24181, 11), (24185, 12)])
def test_a_year_that_is_not_recorded_in_full_has_no_yearly_outcome(
    blank: Make, start: int, months: int
) -> None:
    record = filled(blank(start=start, months=months))
    record.yearly.arisen[:] = 10.0
    record.monthly.granted[:] = 10.0
    for name in DECEMBERS:
        assert np.isnan(value(record, name)).all()


def test_gaps_and_inequality_by_hand(blank: Make) -> None:
    record = blank(start=2015 * 12 + 6, months=18)  # the full year is the second
    record.yearly.arisen[1] = (100.0, 100.0, 100.0, 100.0)
    record.yearly.resolved[1] = (90.0, 70.0, 50.0, 30.0)
    record.yearly.arisen[0] = 7.0
    # thirds of four communities are one each: the largest is the second, the smallest the first
    assert value(record, "size_gap")[-1] == pytest.approx(-20.0)
    assert value(record, "vulnerable_gap")[-1] == pytest.approx(-60.0)
    assert value(record, "functions_gap")[-1] == pytest.approx(-60.0)
    assert value(record, "estate_gap")[-1] == pytest.approx(-60.0)
    unmet = np.array([10.0, 30.0, 50.0, 70.0]) / 40.0
    total = float((unmet * np.log(unmet)).mean())
    means = np.array([20.0, 60.0]) / 40.0
    between = float((means * np.log(means)).mean())
    assert value(record, "theil_between")[-1] == pytest.approx(between)
    assert value(record, "theil_within")[-1] == pytest.approx(total - between)


def test_a_community_without_needs_has_met_them_all(blank: Make) -> None:
    record = blank()
    record.yearly.arisen[0] = (0.0, 10.0, 10.0, 10.0)
    record.yearly.resolved[0] = (0.0, 5.0, 5.0, 5.0)
    assert value(record, "theil_between")[-1] == pytest.approx(0.0, abs=1e-12)
    assert value(record, "theil_within")[-1] == pytest.approx(0.0, abs=1e-12)


def test_gaps_of_a_real_run_are_the_differences_they_say(ran: Record) -> None:
    gap = value(ran, "closure_reported") - value(ran, "closure_true")
    np.testing.assert_allclose(value(ran, "closure_gap"), gap)
    assert np.nanmin(gap) > 0.0
    shown = value(ran, "satisfaction_reported") - value(ran, "satisfaction")
    np.testing.assert_allclose(value(ran, "satisfaction_gap"), shown, atol=1e-9)
    assert shown.min() >= 0.0
    assert value(ran, "satisfaction_reported").max() <= 100.0


def test_time_open_is_the_stock_over_what_leaves(blank: Make) -> None:
    record = blank(months=3)
    m = record.monthly
    m.open[:] = (40.0, 50.0, 50.0)
    m.opened[:] = 30.0
    m.reopened[:] = 5.0
    # 40 + 35 - 50 leave in the second month, 35 in the third
    np.testing.assert_allclose(value(record, "time_open"), [np.nan, 2.0, 50.0 / 35.0])


def test_what_no_use_was_found_for_is_told_of_the_envelope_of_whole_years(blank: Make) -> None:
    record = blank(start=2015 * 12 + 10, months=14)
    m = record.monthly
    m.envelope[:] = 20.0
    m.granted[:] = 10.0  # what is granted is not yet spent, and what is not granted is idle
    m.bought[:2] = 99.0
    m.bought[2:] = 7.5
    m.passed_on[2:] = 0.5
    m.transferred[2:] = 1.0
    m.ventured[2:], m.premises_paid[2:], m.development[2:] = 1.0, 2.0, 3.0
    m.lever_envelope[2:] = 2.0
    m.lever_base[2:] = 50.0  # other lines do not touch the envelope
    unspent = value(record, "unspent_share")
    assert np.flatnonzero(~np.isnan(unspent)).tolist() == [13]
    # 7.5 - 0.5 - 1 buy service, 6 have other uses, 2 pay for levers: 14 of 20
    assert unspent[13] == pytest.approx(30.0)


def test_an_envelope_that_nobody_touches_is_unspent_and_one_used_up_is_not(blank: Make) -> None:
    record = blank()
    assert np.isnan(value(record, "unspent_share")).all()
    record.monthly.envelope[:] = 5.0
    assert value(record, "unspent_share")[11] == 100.0
    record.monthly.bought[:] = 5.0
    assert value(record, "unspent_share")[11] == 0.0
    record.monthly.bought[:] = 6.0  # of money carried over from the year before
    assert value(record, "unspent_share")[11] == pytest.approx(-20.0)


@pytest.mark.parametrize(("name", "part"), [("lots_switched", "switched"), ("lots_empty", "empty")])
def test_a_month_of_few_tenders_weighs_little_in_a_run(blank: Make, name: str, part: str) -> None:
    record = blank(months=4)
    record.monthly.tendered[:] = (0.0, 90.0, 0.0, 10.0)
    getattr(record.monthly, part)[:] = (0.0, 18.0, 0.0, 7.0)
    # 18 of 90, then 25 of 100; the mean of the months would be 45%
    np.testing.assert_allclose(value(record, name), [np.nan, 20.0, 20.0, 25.0])
    assert OUTCOMES[name].aggregate == "last"


def test_the_gap_by_need_is_between_where_most_and_least_arises_for_a_household(
    blank: Make,
) -> None:
    record = blank()
    # 0.4, 0.1, 0.3 and 0.2 needs for each of 1,000, 4,000, 2,000 and 3,000 households
    record.yearly.arisen[0] = (400.0, 400.0, 600.0, 600.0)
    record.yearly.resolved[0] = (100.0, 300.0, 450.0, 480.0)
    gap = value(record, "need_gap")
    assert np.flatnonzero(~np.isnan(gap)).tolist() == [11]
    assert gap[11] == pytest.approx(25.0 - 75.0)


def test_survival_is_that_of_agencies_there_in_january(blank: Callable[..., Record]) -> None:
    record = blank()
    record.monthly.agencies_grown[11] = 27.0
    record.monthly.closed_old[[2, 7]] = (1.0, 2.0)
    record.monthly.closed[3] = 5.0  # founded and closed within the year
    values = OUTCOMES["agency_survival"].compute(record)
    assert values[11] == pytest.approx(90.0)
    assert np.isnan(values[:11]).all()
    assert np.isnan(OUTCOMES["agency_survival"].compute(blank(months=11))).all()


def test_survival_of_a_run_counts_every_agency_once(ran: Record) -> None:
    values = OUTCOMES["agency_survival"].compute(ran)
    m = ran.monthly
    for december in (14, 26):
        there = m.agencies[december - 12]
        survivors = m.agencies_grown[december]
        assert values[december] == pytest.approx(100.0 * survivors / there)
        assert there - survivors == m.closed_old[december - 11 : december + 1].sum()


def test_known_income_of_an_agency(blank: Callable[..., Record]) -> None:
    record = blank(months=1)
    record.monthly.agency_income[0] = 3 * 5_000_000.0
    record.monthly.agencies_working[0] = 3.0
    assert OUTCOMES["agency_income"].compute(record)[0] == pytest.approx(60.0)
