"""Scenarios spend alike, and a scale does what it says once, from its month on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sansheng.core.errors import BadInput
from sansheng.core.months import Month
from sansheng.core.scale import ONE, scaled
from sansheng.month import pass_months
from sansheng.outcomes.measures import OUTCOMES
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_lever, make_rule
from sansheng.policy.programme import Programme
from sansheng.study import matching
from sansheng.study.canonical import study_hash
from sansheng.study.config import LeverRef, RuleChange, RuleRef, Scaling, Scenario, Study
from sansheng.study.matching import TOLERANCE, Match, match_spending, scaled_study
from sansheng.study.progress import Progress
from sansheng.study.reading import open_study
from sansheng.study.run import run_study
from sansheng.study.simulate import Pilot, simulate_block
from sansheng.world.accounts import FINANCE, envelope_account

Make = Callable[..., Study]
START = Month(2015, 1)
SPENT = list(OUTCOMES).index("spent")
FEW = [(0, 2**30 + i) for i in range(8)]


@pytest.fixture(autouse=True)
def _few_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MOST_PILOTS", len(FEW))


def solved(study: Study) -> dict[str, Match]:
    return match_spending(study, Pilot, Progress(quiet=True))


def with_scenarios(study: Study, **scenarios: Scenario) -> Study:
    return study.model_copy(update={"scenarios": {**study.scenarios, **scenarios}})


def with_levers(*levers: LeverRef) -> Scenario:
    return Scenario(rule=RuleRef(name="per_household"), levers=levers)


def lever(name: str, start: Month = START, **options: float) -> LeverRef:
    return LeverRef(name=name, start=start, options=options)


def test_spending_is_equal_within_half_a_percent_once_it_is_solved(study: Make) -> None:
    plain = study(
        {
            "flat": ("per_household", {}),
            "half": ("per_household", {"yuan": 1875.0}),
            "tasks": ("task_based", {}),
        },
        warm_up=3,
    )
    told = lever("self_management", Month(2015, 5))
    audits = lever("audit_intensity")
    plain = with_scenarios(plain, both=with_levers(told, audits), one=with_levers(audits))
    matches = solved(plain)
    assert {match.status for match in matches.values()} == {"matched"}
    assert matches["half"].scale > 1.5 * ONE
    assert matches["both"].scale < ONE
    fresh = Pilot(plain, FEW)
    base = fresh.spending("flat", None)
    assert base is not None
    for name, scaling in scaled_study(plain, matches).scales.items():
        found = fresh.spending(name, scaling)
        assert found is not None
        assert found.total.mean() == pytest.approx(base.total.mean(), rel=TOLERANCE)
        assert found.total.mean() == matches[name].spent
    assert base.total.mean() == matches["half"].target


def test_one_rule_under_two_names_gives_the_same_bits(study: Make) -> None:
    tasks = ("task_based", {"floor": 0.0})
    matches = solved(study({"flat": ("per_household", {}), "a": tasks, "b": tasks}, months=14))
    assert matches["a"] == matches["b"]
    assert matches["a"].scale != ONE
    plain = study({"flat": ("per_household", {}), "a": tasks, "b": tasks}, months=14)
    flat, a, b = simulate_block(scaled_study(plain, matches), 0, 0)
    assert a.months.tobytes() == b.months.tobytes()
    assert a.communities.tobytes() == b.communities.tobytes()
    assert a.months.tobytes() != flat.months.tobytes()


def test_months_before_a_reform_stay_identical_bit_for_bit(study: Make) -> None:
    reform = Month(2015, 8)
    late = Scenario(
        rule=RuleRef(name="per_household"),
        changes=(RuleChange(start=reform, rule=RuleRef(name="equal_split")),),
    )
    raised = with_levers(lever("audit_intensity", reform))
    plain = study({"flat": ("per_household", {})}, months=14)
    plain = with_scenarios(plain, late=late, raised=raised)
    for millionths in (500_000, 1_500_000):
        scales = {name: Scaling(start=reform, millionths=millionths) for name in ("late", "raised")}
        runs = simulate_block(plain.model_copy(update={"scales": scales}), 0, 0)
        flat, *others = (run.months for run in runs)
        for other in others:
            assert flat[:7].tobytes() == other[:7].tobytes()
            before, after = flat[7:, SPENT].sum(), other[7:, SPENT].sum()
            assert (after - before) * (millionths - ONE) > 0.0


def test_a_scale_of_one_changes_no_bit(study: Make) -> None:
    plain = study({"flat": ("per_household", {}), "duties": ("functions_borne", {})}, months=14)
    scales = {"duties": Scaling(start=Month(2015, 6), millionths=ONE)}
    for one, two in zip(
        simulate_block(plain, 0, 0),
        simulate_block(plain.model_copy(update={"scales": scales}), 0, 0),
        strict=True,
    ):
        assert one.months.tobytes() == two.months.tobytes()


def lived(
    small: ModuleType, rule: str, scale: int, months: int = 36
) -> tuple[list[np.ndarray[Any, Any]], list[int]]:
    """Return grants by year, and what envelopes received each January beyond what they gave back."""
    world = small.world()
    law = make_rule(rule)
    record = make_recorder(world.month, months, world.tables.communities.key.size)
    grants, received = [], []
    for month in range(months):
        pass_months(world, law, record, 1, scale=scale)  # told every month: once is enough
        if month % 12 == 0:
            grants.append(world.tables.incentives.grant.copy())
            received.append(int(world.tables.money.received[envelope_account(0)]))
    assert world.scale == scale
    return grants, received


@pytest.mark.parametrize("rule", ["per_household", "incremental", "equal_split"])
@pytest.mark.parametrize("scale", [600_000, 1_700_000])
def test_a_scale_is_applied_once_and_not_year_after_year(
    small: ModuleType, rule: str, scale: int
) -> None:
    plain, budget = lived(small, rule, ONE)
    again, more = lived(small, rule, scale)
    for before, after in zip(plain, again, strict=True):
        np.testing.assert_allclose(after, before * (scale / ONE), rtol=0, atol=2.0)
    assert more == [scaled(amount, scale) for amount in budget]


def test_a_scale_within_a_year_tops_up_or_relieves_what_the_year_still_holds(
    small: ModuleType,
) -> None:
    for scale in (500_000, 2_000_000):
        world = small.world()
        law = make_rule("equal_split")
        record = make_recorder(world.month, 6, world.tables.communities.key.size)
        pass_months(world, law, record, 5)
        held = int(world.tables.money.balance[envelope_account(0)])
        others = world.tables.money.balance.sum()
        pass_months(world, law, record, 1, scale=scale)
        money, t = world.tables.money, world.tables
        assert money.received[envelope_account(0)] == max(0, scaled(held, scale) - held)
        assert money.balance.sum() == others
        assert t.incentives.grant.sum() == pytest.approx(scaled(held, scale), abs=8)
        assert money.balance[FINANCE] < 0


def test_what_stations_cannot_absorb_is_capped_and_no_failure(study: Make) -> None:
    plain = study(
        {"flat": ("per_household", {})},
        match_extra=True,
        months=12,
        parameters={"absorb": 800.0},
    )
    plain = with_scenarios(plain, raised=with_levers(lever("wage_parity")))
    matches = solved(plain)
    assert matches["raised"].scale == ONE
    assert matches["flat"].status == "capped"
    assert matches["flat"].spent < (1.0 - TOLERANCE) * matches["flat"].target
    assert matches["flat"].scale < matching.MOST
    runs = simulate_block(scaled_study(plain, matches), 0, 0)
    assert np.isfinite(runs[0].months[:, SPENT]).all()


def test_extra_money_gives_the_baseline_what_the_lever_costs_as_grants(study: Make) -> None:
    month = Month(2016, 1)
    plain = study({"flat": ("per_household", {})}, match_extra=True)
    plain = with_scenarios(plain, audits=with_levers(lever("audit_intensity", month, yuan=200.0)))
    matches = solved(plain)
    assert matches["audits"].scale == ONE
    assert matches["flat"].scale > ONE
    assert matches["flat"].spent == pytest.approx(matches["audits"].spent, rel=TOLERANCE)
    unscaled, _ = simulate_block(plain, 0, 0)
    flat, audits = simulate_block(scaled_study(plain, matches), 0, 0)
    assert flat.months[:12].tobytes() == audits.months[:12].tobytes()
    assert flat.months[:12].tobytes() == unscaled.months[:12].tobytes()


def test_a_wage_rise_that_eats_the_envelope_is_refused(study: Make) -> None:
    plain = study({"flat": ("per_household", {})}, months=6)
    plain = with_scenarios(plain, raised=with_levers(lever("wage_parity")))
    with pytest.raises(BadInput) as refused:
        solved(plain)
    text = refused.value.problems[0].text
    pilot = Pilot(plain, FEW)
    base, other = (pilot.spending(name, None) for name in ("flat", "raised"))
    assert base is not None
    assert other is not None
    for amount in (10_000 * base.total.mean(), 10_000 * other.levers.mean()):
        assert f"{amount:,.0f}" in text.en
        assert f"{amount:,.0f}" in text.zh


def test_a_reserve_that_a_smaller_envelope_cannot_hold_ends_no_pilot(study: Make) -> None:
    dear = lever("self_management", yuan=10_000.0)
    plain = with_scenarios(study({"flat": ("per_household", {})}, months=3), dear=with_levers(dear))
    pilot = Pilot(plain, FEW[:1])
    scaling = Scaling(start=START, millionths=matching.LEAST)
    assert pilot.spending("dear", None) is not None
    assert pilot.spending("dear", scaling) is None


def test_every_yuan_is_counted_once(small: ModuleType) -> None:
    """What is called spent is what communities got, less what was taken back, returned or is held, and levers."""
    world = small.world(parameters={"p_aud": 0.5})
    record = make_recorder(world.month, 24, world.tables.communities.key.size)
    programme = Programme()
    programme.expect([make_lever("burden_cut"), make_lever("self_management")])
    law = make_rule("task_based", {"pass_through": 1.0})
    got = 0
    for _ in range(2):
        pass_months(world, law, record, 12, programme=programme)
        got += int(world.tables.communities.received_year.sum())
    m = record.monthly
    found = small.outcomes(world, record)[:, SPENT].sum() * 1_000_000 / 12.0
    levers = (m.lever_base + m.lever_envelope + m.lever_capital).sum()
    assert m.passed_on.sum() > 0.0
    assert levers > 0.0
    assert found == pytest.approx(got - m.returned.sum() - m.held[-1] + levers, abs=1.0)


def test_scales_depend_on_neither_workers_nor_replicates(
    study: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    hashes = set()
    for number, (workers, replicates) in enumerate(((1, 3), (2, 3), (1, 2))):
        plain = study(
            {"flat": ("per_household", {}), "half": ("per_household", {"yuan": 1875.0})},
            months=3,
            replicates=replicates,
        )
        source = f'{{"replicates": {replicates}, "seed": 1, "place": "p", "start": "2015-01", "months": 3}}'
        plain = plain.model_copy(update={"source": source})
        out = run_study(plain, tmp_path / str(number), workers=workers)
        data = open_study(out)
        told.append([scenario["spending"] for scenario in data.manifest["scenarios"]])
        if replicates == 3:
            hashes.add(study_hash(out))
    assert told[0] == told[1] == told[2]
    assert told[0][1]["scale"] > 1.5
    assert len(hashes) == 1
