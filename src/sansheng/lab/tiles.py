"""A schematic map: one tile a subdistrict, or a community where there is one subdistrict, in the order of what it is.

Communities are drawn anew in every replicate, so no tile is one place of the real map: it is a rank, the one with the
least need first, as in the figure of winners and losers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sansheng.analysis.winners_measures import BY_ID
from sansheng.core.text import Text
from sansheng.pictures.estimates import together
from sansheng.pictures.winners import TRAITS, places
from sansheng.report.gains import OUTCOME
from sansheng.report.pages import Chart, plain
from sansheng.report.said import Said, in_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ZONE = BY_ID[OUTCOME].zone
"""Difference of need met up to which nobody gains or loses, percentage points."""


def tiles(said: Said) -> Sequence[Chart]:
    """Return a map for every scenario but the baseline."""
    found = places(said.subject)
    whole = found.of_subdistricts > 1
    values = found.subdistricts if whole else found.communities
    of = found.of_subdistricts if whole else found.of_communities
    what = Text("subdistricts", "街道") if whole else Text("communities", "社区")
    one = Text("subdistrict", "街道") if whole else Text("community", "社区")
    trait = TRAITS[found.trait]
    charts = []
    for scenario, differences in values.items():
        said_of = together(differences)
        tiles = []
        for i in range(len(said_of.mean)):
            mid, low, high = (float(part[i]) for part in (said_of.mean, said_of.low, said_of.high))
            side = 1 if low > _ZONE else -1 if high < -_ZONE else 0
            tiles.append({"mid": plain(mid), "low": plain(low), "high": plain(high), "side": side})
        across = math.ceil(math.sqrt(len(tiles) * 1.8))
        spec = {
            "kind": "tiles",
            "unit": {"en": "percentage points of need met", "zh": "需求满足率（个百分点）"},
            "across": across,
            "one": in_json(one),
            "more": {"en": "gains", "zh": "受益"},
            "less": {"en": "loses", "zh": "受损"},
            "tiles": tiles,
        }
        title = said.title(scenario)
        caption = Text(
            f"{title.en}: {_counted(tiles, 1)} of {of} {what.en} gain more than {_ZONE:g} point of need met, "
            f"{_counted(tiles, -1)} lose more; tiles in the order of {trait.en}, least first",
            f"{title.zh}：{of} 个{what.zh}中 {_counted(tiles, 1)} 个需求满足率上升超过 {_ZONE:g} 个百分点，"
            f"{_counted(tiles, -1)} 个下降超过；格子按{trait.zh}由低到高排列",
        )
        rows = math.ceil(len(tiles) / across)
        charts.append(Chart(f"tiles-{scenario}", caption, spec, 70 + 64 * rows))
    return charts


def _counted(tiles: Sequence[Mapping[str, float | None]], side: int) -> int:
    return sum(tile["side"] == side for tile in tiles)
