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
    from sansheng.core.quantities import quantity
    from sansheng.core.text import Text
    from sansheng.model import SanshengModel
    from sansheng.pictures.plotting import plot
    from sansheng.policy.allocation import Allocation, Award, Tariff, Terms, Venture
    from sansheng.policy.rule import Rule
    from sansheng.policy.shares import by_weight, split_fen
    from sansheng.policy.view import View
    from sansheng.study.config import load_study
    from sansheng.study.reading import open_study
    from sansheng.study.run import run_study
    from sansheng.world.place import load_place

    __version__: str

_HOMES = {
    "Allocation": "sansheng.policy.allocation",
    "Award": "sansheng.policy.allocation",
    "Rule": "sansheng.policy.rule",
    "SanshengModel": "sansheng.model",
    "Tariff": "sansheng.policy.allocation",
    "Terms": "sansheng.policy.allocation",
    "Text": "sansheng.core.text",
    "Venture": "sansheng.policy.allocation",
    "View": "sansheng.policy.view",
    "by_weight": "sansheng.policy.shares",
    "compare": "sansheng.analysis.compare",
    "load_place": "sansheng.world.place",
    "load_study": "sansheng.study.config",
    "open_study": "sansheng.study.reading",
    "plot": "sansheng.pictures.plotting",
    "quantity": "sansheng.core.quantities",
    "run_study": "sansheng.study.run",
    "split_fen": "sansheng.policy.shares",
}

__all__ = [
    "Allocation",
    "Award",
    "Rule",
    "SanshengModel",
    "Tariff",
    "Terms",
    "Text",
    "Venture",
    "View",
    "__version__",
    "by_weight",
    "compare",
    "load_place",
    "load_study",
    "open_study",
    "plot",
    "quantity",
    "run_study",
    "split_fen",
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
