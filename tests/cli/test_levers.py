"""Levers, as the command tells of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sansheng.policy.load import lever_class, lever_names

Command = Callable[..., Any]


def test_all_levers_are_listed_with_the_line_that_pays(command: Command) -> None:
    listed = json.loads(command("list", "levers", "--json").out)
    assert [entry["id"] for entry in listed] == list(lever_names())
    assert [entry["line"] for entry in listed] == [lever_class(n).line for n in lever_names()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_lever_is_explained_with_its_channel_and_its_price(command: Command, lang: Any) -> None:
    answer = command("explain", "deliberation_halls", "--lang", lang)
    lever = lever_class("deliberation_halls")
    assert answer.code == 0
    for said in (lever.title, lever.about, lever.institution, lever.cost):
        assert said.get(lang) in answer.out
    assert "communities.hall" in answer.out
    assert "S-B08" in answer.out


def test_what_a_line_cannot_pay_is_refused_before_anything_runs(
    command: Command, study: Path, tmp_path: Path
) -> None:
    text = study.read_text(encoding="utf-8").replace("chenghua-2015", "classroom")
    reform = "  pay:\n    rule: per_household\n    levers:\n      - {name: wage_parity, line: envelope}\n"
    study.write_text(text + reform, encoding="utf-8")
    for words in (["check", study], ["run", study, "--out", tmp_path / "out"]):
        answer = command(*words, "--lang", "en")
        assert answer.code == 2, answer.err
        assert "wage_parity: cost " in answer.err
        assert not (tmp_path / "out").exists()
