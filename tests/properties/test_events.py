"""What the log of events tells adds up to what the record and the ledger say, to the fen and to the head."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sansheng.core.tables import F64, I64
from sansheng.month import PARAMETERS, open_world, pass_month, pass_months
from sansheng.outcomes.events import wages
from sansheng.outcomes.events.declared import EVENTS, HOLDERS, NONE
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.events.moment import Moment
from sansheng.outcomes.events.notice import quitters_if_owed
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.policy.load import make_rule
from sansheng.study.config import Study
from sansheng.study.simulate import simulate_block
from sansheng.world.accounts import WAGES, community_account
from sansheng.world.place import load_place
from sansheng.world.schema import STATION
from sansheng.world.world import World

RULES = ("per_household", "task_based", "tender", "performance_award", "micro_venture")
HARSH = {
    "owed_limit": 1.0,
    "rescue": 0.6,
    "loan_repay": 0.02,
    "cash_months": 0.5,
    "n_e": 0.3,
    "n_x": 0.12,
    "grassroots_churn": 0.15,
    "move_share": 1.0,
    "w_incumbent": 0.0,
    "station_share": 0.2,
    "known_months": 3.0,
    "ladder": 1.0,
    "ladder_months": 24.0,
    "hold_months": 0.0,
    "p_aud": 0.5,
    "lapse": 0.1,
    "m_a": 5.0,
    "registration": 1.0,
    "g_R": 2.0,
    "incubation": 0.5,
    "allowance": 400.0,
    "award": 2_000.0,
    "award_share": 0.3,
    "project_pay": 300.0,
    "training": 0.3,
    "outsourced": 0.2,
    "p_late": 0.6,
}
"""Agencies fail and are founded, lots change hands, wages are late, and every kind of pay is paid."""

MONTHS = 40


class Told:
    """A world that was lived through, its record and its events by month."""

    def __init__(self, world: World, rule: str, *, by_category: bool = False) -> None:
        self.world = world
        self.start = world.month
        self.record: Recorder = make_recorder(
            world.month, MONTHS, world.tables.communities.key.shape[0]
        )
        self.log = EventLog(world, by_category=by_category)
        self.received: list[I64] = []
        self.paid: list[I64] = []
        self.owed: list[I64] = []
        law = make_rule(rule)
        for _ in range(MONTHS):
            pass_month(world, law, self.record)
            self.log.note(world)
            self.received.append(world.tables.money.received.copy())
            self.paid.append(world.tables.money.paid.copy())
        self.table = self.log.table()

    def chosen(self, *codes: str, **where: Any) -> NDArray[np.bool_]:
        some = np.isin(self.table["event"], codes)
        for column, value in where.items():
            some &= self.table[column] == value
        return some

    def fen(self, *codes: str, **where: Any) -> I64:
        """Sum of amounts by month, fen."""
        return self._sum(np.rint(self.table["amount"] * 100.0), *codes, **where)

    def count(self, *codes: str, **where: Any) -> I64:
        """Sum of counts by month."""
        return self._sum(self.table["count"], *codes, **where)

    def rows(self, *codes: str, **where: Any) -> I64:
        """Rows by month."""
        return self._sum(np.ones(self.table["year"].size), *codes, **where)

    def _sum(self, values: Any, *codes: str, **where: Any) -> I64:
        some = self.chosen(*codes, **where)
        month = self.table["year"] * 12 + self.table["month"] - 1 - self.start
        out = np.zeros(MONTHS, dtype=np.int64)
        np.add.at(out, month[some], values[some].astype(np.int64))
        return out

    def recorded(self, *columns: str) -> F64:
        total: F64 = sum(getattr(self.record.monthly, column) for column in columns)
        return total


@pytest.fixture(scope="module", params=["small", "harsh", "two districts", "classroom"])
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=RULES)
def told(request: pytest.FixtureRequest, where: str, small: ModuleType) -> Told:
    places = {
        "small": small.world,
        "harsh": lambda: small.world(small.place(small.district(agencies=9)), HARSH, seed=3),
        "two districts": lambda: small.world(
            small.place(small.district(agencies=6), small.district("other", communities=3)), HARSH
        ),
        "classroom": lambda: open_world(load_place("classroom", PARAMETERS), {}, 3, 1, 24185),
    }
    return Told(places[where](), request.param)


def test_money_of_communities_and_districts_adds_up_to_the_record(told: Told) -> None:
    for recorded, codes in (
        ("granted", ("instalment", "tariff_won", "award_won")),
        ("bought", ("service_bought",)),
        ("returned", ("returned", "clawed_back")),
        ("transferred", ("posts_paid",)),
        ("premises_paid", ("premises_paid",)),
        ("development", ("development",)),
        ("settled", ("service_paid", "service_paid_late")),
        ("settled_late", ("service_paid_late",)),
        ("passed_on", ("clawback_shared",)),
        ("incubation", ("incubated",)),
        ("support", ("allowances", "project_pay", "staff_awards", "exam_training")),
    ):
        np.testing.assert_array_equal(told.fen(*codes), told.recorded(recorded), recorded)
    ventures = told.fen("venture_granted") - told.fen("venture_returned")
    np.testing.assert_array_equal(ventures, told.recorded("ventured"))


def test_wages_add_up_to_the_record(told: Told) -> None:
    stations = told.fen("wages", actor_kind="station")
    np.testing.assert_array_equal(stations, told.recorded("base_cost"))
    settled = told.fen("wages", "wage_paid_late", "wage_lost", "former_paid", "former_lost")
    earned = told.recorded("bill", "base_cost")
    np.testing.assert_array_equal(np.cumsum(earned - settled), told.recorded("owed"))


def test_loans_and_losses_add_up_to_the_record(told: Told) -> None:
    lost = told.fen("wage_lost", "former_lost", "insurance_lost", "loan_lost")
    np.testing.assert_array_equal(np.cumsum(lost), told.recorded("lost"))
    lent = told.fen("rescued") - told.fen("loan_repaid", "loan_lost")
    np.testing.assert_array_equal(np.cumsum(lent), told.recorded("loans"))
    np.testing.assert_array_equal(told.rows("rescued"), told.recorded("rescued"))


def test_people_received_what_is_told(told: Told) -> None:
    paid = told.fen("wages", "wage_paid_late", "former_paid")
    paid += told.fen("allowances", "project_pay", "staff_awards")
    np.testing.assert_array_equal(paid, [month[WAGES] for month in told.received])


def test_every_account_of_a_community_received_and_paid_what_is_told(told: Told) -> None:
    first = community_account(told.world.tables.districts.key.size, 0)
    for c in range(told.world.tables.communities.key.size):
        here = {"community": c + 1}
        came = ("instalment", "tariff_paid", "award_paid", "posts_paid", "clawback_shared")
        received = [month[first + c] for month in told.received]
        np.testing.assert_array_equal(told.fen(*came, **here), received)
        paid = [month[first + c] for month in told.paid]
        went = ("service_bought", "clawed_back", "returned")
        np.testing.assert_array_equal(told.fen(*went, **here), paid)


def test_people_add_up_to_the_record(told: Told) -> None:
    for recorded, codes, kind in (
        ("quits_base", ("quit",), "station"),
        ("quits_agency", ("quit",), "agency"),
        ("layoffs_agency", ("laid_off",), "agency"),
    ):
        rows = told.rows(*codes, other_kind=kind)
        np.testing.assert_array_equal(rows, told.recorded(recorded), recorded)
    np.testing.assert_array_equal(told.rows("moved", "promoted"), told.recorded("moves_agency"))
    left = told.count("quit", other_kind="agency") + told.count("laid_off", "moved_away")
    np.testing.assert_array_equal(left, told.recorded("tenure_left"))
    change = told.rows("hired", "was_employed") - told.rows("quit", "laid_off")
    np.testing.assert_array_equal(np.cumsum(change), told.recorded("staff_base", "staff_agency"))


def test_organisations_and_lots_add_up_to_the_record(told: Told) -> None:
    for recorded, codes in (
        ("founded", ("founded",)),
        ("closed", ("closed",)),
        ("tendered", ("contract_won", "contract_kept", "lot_failed")),
        ("switched", ("contract_lost",)),
        ("empty", ("lot_failed",)),
    ):
        np.testing.assert_array_equal(told.rows(*codes), told.recorded(recorded), recorded)


def test_cases_add_up_to_the_record(told: Told) -> None:
    for recorded, codes in (
        ("arisen", ("arisen",)),
        ("arisen_hard", ("arisen_hard",)),
        ("opened", ("opened",)),
        ("resolved", ("resolved_easy", "resolved_hard")),
        ("resolved_hard", ("resolved_hard",)),
        ("papered", ("papered",)),
        ("reopened", ("reopened",)),
        ("lapsed", ("lapsed",)),
        ("open", ("waiting",)),
    ):
        np.testing.assert_array_equal(told.count(*codes), told.recorded(recorded), recorded)


def test_whoever_still_sits_there_is_owed_what_came_late_and_was_not_paid_since(told: Told) -> None:
    w = told.world.tables.workers
    table = told.table
    owed: dict[int, int] = {}
    for code, sign in (("wage_late", 1), ("wage_paid_late", -1)):
        some = told.chosen(code)
        fen = np.rint(table["amount"][some] * 100.0).astype(np.int64)
        assert (fen > 0).all()
        for person, part in zip(table["actor"][some].tolist(), fen.tolist(), strict=True):
            owed[person] = owed.get(person, 0) + sign * part
    for seat in np.flatnonzero(w.filled):
        person = HOLDERS * (seat + 1) + w.generation[seat]
        assert owed.get(int(person), 0) == w.owed[seat]


def test_whoever_leaves_had_come(told: Told) -> None:
    table = told.table
    came = told.chosen("was_employed", "hired", "moved", "promoted")
    left = told.chosen("quit", "laid_off", "moved_away")
    assert np.unique(table["actor"][came]).size == came.sum(), "somebody comes twice"
    assert np.unique(table["actor"][left]).size == left.sum(), "somebody leaves twice"
    assert np.isin(table["actor"][left], table["actor"][came]).all()
    w = told.world.tables.workers
    seated = HOLDERS * np.arange(1, w.key.size + 1) + w.generation
    there = np.setdiff1d(table["actor"][came], table["actor"][left])
    np.testing.assert_array_equal(there, seated[w.filled == 1])
    away = told.chosen("moved_away")
    known = table["other"][away]
    known = known[known != NONE]
    assert np.unique(known).size == known.size
    assert np.isin(known, table["actor"][told.chosen("moved", "promoted")]).all()


def test_who_serves_whom_is_what_contracts_say_at_the_end(told: Told) -> None:
    t, table = told.world.tables, told.table
    some = told.chosen("was_serving", "serving", "served")
    serving = set()
    for code, agency, community in zip(
        table["event"][some], table["actor"][some], table["other"][some], strict=True
    ):
        pair = int(agency) // HOLDERS, int(community)
        (serving.discard if code == "served" else serving.add)(pair)
    holders = t.contracts.provider[t.communities.lot]
    expected = {(int(a) + 1, c + 1) for c, row in enumerate(holders) for a in row if a >= 0}
    assert serving == expected


def test_numbers_belong_to_rows_that_exist(told: Told) -> None:
    t, table = told.world.tables, told.table
    most = {
        "community": t.communities.key.size,
        "station": t.communities.key.size,
        "district": t.districts.key.size,
        "agency": t.providers.key.size,
        "worker": t.workers.key.size,
        "group": t.groups.key.size,
    }
    for side in ("actor", "other"):
        kinds = table[f"{side}_kind"]
        for kind, rows in most.items():
            who = table[side][(kinds == kind) & (table[side] != NONE)]
            row = who // (HOLDERS if kind in {"agency", "worker", "group"} else 1)
            assert ((row >= 1) & (row <= rows)).all(), (side, kind)
        nobody = np.array([kind is None for kind in kinds])
        assert (table[side][nobody] == NONE).all()


def test_whoever_quits_over_wages_is_owed_them_and_decided_otherwise_without(
    small: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, seen = wages.quits_over_wages, {"owed": 0, "over": 0}

    def compared(m: Moment, owed: I64) -> NDArray[np.bool_]:
        found = inner(m, owed)
        assert (owed[found] > 0).all()
        seen["owed"] += int(((m.t.workers.quits == 1) & (owed > 0)).sum())
        seen["over"] += int(found.sum())
        if not m.t.providers.closed.any() and m.now % 12 != 11:
            again = quitters_if_owed(m, owed)
            np.testing.assert_array_equal(again, m.t.workers.quits == 1)
        return found

    monkeypatch.setattr(wages, "quits_over_wages", compared)
    harsh = {**HARSH, "m_owed": 1.5, "advance": 0.0}
    told = Told(small.world(small.place(small.district(agencies=9)), harsh), "tender")
    assert 0 < seen["over"] < seen["owed"]
    over, quits = told.chosen("quit_over_wages"), told.chosen("quit")
    assert over.sum() == seen["over"]
    assert np.isin(told.table["actor"][over], told.table["actor"][quits]).all()


def test_nearly_everybody_who_moves_is_known_again(small: ModuleType) -> None:
    told = Told(small.chenghua(), "per_household")
    away = told.table["other"][told.chosen("moved_away")]
    assert away.size > 20
    assert (away != NONE).mean() > 0.95


def test_a_row_says_what_its_event_declares(told: Told) -> None:
    table = told.table
    for event in EVENTS:
        some = told.chosen(event.code)
        assert np.isnan(table["amount"][some]).all() == (event.amount is None or not some.any())
        assert not np.isnan(table["amount"][some]).any() or event.amount is None
        assert ((table["count"][some] >= 0) == (event.count is not None)).all()
        assert set(table["actor_kind"][some]) <= set(event.actor)
        assert set(table["other_kind"][some]) <= set(event.other or (None,))


def test_by_category_the_same_cases_are_told(small: ModuleType) -> None:
    world, other = small.world(), small.world()
    whole, parts = Told(world, "task_based"), Told(other, "task_based", by_category=True)
    ids = set(world.place.category_ids)
    for event in EVENTS:
        if event.count is not None:
            np.testing.assert_array_equal(whole.count(event.code), parts.count(event.code))
    some = parts.chosen("arisen", "resolved_hard", "lapsed")
    assert set(parts.table["category"][some]) <= ids
    assert set(whole.table["category"][whole.chosen("arisen")]) == {None}
    assert (parts.table["count"][some] > 0).all()


def test_the_worlds_of_these_tests_see_every_event(small: ModuleType) -> None:
    harsh = small.place(small.district(agencies=9))
    seen = set()
    for name in (*RULES, "special_fund"):
        for seed in (1, 2, 3):
            world = small.world(harsh, HARSH, seed=seed)
            seen |= set(Told(world, name).table["event"])
    assert {event.code for event in EVENTS} - seen <= {"was_serving"}


@pytest.mark.parametrize("rule", RULES)
def test_a_log_changes_no_bit(rule: str, small: ModuleType) -> None:
    plain, logged = (small.world(parameters=HARSH) for _ in range(2))
    first, second = (make_recorder(plain.month, MONTHS, 8) for _ in range(2))
    pass_months(plain, make_rule(rule), first, MONTHS)
    pass_months(logged, make_rule(rule), second, MONTHS, log=EventLog(logged))
    assert small.digest(plain) == small.digest(logged)
    assert small.outcomes(plain, first).tobytes() == small.outcomes(logged, second).tobytes()


def test_a_study_keeps_the_events_of_the_replicates_it_names(study: Callable[..., Study]) -> None:
    rules = {"one": ("per_household", {}), "other": ("task_based", {})}
    quiet, told = study(rules, replicates=2), study(rules, replicates=2, events=(1,))
    for replicate in (0, 1):
        runs = simulate_block(told, 0, replicate)
        for run, without in zip(runs, simulate_block(quiet, 0, replicate), strict=True):
            assert without.events is None
            assert run.months.tobytes() == without.months.tobytes()
            assert run.communities.tobytes() == without.communities.tobytes()
            assert (run.events is not None) == (replicate == 1)


def test_events_of_a_study_are_those_of_its_reported_months(study: Callable[..., Study]) -> None:
    asked = study({"one": ("per_household", {})}, warm_up=12, months=3, events=(0,))
    (run,) = simulate_block(asked, 0, 0)
    assert run.events is not None
    assert set(run.events["year"]) == {2015}
    assert set(run.events["month"]) == {1, 2, 3}
    assert "was_serving" in run.events["event"]


def test_what_a_community_pays_an_agency_is_what_the_agency_is_owed_within_a_fen_each(
    small: ModuleType,
) -> None:
    world = small.world()
    log = EventLog(world)
    t = world.tables
    before = t.providers.due.sum(axis=1)
    start = world.month
    booked = []
    for _ in small.months(world, "per_household", 18):
        log.note(world)
        settled = t.providers.income_month - t.providers.other_income
        booked.append((settled + t.providers.due.sum(axis=1) - before, t.providers.alive.copy()))
        before = t.providers.due.sum(axis=1)
    table = log.table()
    month = table["year"] * 12 + table["month"] - 1 - start
    for n, (fen, alive) in enumerate(booked):
        some = (table["event"] == "service_bought") & (month == n) & (table["other"] != NONE)
        told = np.zeros(fen.size, dtype=np.int64)
        rows = table["other"][some] // HOLDERS - 1
        np.add.at(told, rows, np.rint(table["amount"][some] * 100.0).astype(np.int64))
        same = (alive == 1) & (n % 12 != 11)  # other income changes with the year
        assert (np.abs(told - fen)[same] <= np.bincount(rows, minlength=fen.size)[same]).all()


def test_stations_pay_in_full_and_on_time(told: Told) -> None:
    w = told.world.tables.workers
    late = told.chosen("wage_late", "wage_paid_late", "wage_lost")
    seats = told.table["actor"][late] // HOLDERS - 1
    assert (w.employer[seats] != STATION).all()
