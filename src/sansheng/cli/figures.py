"""The pictures of a study, beside its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.compare import Spend
    from sansheng.analysis.comparisons import Comparison
    from sansheng.outcomes.measures import Outcome
    from sansheng.pictures.conditions import Conditions
    from sansheng.study.reading import StudyData


def draw_figures(
    data: StudyData,
    compared: Sequence[Comparison],
    spent: Sequence[Spend],
    outcomes: Mapping[str, Outcome],
    titles: Mapping[str, Text],
    lang: Language,
) -> list[Path]:
    """Draw what the study can show, and return the files.

    Where no parameter varies that is the comparison of all scenarios; with a grid of two parameters, one map for
    every scenario on the first headline outcome; with any other draws, nothing.
    """
    folder = data.folder / "figures"
    varied = data.manifest["parameters_varied"]
    if not varied:
        from sansheng.pictures.comparison import draw_comparison, notes_on

        folder.mkdir(exist_ok=True)
        return draw_comparison(
            compared,
            outcomes=outcomes,
            conditions=_conditions(data, titles, spent),
            lang=lang,
            stem=folder / "comparison",
            notes=notes_on(compared, lang),
        )
    # Results that do not say what their draws are were made when all were grids.
    if len(varied) != 2 or data.manifest.get("design", "grid") != "grid":
        return []
    folder.mkdir(exist_ok=True)
    outcome = next(iter(outcomes.values()))
    of_outcome = [row for row in compared if row.outcome == outcome.id]
    scenarios = list(dict.fromkeys(row.scenario for row in of_outcome))
    files: list[Path] = []
    for number, scenario in enumerate(scenarios, start=1):
        # Scenario names are the user's; file names are not made of them.
        name = "map" if len(scenarios) == 1 else f"map-{number}"
        rows = [row for row in of_outcome if row.scenario == scenario]
        files += _draw_map(data, rows, outcome, _conditions(data, titles, []), lang, folder / name)
    return files


def _draw_map(
    data: StudyData,
    rows: Sequence[Comparison],
    outcome: Outcome,
    conditions: Conditions,
    lang: Language,
    stem: Path,
) -> list[Path]:
    from sansheng.month import PARAMETERS
    from sansheng.pictures.answer_map import draw_map
    from sansheng.pictures.maps import cells_of

    across, up = data.manifest["parameters_varied"]
    return draw_map(
        cells_of(data, rows),
        x=PARAMETERS[across],
        y=PARAMETERS[up],
        outcome=outcome,
        scenario=rows[0].scenario,
        baseline=rows[0].baseline,
        conditions=conditions,
        lang=lang,
        stem=stem,
    )


def _conditions(data: StudyData, titles: Mapping[str, Text], spent: Sequence[Spend]) -> Conditions:
    from sansheng.pictures.conditions import Conditions
    from sansheng.study.canonical import hash_of
    from sansheng.study.own_place import place_of_results

    baseline_first = sorted(spent, key=lambda row: row.scenario != data.baseline)
    return Conditions(
        place=place_of_results(data.folder, data.manifest["place"]).title,
        months=data.manifest["months"],
        replicates=fewest_pairs(data),
        planned=data.manifest["replicates"],
        seed=data.manifest["seed"],
        fingerprint=hash_of(data),
        titles=titles,
        spend={row.scenario: row.spent for row in baseline_first if row.status != "exempt"},
        equal_spend=data.manifest["equal_spend"],
    )


def fewest_pairs(data: StudyData) -> int:
    """Return how many replicates every scenario has in every draw."""
    from collections import Counter

    there = Counter((row.draw, row.replicate) for row in data.ledger if row.status == "done")
    complete = Counter(draw for (draw, _), count in there.items() if count >= len(data.scenarios))
    return min(complete[draw] for draw in range(data.manifest["draws"]))
