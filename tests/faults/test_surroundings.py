"""The same study has the same hash in a fresh process, whatever its surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

SCRIPT = """
import sys
sys.path.insert(0, {fakes!r})
import fake_model
from sansheng.core import kernels
from sansheng.study.canonical import study_hash
from sansheng.study.run import run_study

kernels.kernels_are_compiled = lambda: True
print(study_hash(run_study(fake_model.make_study(), sys.argv[1], workers={workers}, model="fake_model")))
"""


def hash_in_fresh_process(
    project: Path, out: Path, workers: int, surroundings: Mapping[str, str]
) -> str:
    code = SCRIPT.format(fakes=str(project / "tests" / "fakes"), workers=workers)
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **surroundings},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def usual(project: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return hash_in_fresh_process(project, tmp_path_factory.mktemp("usual") / "研究", 1, {})


@pytest.mark.parametrize(
    ("workers", "surroundings"),
    [
        (2, {"PYTHONHASHSEED": "0"}),
        (1, {"PYTHONHASHSEED": "1"}),
        # File names that are not UTF-8 to Python, though the folder's name is Chinese.
        (2, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
        (1, {"PYTHONOPTIMIZE": "1", "TZ": "Asia/Shanghai"}),
        (1, {"LC_ALL": "zh_CN.GBK", "PYTHONHASHSEED": "0"}),
        (2, {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}),
    ],
)
def test_surroundings_do_not_move_the_hash(
    workers: int, surroundings: dict[str, str], usual: str, project: Path, tmp_path: Path
) -> None:
    found = hash_in_fresh_process(project, tmp_path / "研究", workers, surroundings)
    assert found == usual
    assert (tmp_path / "研究" / "manifest.json").exists()
