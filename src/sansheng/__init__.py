"""Compare public funding rules for communities, social organisations and social workers.

三社联动 joins communities (社区) as platform, social organisations (社会组织) as carriers and social
workers (社工) as professional support. The public names below are looked up on first use, so
``import sansheng`` costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sansheng.analysis.compare import compare
    from sansheng.model import SanshengModel
    from sansheng.study.config import load_study
    from sansheng.study.run import run_study
    from sansheng.study.store import open_study
    from sansheng.world.place import load_place

    __version__: str

_HOMES = {
    "SanshengModel": "sansheng.model",
    "compare": "sansheng.analysis.compare",
    "load_place": "sansheng.world.place",
    "load_study": "sansheng.study.config",
    "open_study": "sansheng.study.store",
    "run_study": "sansheng.study.run",
}

__all__ = [
    "SanshengModel",
    "__version__",
    "compare",
    "load_place",
    "load_study",
    "open_study",
    "run_study",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sansheng")
    except PackageNotFoundError:  # a source tree on the path, never installed
        return "0+uninstalled"
