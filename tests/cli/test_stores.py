"""The verbs around a folder of results: run in parts, merge, verify, migrate, plan."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sansheng.cli.main import main
from sansheng.core import kernels
from sansheng.study.canonical import study_hash

STUDY = """\
place: classroom
start: 2015-12
months: 2
replicates: 3
seed: 1
equal_spend: false
baseline: flat
scenarios:
  flat:
    rule: per_household
  duties:
    rule: functions_borne
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    Path("study.yaml").write_text(STUDY, encoding="utf-8")


def sansheng(*words: str, lang: str = "en") -> int:
    return main([*words, "--lang", lang])


def run(out: str, *words: str) -> int:
    return sansheng("run", "study.yaml", "--out", out, "--workers", "1", "--quiet", *words)


def test_parts_are_merged_verified_and_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("one", "--shard", "1/2") == run("two", "--shard", "2/2") == 0
    capsys.readouterr()
    assert sansheng("merge", "whole", "one", "two") == 0
    assert capsys.readouterr().out == "6 of 6 runs are in whole\n"
    assert run("at-once") == 0
    assert study_hash("whole") == study_hash("at-once")
    capsys.readouterr()
    assert sansheng("verify", "whole", "--rerun", "2", "--quiet") == 0
    told = capsys.readouterr().out
    assert "6 of 6 runs are there" in told
    assert "2 runs made again: the same, bit for bit" in told


def test_a_part_alone_is_refused_unless_partial_results_are_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("one", "--shard", "1/2")
    capsys.readouterr()
    assert sansheng("compare", "one") == 2
    assert "of 6 runs 2 are missing and 0 failed" in capsys.readouterr().err
    assert sansheng("compare", "one", "--allow-partial") == 0
    told = capsys.readouterr().out
    assert "WARNING: partial results, 4 of 6 runs (0 failed, 2 missing)." in told
    assert "2/3 replicates" in told
    assert "[4/6 runs]" in told
    assert sansheng("compare", "one", "--allow-partial", lang="zh") == 0
    assert "6 次运行中已有 4 次" in capsys.readouterr().out
    assert sansheng("compare", "one", "--allow-partial", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["comparisons"]
    assert {
        (row["replicates"], row["planned"]) for row in rows if row["outcome"] == "need_met"
    } == {(2, 3)}


def test_going_on_is_the_default_and_starting_anew_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("out") == run("out", "--resume") == run("out", "--restart") == 0
    assert run("out", "--resume", "--restart") == 2
    assert "not allowed with argument" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["0/2", "3/2", "1", "1/", "/2", "a/b", "-1/2", "1/2/3", "１/２"])
def test_a_shard_that_is_none_is_told(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("out", f"--shard={word}") == 2
    assert "--shard must be I/N with 1 <= I <= N" in capsys.readouterr().err
    assert not Path("out").exists()


def test_an_old_store_is_migrated(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(project / "tests" / "stores" / "layout-2", "old")
    assert sansheng("migrate", "old", "new") == 0
    assert f"hash {study_hash('old')}, as before" in capsys.readouterr().out
    assert sansheng("compare", "new") == sansheng("compare", "old") == 0


def test_a_damaged_store_is_told_by_verify(capsys: pytest.CaptureFixture[str]) -> None:
    run("out")
    shard = next(Path("out/shards").glob("*-communities.parquet"))
    shard.write_bytes(shard.read_bytes()[:-1] + b"X")
    capsys.readouterr()
    assert sansheng("verify", "out") == 2
    told = capsys.readouterr().err
    assert f"{shard.name} cannot be trusted" in told
    assert told.count("\n") == 1


def test_a_plan_tells_runs_time_memory_disk_and_the_next_digit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert sansheng("plan", "study.yaml", "--workers", "2") == 0
    told = capsys.readouterr().out
    for line in (
        "2 scenarios × 1 draws × 3 replicates = 6, 2 months each",
        "seconds on 2 processes",
        "memory    about",
        "disk      about",
        "Need met: ±",
        "one more digit (intervals a tenth as wide): 300 replicates",
    ):
        assert line in told
    assert not Path("results").exists()
    assert sansheng("plan", "study.yaml", lang="zh") == 0
    assert "再多一位精度" in capsys.readouterr().out
    assert sansheng("plan", "study.yaml", "--json") == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 6


def test_a_plan_too_large_for_the_disk_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansheng.study import plan

    monkeypatch.setattr(plan.shutil, "disk_usage", lambda path: type("U", (), {"free": 1000}))
    assert sansheng("plan", "study.yaml") == 1
    told = capsys.readouterr().err
    assert "the disk has 0 MB free" in told.splitlines()[-1]


def test_recorded_events_are_stored_and_others_are_not(tmp_path: Path) -> None:
    from sansheng.outcomes.events.declared import EVENT_COLUMNS, EVENTS
    from sansheng.study.reading import open_study

    Path("study.yaml").write_text(STUDY + "record: {events: [1]}\n", encoding="utf-8")
    assert run("out") == 0
    data = open_study("out")
    events = data.events
    assert set(events["replicate"]) == {1}
    assert set(events["scenario"]) == {"flat", "duties"}
    assert list(events.columns) == ["scenario", "draw", "replicate", *(c.id for c in EVENT_COLUMNS)]
    assert set(events["event"]) <= {event.code for event in EVENTS}
    plain = tmp_path / "plain"
    plain.mkdir()
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    assert run("without") == 0
    assert open_study("without").events.empty
    assert study_hash("without") == study_hash("out")


def test_many_draws_are_counted_and_not_listed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansheng.cli import summary

    monkeypatch.setattr(summary, "MOST_LINES", 3)
    draws = "draws: {lhs: 4, over: [psi, lam]}\n"
    Path("study.yaml").write_text(STUDY + draws, encoding="utf-8")
    capsys.readouterr()
    assert run("out") == 0
    told = capsys.readouterr().out
    assert "Paired difference from Per household in 4 draws of the parameters" in told
    line = next(line for line in told.splitlines() if line.startswith("Need met"))
    better, neither, worse = map(int, line.split("Functions borne")[1].split()[:3])
    assert better + neither + worse == 4
    assert "Realised spend is not shown for 4 draws" in told
    assert sansheng("compare", "out", lang="zh") == 0
    assert "4 组参数下与" in capsys.readouterr().out


def test_a_study_runs_until_it_is_precise_enough(capsys: pytest.CaptureFixture[str]) -> None:
    from sansheng.study.precision import half_widths
    from sansheng.study.reading import open_study

    asked = "replicates: {half_width: 0.2, on: need_met, min: 10, max: 40}"
    text = STUDY.replace("replicates: 3", asked)
    Path("study.yaml").write_text(text, encoding="utf-8")
    assert run("out") == 0
    data = open_study("out")
    precision = data.study.precision
    assert precision is not None
    widths = half_widths(data.per_run("need_met"), 0, precision)
    assert data.shape[2] == 40 or widths[1, 0] <= 0.2
    assert data.shape[2] > 10
    assert asked in Path("out/study.yaml").read_text(encoding="utf-8")
