"""Changes that change nothing, tried on a study: what they move must be exactly zero.

Six are tried on every scenario, with the study's own rules, place and luck: a reform that puts the same rule in its
own place, other names and another order of scenarios, another order of communities, other units, communities in two
halves, and months before scenarios differ. Runs are compared bit by bit, month by month and community by community;
what a rule divides may differ by odd fen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from sansheng.analysis.observe import run_in_pool
from sansheng.analysis.placebo_rules import Tally, other_rows, other_unit, two_halves
from sansheng.analysis.placebo_studies import (
    Pair,
    Trial,
    before_start,
    fixed,
    null_reform,
    relabelled,
    relabelling,
    unit_of_count,
)
from sansheng.analysis.trials import equal_spending
from sansheng.core.months import Month
from sansheng.core.scale import ONE
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.config import Study
from sansheng.study.engine import Block
from sansheng.study.kept import columns_kept
from sansheng.study.progress import Progress
from sansheng.study.simulate import Question, listen, simulate_block

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["zero", "violated", "not_applicable"]

CHECKS = {
    "null_reform": Text(
        "the scenario's rule replaced by itself in every month", "每月以同一规则替换自身"
    ),
    "relabelling": Text("scenarios under other names, in reverse order", "方案改名并倒序"),
    "row_order": Text("communities in other rows", "社区换行"),
    "unit_of_count": Text(
        "money for 100 households told for one, or likewise", "每百户标准改写为每户标准（或类似）"
    ),
    "unit_of_money": Text("all money told in another unit", "全部金额换一个单位"),
    "two_halves": Text("a community divided in two alike", "将一个社区对半分拆"),
    "before_start": Text(
        "months before the scenario differs from the baseline", "方案与基线不同之前的各月"
    ),
}
"""What is tried, in this order."""

_OF_RULES: dict[str, Callable[..., Tally]] = {
    "row_order": other_rows,
    "unit_of_money": other_unit,
    "two_halves": two_halves,
}

NOTHING = Text("", "")

RUN = f"{__name__}:run_trial"
ASK = f"{__name__}:ask_rules"


@dataclass(frozen=True)
class Finding:
    """What came of one check of one scenario.

    Parameters
    ----------
    check
        One of :data:`CHECKS`.
    scenario
        Its name in the study.
    status
        ``zero``, ``violated``, or ``not_applicable``.
    compared
        Numbers compared over all replicates.
    rounding
        Largest difference that is the rounding of money to fen, in fen; 0 where bits are compared.
    replicate, month, what
        Where the first violation is: ``what`` is an outcome, a community's column or a part of a rule's answer.
        None if there is none.
    difference, unit
        By how much; NaN where there is no number.
    reason
        Why the check does not apply, or more about a violation.
    """

    check: str
    scenario: str
    status: Status
    compared: int
    rounding: float = 0.0
    replicate: int | None = None
    month: str | None = None
    what: str | None = None
    difference: float = math.nan
    unit: Text = NOTHING
    reason: Text = NOTHING

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them: an undefined number is None."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("unit", "reason"):
            text = told.pop(name)
            told |= {f"{name}_en": text.en, f"{name}_zh": text.zh}
        return {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in told.items()
        }


def placebo(
    study: Study,
    *,
    replicates: int = 2,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Try on a study what must change nothing.

    Parameters
    ----------
    study
        Of parameters that vary, the first draw is taken.
    replicates
        Paired repetitions.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far the runs are.

    Returns
    -------
    One finding for each check and scenario, by check, then in the order of the study.

    Raises
    ------
    BadInput
        If scenarios cannot be made to spend alike.
    RunFailed
        If a run fails.
    """
    plain = fixed(study)
    other, names = relabelled(plain)
    matched, other = equal_spending([plain, other], workers=workers, progress=progress)
    tried = [
        Trial("", matched, ()),
        null_reform(matched),
        relabelling(other, names),
        unit_of_count(matched),
        before_start(matched),
    ]
    found = _compared(tried, _runs(tried, replicates, workers, progress), replicates)
    found = [_with_scale(finding, matched, other, names) for finding in found]
    found += _asked(matched, replicates, workers, progress)
    checks, scenarios = list(CHECKS), list(matched.scenarios)
    return sorted(found, key=lambda f: (checks.index(f.check), scenarios.index(f.scenario)))


def findings_frame(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return findings as a table, one row each."""
    import pandas as pd

    return pd.DataFrame([finding.as_dict() for finding in findings])


class Plan(NamedTuple):
    """Studies to run, or whose rules are asked."""

    studies: tuple[Study, ...]


class Ran(NamedTuple):
    """What a run left: outcomes by month, and rows of communities."""

    months: F64
    communities: F64


Runs = dict[tuple[int, int, str], Ran]
"""By trial, replicate and name."""


def run_trial(plan: Plan, number: int, replicate: int) -> dict[str, Ran]:
    """Run every scenario of a study once."""
    runs = simulate_block(plan.studies[number], 0, replicate)
    return {run.scenario: Ran(run.months, run.communities) for run in runs}


def ask_rules(plan: Plan, _: int, replicate: int) -> dict[tuple[str, str], Tally]:
    """Ask the rules of all scenarios in other words what they were asked in a replicate; by check and scenario."""
    study = plan.studies[0]
    return {
        (check, name): _of_all(ask, heard)
        for name in study.scenarios
        for heard in [listen(study, name, replicate).questions]
        for check, ask in _OF_RULES.items()
    }


def _of_all(ask: Callable[[Question], Tally], heard: Sequence[Question]) -> Tally:
    tally = Tally()
    for question in heard:
        tally = tally.and_then(ask(question))
    return tally


def _runs(
    tried: Sequence[Trial], replicates: int, workers: int | None, progress: Progress | None
) -> Runs:
    """Run all trials."""
    runs: Runs = {}

    def keep(block: Block, answer: dict[str, Ran]) -> None:
        runs.update({(*block, name): ran for name, ran in answer.items()})

    blocks = [Block(i, r) for i in range(len(tried)) for r in range(replicates)]
    plan = Plan(tuple(trial.study for trial in tried))
    run_in_pool(plan, blocks, keep, RUN, workers=workers, progress=progress)
    return runs


def _compared(tried: Sequence[Trial], runs: Runs, replicates: int) -> list[Finding]:
    """Compare what must be alike."""
    found = []
    for i, trial in enumerate(tried):
        found += [
            Finding(trial.check, name, "not_applicable", 0, reason=why)
            for name, why in trial.left_out
        ]
        for pair in trial.pairs:
            both = [
                (
                    runs[i, r, pair.here],
                    runs[0, r, pair.scenario] if pair.beside is None else runs[i, r, pair.beside],
                )
                for r in range(replicates)
            ]
            found.append(_of_pair(trial, pair, both))
    return found


def _of_pair(trial: Trial, pair: Pair, both: Sequence[tuple[Ran, Ran]]) -> Finding:
    """Compare two runs of each replicate; tell the first difference."""
    compared = 0
    for replicate, (one, other) in enumerate(both):
        whole = pair.months is None
        a, b = one.months[: pair.months], other.months[: pair.months]
        compared += a.size + (one.communities.size if whole else 0)
        if (at := _first_apart(a, b)) is not None:
            outcome = list(OUTCOMES.values())[at[1]]
            month, what = trial.study.start.plus(at[0]), outcome.id
            unit = Text(outcome.unit, outcome.unit_zh)
        elif whole and (at := _first_apart(one.communities, other.communities)) is not None:
            a, b = one.communities, other.communities
            columns = columns_kept(trial.study)
            column = columns[at[1]]
            number = [c.id for c in columns].index("community")
            month = Month(int(a[at[0], 0]), 12)
            what = f"{column.id}[{a[at[0], number]:.0f}]"
            unit = Text(column.unit, column.unit_zh)
        else:
            continue
        apart = float(a[at] - b[at])
        return Finding(
            trial.check,
            pair.scenario,
            "violated",
            compared,
            0.0,
            replicate,
            str(month),
            what,
            apart,
            unit,
        )
    return Finding(trial.check, pair.scenario, "zero", compared)


def _first_apart(one: F64, other: F64) -> tuple[int, int] | None:
    """Return row and column of the first numbers that differ; undefined ones are alike."""
    if one.tobytes() == other.tobytes():
        return None
    apart = np.argwhere(~((one == other) | (np.isnan(one) & np.isnan(other))))
    return (int(apart[0, 0]), int(apart[0, 1])) if apart.size else None


def _with_scale(finding: Finding, one: Study, other: Study, names: Mapping[str, str]) -> Finding:
    """Return a finding about other names, to which belongs that spending is matched alike."""
    if finding.check != "relabelling" or not one.equal_spend:
        return finding
    scales = [
        study.scales[name].millionths if name in study.scales else ONE
        for study, name in ((one, finding.scenario), (other, names[finding.scenario]))
    ]
    if scales[0] == scales[1]:
        return replace(finding, compared=finding.compared + 1)
    apart = (scales[1] - scales[0]) / ONE
    return Finding(
        finding.check,
        finding.scenario,
        "violated",
        1,
        what="scale",
        difference=apart,
        unit=Text("ratio", "比值"),
    )


def _asked(
    study: Study, replicates: int, workers: int | None, progress: Progress | None
) -> list[Finding]:
    """Ask rules in other words; tell the first difference."""
    tallies: dict[int, dict[tuple[str, str], Tally]] = {}

    def keep(block: Block, answer: dict[tuple[str, str], Tally]) -> None:
        tallies[block.replicate] = answer

    blocks = [Block(0, r) for r in range(replicates)]
    run_in_pool(Plan((study,)), blocks, keep, ASK, workers=workers, progress=progress)
    found = []
    for check, name in tallies[0]:
        total = Tally()
        replicate = None
        for r in range(replicates):
            total = total.and_then(tallies[r][check, name])
            if total.found is not None and replicate is None:
                replicate = r
        found.append(_of_rule(check, name, total, replicate))
    return found


def _of_rule(check: str, name: str, tally: Tally, replicate: int | None) -> Finding:
    if tally.found is not None:
        first = tally.found
        return Finding(
            check,
            name,
            "violated",
            tally.compared,
            tally.rounding,
            replicate,
            first.month,
            first.what,
            first.difference,
            first.unit,
            first.text,
        )
    if tally.inapplicable is not None:
        return Finding(check, name, "not_applicable", 0, reason=tally.inapplicable)
    if tally.compared == 0:
        return Finding(check, name, "not_applicable", 0, reason=_NEVER_ASKED)
    return Finding(check, name, "zero", tally.compared, tally.rounding)


_NEVER_ASKED = Text("no rule of it is asked in the reported months", "统计期内其规则未被询问")
