from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)


def test_each_layer_imports_only_those_below_it(project: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", LINT],
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_processes_and_policy_are_independent_siblings(project: Path) -> None:
    config = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    assert "processes | policy" in layers
