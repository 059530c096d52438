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
    from sansheng.analysis.decompose import decompose
    from sansheng.analysis.exchange import exchange_rate
    from sansheng.analysis.manipulability import manipulability
    from sansheng.analysis.over_draws import spread_over_draws
    from sansheng.analysis.placebo import placebo
    from sansheng.analysis.sensitivity import sensitivity
    from sansheng.analysis.shapley import shapley
    from sansheng.analysis.standing import rank
    from sansheng.analysis.story.account import first_divergence
    from sansheng.analysis.story.lives import community_story, worker_life
    from sansheng.analysis.turning import answer_map
    from sansheng.analysis.winners import winners
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
    "answer_map": "sansheng.analysis.turning",
    "by_weight": "sansheng.policy.shares",
    "community_story": "sansheng.analysis.story.lives",
    "compare": "sansheng.analysis.compare",
    "exchange_rate": "sansheng.analysis.exchange",
    "first_divergence": "sansheng.analysis.story.account",
    "decompose": "sansheng.analysis.decompose",
    "load_place": "sansheng.world.place",
    "load_study": "sansheng.study.config",
    "manipulability": "sansheng.analysis.manipulability",
    "open_study": "sansheng.study.reading",
    "placebo": "sansheng.analysis.placebo",
    "plot": "sansheng.pictures.plotting",
    "quantity": "sansheng.core.quantities",
    "rank": "sansheng.analysis.standing",
    "run_study": "sansheng.study.run",
    "shapley": "sansheng.analysis.shapley",
    "sensitivity": "sansheng.analysis.sensitivity",
    "split_fen": "sansheng.policy.shares",
    "spread_over_draws": "sansheng.analysis.over_draws",
    "winners": "sansheng.analysis.winners",
    "worker_life": "sansheng.analysis.story.lives",
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
    "answer_map",
    "by_weight",
    "community_story",
    "compare",
    "decompose",
    "exchange_rate",
    "first_divergence",
    "load_place",
    "load_study",
    "manipulability",
    "open_study",
    "placebo",
    "plot",
    "quantity",
    "rank",
    "run_study",
    "sensitivity",
    "shapley",
    "split_fen",
    "spread_over_draws",
    "winners",
    "worker_life",
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
