"""The same inputs give the same bits, and luck belongs to who it happens to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import make_rule, rule_names
from sansheng.study.canonical import study_hash
from sansheng.study.config import Study
from sansheng.study.matching import match_spending, scaled_study
from sansheng.study.progress import Progress
from sansheng.study.run import run_study
from sansheng.study.simulate import Pilot, simulate_block
from sansheng.world.world import World

RULES = {name: (name, {}) for name in rule_names()}


def test_months_before_the_reform_are_the_same_for_all_rules(
    small: ModuleType, monkeypatch: pytest.MonkeyPatch, study: Callable[..., Study]
) -> None:
    """Every scenario continues one past, which no scenario before it has changed."""
    from sansheng.study import markets

    pasts: list[tuple[World, str]] = []
    after = markets.warmed_up
    monkeypatch.setattr(
        markets,
        "warmed_up",
        lambda *given: pasts.append((past := after(*given), small.digest(past))) or past,
    )
    started: list[str] = []
    go_on = markets.continued

    def watched(world: World, *given: object, **named: object) -> object:
        started.append(small.digest(world))
        return go_on(world, *given, **named)

    monkeypatch.setattr(markets, "continued", watched)
    simulate_block(study(RULES, start="2015-07", warm_up=18, months=6), 0, 0)
    [(_, digest)] = pasts
    assert started == [digest] * len(RULES)


@pytest.mark.parametrize("rule", rule_names())
def test_a_reform_starts_from_the_very_world_the_baseline_has(
    rule: str, small: ModuleType, study: Callable[..., Study]
) -> None:
    """Warming up longer under the baseline and reporting later gives the baseline's own months."""
    early = study({rule: (rule, {})}, start="2015-01", warm_up=0, months=18)
    late = study({rule: (rule, {})}, start="2015-07", warm_up=6, months=12)
    [whole], [rest] = simulate_block(early, 0, 0), simulate_block(late, 0, 0)
    # What is summed up since the first reported month depends on when that was.
    monthly = [outcome.aggregate == "mean" for outcome in OUTCOMES.values()]
    a, b = whole.months[6:, monthly], rest.months[:, monthly]
    yearly = np.isnan(b) != np.isnan(a)
    # A calendar year of which only half was reported has no yearly outcomes.
    assert np.isnan(b[yearly]).all()
    assert a[~yearly].tobytes() == b[~yearly].tobytes()


def test_asking_for_more_replicates_leaves_the_first_as_they_were(
    study: Callable[..., Study], tmp_path: Path
) -> None:
    from sansheng.study.reading import open_study

    few = open_study(run_study(study(RULES, months=13, replicates=2), tmp_path / "few", workers=1))
    many = open_study(
        run_study(study(RULES, months=13, replicates=4), tmp_path / "many", workers=1)
    )
    for outcome in few.outcomes:
        a, b = few.by_month(outcome), many.by_month(outcome)[:, :, :2]
        assert np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes(), outcome
    # And one alone is what it is among the others.
    plain = study(RULES, months=13)
    matches = match_spending(plain, Pilot, Progress(quiet=True))
    alone = simulate_block(scaled_study(plain, matches), 0, 3)
    for i, run in enumerate(alone):
        among = np.stack([many.by_month(outcome)[i, 0, 3] for outcome in many.outcomes], axis=1)
        assert run.months.tobytes() == np.ascontiguousarray(among).tobytes()


def test_replicates_and_seeds_differ(study: Callable[..., Study]) -> None:
    bits = {
        simulate_block(study(RULES, months=3, seed=seed), 0, replicate)[0].months.tobytes()
        for seed in (1, 2)
        for replicate in (0, 1)
    }
    assert len(bits) == 4


def test_the_number_of_workers_changes_no_bit(study: Callable[..., Study], tmp_path: Path) -> None:
    asked = study(RULES, months=13, replicates=3)
    hashes = {study_hash(run_study(asked, tmp_path / f"workers-{n}", workers=n)) for n in (1, 2)}
    assert len(hashes) == 1


def test_a_fresh_process_and_its_hash_seed_change_no_bit(
    small: ModuleType, tmp_path: Path, project: Path
) -> None:
    code = (
        "import small_world as s\n"
        "world = s.world()\n"
        "s.live(world, 'task_based', 14)\n"
        "print(s.digest(world))\n"
    )
    paths = [str(project / "src"), str(project / "tests" / "properties")]
    running = []
    for seed, locale in (("0", "C.UTF-8"), ("1", "zh_CN.GBK")):
        surroundings = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONPATH": os.pathsep.join(paths),
        }
        command = [sys.executable, "-c", code]
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(command, env=surroundings, cwd=tmp_path, stdout=pipe))
    printed = {process.communicate()[0].decode().strip() for process in running}
    world = small.world()
    small.live(world, "task_based", 14)
    assert printed == {small.digest(world)}


@pytest.mark.parametrize("rule", rule_names())
def test_one_more_case_in_one_community_gives_nobody_else_other_luck(
    rule: str, small: ModuleType
) -> None:
    """A minimally different world: needs elsewhere arise as they did, now and always."""
    worlds = (small.world(), small.world())
    here, month = 3, 5
    other = worlds[1].tables
    elsewhere = np.arange(other.communities.key.shape[0]) != here
    steps = zip(*(small.months(world, rule, 26) for world in worlds), strict=True)
    for t, _ in enumerate(steps):
        one, two = (world.tables.cases.arisen[elsewhere] for world in worlds)
        np.testing.assert_array_equal(one, two)
        if t < month:
            assert small.differing(*worlds) == []
        if t == month:
            other.cases.open[here, 0, 2, 1] += 1
        if t == month + 1:
            # Agencies and job seekers have not yet carried the difference anywhere.
            for name in ("open", "latent", "resolved", "paper"):
                one, two = (getattr(world.tables.cases, name)[elsewhere] for world in worlds)
                np.testing.assert_array_equal(one, two, err_msg=name)
    assert small.differing(*worlds) != []


def test_a_larger_community_has_more_need_and_its_neighbours_the_same(small: ModuleType) -> None:
    one, other = small.world(), small.world()
    other.tables.communities.households[3] += 40
    for world in (one, other):
        small.live(world, "functions_borne", 1)
    more = other.tables.cases.arisen - one.tables.cases.arisen
    assert (more[3] >= 0).all()
    assert not np.delete(more, 3, axis=0).any()


def test_needs_arise_alike_under_all_rules(small: ModuleType) -> None:
    """No rule makes needs: it can only have them reported or not."""
    arisen = []
    for name in rule_names():
        world = small.world()
        arisen.append(small.live(world, make_rule(name), 26).monthly.arisen)
    for other in arisen[1:]:
        np.testing.assert_array_equal(arisen[0], other)
