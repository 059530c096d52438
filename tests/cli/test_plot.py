"""``sansheng plot``."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import sansheng
from sansheng.core.errors import BadInput
from sansheng.pictures.registry import PICTURES
from sansheng.pictures.style import DOTS, PAGES
from sansheng.study.canonical import study_hash

Command = Callable[..., Any]


def test_without_a_name_all_are_listed_in_both_languages(command: Command, results: Path) -> None:
    for lang in ("en", "zh"):
        answer = command("plot", results, "--lang", lang)
        assert answer.code == 0
        for name, picture in PICTURES.items():
            assert name in answer.out
            assert picture.title.get(lang) in answer.out
            assert picture.about.get(lang) in answer.out
    assert not (results / "figures").exists()


def test_an_unknown_name_is_bad_input_with_the_nearest(command: Command, results: Path) -> None:
    answer = command("plot", results, "trajectores", "monye", "--lang", "en")
    assert answer.code == 2
    assert "unknown figure 'trajectores'; did you mean 'trajectories'?" in answer.err
    assert "unknown figure 'monye'; did you mean 'money'?" in answer.err


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_figure_is_written_whole_beside_its_study_and_the_study_stays_what_it_is(
    command: Command, results: Path, kind: str
) -> None:
    before = study_hash(results)
    answer = command("plot", results, "comparison", "--format", kind, "--lang", "en", "--quiet")
    assert answer.code == 0, answer.err
    path = results / "figures" / f"comparison.{kind}"
    assert f"Figure: {path}" in answer.out
    assert "Need met, against Per household" in answer.out.replace("\u00a0", " ")
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert study_hash(results) == before
    assert command("verify", results).code == 0
    again = path.read_bytes()
    command("plot", results, "comparison", "--format", kind, "--lang", "en", "--quiet")
    assert path.read_bytes() == again


def test_text_needs_no_font_of_the_reader(command: Command, results: Path, tmp_path: Path) -> None:
    for kind in ("svg", "pdf"):
        command("plot", results, "comparison", "--format", kind, "--out", tmp_path, "--quiet")
    tree = ET.parse(tmp_path / "comparison.svg")
    assert not [one for one in tree.iter() if one.tag.endswith("}text")]
    pdf = (tmp_path / "comparison.pdf").read_bytes()
    assert b"/FontFile2" in pdf  # TrueType, embedded
    assert b"NotoSansSC" in pdf
    assert b"/Type3" not in pdf
    assert len(pdf) < 1_000_000  # a part of the font's 7.7 MB


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_as_wide_as_its_paper(
    command: Command, results: Path, tmp_path: Path, page: str
) -> None:
    words = ("plot", results, "comparison", "--page", page, "--out", tmp_path / "new" / "folder")
    assert command(*words).code == 0
    with Image.open(tmp_path / "new" / "folder" / "comparison.png") as picture:
        assert picture.width == int(PAGES[page] * DOTS)


def test_a_figure_that_the_study_cannot_show_is_refused_by_name(
    command: Command, results: Path
) -> None:
    answer = command("plot", results, "map", "--lang", "en")
    assert answer.code == 2
    assert "figure map cannot be drawn: the study has no grid of two parameters" in answer.err
    assert command("plot", results, "comparison", "--draw", "3").code == 2
    with pytest.raises(BadInput, match="unknown page 'poster'"):
        sansheng.plot(results, "comparison", page="poster")


def test_a_grid_gives_its_map(
    command: Command, fake_model: object, grid_study: Path, tmp_path: Path, without_pictures: None
) -> None:
    out = tmp_path / "out"
    assert command("run", grid_study, "--out", out, "--workers", "1").code == 0
    (drawn,) = sansheng.plot(out, "map", lang="en")
    assert drawn.path == out / "figures" / "map.png"
    assert drawn.sentence.startswith("Need met: ")
    (one,) = sansheng.plot(out, "comparison", lang="en", draw=3, format="svg")
    title = one.path.read_text("utf-8")
    assert "psi = 1, rho_FH = 0.8" in title
