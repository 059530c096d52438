"""Run the shipped experiments and write what came out into their READMEs: ``python tools/experiments.py [NAME …]``.

Each folder of ``experiments`` that holds a ``study.yaml`` and a README with the markers below is run into
``results/NAME`` (``--keep`` takes the results that are there). What is compared goes into ``results.csv`` of the
folder, and a table of the outcomes that the README names goes between its markers, in English and Chinese::

    <!-- results en: need_met, hard_need_met --> … <!-- /results -->

``results en of full:`` is about ``full.yaml`` instead of ``study.yaml``, and ``results-full.csv``. A test makes the
tables anew from these files and finds them unchanged.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from sansheng.analysis.compare import compare, spend_table
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.canonical import study_hash
from sansheng.study.config import load_study
from sansheng.study.matching import STATUSES
from sansheng.study.progress import Progress
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study

ROOT = Path(__file__).resolve().parent.parent
EXPERIMENTS = ROOT / "experiments"
MAIN = "study"
"""The study that a README is about where it names no other."""

FIELDS = (
    "scenario",
    "outcome",
    "baseline",
    "difference",
    "low",
    "high",
    "spent",
    "scale",
    "status",
    "hash",
)
MARKED = re.compile(
    r"(<!-- results (?P<lang>en|zh)(?: of (?P<study>[\w-]+))?: (?P<outcomes>[\w, ]+) -->\n)"
    r".*?(<!-- /results -->)",
    re.DOTALL,
)
Row = dict[str, str]


def main(arguments: Sequence[str]) -> None:
    """Run what is asked for and write it down."""
    parser = argparse.ArgumentParser(description="Run experiments and fill their READMEs.")
    parser.add_argument("names", nargs="*", help="folders of experiments; all that have markers")
    parser.add_argument("--keep", action="store_true", help="take results that are there")
    asked = parser.parse_args(arguments)
    for name in asked.names or marked_experiments():
        folder = EXPERIMENTS / name
        text = (folder / "README.md").read_text(encoding="utf-8")
        for study, outcomes in asked_in(text).items():
            out = ROOT / "results" / (name if study == MAIN else f"{name}-{study}")
            if not (asked.keep and out.exists()):
                run_study(load_study(folder / f"{study}.yaml"), out, progress=Progress())
            _store(folder / results_of(study), compared(open_study(out), outcomes))
        (folder / "README.md").write_text(filled(text, folder), encoding="utf-8")


def marked_experiments() -> list[str]:
    """Return the folders whose README has a place for results."""
    readmes = sorted(EXPERIMENTS.glob("*/README.md"))
    return [path.parent.name for path in readmes if MARKED.search(path.read_text("utf-8"))]


def results_of(study: str) -> str:
    """Return the name of the file that holds the results of a study."""
    return "results.csv" if study == MAIN else f"results-{study}.csv"


def asked_in(text: str) -> dict[str, list[str]]:
    """Return the studies that a README speaks of, each with the outcomes it names."""
    asked: dict[str, list[str]] = {}
    for found in MARKED.finditer(text):
        outcomes = asked.setdefault(found["study"] or MAIN, [])
        outcomes += [name for name in _outcomes(found) if name not in outcomes]
    return asked


def _outcomes(found: re.Match[str]) -> list[str]:
    return [part.strip() for part in found["outcomes"].split(",")]


def _store(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def compared(data: StudyData, outcomes: Sequence[str]) -> list[Row]:
    """Return a row for every scenario but the baseline and every outcome, to four digits behind the point.

    Of the baseline itself there is a row without an outcome that says what it spent.
    """
    spent = {row.scenario: row for row in spend_table(data, 0)}
    known = study_hash(data.folder)[:12]
    base = spent[data.baseline]
    rows = [_row(data.baseline, "", ("", "", "", ""), base.spent, base.scale, base.status, known)]
    for found in compare(data, draw=0):
        if found.outcome in outcomes:
            own = spent[found.scenario]
            numbers = (found.baseline_mean, found.difference, found.low, found.high)
            told = tuple(f"{number:.4f}" for number in numbers)
            rows.append(
                _row(found.scenario, found.outcome, told, own.spent, own.scale, own.status, known)
            )
    return rows


def _row(
    scenario: str,
    outcome: str,
    numbers: Sequence[str],
    spent: float,
    scale: float,
    status: str,
    known: str,
) -> Row:
    values = (scenario, outcome, *numbers, f"{spent:.1f}", f"{scale:.4f}", status, known)
    return dict(zip(FIELDS, values, strict=True))


def filled(text: str, folder: Path) -> str:
    """Return a README with its tables made from the results beside it."""

    def table(found: re.Match[str]) -> str:
        lang: Language = "zh" if found["lang"] == "zh" else "en"
        path = folder / results_of(found["study"] or MAIN)
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return found[1] + results_table(rows, _outcomes(found), lang) + "\n" + found[5]

    return MARKED.sub(table, text)


def results_table(rows: Sequence[Row], outcomes: Sequence[str], lang: Language) -> str:
    """Return a Markdown table: the baseline's levels, then every scenario's paired differences."""
    declared = [OUTCOMES[outcome] for outcome in outcomes]
    units = [(o.unit_zh if lang == "zh" else o.unit) for o in declared]
    head = [
        Text("Scenario", "方案").get(lang),
        *(f"{o.text.get(lang)} ({u})" for o, u in zip(declared, units, strict=True)),
        Text("Spent (10,000 yuan/year)", "支出（万元/年）").get(lang),
        Text("Scale", "系数").get(lang),
        Text("Equal spend", "等额支出").get(lang),
    ]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    scenarios = list(dict.fromkeys(row["scenario"] for row in rows))
    for scenario in scenarios:
        own = {row["outcome"]: row for row in rows if row["scenario"] == scenario}
        first = next(iter(own.values()))
        if "" in own:
            any_ = {row["outcome"]: row for row in rows}
            cells = [f"{float(any_[outcome]['baseline']):.2f}" for outcome in outcomes]
        else:
            cells = [_change(own[outcome]) for outcome in outcomes]
        status = STATUSES[first["status"]].get(lang)
        lines.append(
            "| "
            + " | ".join([f"`{scenario}`", *cells, first["spent"], first["scale"], status])
            + " |"
        )
    note = Text(
        "\nFirst row: levels. Others: paired differences, 95% intervals in brackets. "
        f"`sansheng hash` begins {rows[0]['hash']}.",
        f"\n首行为水平值，其余为配对差值，括号内为 95% 区间。`sansheng hash` 前 12 位为 {rows[0]['hash']}。",
    )
    return "\n".join([*lines, note.get(lang)])


def _change(row: Row) -> str:
    difference, low, high = (float(row[name]) for name in ("difference", "low", "high"))
    return f"{difference:+.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main(sys.argv[1:])
