"""The verbs that ask how robust an answer is: what they refuse, and what they say."""

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
equal_spend: false
baseline: flat
scenarios:
  flat: {rule: per_household}
  tasks: {rule: task_based}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    file = tmp_path / "study.yaml"
    file.write_text(STUDY, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sensitivity", "--outcome", "need_mett"), "did you mean 'need_met'"),
        (("sensitivity", "--scenario", "task"), "did you mean 'tasks'"),
        (("sensitivity", "--only", "psi,psj"), "did you mean 'psi'"),
        (("sensitivity", "--method", "sobol"), "valid: morris"),
        (("sensitivity", "--trajectories", "1"), "at least 2"),
        (("manipulability", "--audit", "often"), "like 0.35,0.5"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_ends_with_two(
    words: tuple[str, ...], said: str, command: Command, study: Path
) -> None:
    answer = command(words[0], study, *words[1:], "--lang", "en", "--workers", 1)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_screening_tells_its_floor_and_what_turns_in_both_languages(
    command: Command, study: Path, tmp_path: Path
) -> None:
    words = ("sensitivity", study, "--only", "psi", "--trajectories", 2, "--replicates", 2)
    words += ("--confirm", 2, "--workers", 1)
    en, zh = command(*words, "--lang", "en"), command(*words)
    assert en.code == zh.code == 0
    for said in ("dummy", "Noise floor", "Assumed numbers that alone turn the sign", "From: "):
        assert said in en.out
    for said in ("噪声下限", "单独即可使符号翻转的假定参数", "来源："):
        assert said in zh.out
    out = tmp_path / "screen"
    told = json.loads(command(*words, "--out", out, "--json").out)
    assert told == json.loads((out / "sensitivity.json").read_text("utf-8"))
    assert {path.name for path in out.iterdir()} == {
        "sensitivity.csv", "sensitivity.json",
        *(f"sensitivity-{lang}.{kind}" for lang in ("zh", "en") for kind in ("png", "svg", "pdf")),
    }  # fmt: skip
    assert {row["parameter"] for row in told["parameters"]} == {"psi", "dummy"}
    assert told["origin"]["command"].startswith("sansheng sensitivity ")
