"""Where the files that come with the package are."""

from __future__ import annotations

from pathlib import Path

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Text


def configs_dir() -> Path:
    """Return the folder of places and studies that come with the package.

    In an installed package it lies inside it; in a checkout it is ``configs/`` at the top.

    Raises
    ------
    RunFailed
        If the installation lacks it.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "configs", package.parent.parent / "configs"):
        if (folder / "places").is_dir():
            return folder
    raise RunFailed(
        Problem(
            Text(
                "the package's own configs are missing; install it again",
                "软件包自带的配置缺失；请重新安装",
            )
        )
    )
