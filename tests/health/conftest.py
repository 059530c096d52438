"""The project's own files, as the health checks read them."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

MADE = {".git", ".venv", "results", "build", "dist", "__pycache__"}
"""Folders that no source archive holds; other dotted caches are left out by their name."""


@pytest.fixture(scope="session")
def texts(project: Path) -> Mapping[str, str]:
    """Text of every file of the project, by path from the root."""
    found = {}
    for name in sorted(_names(project)):
        try:
            found[name] = (project / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            assert (
                Path(name).suffix in {".ttf", ".otf", ".png", ".parquet", ".sqlite"}
                or "broken" in name
            ), name
    return found


@pytest.fixture(scope="session")
def modules(texts: Mapping[str, str]) -> Mapping[str, ast.Module]:
    """Syntax tree of every module of the package, by path from the root."""
    found = {
        name: ast.parse(text, name)
        for name, text in texts.items()
        if name.startswith("src/sansheng/") and name.endswith(".py")
    }
    assert found
    return found


def _names(project: Path) -> list[str]:
    if (project / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=project, check=True, capture_output=True).stdout
        names = [os.fsdecode(name) for name in listing.split(b"\0") if name]
        return [name for name in names if (project / name).is_file()]
    return [
        path.relative_to(project).as_posix()
        for path in project.rglob("*")
        if path.is_file() and not _made(path.relative_to(project))
    ]


def _made(path: Path) -> bool:
    return any(part in MADE or part.endswith("_cache") for part in path.parts)
