"""What ``sansheng compare`` says, asks and refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.outcomes.measures import OUTCOMES
from sansheng.study import run as run_module
from sansheng.study.canonical import study_hash
from sansheng.study.config import load_study

Command = Callable[..., Any]
FAMILY = [name for name, o in OUTCOMES.items() if o.headline and o.kind == "true"]


@pytest.fixture
def sampled(fake_model: ModuleType, study: Path, tmp_path: Path) -> Path:
    """Results whose draws are a Latin hypercube."""
    with study.open("a", encoding="utf-8") as file:
        file.write("draws: {lhs: 4, over: [psi]}\n")
    return run_module.run_study(load_study(study), tmp_path / "sampled", workers=1)


def test_the_answer_says_what_it_rests_on_and_how_to_get_it_again(
    command: Command, results: Path
) -> None:
    first = command("compare", results, "--json", "--outcomes", "need_met")
    told = json.loads(first.out)
    assert set(told) == {"study", "hash", "command", "families", "comparisons", "ranking", "spread"}
    assert told["hash"] == study_hash(results)
    assert told["command"] == f"sansheng compare {results} --json --outcomes need_met"
    assert command(*told["command"].split()[1:]).out == first.out
    for lang, word in (("en", "Hash of the results: "), ("zh", "结果校验值：")):
        assert f"{word}{told['hash']}" in command("compare", results, "--lang", lang).out


def test_the_multiplicity_is_stated_in_numbers_and_in_words(
    command: Command, results: Path
) -> None:
    (family,) = json.loads(command("compare", results, "--json").out)["families"]
    assert family["outcomes"] == FAMILY
    assert family["method"] == "rotation"
    assert family["level"] == 0.95 < family["each"] < 1.0
    count, each = family["members"], f"{100 * family['each']:.2f}%"
    english = command("compare", results, "--lang", "en").out
    assert f"All {count} intervals hold together with 95% (each stands at {each})" in english
    chinese = command("compare", results).out
    assert f"{count} 个区间以 95% 的把握同时成立（单个区间水平 {each}）" in chinese


def test_the_first_table_is_that_of_the_family_with_its_verdicts_in_words(
    command: Command, results: Path
) -> None:
    first = command("compare", results, "--lang", "en").out.split("\n\n")[0].splitlines()
    assert first[0] == "Paired difference from Per household, 3 replicates"
    assert re.split(r"  +", first[1])[-3:] == ["zone", "ahead", "reading"]
    assert len(first) == 2 + len(FAMILY)


def test_chosen_outcomes_and_zones_decide(command: Command, results: Path) -> None:
    words = ("compare", results, "--outcomes", "need_met,wait", "--indifference", "wait=1e6")
    told = json.loads(command(*words, "--json").out)
    assert [row["outcome"] for row in told["comparisons"]] == ["need_met", "wait"]
    assert [row["zone"] for row in told["comparisons"]] == [0.5, 1e6]
    assert told["comparisons"][1]["verdict"] == "no_practical_difference"
    shown = command(*words, "--lang", "en").out
    assert re.search(
        r"^Age of open cases .*±1e\+06 .*no practical difference$", shown, re.MULTILINE
    )
    assert "Overdue share" not in shown


def test_true_outcomes_rank_and_places_are_shown(command: Command, results: Path) -> None:
    told = json.loads(command("compare", results, "--rank", "wait", "--json").out)["ranking"]
    assert sorted(row["scenario"] for row in told) == ["duties", "flat"]
    assert told[0]["mean"] <= told[1]["mean"]  # waiting less is better
    assert (
        "Ranking by Age of open cases"
        in command("compare", results, "--rank", "wait", "--lang", "en").out
    )


def test_a_sample_of_draws_has_a_mean_and_a_split_of_its_variance(
    command: Command, sampled: Path
) -> None:
    told = json.loads(command("compare", sampled, "--json").out)
    draws = [row["draw"] for row in told["comparisons"] if row["outcome"] == "need_met"]
    assert draws == [0, 1, 2, 3, "all"]
    assert [family["draw"] for family in told["families"]] == [0, 1, 2, 3, "all"]
    assert {row["outcome"] for row in told["spread"]} == set(FAMILY)
    shown = command("compare", sampled, "--lang", "en").out
    assert "mean over draws of the parameters, 12 pairs of runs" in shown
    assert "What makes differences vary: parameters or luck" in shown
    one = command("compare", sampled, "--draw", "2", "--lang", "en").out
    assert one.startswith("Paired difference from Per household, 3 replicates")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--baseline", "flit"), "no scenario 'flit'; allowed: flat, duties; did you mean 'flat'?"),
        (("--outcomes", "need_meet"), "no outcome 'need_meet'; did you mean 'need_met'?"),
        (("--rank", "need_meet"), "no outcome 'need_meet'; did you mean 'need_met'?"),
        (("--rank", "closure_reported"), "closure_reported cannot rank scenarios"),
        (("--indifference", "need_met"), "--indifference must be like need_met=0.5"),
        (("--indifference", "need_met=-1"), "must be a number of at least 0, not -1.0"),
        (("--draw", "7"), "no draw 7; allowed: 0..0"),
        (("--draw", "all"), "has no mean over draws: it has one draw"),
        (("--draw", "x"), "--draw must be a whole number"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_line(
    words: tuple[str, ...], said: str, command: Command, results: Path
) -> None:
    answer = command("compare", results, *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1
    chinese = command("compare", results, *words, "--lang", "zh")
    assert re.search("[一-鿿]", chinese.err)


def test_a_grid_is_not_averaged_over(
    command: Command, fake_model: ModuleType, grid_study: Path, tmp_path: Path
) -> None:
    out = run_module.run_study(load_study(grid_study), tmp_path / "grid", workers=1)
    answer = command("compare", out, "--draw", "all")
    assert answer.code == 2
    assert "its draws are a grid, different assumptions and not a sample" in answer.err


def test_one_replicate_is_refused(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path
) -> None:
    text = study.read_text(encoding="utf-8").replace("replicates: 3", "replicates: 1")
    study.write_text(text, encoding="utf-8")
    out = run_module.run_study(load_study(study), tmp_path / "one", workers=1)
    answer = command("compare", out)
    assert (answer.code, answer.out) == (2, "")
    assert "a comparison needs at least 2 replicates" in answer.err
