from __future__ import annotations

import json
from pathlib import Path

import pytest

from sansheng.analysis.patterns import pattern_places, patterns_of
from sansheng.analysis.validated import validated
from sansheng.world.place import place_names


@pytest.mark.parametrize("place", [name for name in pattern_places() if name in place_names()])
def test_what_is_kept_is_of_the_patterns_as_they_are(place: str, project: Path) -> None:
    rows = validated(place)
    assert [row.pattern.id for row in rows] == [pattern.id for pattern in patterns_of(place)]
    kept = json.loads((project / f"configs/validation/{place}.json").read_text(encoding="utf-8"))
    for row, said in zip(rows, kept, strict=True):
        assert row.as_dict() == said


def test_a_place_without_patterns_has_none() -> None:
    assert validated("classroom") == []
