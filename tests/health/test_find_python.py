"""The interpreter that make uses, found on made-up search paths."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHELLS = [path for name in ("sh", "dash", "bash") if (path := shutil.which(name))]
FAILS = 'echo "python3: command not found" >&2\nexit 127\n'
REPORTS_3_9 = "printf '3 9'\n"
REAL = f'exec "{sys.executable}" "$@"\n'
LACKS_ENSUREPIP = f'case "$*" in *ensurepip*) exit 1 ;; esac\n{REAL}'


@pytest.fixture
def script(project: Path) -> Path:
    return project / "tools" / "find-python.sh"


def shim(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}", encoding="utf-8")
    path.chmod(0o755)
    return path


def find(
    shell: str, script: Path, folder: Path, *preferred: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shell, str(script), *preferred],
        env={"PATH": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_first_that_runs_and_is_new_enough_is_taken(
    shell: str, script: Path, tmp_path: Path
) -> None:
    shim(tmp_path, "python3", FAILS)
    shim(tmp_path, "python3.13", REPORTS_3_9)
    shim(tmp_path, "python3.11", REAL)
    shim(tmp_path, "python", REAL)
    run = find(shell, script, tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "python3.11\n", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_preferred_interpreter_comes_first(shell: str, script: Path, tmp_path: Path) -> None:
    shim(tmp_path, "python3", REAL)
    folder = tmp_path / "with a space"
    folder.mkdir()
    mine = shim(folder, "mine", REAL)
    assert find(shell, script, tmp_path, str(mine)).stdout == f"{mine}\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_preferred_interpreter_that_fails_is_named_and_another_taken(
    shell: str, script: Path, tmp_path: Path
) -> None:
    shim(tmp_path, "mine", FAILS)
    shim(tmp_path, "python3", REAL)
    run = find(shell, script, tmp_path, "mine")
    assert run.stdout == "python3\n"
    assert run.stderr.count("\n") == 1
    assert "PYTHON=mine" in run.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_an_empty_preference_means_none(shell: str, script: Path, tmp_path: Path) -> None:
    shim(tmp_path, "python", REAL)
    assert find(shell, script, tmp_path, "").stdout == "python\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_an_interpreter_that_can_make_environments_is_preferred_to_one_that_cannot(
    shell: str, script: Path, tmp_path: Path
) -> None:
    shim(tmp_path, "python3", LACKS_ENSUREPIP)
    shim(tmp_path, "python3.12", REAL)
    assert find(shell, script, tmp_path).stdout == "python3.12\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_missing_module_is_said_in_one_line_with_its_package(
    shell: str, script: Path, tmp_path: Path
) -> None:
    shim(tmp_path, "python3", LACKS_ENSUREPIP)
    run = find(shell, script, tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    major, minor = sys.version_info[:2]
    assert "python3 lacks ensurepip" in run.stderr
    assert f"apt install python{major}.{minor}-venv" in run.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_without_any_python_one_line_says_how_to_get_it(
    shell: str, script: Path, tmp_path: Path
) -> None:
    shim(tmp_path, "python3", FAILS)
    shim(tmp_path, "python", REPORTS_3_9)
    run = find(shell, script, tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    assert "apt install python3 python3-venv" in run.stderr
