"""Both READMEs give commands that exist and links that lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sansheng.cli.main import VERBS
from sansheng.cli.parser import Parser
from sansheng.core.errors import BadInput

READMES = ("README.md", "README.zh-CN.md")


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest, project: Path) -> Path:
    path: Path = project / request.param
    return path


def fenced(text: str) -> Iterator[str]:
    """Lines of code blocks, without prompts and comments."""
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            yield line.strip().removeprefix("$ ")


def sansheng_commands(text: str) -> list[list[str]]:
    commands = []
    for line in fenced(text):
        words = shlex.split(line, comments=True)
        while words and (re.fullmatch(r"[A-Z_]+=.*", words[0]) or words[0].endswith("/activate")):
            del words[0]
        if words and Path(words[0]).name == "sansheng":
            commands.append(words[1:])
    return commands


def understand(words: list[str]) -> None:
    """Parse the words of a command as the program would, without running it.

    Raises
    ------
    BadInput
        If the program would refuse them.
    """
    if words == ["--version"] or words == ["--help"]:
        return
    parser = Parser(prog="sansheng")
    commands = parser.add_subparsers(dest="verb", required=True)
    for name, module in VERBS.items():
        module.declare(commands.add_parser(name))
    _, rest = parser.parse_known_args(words)
    if rest:
        parser.refuse(rest)


@pytest.mark.parametrize("command", ["make demo", "make demo-map", "make test"])
def test_a_readme_gives_the_command(command: str, readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert re.search(rf"(?<![\w-]){re.escape(command)}(?![\w-])", text)


def test_every_make_target_that_a_readme_gives_exists(readme: Path, project: Path) -> None:
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    text = readme.read_text(encoding="utf-8")
    code = "\n".join([*fenced(text), *re.findall(r"`(make [^`]+)`", text)])
    named = re.findall(r"^make ([a-z][a-z-]*)", code, re.MULTILINE)
    assert named
    assert set(named) <= targets


def test_every_relative_link_and_image_of_a_readme_exists(
    readme: Path, dead_links: Callable[[Path], list[str]]
) -> None:
    assert dead_links(readme) == []


def test_every_sansheng_command_of_a_readme_is_understood(readme: Path) -> None:
    commands = sansheng_commands(readme.read_text(encoding="utf-8"))
    assert commands
    for words in commands:
        understand(words)


@pytest.mark.parametrize(
    "line",
    ["sansheng walk study.yaml", "sansheng run study.yaml --threads 2", "sansheng list colours"],
)
def test_a_command_that_does_not_exist_is_refused(line: str) -> None:
    (words,) = sansheng_commands(f"```sh\n$ {line}  # a comment\n```\n")
    with pytest.raises(BadInput):
        understand(words)


def test_each_readme_links_the_other(project: Path) -> None:
    for one, other in (READMES, READMES[::-1]):
        assert other in (project / one).read_text(encoding="utf-8")
