"""What ``sansheng validate`` gave for the places of the package, as it is kept with them."""

from __future__ import annotations

import json

from sansheng.analysis.patterns import Pattern, pattern_places, patterns_of
from sansheng.analysis.validate import Validation
from sansheng.core.resources import configs_dir


def validated(place: str) -> list[Validation]:
    """Return published patterns of a place with what the default model gave; empty where none are kept.

    Parameters
    ----------
    place
        Name of a place of the package.
    """
    file = configs_dir() / "validation" / f"{place}.json"
    if place not in pattern_places() or not file.exists():
        return []
    patterns: dict[str, Pattern] = {pattern.id: pattern for pattern in patterns_of(place)}
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [
        Validation(
            patterns[row["id"]],
            *(
                float("nan") if row[name] is None else row[name]
                for name in ("simulated", "low", "high")
            ),
        )
        for row in rows
        if row["id"] in patterns
    ]
