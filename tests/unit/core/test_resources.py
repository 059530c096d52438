from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.core import resources
from sansheng.core.errors import RunFailed


def test_the_configs_of_a_checkout_stand_at_its_top(project: Path) -> None:
    assert resources.configs_dir() == project / "configs"


def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "src" / "sansheng"
    (package / "core").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(package / "core" / "resources.py"))
    return package


def test_an_installed_package_brings_its_configs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = installed(tmp_path, monkeypatch)
    (tmp_path / "configs" / "places").mkdir(parents=True)
    assert resources.configs_dir() == tmp_path / "configs"
    (package / "configs" / "places").mkdir(parents=True)
    assert resources.configs_dir() == package / "configs"


def test_an_incomplete_installation_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    with pytest.raises(RunFailed, match="install it again"):
        resources.configs_dir()
