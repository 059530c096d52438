"""What a built package holds."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    run = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder


def test_a_wheel_holds_the_package_and_the_configs_and_nothing_else(
    built: Path, texts: Mapping[str, str]
) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        configs = {n: archive.read(n).decode() for n in held if n.startswith("sansheng/configs/")}
    assert {name.partition("/")[0] for name in held} == {"sansheng"}
    assert configs == {
        f"sansheng/{path}": text
        for path, text in texts.items()
        if path.startswith("configs/") and not path.startswith("configs/broken/")
    }
    assert {path.removeprefix("src/") for path in texts if path.startswith("src/")} <= held


def test_a_source_archive_holds_what_the_tests_read(built: Path, texts: Mapping[str, str]) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as held:
        names = {name.partition("/")[2] for name in held.getnames()}
    assert set(texts) <= names
