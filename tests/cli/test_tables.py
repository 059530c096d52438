from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sansheng.cli.tables import plain_lines, print_table

WORDS = st.text(st.sampled_from("ab 社区［】é—𠮷"), max_size=8)


@given(st.lists(st.tuples(WORDS, WORDS, st.just("|")), min_size=1, max_size=6))
def test_columns_line_up_whatever_the_script(rows: list[tuple[str, str, str]]) -> None:
    lines = plain_lines(rows, {1})
    assert len({cell_len(line) for line in lines}) == 1
    assert all(line.endswith("  |") for line in lines)


def test_numbers_are_set_to_the_right() -> None:
    assert plain_lines([["n", "x"], ["按户", "1.5"], ["b", "12.5"]], {1}) == [
        "n        x",
        "按户   1.5",
        "b     12.5",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_cell_is_never_markup_nor_a_control_sequence(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    print_table("title", ["name"], [["[red]x[/red]"], ["a\x1b[2Jb\nc"]], set())
    shown = capsys.readouterr().out
    assert "[red]x[/red]" in shown
    assert "\\x1b[2Jb\\nc" in shown
    assert "\x1b" not in shown


def test_long_lines_go_on_below_with_words_and_punctuation_kept_whole() -> None:
    from rich.cells import cell_len

    from sansheng.cli.tables import _wrapped

    line = (
        "  说明：经费总额的一部分按户预拨（每百户3750元），其余 by the tasks that were verified。"
        * 3
    )
    pieces = list(_wrapped(line, 40, "    "))
    assert all(cell_len(piece) <= 40 for piece in pieces)
    assert all(piece.startswith("    ") for piece in pieces[1:])
    assert not any(
        piece.lstrip()[0] in "，。（）：" and piece.lstrip()[0] != "（" for piece in pieces
    )
    assert not any(piece.endswith("（") for piece in pieces)
    assert "".join(pieces).replace(" ", "") == line.replace(" ", "")
    assert list(_wrapped("short", 40, "    ")) == ["short"]
