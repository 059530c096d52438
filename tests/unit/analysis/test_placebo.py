"""Changes that change nothing are exactly zero on sound rules, and each kind of broken rule is caught by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sansheng.analysis.placebo import CHECKS, Finding, findings_frame, placebo
from sansheng.analysis.placebo_rules import other_unit, two_halves
from sansheng.analysis.placebo_studies import before_start, fixed, null_reform, unit_of_count
from sansheng.policy.load import make_rule
from sansheng.study import matching
from sansheng.study.config import Study, load_study
from sansheng.study.schedule import first_difference
from sansheng.study.simulate import Question, listen, simulate_block

HEAD = """\
place: classroom
start: 2015-01
months: 13
warm_up: 1
replicates: 1
seed: 1
"""

RULES = """\
import sys
import time
import numpy as np
from sansheng import Allocation, Rule, quantity, split_fen

CALLS = [0]


def by(view, weights):
    return Allocation(split_fen(view.budget, weights.astype(float)))


def first_times(view, factor):
    weights = view.households.astype(float)
    weights[0] *= factor
    return by(view, weights)


class Sound(Rule):
    proportional = True

    def allocate(self, view):
        return by(view, view.households)


class Counts(Rule):
    def allocate(self, view):
        CALLS[0] += 1
        return first_times(view, 1 + CALLS[0] % 7)


class Chance(Rule):
    def allocate(self, view):
        return by(view, np.random.random(view.communities))


class Clock(Rule):
    def allocate(self, view):
        return first_times(view, 1 + time.perf_counter_ns() % 1009)


class Remembers(Rule):
    def allocate(self, view):
        self.__dict__["n"] = self.__dict__.get("n", 0) + 1
        return first_times(view, self.__dict__["n"])


class ReadsNames(Rule):
    def allocate(self, view):
        frame = sys._getframe()
        while frame is not None and "scenarios" not in frame.f_locals:
            frame = frame.f_back
        named = frame is not None and frame.f_locals.get("name") == "readsnames"
        return first_times(view, 2 if named else 1)


class FirstRow(Rule):
    def allocate(self, view):
        return first_times(view, 1.5)


class FixedSum(Rule):
    def allocate(self, view):
        return Allocation(np.full(view.communities, 1_000_000))


class Floor(Rule):
    proportional = True

    def allocate(self, view):
        return by(view, np.maximum(3000, view.households))


class WholeHundreds(Rule):
    quantities = tuple(
        quantity(name, 100.0, unit=unit, low=1.0, high=1e6, source="assumed", role="lever", en="a", zh="a")
        for name, unit in (("yuan", "yuan/year"), ("per", "households"))
    )

    def allocate(self, view):
        fen = round(100 * self.option("yuan"))
        return Allocation(view.households // round(self.option("per")) * fen)
"""

CAUGHT_BY = {
    "counts": {"null_reform", "relabelling", "row_order", "unit_of_money"},
    "chance": {"null_reform", "relabelling", "row_order", "unit_of_money"},
    "clock": {"null_reform", "relabelling", "row_order", "unit_of_money"},
    "remembers": {"null_reform"},
    "readsnames": {"null_reform", "relabelling"},
    "firstrow": {"row_order"},
    "fixedsum": {"unit_of_money"},
    "floor": {"two_halves"},
    "wholehundreds": {"unit_of_count"},
}
"""Checks that must find something wrong with each rule of :data:`RULES`."""

Found = Mapping[tuple[str, str], Finding]


def found_in(study: Study, replicates: int = 1) -> Found:
    findings = placebo(study, replicates=replicates, workers=1)
    return {(finding.check, finding.scenario): finding for finding in findings}


def written(folder: Path, scenarios: Mapping[str, object], **changes: object) -> Study:
    said = {"baseline": next(iter(scenarios)), "scenarios": scenarios, **changes}
    file = folder / "study.yaml"
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items()]
    kept = [line for line in HEAD.splitlines(keepends=True) if line.partition(":")[0] not in said]
    file.write_text("".join([*kept, *lines]), encoding="utf-8")
    return load_study(file)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The battery on a study of a sound rule and all broken ones."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "rules.py").write_text(RULES, encoding="utf-8")
    names = [
        line.split()[1].partition("(")[0] for line in RULES.splitlines() if line[:6] == "class "
    ]
    scenarios = {name.lower(): {"rule": f"rules.py:{name}"} for name in names}
    return found_in(written(folder, scenarios, equal_spend=False))


def test_nothing_moves_in_the_classroom(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MOST_PILOTS", 8)
    study = load_study(project / "experiments/classroom/study.yaml")
    found = found_in(study.model_copy(update={"months": 14, "warm_up": 2}), 2)
    assert {check for check, _ in found} == set(CHECKS)
    for at, finding in found.items():
        assert finding.status != "violated", finding
        inapplicable = at in {
            ("unit_of_count", "functions"),
            ("unit_of_count", "tasks"),
            ("before_start", "per_household"),
        }
        assert (finding.status == "not_applicable") == inapplicable, finding
        assert finding.compared > 0 or inapplicable


@pytest.mark.parametrize("rule", CAUGHT_BY)
def test_a_broken_rule_is_caught_by_what_it_breaks(rule: str, broken: Found) -> None:
    caught = {
        check for (check, name), f in broken.items() if name == rule and f.status == "violated"
    }
    assert caught >= CAUGHT_BY[rule]
    if rule not in ("counts", "chance", "clock", "remembers"):
        assert caught == CAUGHT_BY[rule]
    for check in caught:
        assert broken[check, rule].what is not None


def test_a_sound_rule_beside_broken_ones_is_cleared(broken: Found) -> None:
    told = {check: f.status for (check, name), f in broken.items() if name == "sound"}
    applicable = set(CHECKS) - {"unit_of_count", "before_start"}
    assert {check for check, status in told.items() if status == "zero"} == applicable


def test_the_first_violation_is_told_with_month_outcome_and_size(broken: Found) -> None:
    finding = broken["null_reform", "remembers"]
    # Its memory is that of an instance: a new one in February shows when it is next asked.
    assert (finding.replicate, finding.month) == (0, "2016-01")
    assert finding.difference != 0.0
    floor = broken["two_halves", "floor"]
    assert floor.what is not None
    assert floor.what.startswith("grants[")


def test_a_baseline_with_a_memory_of_its_own_is_seen_before_the_start(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(RULES, encoding="utf-8")
    scenarios = {"a": {"rule": "rules.py:Counts"}, "b": {"rule": "per_household"}}
    found = found_in(written(tmp_path, scenarios, equal_spend=False))
    assert found["before_start", "b"].status == "violated"


def test_a_rule_that_pays_each_community_alike_cannot_be_held_to_size(tmp_path: Path) -> None:
    study = written(tmp_path, {"equal": {"rule": "equal_split"}}, equal_spend=False)
    finding = found_in(study)["two_halves", "equal"]
    assert finding.status == "not_applicable"
    assert "2.00 times" in finding.reason.en
    assert "2.00 倍" in finding.reason.zh


def test_a_scenario_that_starts_late_is_compared_until_then(tmp_path: Path) -> None:
    scenarios = {
        "base": {"rule": "per_household"},
        "late": {"rule": [{"name": "per_household"}, {"name": "equal_split", "from": "2015-09"}]},
        "now": {"rule": "equal_split", "levers": [{"name": "audit_intensity"}]},
        "same": {"rule": "per_household"},
    }
    trial = before_start(fixed(written(tmp_path, scenarios)))
    months = {pair.scenario: pair.months for pair in trial.pairs}
    assert months == {"late": 8, "now": 6, "same": None}
    base = trial.study.scenarios["base"]
    for name in ("late", "now"):
        first = first_difference(base, trial.study.scenarios[name], trial.study.start)
        assert first is not None
        assert first.index - trial.study.start.index == months[name]
        assert trial.study.scales[name].start == first
    assert trial.study.scenarios["now"].levers[0].start == first


def test_a_twin_replaces_its_rule_in_every_month_and_keeps_dated_changes(tmp_path: Path) -> None:
    dated = [{"name": "per_household"}, {"name": "equal_split", "from": "2015-09"}]
    study = fixed(written(tmp_path, {"base": {"rule": "per_household"}, "late": {"rule": dated}}))
    twin = null_reform(study).study.scenarios["late = late"]
    names = [twin.rule.name, *(change.rule.name for change in twin.changes)]
    assert names == ["per_household"] * 8 + ["equal_split"] * 5


def test_money_for_100_households_is_told_for_one(tmp_path: Path) -> None:
    study = fixed(written(tmp_path, {"a": {"rule": {"name": "per_household", "yuan": 3000}}}))
    assert unit_of_count(study).study.scenarios["a"].rule.options == {"yuan": 30.0, "per": 1.0}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Question]:
    """What a rule is asked in two Januaries."""
    folder = tmp_path_factory.mktemp("asked")
    return listen(fixed(written(folder, {"a": {"rule": "per_household"}})), "a", 0).questions


def test_what_a_rule_was_asked_is_what_the_run_granted(
    asked: list[Question], tmp_path: Path
) -> None:
    from sansheng.outcomes.measures import OUTCOMES

    assert [question.month for question in asked] == [2015 * 12, 2016 * 12]
    (run,) = simulate_block(fixed(written(tmp_path, {"a": {"rule": "per_household"}})), 0, 0)
    granted = run.months[:12, list(OUTCOMES).index("granted")].mean()
    assert granted == pytest.approx(asked[0].answer.grants.sum() / 1e6, rel=1e-6)


def test_halves_of_a_community_together_get_its_money_to_the_odd_fen(asked: list[Question]) -> None:
    tally = two_halves(asked[0])
    assert (tally.found, tally.inapplicable) == (None, None)
    assert tally.rounding <= 2.0
    assert tally.compared >= 8 * asked[0].view.communities


def test_a_rule_that_promises_what_no_other_unit_can_tell_is_left_alone(
    asked: list[Question],
) -> None:
    from dataclasses import replace

    from sansheng.core.quantities import quantity

    narrow = quantity(
        "sum",
        100.0,
        unit="yuan",
        low=99.0,
        high=101.0,
        source="assumed",
        role="lever",
        en="a",
        zh="a",
    )
    kind = type("Narrow", (type(make_rule("equal_split")),), {"quantities": (narrow,)})
    assert other_unit(asked[0]._replace(rule=kind())).inapplicable is not None
    wide = type("Wide", (kind,), {"quantities": (replace(narrow, high=200.0),)})
    assert other_unit(asked[0]._replace(rule=wide())).inapplicable is None


def test_findings_are_a_table(broken: Found) -> None:
    frame = findings_frame(list(broken.values()))
    assert len(frame) == len(broken)
    assert frame["status"].isin(["zero", "violated", "not_applicable"]).all()
    assert np.issubdtype(frame["compared"].dtype, np.integer)
