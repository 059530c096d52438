"""``sansheng exchange`` and ``sansheng map`` at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

STUDY = """\
place: classroom
start: 2015-01
months: 12
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat: {rule: per_household}
  duties: {rule: functions_borne}
  nothing: {rule: no_fund}
  twin: {rule: per_household}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


QUICK = ("--replicates", "3", "--workers", "1", "--quiet")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["cannot at any money", "identical, 0 exactly", "yuan per 100 households a year"]),
        ("zh", ["多少钱都不能", "完全相同，差额恰为 0", "元/百户·年"]),
    ],
)
def test_the_exchange_rate_is_told_in_both_languages(
    command: Command, small: Path, lang: str, words: list[str]
) -> None:
    asked = ("--scenario", "nothing", "--scenario", "twin")
    answer = command("exchange", small, *asked, *QUICK, "--lang", lang)
    assert (answer.code, answer.err) == (0, "")
    for word in words:
        assert word in answer.out
    assert "sansheng exchange" in answer.out
    assert "nan" not in answer.out


def test_the_exchange_rate_as_json_has_no_number_where_there_is_none(
    command: Command, small: Path
) -> None:
    answer = command("exchange", small, "--scenario", "nothing", *QUICK, "--json")
    said = json.loads(answer.out)
    (row,) = said["scenarios"]
    assert (row["verdict"], row["spent"]) == ("never", None)
    assert said["baseline"]["name"] == "flat"


def test_exchange_rates_are_stored_and_drawn(command: Command, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "rates"
    answer = command("exchange", small, "--scenario", "duties", *QUICK, "--out", out, "--json")
    assert json.loads(answer.out) == json.loads((out / "exchange.json").read_text("utf-8"))
    assert (out / "rates.csv").read_bytes().startswith(b"\xef\xbb\xbfscenario,verdict,")
    assert {path.name for path in out.iterdir()} == {
        "rates.csv", "curves.csv", "exchange.json",
        *(f"exchange-{lang}.{kind}" for lang in ("zh", "en") for kind in ("png", "svg", "pdf")),
    }  # fmt: skip


def test_a_map_is_told_drawn_and_stored(command: Command, small: Path, tmp_path: Path) -> None:
    asked = ("--over", "psi,rho_FH", "--points", "2", "--scenario", "duties")
    answer = command("map", small, *asked, *QUICK, "--out", tmp_path / "map", "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    assert "psi = 1" in answer.out
    assert "Who gains in the corners" in answer.out
    assert "sansheng map" in answer.out
    assert {path.name for path in (tmp_path / "map").iterdir()} == {
        "cells.csv", "turns.csv", "gains.csv", "map.json",
        "map-zh.png", "map-zh.svg", "map-en.png", "map-en.svg",
    }  # fmt: skip


def test_a_map_as_json_is_what_is_stored(command: Command, small: Path, tmp_path: Path) -> None:
    asked = ("--over", "lam,psi", "--points", "2", "--outcome", "wait")
    answer = command("map", small, *asked, *QUICK, "--out", tmp_path / "map", "--json")
    said = json.loads(answer.out)
    assert said == json.loads((tmp_path / "map/map.json").read_text(encoding="utf-8"))
    assert (said["x"], said["y"], said["scenario"]) == ("lam", "psi", "duties")


def test_wrong_words_are_refused_in_one_line_with_the_nearest(
    command: Command, small: Path
) -> None:
    for words, said in (
        (("exchange", small, "--scenario", "dutys"), "did you mean 'duties'"),
        (("map", small, "--over", "psi"), "two different parameters"),
        (("map", small, "--over", "psi,lamb"), "did you mean 'lam'"),
        (("map", small), "--over"),
    ):
        answer = command(*words)
        assert answer.code == 2
        assert said in answer.err
        assert answer.err.count("\n") == 1
