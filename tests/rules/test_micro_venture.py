"""微创投: part of the money goes to projects of grassroots groups, by call and shortlist."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sansheng.policy.load import make_rule
from sansheng.policy.rules.micro_venture import MicroVenture
from sansheng.policy.view import View
from sansheng.world.accounts import claims_account, envelope_account
from sansheng.world.schema import GRASSROOTS

Views = Callable[..., View]
CALL = 2
"""Month of the call, unless parameters say otherwise."""
ON_TIME = {"venture_late": 0.0, "venture_months": 6.0, "grassroots_churn": 0.0}


@pytest.mark.parametrize("part", [0.0, 0.2, 1.0])
def test_the_pot_and_what_goes_by_household_are_the_budget(part: float, view: Views) -> None:
    seen = view()
    said = MicroVenture({"part": part}).allocate(seen)
    assert said.venture is not None
    assert said.venture.pot == round(part * seen.budget)
    assert said.grants.sum() + said.venture.pot == said.promised == seen.budget


def test_yuan_become_fen_and_the_shortlist_is_passed_on(view: Views) -> None:
    call = MicroVenture({"least": 1_000.0, "most": 20_000.0, "shortlist": 6.0}).allocate(view())
    assert call.venture is not None
    assert (call.venture.least, call.venture.most) == (100_000, 2_000_000)
    assert call.venture.shortlist == 6.0


def test_half_is_paid_at_the_start_and_half_on_completion(small: ModuleType) -> None:
    world = small.world(parameters={**ON_TIME, "venture_done": 1.0})
    t = world.tables
    claims = claims_account(1, 0)
    spent = 0
    for month, _ in enumerate(small.months(world, "micro_venture", 12)):
        if month != CALL:
            assert not t.money.ventured.any()
        else:
            spent = int(t.money.ventured.sum())
            granted = t.groups.grant[t.groups.grant > 0]
            assert 0 < spent <= t.incentives.venture_pot[0]
            assert granted.sum() == spent
            assert (granted >= t.incentives.venture_least[0]).all()
            assert (granted <= t.incentives.venture_most[0]).all()
        running = CALL <= month < CALL + 6
        assert t.money.balance[claims] == ((t.groups.grant // 2).sum() if running else 0)
        assert bool(t.groups.grant.any()) == running
    granted = int(t.incentives.grant.sum())
    assert t.money.balance[envelope_account(0)] == t.districts.envelope[0] - spent - granted


@pytest.mark.parametrize("why", ["not completed", "group gone"])
def test_the_second_half_comes_back_where_a_project_is_not_completed(
    why: str, small: ModuleType
) -> None:
    world = small.world(parameters={**ON_TIME, "venture_done": 1.0})
    t = world.tables
    small.live(world, "micro_venture", CALL + 1)
    spent, halves = int(t.money.ventured.sum()), int((t.groups.grant // 2).sum())
    if why == "group gone":
        t.groups.alive[t.groups.grant > 0] = 0
    else:
        world.parameters = world.parameters._replace(venture_done=0.0)
    back = 0
    for month, _ in enumerate(small.months(world, "micro_venture", 7)):
        ended = month == (0 if why == "group gone" else 5)
        assert bool(t.money.ventured.any()) == ended
        back -= int(t.money.ventured.sum())
        assert t.communities.joining.sum() == 0.0
    assert back == halves
    assert not t.groups.grant.any()
    assert t.money.balance[claims_account(1, 0)] == 0
    assert spent - back == pytest.approx(spent / 2, abs=t.groups.key.size)


def test_projects_bring_helpers_along_and_some_stay(small: ModuleType) -> None:
    worlds = [small.world(parameters={**ON_TIME, "venture_done": 1.0}) for _ in range(2)]
    lives = zip(
        small.months(worlds[0], make_rule("micro_venture", {"part": 0.4}), 12),
        small.months(worlds[1], make_rule("micro_venture", {"part": 0.0}), 12),
        strict=True,
    )
    extra = []
    for _ in lives:
        one, other = (w.tables.communities for w in worlds)
        extra.append(float((one.helpers - other.helpers).sum()))
        assert not other.ventured.any()
        running = worlds[0].tables.groups
        assert one.ventured.sum() == pytest.approx(running.members.sum())
    assert np.abs(extra[:CALL]).max() < 0.01  # but for what other grants do to trust
    assert min(extra[CALL : CALL + 6]) > 1.0
    assert 0.5 < extra[CALL + 6] < extra[CALL]


def test_more_money_pays_more_projects_and_no_group_has_two(small: ModuleType) -> None:
    paid = []
    for part in (0.05, 0.2, 0.6):
        world = small.world(parameters={"venture_apply": 0.9})
        small.live(world, make_rule("micro_venture", {"part": part}), CALL + 1)
        o = world.tables.groups
        assert (o.kind[o.grant > 0] == GRASSROOTS).all()
        paid.append(int((o.grant > 0).sum()))
    assert paid == sorted(set(paid))


def test_a_long_shortlist_finds_better_ideas(small: ModuleType) -> None:
    """What is seen at a second look decides among more: members for a yuan rise."""
    gain = []
    for shortlist in (1.0, 6.0):
        members = money = 0.0
        for seed in range(1, 6):
            world = small.world(
                small.place(small.district(organisations=400)),
                {"venture_apply": 0.9},
                seed=seed,
            )
            rule = make_rule("micro_venture", {"part": 0.3, "shortlist": shortlist})
            small.live(world, rule, CALL + 1)
            members += world.tables.groups.members.sum()
            money += world.tables.groups.grant.sum()
        gain.append(members / money)
    assert gain[1] > gain[0]


def test_a_district_without_a_call_has_no_projects(small: ModuleType) -> None:
    world = small.world(small.place(small.district(), small.district("other", envelope=0)))
    t = world.tables
    small.live(world, make_rule("micro_venture", {"part": 0.5}), CALL + 1)
    funded = t.groups.grant > 0
    assert funded.any()
    assert (t.groups.district[funded] == 0).all()
    assert not np.any(t.communities.ventured[t.communities.district == 1])
