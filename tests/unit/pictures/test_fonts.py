"""The vendored typeface and the settings that pictures are drawn under."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from sansheng.pictures.fonts import FONT_FILE, characters, chinese_font, drawable, style


def test_the_font_holds_every_han_character_of_gbk() -> None:
    pairs = (bytes([a, b]) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF))
    gbk = {char for pair in pairs for char in pair.decode("gbk", errors="ignore")}
    han = {char for char in gbk if "\u4e00" <= char <= "\u9fff"}
    assert len(han) == 20_902
    assert {ord(char) for char in han} <= characters()


@pytest.mark.parametrize("char", "−±×≥≤≠ψρ¥‰→←↑↓·～–—…（）「」，。；：！？《》镕㎡①√%~")
def test_the_font_holds_the_signs_of_the_pictures(char: str) -> None:
    assert ord(char) in characters()


def test_the_font_keeps_its_name_and_its_licence() -> None:
    with TTFont(FONT_FILE) as font:
        names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == "Noto Sans SC"
    assert "SIL Open Font License" in names[13]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONT_FILE.parent / "OFL.txt").read_text("utf-8")


def test_the_readme_states_the_hash_of_the_file_beside_it() -> None:
    readme = (FONT_FILE.parent / "README.md").read_text("utf-8")
    assert hashlib.sha256(FONT_FILE.read_bytes()).hexdigest() in readme
    assert re.search(r"pyftsubset .*--unicodes=", readme, re.DOTALL)


def test_the_font_is_given_by_file_so_that_an_installed_one_cannot_take_its_place() -> None:
    font = chinese_font(12)
    assert Path(str(font.get_file())) == FONT_FILE
    assert font.get_size_in_points() == 12


def test_a_user_s_settings_do_not_reach_a_picture_and_are_back_afterwards() -> None:
    with mpl.rc_context({"axes.facecolor": "red", "svg.fonttype": "none", "pdf.fonttype": 3}):
        before = dict(mpl.rcParams)
        with style():
            assert mpl.rcParams["axes.facecolor"] == "white"
            assert mpl.rcParams["svg.fonttype"] == "path"
            assert mpl.rcParams["pdf.fonttype"] == 42
            assert mpl.rcParams["text.parse_math"] is False
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("按户付费 $x^ <b> %s", "按户付费 $x^ <b> %s"),
        ("两\n行\t", r"两\n行\t"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("好\U0001f600", r"好\U0001f600"),
        ("\ud800", r"\ud800"),
        ("\u2028", r"\u2028"),
    ],
)
def test_what_cannot_be_drawn_is_written_as_an_escape(words: str, shown: str) -> None:
    assert drawable(words) == shown


@given(st.text())
def test_a_drawable_text_is_one_line_of_known_glyphs_and_stays_as_it_is(words: str) -> None:
    shown = drawable(words)
    assert {ord(char) for char in shown} <= characters()
    assert len(shown.splitlines()) <= 1
    assert drawable(shown) == shown
