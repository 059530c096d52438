from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sansheng.core.streams import Key
from sansheng.processes.merit import DECEMBER, award_staff, award_stake, pay_projects
from sansheng.world.accounts import BASE_LINE, FINANCE, WAGES
from sansheng.world.schema import NOBODY, STATION, Tables

Blank = Callable[..., Tables]
Record = Callable[..., Any]
KEY = Key(1, 2)


def station(blank: Blank, *, projects: int = 2, certified: int = 3, score: float = 0.8) -> Tables:
    """Community 0: a station of six seats, one of them vacant, with some certified people and projects."""
    t = blank()
    t.communities.seats[0] = 6
    t.communities.score[0] = score
    t.communities.hours_by[0, :projects] = 10.0
    w = t.workers
    w.employer[:] = STATION
    w.filled[:5] = 1
    w.tier[:certified] = 2
    w.tier[5] = 4  # of whoever left
    return t


def paid(t: Tables, p: Any) -> list[int]:
    pay_projects(p, t.districts, t.communities, t.workers, t.money)
    bonus: list[int] = t.workers.bonus[:6].tolist()
    return bonus


def test_two_projects_at_300_yuan_and_a_score_of_80_make_160_yuan_for_each_of_three(
    blank: Blank, record: Record
) -> None:
    t = station(blank)
    assert paid(t, record(project_pay=300.0)) == [16_000, 16_000, 16_000, 0, 0, 0]
    assert t.communities.project_pay.tolist() == [60_000, 0], "what hung on the score"
    assert t.districts.bonuses[0] == 48_000
    assert t.money.balance[[FINANCE, BASE_LINE, WAGES]].tolist() == [-48_000, 0, 48_000]


def test_nobody_leads_more_than_one_project(blank: Blank, record: Record) -> None:
    t = station(blank, projects=4, certified=1)
    assert paid(t, record(project_pay=300.0))[0] == 24_000
    assert t.communities.project_pay[0] == 30_000


@pytest.mark.parametrize(
    ("pay", "projects", "certified", "score", "at_stake"),
    [(0.0, 2, 3, 0.8, 0), (300.0, 0, 3, 0.8, 0), (300.0, 2, 0, 0.8, 0), (300.0, 2, 3, 0.0, 60_000)],
)
def test_without_pay_projects_certificates_or_a_score_nothing_is_paid(
    blank: Blank,
    record: Record,
    pay: float,
    projects: int,
    certified: int,
    score: float,
    at_stake: int,
) -> None:
    t = station(blank, projects=projects, certified=certified, score=score)
    t.workers.bonus[:] = 7  # of last month
    assert paid(t, record(project_pay=pay)) == [0] * 6
    assert t.communities.project_pay[0] == at_stake
    assert t.districts.bonuses[0] == t.money.balance[WAGES] == 0


def test_pay_rises_with_the_score_the_rate_and_the_projects(blank: Blank, record: Record) -> None:
    def total(rate: float = 300.0, **of_station: Any) -> int:
        return sum(paid(station(blank, **of_station), record(project_pay=rate)))

    by_score = [total(score=s) for s in np.linspace(0.0, 1.0, 9)]
    by_rate = [total(rate) for rate in (0.0, 100.0, 400.0, 2000.0)]
    by_projects = [total(projects=n) for n in range(4)]
    for totals in (by_score, by_rate, by_projects):
        assert (np.diff(totals) > 0).all()


def agency(blank: Blank, skills: list[float]) -> Tables:
    """Agency people of these skills, all posted in subdistrict 0, beside one at a station and one posted nowhere."""
    t = blank(worker=len(skills) + 2)
    w = t.workers
    w.key[:] = np.arange(w.key.size)
    w.filled[:] = 1
    w.skill[:-2] = skills
    w.skill[-2:] = 99.0
    w.employer[-2] = STATION
    w.community[-1] = NOBODY
    return t


def awarded(t: Tables, p: Any, now: int = DECEMBER) -> list[int]:
    award_staff(KEY, now, p, t.districts, t.communities, t.workers, t.money)
    winners: list[int] = np.flatnonzero(t.workers.award).tolist()
    return winners


def test_the_best_two_fifths_of_those_posted_get_the_award(blank: Blank, record: Record) -> None:
    t = agency(blank, [0.7, 1.2, 0.9, 1.1, 0.8])
    p = record(award=2000.0, award_share=0.4, award_noise=0.0)
    assert awarded(t, p) == [1, 3]
    assert t.workers.award[1] == 200_000
    assert t.districts.awards[0] == t.money.balance[WAGES] == -t.money.balance[FINANCE] == 400_000


def test_each_subdistrict_appraises_its_own(blank: Blank, record: Record) -> None:
    t = agency(blank, [1.5, 1.4, 0.6, 0.5])
    t.communities.subdistrict[:] = 0, 1
    t.workers.community[2:4] = 1
    assert awarded(t, record(award=1.0, award_share=0.5, award_noise=0.0)) == [0, 2]


def test_all_or_none_are_awarded_at_the_ends(blank: Blank, record: Record) -> None:
    skills = [0.7, 1.2, 0.9]
    assert awarded(agency(blank, skills), record(award=1.0, award_share=1.0)) == [0, 1, 2]
    assert awarded(agency(blank, skills), record(award=1.0, award_share=0.0)) == []
    assert awarded(agency(blank, skills), record(award=0.0, award_share=1.0)) == []


def test_an_award_lasts_until_the_next_december(blank: Blank, record: Record) -> None:
    t = agency(blank, [0.7, 1.2])
    p = record(award=100.0, award_share=0.5, award_noise=0.0)
    assert awarded(t, p) == [1]
    assert awarded(t, p, DECEMBER + 1) == [1]
    assert t.districts.awards[0] == 0, "it is paid once"
    assert awarded(t, record(award=0.0), DECEMBER + 12) == []


def test_a_larger_share_takes_none_of_the_awards_away(blank: Blank, record: Record) -> None:
    skills = list(np.linspace(0.5, 1.5, 12))
    shares = np.linspace(0.0, 1.0, 11)
    winners = [
        set(awarded(agency(blank, skills), record(award=1.0, award_share=s, award_noise=0.3)))
        for s in shares
    ]
    for fewer, more in itertools.pairwise(winners):
        assert fewer <= more
    assert [len(w) for w in winners] == [0, 1, 2, 4, 5, 6, 7, 8, 10, 11, 12]


def test_what_is_at_stake_is_the_award_of_a_month_over_the_wage(record: Record) -> None:
    p = record(award=2400.0, award_share=0.25)
    assert award_stake(500_000, p) == pytest.approx(0.01)
    assert award_stake(250_000, p) == pytest.approx(0.02)
    assert award_stake(0, p) == 0.0
    assert award_stake(500_000, record(award=0.0)) == 0.0
    rising = [award_stake(500_000, record(award=a)) for a in (0.0, 1000.0, 2000.0, 20000.0)]
    assert (np.diff(rising) > 0.0).all()
