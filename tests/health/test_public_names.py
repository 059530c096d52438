from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import sansheng


@pytest.mark.parametrize("name", sansheng.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(sansheng, name) is not None
    assert name in dir(sansheng)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        sansheng.nothing  # noqa: B018 - the look-up is what is tested


def test_the_version_is_the_installed_one(project: Path) -> None:
    config = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert sansheng.__version__ == config["project"]["version"]


def test_the_citation_and_the_package_name_the_same_version(project: Path) -> None:
    citation = (project / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    config = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"version: {config['project']['version']}" in citation
