"""What the page on results shows runs on a study, and names what there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from sansheng.cli.main import main
from sansheng.study.export.source import TABLES
from sansheng.study.run import run_study

PAGE = Path(__file__).parents[2] / "docs" / "results.md"


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Path) -> Path:
    """A study where the page says that there is one."""
    monkeypatch.syspath_prepend(str(project / "tests" / "fakes"))
    monkeypatch.setattr("sansheng.core.kernels.kernels_are_compiled", lambda: True)
    monkeypatch.chdir(tmp_path)
    import fake_model

    return run_study(fake_model.make_study(), Path("results/quick"), workers=1, model="fake_model")


def test_the_snippets_in_python_run_one_after_the_other(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - it is our own page
    shown = capsys.readouterr().out
    assert "每百户" in shown
    assert "subdistrict" in shown
    assert "avg(wait)" in shown


def test_the_commands_run_and_make_the_files_that_the_page_names(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (commands,) = blocks("sh")
    for line in commands.splitlines():
        assert main(shlex.split(line, comments=True)[1:]) == 0
    for path in re.findall(r"results/quick/export-[\w/.-]+\.\w+", "".join(blocks("r"))):
        assert Path(path).is_file()
    for path in re.findall(r'"(results/[^"]+)"', "".join(blocks("stata"))):
        assert Path(path).is_file()


def test_the_page_names_every_table_and_file(quick: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        assert f"| `{name}` |" in text
    hidden = {path.name for path in quick.iterdir() if path.name.startswith(".")}
    for path in quick.iterdir():
        if path.name not in hidden:
            assert f"`{path.name}" in text


def test_the_links_of_the_page_lead_somewhere(dead_links: Callable[[Path], list[str]]) -> None:
    assert dead_links(PAGE) == []
