from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.errors import (
    BadInput,
    Problem,
    RunFailed,
    Where,
    did_you_mean,
    nearest,
    printable,
    quoted,
)
from sansheng.core.text import Text

AWAY = Problem(Text("too many", "过多"), Where("a.yaml", 3, 7))


def test_a_located_problem_reads_file_line_column_text() -> None:
    assert AWAY.line() == "a.yaml:3:7: too many"
    assert AWAY.line("zh") == "a.yaml:3:7: 过多"


def test_a_problem_without_a_place_is_its_text() -> None:
    assert Problem(Text("no", "否")).line("zh") == "否"


@given(st.text())
def test_a_problem_is_one_line_that_any_terminal_can_show(text: str) -> None:
    line = Problem(Text(text, text), Where(text, 1, 1)).line()
    assert line.splitlines() in ([line], [])
    line.encode("utf-8")
    assert not any(char in line for char in "\x00\x07\x1b\x7f\x9b\u202e\u2066")


def test_escapes_show_what_was_there() -> None:
    assert printable("a\nb\x1b[31m\u202e\ud800") == r"a\nb\x1b[31m\u202e\ud800"
    assert printable("街道　社工") == "街道　社工"


def test_bad_input_takes_one_problem_or_several() -> None:
    assert BadInput(AWAY).problems == (AWAY,)
    two = BadInput(iter([AWAY, Problem(Text("b", "乙"))]))
    assert str(two) == "a.yaml:3:7: too many\nb"


def test_bad_input_without_a_problem_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        BadInput([])


def test_failures_cross_process_borders_whole() -> None:
    bad = pickle.loads(pickle.dumps(BadInput([AWAY, AWAY])))  # noqa: S301
    assert bad.problems == (AWAY, AWAY)
    failed = pickle.loads(pickle.dumps(RunFailed(AWAY)))  # noqa: S301
    assert failed.problem == AWAY
    assert str(failed) == AWAY.line()


def test_the_nearest_name_ignores_case() -> None:
    assert nearest("montsh", ["months", "scenarios"]) == "months"
    assert nearest("RHO", ["rho", "psi"]) == "rho"
    assert nearest("按户拔款", ["按户拨款", "按任务拨款"]) == "按户拨款"


def test_nothing_is_offered_where_nothing_is_near() -> None:
    assert nearest("qqq", ["months"]) is None
    assert did_you_mean("qqq", ["months"]) == ("", "")


def test_a_very_long_name_is_not_compared() -> None:
    assert nearest("a" * 100_000, ["a" * 100_000]) is None


def test_the_offer_ends_a_sentence_in_both_languages() -> None:
    assert did_you_mean("montsh", ["months"]) == (
        "; did you mean 'months'?",
        "；是否想写 'months'？",
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [("60", "'60'"), (60, "60"), (0.5, "0.5"), (None, "null"), (True, "true"), ("a\nb", r"'a\nb'")],
)
def test_values_are_shown_as_they_are_written(value: object, shown: str) -> None:
    assert quoted(value) == shown


def test_long_values_are_cut() -> None:
    assert quoted("x" * 1000) == "'" + "x" * 57 + "…'"
    assert len(quoted(list(range(1000)))) < 70
