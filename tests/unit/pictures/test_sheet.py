"""Breaking lines and saving figures."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from sansheng.pictures.fonts import drawable
from sansheng.pictures.sheet import Sheet, width_of, wrap, wrap_parts

words = st.text(alphabet="按户付费，。（）；ab c-12%～\u00a0", max_size=60)


@given(words, st.floats(0.8, 4.0))
def test_wrapping_loses_nothing_but_spaces_and_keeps_to_the_width(text: str, width: float) -> None:
    lines = wrap(text, 10, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line, 10) <= width for line in lines)


@given(st.text(alphabet="按户付费承担职责", min_size=1, max_size=60), st.floats(0.8, 4.0))
def test_lines_of_chinese_are_filled(text: str, width: float) -> None:
    lines = wrap(text, 10, width)
    for line, after in itertools.pairwise(lines):
        assert width_of(line + after[0], 10) > width


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    text = "（按户付费），（按职责付费）；（按任务付费）。" * 4
    for width in (1.0, 1.3, 1.7, 2.1, 2.9):
        lines = wrap(text, 10, width)
        assert len(lines) > 2
        assert not any(line[0] in "），；。" for line in lines)
        assert not any(line[-1] == "（" for line in lines)


def test_a_number_stays_with_its_unit() -> None:
    lines = wrap("职责职责职责 +1.2\u00a0个百分点", 10, 1.3)
    assert any("+1.2\u00a0个" in line for line in lines)


def test_a_name_without_a_space_is_cut_where_the_line_ends() -> None:
    lines = wrap("x" * 300, 10, 2.0)
    assert "".join(lines) == "x" * 300
    assert all(width_of(line, 10) <= 2.0 for line in lines)


def test_parts_move_whole_to_the_next_line() -> None:
    parts = ["按任务付费：更好", "按职责付费：更差", "按户付费：相同"]
    lines = wrap_parts(parts, 10, 2.0, between="；")
    assert lines == ["按任务付费：更好；", "按职责付费：更差；", "按户付费：相同"]
    assert wrap_parts(parts, 10, 9.0, between="；") == ["；".join(parts)]
    assert wrap_parts(["one", "two"], 10, 0.4, between=" · ") == ["one", "two"]


@given(st.lists(words, min_size=1, max_size=4), st.floats(0.8, 4.0))
def test_wrapping_parts_loses_nothing_but_spaces(parts: list[str], width: float) -> None:
    lines = wrap_parts(parts, 10, width, between="；")
    assert re.sub(" ", "", "".join(lines)) == re.sub(" ", "", drawable("；".join(parts)))
    assert all(width_of(line, 10) <= width for line in lines)


def test_a_written_line_is_one_line_and_never_a_formula() -> None:
    sheet = Sheet()
    below = sheet.write(1, 1, "first\nsecond $x^$", 10)
    (text,) = sheet.finish(2).texts
    assert text.get_text() == r"first\nsecond $x^$"
    assert not text.get_parse_math()
    assert below > 1
