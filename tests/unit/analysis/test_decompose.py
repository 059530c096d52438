from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sansheng.analysis.decompose import Decomposition, _spread, decompose
from sansheng.analysis.shapley import shapley
from sansheng.cli.main import main
from sansheng.core.errors import BadInput
from sansheng.processes.channels import CHANNELS
from sansheng.study.config import load_study
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study

NAMES = [channel.name for channel in CHANNELS]

SCENARIOS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "households": ("per_household", {}),
    "twin": ("per_household", {}),
    "functions": ("functions_borne", {}),
    "tasks": ("task_based", {}),
    "plain": ("special_fund", {"earmark": 0.0}),
    "earmarked": ("special_fund", {"earmark": 1.0}),
    "late": ("tender", {"advance": 0.0}),
    "early": ("tender", {"advance": 0.8}),
}


def run(folder: Path, names: list[str], **settings: str) -> StudyData:
    """Run some of the scenarios."""
    said = {"place": "classroom", "start": "2015-01", "months": "15", "warm_up": "6", "seed": "4"}
    said |= {"replicates": "3", "baseline": names[0], **settings}
    lines = [f"{key}: {value}" for key, value in said.items()]
    lines.append("scenarios:")
    for name in names:
        rule, options = SCENARIOS[name]
        lines.append(f"  {name}: {{rule: {json.dumps({'name': rule, **options})}}}")
    file = folder / "study.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_study(run_study(load_study(file), folder / "out", workers=1))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> StudyData:
    """A study that ran, of scenarios that spend the same."""
    return run(tmp_path_factory.mktemp("equal"), ["households", "twin", "functions", "tasks"])


@pytest.fixture(scope="module")
def unscaled(tmp_path_factory: pytest.TempPathFactory) -> StudyData:
    """A study that ran, of rules that differ in one thing each; none is scaled."""
    names = ["households", "functions", "plain", "earmarked", "late", "early"]
    return run(tmp_path_factory.mktemp("unscaled"), names, equal_spend="false")


Ask = Callable[..., Decomposition]


def asking(data: StudyData) -> Ask:
    def asked(old: str, new: str, channels: list[str] | None = None, **more: Any) -> Decomposition:
        return decompose(data, old, new, channels=channels, replicates=3, workers=1, **more)

    return asked


@pytest.fixture(scope="module")
def ask(data: StudyData) -> Ask:
    """Decomposes a difference of scenarios that spend the same, in this process."""
    return asking(data)


@pytest.fixture(scope="module")
def ask_unscaled(unscaled: StudyData) -> Ask:
    """Decomposes a difference of rules that differ in one thing, in this process."""
    return asking(unscaled)


def means(found: Decomposition) -> dict[str, float]:
    return {share.name: share.mean for share in (*found.parts, *found.channels)}


def numbers(found: Decomposition) -> list[float]:
    shares = (found.total, *found.parts, *found.channels)
    return [value for share in shares for value in (share.mean, share.low, share.high)]


@pytest.mark.parametrize("outcome", ["need_met", "closure_gap", "turnover_agency"])
def test_two_scenarios_with_one_rule_differ_by_exactly_nothing_everywhere(
    outcome: str, ask: Ask
) -> None:
    found = ask("households", "twin", outcome=outcome)
    assert set(numbers(found)) == {0.0}
    assert all(np.isnan(share.percent) for share in found.channels)
    assert set(numbers(ask("tasks", "tasks", NAMES[:2], outcome=outcome))) == {0.0}


def test_ends_are_the_runs_of_the_study_bit_for_bit(data: StudyData, ask: Ask) -> None:
    for outcome in ("need_met", "satisfaction", "lots_empty"):
        found = ask("households", "tasks", ["money"], outcome=outcome)
        runs = data.per_run(outcome)[:, 0]
        where = {name: i for i, name in enumerate(data.scenarios)}
        old = [answer.hybrids[0] for answer in found.answers]
        new = [answer.free[-1] for answer in found.answers]
        assert old == runs[where["households"]].tolist()
        assert new == runs[where["tasks"]].tolist()
        assert [answer.hybrids[-1] for answer in found.answers] == new


@pytest.mark.parametrize("channels", [NAMES[:3], NAMES])
@pytest.mark.parametrize("pair", [("households", "tasks"), ("tasks", "functions")])
def test_shares_add_up_to_the_total(pair: tuple[str, str], channels: list[str], ask: Ask) -> None:
    found = ask(*pair, channels)
    whole = found.total.mean
    assert whole != 0.0
    assert sum(share.mean for share in found.parts) == pytest.approx(whole, rel=1e-9)
    assert sum(share.mean for share in found.channels) == pytest.approx(whole, rel=1e-9)
    assert sum(share.percent for share in found.channels) == pytest.approx(100.0, rel=1e-9)


def test_rules_that_only_give_to_others_differ_by_allocation_and_money_alone(
    ask_unscaled: Ask,
) -> None:
    found = ask_unscaled("households", "functions", ["money"])
    assert found.total.mean != 0.0
    assert means(found)["incentives"] == 0.0
    assert means(found)["other"] == 0.0
    assert means(found)["money"] == found.total.mean
    assert means(found)["allocation"] == pytest.approx(
        found.total.mean, abs=0.5 * abs(found.total.mean)
    )


def test_rules_that_only_differ_in_accounts_differ_by_paperwork_alone(
    ask_unscaled: Ask,
) -> None:
    found = ask_unscaled("plain", "earmarked", ["paperwork"])
    assert found.total.mean < 0.0
    assert means(found)["paperwork"] == found.total.mean
    assert means(found)["other"] == 0.0
    several = ask_unscaled("plain", "earmarked", ["paperwork", "turnover", "money", "matching"])
    assert means(several)["other"] == 0.0
    assert means(several)["paperwork"] < 0.8 * several.total.mean
    # Whatever else is freed without it has nothing to tell.
    held = several.freed()
    old = [answer.hybrids[0] for answer in several.answers]
    for replicate, rows in held[~held["paperwork"]].groupby("replicate"):
        assert set(rows["value"]) == {old[int(str(replicate))]}


def test_rules_that_only_pay_sooner_differ_by_nothing_in_what_is_paid_for(
    ask_unscaled: Ask,
) -> None:
    found = ask_unscaled("late", "early", ["cash"])
    assert found.total.mean != 0.0
    assert means(found)["incentives"] == 0.0
    assert means(found)["timing"] != 0.0


def test_what_a_frame_of_runs_is_shared_out_to_is_what_was_found(
    ask: Ask,
) -> None:
    found = ask("households", "tasks", ["money", "paperwork"])
    shares = shapley(found.hybrids(), ["allocation", "incentives", "timing"])
    np.testing.assert_allclose(shares["mean"], [share.mean for share in found.parts], rtol=1e-12)
    shares = shapley(found.freed(), ["money", "paperwork"])
    np.testing.assert_allclose(
        shares["mean"], [share.mean for share in found.channels[:-1]], rtol=1e-12
    )
    table = found.frame()
    assert table["of"].tolist() == ["part"] * 3 + ["channel"] * 3 + ["total"]
    assert table["mean"].iloc[-1] == found.total.mean


def test_processes_change_no_bit(data: StudyData, ask: Ask) -> None:
    one = ask("households", "tasks", ["money", "cash"])
    two = decompose(
        data, "households", "tasks", channels=["money", "cash"], replicates=3, workers=2
    )
    for a, b in zip(one.answers, two.answers, strict=True):
        assert a.hybrids.tobytes() == b.hybrids.tobytes()
        assert a.free.tobytes() == b.free.tobytes()


@given(st.integers(1, 12), st.data())
def test_a_year_in_the_months_of_another_keeps_every_fen(months: int, data: st.DataObject) -> None:
    fen = st.integers(0, 10**13)
    like = data.draw(arrays(np.int64, (months, 3), elements=fen))
    total = data.draw(arrays(np.int64, 3, elements=fen))
    spread = _spread(total, like)
    np.testing.assert_array_equal(spread.sum(axis=0), total)
    assert (spread >= 0).all()
    same = like.sum(axis=0)
    np.testing.assert_array_equal(_spread(same, like), like)
    scaled = [int(t) * int(x) / int(s) for t, x, s in zip(total, like[0], same, strict=True) if s]
    np.testing.assert_allclose(spread[0][same > 0], scaled, atol=1.0, rtol=1e-9)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "household", "--to", "tasks"], "did you mean 'households'"),
        (["--from", "tasks", "--to", "tusks"], "did you mean 'tasks'"),
        (["--from", "tasks", "--to", "twin", "--outcome", "spent"], "is money"),
        (["--from", "tasks", "--to", "twin", "--outcome", "need_mat"], "did you mean 'need_met'"),
        (["--from", "tasks", "--to", "twin", "--channels", "mony"], "did you mean 'money'"),
        (["--from", "tasks", "--to", "twin", "--channels", "cash,cash"], "named twice"),
        (["--from", "tasks", "--to", "twin", "--replicates", "1"], "at least 2"),
        (["--from", "tasks"], "--to"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(
    words: list[str], told: str, data: StudyData, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decompose", str(data.folder), *words, "--lang", "en"]) == 2
    error = capsys.readouterr().err.strip()
    assert told in error
    assert len(error.splitlines()) == 1


def test_an_outcome_that_some_run_leaves_undefined_is_refused(
    ask: Ask,
) -> None:
    with pytest.raises(BadInput, match="not defined in every run"):
        ask("households", "functions", ["money"], outcome="ventures_completed")


def test_percent_is_shown_only_of_a_difference_that_is_sure(
    data: StudyData, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["decompose", str(data.folder), "--channels", "paperwork", "--replicates", "2"]
    words += ["--workers", "1", "--lang", "en", "--quiet"]
    assert main([*words, "--from", "households", "--to", "twin"]) == 0
    shown = capsys.readouterr().out
    assert "includes 0" in shown
    assert "100%" not in shown
    sure = ["--from", "households", "--to", "tasks", "--outcome", "admin_share"]
    assert main([*words, *sure]) == 0
    shown = capsys.readouterr().out
    assert "includes 0" not in shown
    assert shown.count("100%") >= 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_verb_tells_shares_the_hash_and_the_command(
    lang: str, data: StudyData, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["decompose", str(data.folder), "--from", "households", "--to", "tasks"]
    words += [
        "--channels",
        "money,paperwork",
        "--replicates",
        "2",
        "--workers",
        "1",
        "--lang",
        lang,
    ]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["origin"]["hash"][:12] in shown
    assert told["runs"] == 2 * (8 + 3)
    assert [share["name"] for share in told["channels"]] == ["money", "paperwork", "other"]
    for share in (*told["parts"], *told["channels"], told["total"]):
        assert share[lang] in shown
        assert f"{share['mean']:+.3f}" in shown
    assert told["origin"]["command"].startswith("sansheng decompose")


def test_a_study_that_varies_parameters_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(
        "place: classroom\nstart: 2015-01\nmonths: 2\nwarm_up: 0\nreplicates: 2\nseed: 1\n"
        "baseline: a\nequal_spend: false\ngrid: {psi: [0.4, 0.6]}\n"
        "scenarios: {a: {rule: per_household}, b: {rule: equal_split}}\n",
        encoding="utf-8",
    )
    varied = open_study(run_study(load_study(file), tmp_path / "out", workers=1))
    with pytest.raises(BadInput, match="varies parameters"):
        decompose(varied, "a", "b")
