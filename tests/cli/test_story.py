from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sansheng
from sansheng.core.errors import BadInput, RunFailed
from sansheng.study.config import load_study
from sansheng.study.reading import open_study
from sansheng.study.run import run_study

Command = Callable[..., Any]

STUDY = """\
place: classroom
start: 2015-01
months: 18
replicates: 2
seed: 1
baseline: one
equal_spend: false
RECORD
scenarios:
  one: {rule: per_household}
  again: {rule: per_household}
  tasks: {rule: task_based}
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Results of the same study with events of the second replicate, and without."""
    folder = tmp_path_factory.mktemp("story")
    found = {}
    for name, record in (("kept", "record: {events: [1]}"), ("quiet", "")):
        path = folder / f"{name}.yaml"
        path.write_text(STUDY.replace("RECORD", record), encoding="utf-8")
        found[name] = run_study(load_study(path), folder / name, workers=1)
    return found


def test_events_made_again_tell_the_story_of_those_that_were_kept(
    command: Command, folders: dict[str, Path]
) -> None:
    told = {}
    for name, folder in folders.items():
        answer = command("story", folder, "--to", "tasks", "--replicate", "1", "--json", "--quiet")
        assert (answer.code, answer.err) == (0, "")
        told[name] = json.loads(answer.out)
        assert told[name].pop("runs_made_again") == (name == "quiet")
        assert told[name].pop("origin")["command"].startswith("sansheng story")
    assert told["kept"] == told["quiet"]
    assert told["kept"]["same"] > 0


@pytest.mark.parametrize(("lang", "word"), [("en", "the next one differs"), ("zh", "开始不同")])
def test_the_story_is_told_in_both_languages(
    command: Command, folders: dict[str, Path], lang: str, word: str
) -> None:
    answer = command("story", folders["kept"], "--to", "tasks", "--replicate", "1", "--lang", lang)
    assert (answer.code, answer.err) == (0, "")
    assert word in answer.out
    assert re.search(r"\[A:[\d–]+\]\[B:[\d–]+\]", answer.out)


def test_rules_that_are_the_same_never_part(command: Command, folders: dict[str, Path]) -> None:
    answer = command("story", folders["quiet"], "--to", "again", "--lang", "en", "--quiet")
    assert answer.code == 0
    assert "the two never part" in answer.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say which scenario"),
        (["--to", "task"], "did you mean 'tasks'"),
        (["--to", "one"], "name two scenarios"),
        (["--to", "tasks", "--replicate", "2"], "replicates 0 to 1"),
        (["--to", "tasks", "--replicate", "1", "--community", "9"], "nearest number is 8"),
        (["--to", "tasks", "--replicate", "x"], "--replicate must be a whole number"),
    ],
)
def test_what_is_not_there_is_named(
    command: Command, folders: dict[str, Path], words: list[str], message: str
) -> None:
    answer = command("story", folders["kept"], *words, "--lang", "en")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert answer.err.count("\n") == 1


def test_no_story_is_told_of_runs_that_come_out_otherwise(folders: dict[str, Path]) -> None:
    data = open_study(folders["quiet"])
    false = [replace_checksum(row) for row in data.ledger]
    with pytest.raises(RunFailed, match="gives other numbers"):
        sansheng.first_divergence(replace(data, ledger=false), "one", "tasks")


def replace_checksum(row: Any) -> Any:
    return row._replace(checksum="0" * 64)


def test_lives_and_communities_stand_side_by_side(folders: dict[str, Path]) -> None:
    data = open_study(folders["kept"])
    account = sansheng.first_divergence(data, "one", "tasks", replicate=1)
    story = sansheng.community_story(data, 3, "one", "tasks", replicate=1)
    for name in "ab":
        events = account.events[name.upper()]
        rows = events.iloc[story[f"number_{name}"].dropna().astype(int) - 1]
        assert (rows["community"] == 3).sum() == (events["community"] == 3).sum()
    worker = int(account.events["A"].loc[lambda t: t["event"] == "quit", "actor"].iloc[0])
    life = sansheng.worker_life(data, worker, "one", "tasks", replicate=1)
    assert {"was_employed", "hired"} & set(life["event"])
    assert "quit" in set(life.loc[life["number_a"].notna(), "event"])
    with pytest.raises(BadInput, match="worker 5"):
        sansheng.worker_life(data, 5, "one", "tasks", replicate=1)
