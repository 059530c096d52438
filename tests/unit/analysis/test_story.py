"""Accounts of how two runs part: every number is that of the events cited, and what is planted is told."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sansheng.analysis.story import links
from sansheng.analysis.story.account import Account, account_of
from sansheng.analysis.story.chains import Scope
from sansheng.analysis.story.lives import _beside, _of_community, _of_worker
from sansheng.analysis.story.proofs import PROOFS
from sansheng.analysis.story.recorded import Both
from sansheng.analysis.story.said import TEN_THOUSAND, Said, Sentence
from sansheng.analysis.story.told import Told, first_difference
from sansheng.core.text import Text
from sansheng.outcomes.events.declared import CODES, EVENT_COLUMNS, EVENTS
from sansheng.study.config import load_study
from sansheng.study.simulate import simulate_block

TITLES = {"one": Text("One", "甲"), "two": Text("Two", "乙")}
COLUMNS = [column.id for column in EVENT_COLUMNS]
START = 2015 * 12

Row = tuple[Any, ...]
"""Month from the start, code, actor, other, community, amount, count."""

WORKER, AGENCY, OTHER_AGENCY, COMMUNITY = 70_000, 20_000, 30_000, 3


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return a table of events, sorted as the log writes them."""
    made = []
    for month, code, actor, other, community, amount, count in rows:
        event = EVENTS[CODES[code]]
        kind = event.actor[0]
        if code == "wages":
            kind = "agency" if actor >= 10_000 else "station"
        theirs = event.other[0] if event.other else None
        made.append(
            (
                (START + month) // 12,
                (START + month) % 12 + 1,
                code,
                kind,
                actor,
                theirs,
                other,
                community,
                None,
                amount,
                count,
            )
        )
    made.sort(key=lambda row: (row[0], row[1], CODES[row[2]]))
    return pd.DataFrame(made, columns=COLUMNS)


def account(one: Sequence[Row], two: Sequence[Row], scope: Scope | None = None) -> Account:
    both = Both(Told("one", table(one)), Told("two", table(two)), TITLES, 0, 0, False)
    return account_of(both, scope or Scope())


def quiet(months: int = 24) -> list[Row]:
    """Nothing but everyday life: one community, two agencies, one worker of each."""
    none = float("nan")
    rows: list[Row] = [
        (0, "was_employed", WORKER, AGENCY, COMMUNITY, none, 9),
        (0, "was_employed", WORKER + 10_000, OTHER_AGENCY, -1, none, 9),
        (0, "was_serving", AGENCY, COMMUNITY, COMMUNITY, none, -1),
    ]
    for m in range(months):
        rows += [
            (m, "instalment", COMMUNITY, 1, COMMUNITY, 20_000.0, -1),
            (m, "service_bought", COMMUNITY, AGENCY, COMMUNITY, 15_000.0, -1),
            (m, "service_bought", COMMUNITY, OTHER_AGENCY, COMMUNITY, 5_000.0, -1),
            (m, "service_paid", AGENCY, 1, -1, 15_000.0, -1),
            (m, "wages", AGENCY, -1, -1, 6_000.0, 1),
            (m, "lapsed", COMMUNITY, -1, -1, none, 2),
            (m, "waiting", COMMUNITY, -1, -1, none, 30),
        ]
    return rows


def changed(rows: Sequence[Row], month: int, code: str, **to: Any) -> list[Row]:
    """Return rows of which those of a month and code (of an agency, if one is named) have another value."""
    agency, amount, count = to.get("agency"), to.get("amount"), to.get("count")
    found = []
    for row in rows:
        if row[0] == month and row[1] == code and agency in (None, row[2], row[3]):
            new = (row[5] if amount is None else amount, row[6] if count is None else count)
            found.append((*row[:5], *new))
        else:
            found.append(row)
    assert found != list(rows)
    return found


def planted(**where: Any) -> list[Row]:
    """Return a run with the whole chain in it, or with one end of a link put elsewhere."""
    late_by = where.get("late_by", AGENCY)
    late = where.get("late", 6)
    quits = where.get("quits", 7)
    waits = where.get("waits", 9)
    lapses = where.get("lapses", 10)
    none = float("nan")
    rows = changed(quiet(), 3, "instalment", amount=9_000.0)
    rows = changed(rows, 4, "service_bought", agency=AGENCY, amount=8_000.0)
    rows = changed(rows, late, "wages", amount=4_000.0)
    who = WORKER if late_by == AGENCY else WORKER + 10_000
    rows += [
        (5, "service_put_off", AGENCY, 1, -1, 7_000.0, late + 1 - 5),
        (late + 1, "service_paid_late", AGENCY, 1, -1, 7_000.0, -1),
        (late, "wage_late", who, late_by, COMMUNITY, 2_000.0, -1),
        (quits, "quit_over_wages", WORKER, AGENCY, COMMUNITY, 2_000.0, -1),
        (quits, "quit", WORKER, AGENCY, COMMUNITY, none, 16),
    ]
    for m in (8, 9, 10):
        rows = changed(rows, m, "service_bought", agency=AGENCY, amount=3_000.0)
    for m in range(waits, lapses + 1):
        rows = changed(rows, m, "waiting", count=44)
    return changed(rows, lapses, "lapsed", count=7)


def kinds(sentences: Sequence[Sentence]) -> list[str]:
    return [sentence.kind for sentence in sentences]


def check_said(account: Account, sentence: Sentence, said: Said) -> None:
    """Compare a number with the events that it names, and look for more that it should have named."""
    run = account.events[said.run]
    index = run["year"] * 12 + run["month"] - 1
    rows = run.iloc[[number - 1 for number in said.numbers]]
    if said.column == "time":
        assert set(index.loc[rows.index]) <= {said.value}
    elif said.column == "number":
        assert said.numbers == (said.value,)
    elif said.column in ("actor", "other", "community"):
        assert set(rows[said.column]) == {said.value}
    elif said.column == "rows":
        assert len(rows) == said.value
    else:
        assert rows[said.column].sum() == pytest.approx(said.value, abs=0.001)
    if said.events:
        some = run["event"].isin(said.events)
        some &= (index >= said.where["first"]) & (index <= said.where["last"])
        for column in set(said.where) - {"first", "last"}:
            some &= run[column] == said.where[column]
        assert tuple(np.flatnonzero(some) + 1) == said.numbers, (sentence.kind, said)
    if said.column in ("amount", "count"):
        for text in said.text:
            digits = float(re.sub(r"[^\d.]", "", text))
            scale = TEN_THOUSAND if "万" in text else 1
            assert digits * scale == pytest.approx(said.value, abs=0.5 if scale == 1 else 50.0)


def check_account(account: Account) -> None:
    for sentence in account.sentences:
        for said in sentence.said.values():
            check_said(account, sentence, said)
        for lang in ("en", "zh"):
            text = sentence.text.get(lang)
            shown = [said.text.get(lang) for said in sentence.said.values()]
            shown += [title.get(lang) for title in account.titles.values()]
            for part in sorted(shown, key=len, reverse=True):
                text = text.replace(part, " ")
            assert not re.search(r"[\d{}]", text), (lang, sentence.text.get(lang))
        marks = [re.findall(r"\[[^]]*\]", sentence.tell(lang)) for lang in ("en", "zh")]
        assert marks[0] == marks[1]
        assert bool(marks[0]) == bool(sentence.citations)
        assert sentence.because == ("Because" in sentence.text.en) == ("因为" in sentence.text.zh)
        if sentence.kind != "none":
            assert sentence.citations
    assert 1 <= len(account.sentences) <= 12
    assert all(len(chain) <= 7 for chain in account.chains)


STUDY = """\
place: classroom
start: 2015-01
months: 36
warm_up: 6
replicates: 2
seed: 1
baseline: households
equal_spend: false
record: {events: [0, 1]}
parameters: {advance: 0.0, p_late: 0.5, m_owed: 1.5, cash_months: 0.5}
scenarios:
  households: {rule: per_household}
  tasks: {rule: task_based}
  award: {rule: {name: performance_award, delay: 6}}
  tender: {rule: {name: tender, months: 12}}
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Told]:
    """Events of the classroom under several rules, money late and wages short."""
    path = tmp_path_factory.mktemp("story") / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    study = load_study(path)
    runs = {
        (run.scenario, replicate): Told(run.scenario, pd.DataFrame(run.events))
        for replicate in (0, 1)
        for run in simulate_block(study, 0, replicate)
    }
    return lambda scenario, replicate: runs[scenario, replicate]


def told(one: Told, two: Told, scope: Scope | None = None) -> Account:
    titles = {run.scenario: Text(run.scenario.title(), run.scenario) for run in (one, two)}
    return account_of(Both(one, two, titles, 0, 0, False), scope or Scope())


@pytest.mark.parametrize("replicate", [0, 1])
@pytest.mark.parametrize("rule", ["tasks", "award", "tender"])
def test_every_number_of_an_account_is_that_of_the_events_it_cites(
    lived: Callable[[str, int], Told], rule: str, replicate: int
) -> None:
    found = told(lived("households", replicate), lived(rule, replicate))
    check_account(found)
    assert found.same is not None
    assert sum(len(chain) for chain in found.chains) >= 3
    back = told(lived(rule, replicate), lived("households", replicate))
    check_account(back)
    assert [kinds(chain) for chain in back.chains] == [kinds(chain) for chain in found.chains]


def test_a_false_number_is_found_out(lived: Callable[[str, int], Told]) -> None:
    found = told(lived("households", 0), lived("tasks", 0))
    sentence = found.chains[0][0]
    said = next(s for s in sentence.said.values() if s.column == "amount")
    for wrong in (
        dataclasses.replace(said, value=said.value + 1.0),
        dataclasses.replace(said, numbers=said.numbers[1:]),
        dataclasses.replace(said, text=Text("1 yuan", "1元")),
    ):
        with pytest.raises(AssertionError):
            check_said(found, sentence, wrong)


def test_runs_that_are_the_same_never_part() -> None:
    found = account(quiet(), quiet())
    assert (found.same, found.chains, kinds(found.sentences)) == (None, (), ["never"])
    check_account(found)


@pytest.mark.parametrize("month", [0, 5, 23])
def test_everything_before_the_first_difference_is_the_same(month: int) -> None:
    one, two = quiet(), changed(quiet(), month, "waiting", count=31)
    found = account(one, two)
    a, b = table(one), table(two)
    assert found.same is not None
    pd.testing.assert_frame_equal(a.iloc[: found.same], b.iloc[: found.same])
    assert a["count"].iloc[found.same] != b["count"].iloc[found.same]
    check_account(found)


def test_a_run_that_tells_more_parts_where_the_other_ends() -> None:
    rows = quiet()
    more = [*rows, (23, "waiting", 99, -1, -1, float("nan"), 1)]
    assert first_difference(Told("one", table(rows)), Told("two", table(more))) == len(rows)
    check_account(account(rows, more))


def test_a_planted_chain_is_told_from_money_to_needs_given_up() -> None:
    found = account(quiet(), planted())
    check_account(found)
    (chain,) = found.chains
    assert kinds(chain) == ["money", "service", "wage", "quit", "hours", "waiting", "lapsed"]
    assert [sentence.because for sentence in chain] == [False, False, True, True] + [False] * 3
    text = " ".join(sentence.text.en for sentence in found.sentences)
    for part in ("9,000 yuan", "2,000 yuan", f"worker {WORKER}", "44 cases", "7 cases"):
        assert part in text
    assert "September 2015" not in chain[3].text.en
    assert "August 2015" in chain[3].text.en


@pytest.mark.parametrize(
    ("where", "missing"),
    [
        ({"late_by": OTHER_AGENCY}, "quit"),  # somebody else's wage is late
        ({"quits": 5}, "quit"),  # before the wage was late
        ({"late": 2, "quits": 15}, "quit"),  # the lag is over
        ({"waits": 17, "lapses": 18}, "waiting"),
    ],
)
def test_what_only_coincides_is_not_told(where: dict[str, int], missing: str) -> None:
    found = account(quiet(), planted(**where))
    check_account(found)
    for chain in found.chains:
        if "wage" in kinds(chain):
            assert missing not in kinds(chain)
            assert kinds(chain)[-1] == "ends"


def test_who_would_have_quit_anyhow_does_not_quit_over_wages() -> None:
    rows = [row for row in planted() if row[1] != "quit_over_wages"]
    assert not any("quit" in kinds(chain) for chain in account(quiet(), rows).chains)


def test_a_wage_that_has_been_paid_since_is_no_reason_to_quit() -> None:
    rows = [
        *planted(late=6, quits=8),
        (7, "wage_paid_late", WORKER, AGENCY, COMMUNITY, 2_000.0, -1),
    ]
    assert not any("quit" in kinds(chain) for chain in account(quiet(), rows).chains)


def test_late_money_is_a_reason_only_if_it_would_have_paid_the_wages() -> None:
    rows = planted()
    for code in ("service_put_off", "service_paid_late"):
        month = 5 if code == "service_put_off" else 7
        rows = changed(rows, month, code, amount=1_999.0)
    chains = account(quiet(), rows).chains
    assert any("wage" in kinds(chain) for chain in chains)
    assert not any(s.because for chain in chains for s in chain if s.kind == "wage")


def test_a_chain_that_exists_in_both_runs_is_no_difference() -> None:
    rows = planted()
    assert account(rows, rows).same is None
    later = changed(rows, 20, "waiting", count=31)
    assert not any("quit" in kinds(chain) for chain in account(rows, later).chains)


def test_a_scope_keeps_to_its_community_and_agency() -> None:
    here = account(quiet(), planted(), Scope(community=COMMUNITY, agency=AGENCY))
    assert "quit" in kinds(here.chains[0])
    for scope in (Scope(agency=OTHER_AGENCY), Scope(community=COMMUNITY + 1)):
        chains = account(quiet(), planted(), scope).chains
        assert not any({"quit", "wage"} <= set(kinds(chain)) for chain in chains)
        assert not any("waiting" in kinds(chain) for chain in chains if scope.community)


def test_it_does_not_matter_which_run_comes_first() -> None:
    forth, back = account(quiet(), planted()), account(planted(), quiet())
    check_account(back)
    assert [kinds(chain) for chain in forth.chains] == [kinds(chain) for chain in back.chains]


def test_every_link_leads_on_and_names_what_both_ends_know() -> None:
    order = {measure.id: n for n, measure in enumerate(links.MEASURES)}
    for link in links.LINKS:
        assert order[link.cause.id] < order[link.effect.id]
        assert set(link.same) <= set(link.cause.about) & set(link.effect.about)
        assert 0 <= link.least <= link.most
        assert link.proof is None or link.proof in PROOFS
        assert set(link.cause.events) <= set(CODES)
        if link.proof is not None:
            assert link.text is not None
            assert link.text.en.startswith("Because")
            assert link.text.zh.startswith("因为")
            continue
        text = link.text or link.effect.text
        assert (text is None) == (link.effect is links.PUT_OFF)
        assert text is None or ("ecause" not in text.en and "因" not in text.zh)


def test_json_of_an_account_holds_the_events_that_it_cites() -> None:
    found = account(quiet(), planted())
    told_ = found.as_dict()
    cited = {f"{row['run']}:{row['number']}" for row in told_["events"]}
    named = {
        mark
        for sentence in [told_["parting"], *(s for chain in told_["chains"] for s in chain)]
        for mark in sentence["citations"]
    }
    assert cited == named
    late = next(row for row in told_["events"] if row["event"] == "wage_late")
    assert (late["amount"], late["count"], late["category"]) == (2_000.0, -1, None)


def test_a_community_side_by_side_has_every_event_of_both_runs_once() -> None:
    one, two = Told("one", table(quiet())), Told("two", table(planted()))
    rows = [_of_community(run, COMMUNITY) for run in (one, two)]
    beside = _beside(one, two, rows)
    for name, some in zip("ab", rows, strict=True):
        assert sorted(beside[f"number_{name}"].dropna()) == (some + 1).tolist()
    early = beside[(beside["year"] == 2015) & (beside["month"] < 4)]
    assert early["same"].all()
    quits = beside[beside["event"] == "quit"]
    assert quits["number_a"].isna().all()
    assert quits["number_b"].notna().all()
    both = beside.dropna(subset=["number_a", "number_b"])
    assert (both["same"] == (both["amount_a"].eq(both["amount_b"]) | both["amount_a"].isna())
            & both["count_a"].eq(both["count_b"])).all()  # fmt: skip


def test_a_life_goes_on_under_another_number() -> None:
    none = float("nan")
    rows = [
        *quiet(),
        (3, "moved_away", WORKER, 90_001, COMMUNITY, none, 12),
        (3, "moved", 90_001, OTHER_AGENCY, COMMUNITY, none, -1),
        (8, "quit", 90_001, OTHER_AGENCY, COMMUNITY, none, 5),
    ]
    run = Told("one", table(rows))
    for number in (WORKER, 90_001):
        life = run.table.iloc[_of_worker(run, number)]
        assert life["event"].tolist() == ["was_employed", "moved_away", "moved", "quit"]
