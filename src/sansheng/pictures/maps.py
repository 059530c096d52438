"""The maps of answers that a study over a grid of two parameters gives: one for every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sansheng.pictures.answer_map import Cell, map_figure, map_sentence
from sansheng.pictures.drawn import Drawn
from sansheng.pictures.subject import Subject

if TYPE_CHECKING:
    from sansheng.analysis.comparisons import Comparison
    from sansheng.study.reading import StudyData


def cells_of(data: StudyData, rows: Sequence[Comparison]) -> list[Cell]:
    """Return the comparisons of one outcome and scenario as cells of a map, one a draw."""
    across, up = data.manifest["parameters_varied"]
    return [
        {
            "x": float(data.draws[across][row.draw]),
            "y": float(data.draws[up][row.draw]),
            "difference": row.difference,
            "low": row.low,
            "high": row.high,
        }
        for row in rows
    ]


def draw_maps(subject: Subject) -> list[Drawn]:
    """Draw a map for every scenario, on the first headline outcome."""
    from dataclasses import replace

    from sansheng.analysis.compare import compare
    from sansheng.month import PARAMETERS
    from sansheng.outcomes.measures import OUTCOMES

    data = subject.data
    outcome = next(one for name, one in OUTCOMES.items() if one.headline and name in data.outcomes)
    rows = [row for row in compare(data) if row.outcome == outcome.id]
    across, up = data.manifest["parameters_varied"]
    conditions = replace(subject.conditions, assumed="", spend={})
    drawn = []
    for number, scenario in enumerate(subject.others, start=1):
        cells = cells_of(data, [row for row in rows if row.scenario == scenario])
        figure = map_figure(
            cells,
            x=PARAMETERS[across],
            y=PARAMETERS[up],
            outcome=outcome,
            scenario=scenario,
            baseline=subject.baseline,
            conditions=conditions,
            lang=subject.lang,
        )
        sentence = map_sentence(
            cells,
            outcome=outcome,
            scenario=scenario,
            baseline=subject.baseline,
            conditions=conditions,
            lang=subject.lang,
        )
        # Scenario names are the user's; file names are not made of them.
        stem = "map" if len(subject.others) == 1 else f"map-{number}"
        drawn.append(Drawn(stem, figure, sentence))
    return drawn
