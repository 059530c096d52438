from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.facts import source_ids
from sansheng.month import MONTH, PARAMETERS
from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import lever_names, rule_class, rule_names
from sansheng.study import run as run_module
from sansheng.study.config import load_study
from sansheng.study.reading import open_study
from sansheng.world.place import place_names

Command = Callable[..., Any]

FIELDS = {
    "outcome",
    "scenario",
    "baseline",
    "mean",
    "baseline_mean",
    "difference",
    "low",
    "high",
    "replicates",
}


def test_check_says_what_would_run(command: Command, grid_study: Path) -> None:
    answer = command("check", grid_study, "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    first, second = answer.out.splitlines()
    assert first == "ok: chenghua-2015, from 2015-01"
    assert second == "ok: 2 scenarios × 4 draws × 3 replicates = 24 runs of 3 months"


def test_check_says_how_many_runs_a_precision_may_take(command: Command, study: Path) -> None:
    text = study.read_text(encoding="utf-8")
    asked = "replicates: {half_width: 0.5, on: need_met, max: 200}"
    study.write_text(text.replace("replicates: 3", asked), encoding="utf-8")
    second = command("check", study, "--lang", "en").out.splitlines()[1]
    assert second == "ok: 2 scenarios × 1 draws × 30–200 replicates = 60–400 runs of 3 months"


def test_check_tells_every_fault_on_a_line_of_its_own(command: Command, project: Path) -> None:
    path = project / "configs" / "broken" / "several-faults.yaml"
    answer = command("check", path)
    assert (answer.code, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert len(lines) == 4
    for line in lines:
        assert re.match(rf"{re.escape(str(path))}:\d+:\d+: ", line)


def test_compare_gives_the_documented_fields_of_every_outcome(
    command: Command, results: Path
) -> None:
    answer = command("compare", results, "--json")
    assert answer.code == 0
    rows = json.loads(answer.out)["comparisons"]
    assert [row["outcome"] for row in rows] == list(OUTCOMES)
    for row in rows:
        assert set(row) >= FIELDS
        assert (row["scenario"], row["baseline"], row["replicates"]) == ("duties", "flat", 3)
        if row["mean"] is not None:
            assert row["low"] <= row["difference"] <= row["high"]
            assert row["difference"] == pytest.approx(row["mean"] - row["baseline_mean"])


def test_compare_turns_round_with_the_other_baseline(command: Command, results: Path) -> None:
    there = json.loads(command("compare", results, "--json").out)["comparisons"]
    turned = command("compare", results, "--json", "--baseline", "duties")
    back = json.loads(turned.out)["comparisons"]
    for one, other in zip(there, back, strict=True):
        assert one["difference"] == pytest.approx(-other["difference"])


def test_compare_names_the_nearest_baseline(command: Command, results: Path) -> None:
    answer = command("compare", results, "--baseline", "dutys")
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean 'duties'?" in answer.err
    assert answer.err.count("\n") == 1


def test_compare_shows_every_outcome(command: Command, results: Path) -> None:
    answer = command("compare", results, "--lang", "en")
    assert answer.code == 0
    for outcome in OUTCOMES.values():
        assert re.search(rf"^{re.escape(outcome.text.en)} ", answer.out, flags=re.MULTILINE)


def test_compare_of_a_grid_shows_every_point(
    command: Command, fake_model: ModuleType, grid_study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_module.run_study(load_study(grid_study), out, workers=1)
    answer = command("compare", out, "--lang", "en")
    headlines = sum(outcome.headline for outcome in OUTCOMES.values())
    points = re.findall(r"^ +[01] +(?:0|0\.8)  Functions", answer.out, flags=re.MULTILINE)
    spend = 1
    assert len(points) == 4 * (headlines + spend)
    rows = json.loads(command("compare", out, "--json").out)["comparisons"]
    assert len(rows) == 4 * len(OUTCOMES)


@pytest.mark.parametrize("verb", ["compare", "hash"])
def test_what_is_no_results_folder_is_refused(verb: str, command: Command, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", Path(__file__)):
        answer = command(verb, path)
        assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)


def test_the_hash_is_a_digest_and_nothing_else(command: Command, results: Path) -> None:
    answer = command("hash", results)
    assert answer.code == 0
    assert re.fullmatch("[0-9a-f]{64}\n", answer.out)


def test_the_hash_does_not_depend_on_the_pictures(command: Command, results: Path) -> None:
    before = command("hash", results).out
    (results / "figures").mkdir()
    (results / "figures" / "comparison.png").write_bytes(b"a picture")
    assert command("hash", results).out == before


def test_damaged_results_are_refused(command: Command, results: Path) -> None:
    for content, verb in (("months", "hash"), ("summary", "compare")):
        shard = next((results / "shards").glob(f"*-{content}.parquet"))
        damaged = bytearray(shard.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        shard.write_bytes(damaged)
        assert command(verb, results).code == 2


@pytest.mark.parametrize(
    ("what", "ids"),
    [
        ("rules", list(rule_names())),
        ("levers", list(lever_names())),
        ("places", place_names()),
        ("outcomes", list(OUTCOMES)),
        ("parameters", list(PARAMETERS)),
    ],
)
def test_a_list_holds_everything_in_both_languages(
    what: str, ids: list[str], command: Command
) -> None:
    entries = json.loads(command("list", what, "--json").out)
    assert [entry["id"] for entry in entries] == ids
    for lang in ("en", "zh"):
        table = command("list", what, "--lang", lang).out
        for entry in entries:
            assert entry[lang] in table
            assert entry["id"] in table


def test_a_list_of_parameters_holds_unit_range_and_source(command: Command) -> None:
    for entry in json.loads(command("list", "parameters", "--json").out):
        declared = PARAMETERS[entry["id"]]
        assert entry["unit"] == declared.unit
        assert (entry["low"], entry["default"], entry["high"]) == (
            declared.low,
            declared.default,
            declared.high,
        )
        assert tuple(entry["source"]) == declared.source


NAMES = [
    *rule_names(),
    *OUTCOMES,
    *PARAMETERS,
    *place_names(),
    *(step.name for step in MONTH),
    *(option.name for name in rule_names() for option in rule_class(name).quantities),
]


@pytest.mark.parametrize("name", sorted(set(NAMES)))
def test_every_name_has_an_explanation_in_both_languages(name: str, command: Command) -> None:
    answer = command("explain", name)
    assert answer.code == 0
    assert f"{name}（" in answer.out
    assert f"{name} (" in answer.out


def test_every_source_has_an_explanation(command: Command) -> None:
    for name in sorted(source_ids())[::25]:
        assert f"{name} (source)" in command("explain", name, "--lang", "en").out


def test_an_explanation_cites_the_words_of_its_source(command: Command) -> None:
    answer = command("explain", "yuan", "--lang", "en")
    assert "default: 3,750" in answer.out
    assert "range: 0..800,000" in answer.out
    assert "每百戶居民不少于3750元/年" in answer.out


def test_an_explanation_in_one_language_leaves_out_the_other(command: Command) -> None:
    assert "meaning" not in command("explain", "psi", "--lang", "zh").out
    assert "含义" not in command("explain", "psi", "--lang", "en").out


def test_what_nobody_knows_is_refused_with_the_nearest_name(command: Command) -> None:
    answer = command("explain", "need_mte")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "nothing is called 'need_mte'; did you mean 'need_met'?\n"


def test_a_name_that_stands_for_two_things_explains_both(command: Command) -> None:
    shared = {step.name for step in MONTH} & set(PARAMETERS)
    options = [q.name for name in rule_names() for q in rule_class(name).quantities]
    for name in shared | (set(options) & set(PARAMETERS)):
        assert command("explain", name, "--lang", "en").out.count(f"{name} (") >= 2


def test_results_open_again_as_the_study_that_was_run(results: Path) -> None:
    assert list(open_study(results).study.scenarios) == ["flat", "duties"]


def test_an_explanation_of_a_hybrid_shows_how_its_parts_are_written(command: Command) -> None:
    for lang, label in (("en", "parts: "), ("zh", "组成：")):
        said = command("explain", "hybrid", "--lang", lang).out
        parts = "parts: [{rule: functions_borne, weight: 0.5}, {rule: per_household, weight: 0.5}]"
        assert f"{label}{parts}" in said
    listed = {entry["id"]: entry for entry in json.loads(command("list", "rules", "--json").out)}
    assert list(listed) == list(rule_names())
    assert [name for name, entry in listed.items() if entry["parts"]] == ["hybrid"]
