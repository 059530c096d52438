"""Write the golden results anew: ``python tests/regression/update_golden.py``.

Run it only when results are meant to move, and say in the changelog, in an entry marked **numbers**, what
moved and why.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from sansheng.core.months import Month
from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import rule_names
from sansheng.study.config import RuleRef, Scenario, Study
from sansheng.study.simulate import simulate_block

GOLDEN = Path(__file__).with_name("golden.json")
REPLICATES = 2
STUDY = Study(
    source="",
    place="chenghua-2015",
    start=Month.parse("2015-01"),
    months=24,
    warm_up=0,
    replicates=REPLICATES,
    seed=1,
    baseline="per_household",
    scenarios={name: Scenario(rule=RuleRef(name=name)) for name in rule_names()},
)

Results = dict[str, dict[str, list[float | None]]]


def results() -> Results:
    """Return rule, outcome and, by replicate, the mean of the defined months; None if there is none."""
    found: Results = {name: {outcome: [] for outcome in OUTCOMES} for name in rule_names()}
    for replicate in range(REPLICATES):
        for run in simulate_block(STUDY, 0, replicate):
            for i, outcome in enumerate(OUTCOMES):
                values = run.months[:, i]
                values = values[np.isfinite(values)]
                found[run.scenario][outcome].append(float(values.mean()) if values.size else None)
    return found


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(results(), indent=1) + "\n", encoding="utf-8")
