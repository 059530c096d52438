"""The documentation, as its tests read it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def made(project: Path) -> Mapping[str, str]:
    """What tools/make_tables.py would write, by file name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project / "tools"))
        tables: Mapping[str, str] = importlib.import_module("make_tables").tables()
    return tables


@pytest.fixture(scope="session")
def sections() -> Callable[[str], Mapping[str, str]]:
    """A function that gives the text below each heading of a Markdown page, by heading."""

    def divide(text: str) -> Mapping[str, str]:
        parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    return divide


@pytest.fixture(scope="session")
def dead_links() -> Callable[[Path], list[str]]:
    """A function that gives the relative links and images of a Markdown page that lead nowhere."""

    def look(page: Path) -> list[str]:
        return [link for link in _links(page.read_text(encoding="utf-8")) if not _leads(page, link)]

    return look


def _links(text: str) -> Iterator[str]:
    text = FENCE.sub("", text)
    for link in [
        *re.findall(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", text),
        *re.findall(r"^\[[^\]]+\]:\s*(\S+)", text, re.MULTILINE),
        *re.findall(r"<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)=\"([^\"]+)\"", text),
    ]:
        if not re.match(r"[a-z][a-z0-9+.-]*:", link):
            yield link


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return False
    if not anchor or target.suffix != ".md":
        return True
    headings = re.findall(
        r"^#+ (.+)$", FENCE.sub("", target.read_text(encoding="utf-8")), re.MULTILINE
    )
    return anchor in {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
