"""What make does to have an environment, with a made-up Python that only writes down what it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) printf '3 11' ;;
    "-m venv"*) echo venv >>asked; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *"--editable .[dev]") echo dev >>asked; [ ! -e offline ] ;;
    *"--editable .[lab]") echo lab >>asked; [ ! -e offline ] ;;
    *"--editable .") echo base >>asked; [ ! -e offline ] ;;
esac
"""


@pytest.fixture
def clone(project: Path, tmp_path: Path) -> Path:
    shutil.copytree(project / "tools", tmp_path / "tools")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / "shims").mkdir()
    python = tmp_path / "shims" / "python3"
    python.write_text(PYTHON, encoding="utf-8")
    python.chmod(0o755)
    return tmp_path


def install(clone: Path, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "tools/install.sh", what],
        cwd=clone,
        env={"PATH": f"{clone / 'shims'}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def asked(clone: Path) -> list[str]:
    return (clone / "asked").read_text(encoding="utf-8").split()


def test_the_size_of_the_download_is_said_once_and_a_second_call_does_nothing(clone: Path) -> None:
    first = install(clone, "base")
    assert first.returncode == 0, first.stderr
    assert "MB" in first.stdout.splitlines()[0]
    assert install(clone, "base").stdout == ""
    assert asked(clone) == ["venv", "base"]


def test_the_lab_needs_its_server_on_top_of_the_package(clone: Path) -> None:
    install(clone, "lab")
    install(clone, "lab")
    assert asked(clone) == ["venv", "base", "lab"]


def test_the_tests_need_their_tools_on_top_of_the_package(clone: Path) -> None:
    install(clone, "base")
    install(clone, "dev")
    install(clone, "dev")
    install(clone, "base")
    assert asked(clone) == ["venv", "base", "dev"]


def test_an_edited_project_file_makes_a_new_environment(clone: Path) -> None:
    install(clone, "dev")
    (clone / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    install(clone, "dev")
    assert asked(clone) == ["venv", "base", "dev"] * 2


def test_a_moved_folder_makes_a_new_environment(clone: Path, tmp_path: Path) -> None:
    install(clone, "base")
    moved = tmp_path / "moved"
    shutil.copytree(clone, moved, ignore=shutil.ignore_patterns("moved"))
    install(moved, "base")
    assert asked(moved) == ["venv", "base"] * 2


def test_an_interpreter_that_is_gone_makes_a_new_environment(clone: Path) -> None:
    install(clone, "base")
    (clone / ".venv" / "bin" / "python").unlink()
    install(clone, "base")
    assert asked(clone) == ["venv", "base"] * 2


def test_a_failed_installation_fails_in_one_line_and_is_tried_again(clone: Path) -> None:
    (clone / "offline").touch()
    failed = install(clone, "base")
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    (clone / "offline").unlink()
    assert install(clone, "base").returncode == 0
    assert asked(clone) == ["venv", "base"] * 2
