"""What the page on study files shows can be copied into a study."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sansheng.study.config import load_study

HEAD = """\
place: classroom
start: 2015-01
months: 12
seed: 1
baseline: flat
scenarios:
  flat: {rule: per_household}
  tasks: {rule: task_based}
"""
PAGE = Path(__file__).parents[2] / "docs" / "study-files.md"
EXAMPLES = [
    example
    for example in re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    if re.search(r"^(draws|replicates|record):", example, re.MULTILINE)
]


def test_the_page_shows_every_kind_of_draws() -> None:
    shown = {
        kind for example in EXAMPLES for kind in re.findall(r"sobol|lhs|list|ensemble", example)
    }
    assert shown == {"sobol", "lhs", "list", "ensemble"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_study_with_a_head(example: str, tmp_path: Path, project: Path) -> None:
    ensemble = project / "experiments" / "calibration" / "joint" / "ensemble.csv"
    text = example.replace("../calibration/joint/ensemble.csv", str(ensemble))
    fixed = "" if "replicates:" in text else "replicates: 10\n"
    path = tmp_path / "study.yaml"
    path.write_text(HEAD + fixed + text, encoding="utf-8")
    study = load_study(path)
    assert study.runs > 0
    told = study.varied or study.events or study.keep_communities
    assert told or study.replicates in (30, 100)
