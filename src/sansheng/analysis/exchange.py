"""Exchange rates: the money by which a rule makes up for being worse than another, or saves by being better.

Each rule's money is scaled from the first month in which it differs from the baseline, as for equal spend; the baseline
has its own. Money is told as it is really spent, and as it is granted, which is what a budget would show: a rule may be
granted much more than it manages to spend.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sansheng.analysis.asked import outcome_that_ranks, refuse_too_few, scenario_named
from sansheng.analysis.completed import completed
from sansheng.analysis.origin import Origin, origin_of_study
from sansheng.analysis.scale_search import Money, Point, Sample, Solution, Verdict, search
from sansheng.analysis.trials import at_points
from sansheng.analysis.waves import Search, run_searches
from sansheng.analysis.written import write_answer
from sansheng.core.errors import BadInput, Problem
from sansheng.core.months import Month
from sansheng.core.scale import ONE
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.config import Scaling, Study
from sansheng.study.failures import LostRun
from sansheng.study.progress import Progress
from sansheng.study.schedule import first_difference

if TYPE_CHECKING:
    import pandas as pd

RUN = f"{__name__}:run_scaled"

REPLICATES = 20

MEASURES = ("spent", "granted")
"""Outcomes that say what money is, 10,000 yuan a year."""


class Trial(NamedTuple):
    """A run: a scenario, the scale of its money in millionths, and the replicate."""

    scenario: str
    scale: int
    replicate: int


class Numbers(NamedTuple):
    """What is kept of a run: its outcome, yuan per 100 households a year by measure."""

    outcome: float
    money: tuple[float, ...]


@dataclass(frozen=True)
class Plan:
    """What all runs have in common.

    Parameters
    ----------
    study
        Its own scales are not used.
    starts
        Month from which a scenario's money is scaled.
    outcome
        Id.
    """

    study: Study
    starts: Mapping[str, Month]
    outcome: str


@dataclass(frozen=True)
class ExchangeRate:
    """What a scenario needs to match the baseline on an outcome.

    Parameters
    ----------
    scenario
        Name.
    verdict
        See :class:`sansheng.analysis.scale_search.Solution`.
    spent, granted
        Money beyond the baseline's, yuan per 100 households a year; below zero what it saves.
    share
        Money spent beyond the baseline's as a share of that.
    scale, scale_low, scale_high
        What the scenario's money is multiplied by then.
    peak
        Scale beyond which more money makes it worse; NaN where no such turn shows.
    curve
        All scales tried: gain in the outcome's unit, above zero where the scenario is better, and money as in
        :data:`MEASURES`.
    """

    scenario: str
    verdict: Verdict
    spent: Money
    granted: Money
    share: float
    scale: float
    scale_low: float
    scale_high: float
    peak: float
    curve: tuple[Point, ...]

    @property
    def nearest(self) -> Point | None:
        """The scale at which the scenario does best; None if none was tried."""
        return max(self.curve, key=lambda point: point.gain, default=None)

    def as_row(self) -> dict[str, Any]:
        """Return the numbers without the curve, NaN where there is none."""
        return {
            "scenario": self.scenario,
            "verdict": self.verdict,
            **{
                f"{measure}{end}": getattr(getattr(self, measure), field)
                for measure in MEASURES
                for end, field in (("", "value"), ("_low", "low"), ("_high", "high"))
            },
            "share": self.share,
            "scale": self.scale,
            "scale_low": self.scale_low,
            "scale_high": self.scale_high,
            "peak": self.peak,
        }

    def points(self) -> list[dict[str, float | str]]:
        """Return the curve as rows."""
        return [
            {
                "scenario": self.scenario,
                "scale": point.scale,
                "gain": point.gain,
                "low": point.low,
                "high": point.high,
                **dict(zip(MEASURES, point.money, strict=True)),
            }
            for point in self.curve
        ]


@dataclass(frozen=True)
class ExchangeRates:
    """Exchange rates of a study's scenarios.

    Parameters
    ----------
    baseline, outcome
        What is matched.
    level
        The baseline's outcome, in its unit.
    spent, granted
        What the baseline spends and is granted, yuan per 100 households a year.
    replicates
        Paired repetitions.
    rates
        In the order of the study.
    origin
        Study and command.
    """

    baseline: str
    outcome: str
    level: float
    spent: float
    granted: float
    replicates: int
    rates: tuple[ExchangeRate, ...]
    origin: Origin

    @property
    def frame(self) -> pd.DataFrame:
        """One row a scenario."""
        import pandas as pd

        return pd.DataFrame([rate.as_row() for rate in self.rates])

    @property
    def curves(self) -> pd.DataFrame:
        """One row a scenario and scale that was tried."""
        import pandas as pd

        return pd.DataFrame([point for rate in self.rates for point in rate.points()])

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it: a number that does not exist is None."""
        return {
            "outcome": self.outcome,
            "replicates": self.replicates,
            "unit": "yuan per 100 households a year",
            "baseline": {
                "name": self.baseline,
                "level": _json(self.level),
                "spent": _json(self.spent),
                "granted": _json(self.granted),
            },
            "scenarios": [
                {
                    **{name: _json(value) for name, value in rate.as_row().items()},
                    "curve": [
                        {name: _json(x) for name, x in point.items() if name != "scenario"}
                        for point in rate.points()
                    ],
                }
                for rate in self.rates
            ],
            "origin": self.origin.as_dict(),
        }

    def write(self, folder: Path) -> list[Path]:
        """Write ``rates.csv``, ``curves.csv`` and ``exchange.json``.

        Raises
        ------
        RunFailed
            If they cannot be written.
        """
        return write_answer(
            folder, "exchange", self.as_dict(), {"rates": self.frame, "curves": self.curves}
        )


def exchange_rate(
    study: Study,
    scenarios: Sequence[str] | None = None,
    *,
    baseline: str | None = None,
    outcome: str = "need_met",
    replicates: int = REPLICATES,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ExchangeRates:
    """Return the money that scenarios need, beyond the baseline's, to match it on an outcome.

    Parameters
    ----------
    study
        Without parameters that vary. Scales that make scenarios spend alike are left aside: this solves its own.
    scenarios
        Names; left out, all but the baseline.
    baseline
        What is matched, with its own money; left out, the study's own.
    outcome
        Id of an outcome of which more, or less, is better.
    replicates
        Paired repetitions at every scale, at least 2.
    workers, progress
        As in :func:`sansheng.analysis.trials.run_trials`.

    Raises
    ------
    BadInput
        If a name is wrong, the study varies parameters itself, or there are too few replicates.
    RunFailed
        If a run fails.
    """
    (study,) = at_points(study, [{}])
    study = study.model_copy(update={"events": (), "scales": {}})
    base = scenario_named(study, study.baseline if baseline is None else baseline)
    asked = list(study.scenarios) if scenarios is None else scenarios
    names = list(dict.fromkeys(scenario_named(study, name) for name in asked))
    if scenarios is None:
        names.remove(base)
    if not names:
        raise BadInput(
            Problem(
                Text("the study has no scenario but the baseline", "该研究除基线外没有其他方案")
            )
        )
    better = outcome_that_ranks(outcome).better
    refuse_too_few(replicates)
    differs = {
        name: first_difference(study.scenarios[base], study.scenarios[name], study.start)
        for name in names
    }
    starts = {name: month for name, month in differs.items() if month is not None}
    sign = -1.0 if better == "lower" else 1.0
    found = run_searches(
        Plan(study, starts, outcome),
        RUN,
        [_solve(name, base, name in starts, replicates, sign) for name in names],
        workers=workers,
        progress=progress,
    )
    level, spent, granted = found[0][0].outcome, *found[0][0].money
    words = ["exchange", study.file, *(word for name in names for word in ("--scenario", name))]
    words += ["--baseline", base, "--outcome", outcome, "--replicates", str(replicates)]
    return ExchangeRates(
        base,
        outcome,
        level,
        spent,
        granted,
        replicates,
        tuple(
            _rate(name, solution, spent) for name, (_, solution) in zip(names, found, strict=True)
        ),
        origin_of_study(study, words),
    )


def _solve(
    name: str, base: str, differs: bool, replicates: int, sign: float
) -> Search[Trial, tuple[Numbers, Solution]]:
    """Return what the baseline does and what matches it; steps of the search become waves of runs."""
    own = [Trial(base, ONE, r) for r in range(replicates)]
    answers = yield own
    base_runs: list[Numbers] = [answers[trial] for trial in own]
    if not differs:
        nothing = Money(0.0, 0.0, 0.0)
        same = (nothing,) * len(MEASURES)
        return _mean(base_runs), Solution("identical", 1.0, 1.0, 1.0, same, math.nan, ())
    steps = search(len(MEASURES))
    scales = next(steps)
    while True:
        wanted = {scale: [Trial(name, scale, r) for r in range(replicates)] for scale in scales}
        answers = yield [trial for trials in wanted.values() for trial in trials]
        samples = {
            scale: _sample([answers[trial] for trial in trials], base_runs, sign)
            for scale, trials in wanted.items()
        }
        try:
            scales = steps.send(samples)
        except StopIteration as end:
            return _mean(base_runs), end.value


def _mean(runs: Sequence[Numbers]) -> Numbers:
    outcomes = np.array([run.outcome for run in runs])
    defined = outcomes[~np.isnan(outcomes)]
    money = np.array([run.money for run in runs]).mean(axis=0)
    return Numbers(float(defined.mean()) if defined.size else math.nan, tuple(map(float, money)))


def _sample(runs: Sequence[Numbers | None], base: Sequence[Numbers], sign: float) -> Sample | None:
    """Return the paired differences; None if levers take more than there is in one of the runs."""
    pairs = [(one, other) for one, other in zip(runs, base, strict=True) if one is not None]
    if len(pairs) < len(runs):
        return None
    gain: F64 = np.array([sign * (one.outcome - other.outcome) for one, other in pairs])
    money: F64 = np.array([np.subtract(one.money, other.money) for one, other in pairs]).T
    return Sample(gain, money)


def _rate(name: str, solution: Solution, own: float) -> ExchangeRate:
    spent, granted = solution.money
    return ExchangeRate(
        name,
        solution.verdict,
        spent,
        granted,
        spent.value / own if own > 0.0 else math.nan,
        solution.scale,
        solution.scale_low,
        solution.scale_high,
        solution.peak,
        solution.curve,
    )


def run_scaled(plan: Plan, trial: Trial) -> Numbers | None:
    """Run a scenario with its money scaled; None if levers take more than is left of the envelope then.

    Raises
    ------
    RunFailed
        If the run fails for any other reason.
    """
    from sansheng.outcomes.communities import COMMUNITY_COLUMNS
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.outcomes.summary import summarise
    from sansheng.study.simulate import simulate_scenarios

    study = plan.study
    if trial.scale != ONE:
        scaling = Scaling(start=plan.starts[trial.scenario], millionths=trial.scale)
        study = study.model_copy(update={"scales": {trial.scenario: scaling}})
    (run,) = simulate_scenarios(study, 0, trial.replicate, (trial.scenario,))
    if isinstance(run, LostRun) and run.reason.line_too_small and trial.scale < ONE:
        return None
    run = completed(run)
    values = dict(zip(OUTCOMES, summarise(run.months), strict=True))
    columns = [column.id for column in COMMUNITY_COLUMNS]
    rows = run.communities[run.communities[:, 0] == run.communities[0, 0]]
    hundreds = float(rows[:, columns.index("households")].sum()) / 100.0
    return Numbers(
        float(values[plan.outcome]),
        tuple(1e4 * float(values[measure]) / hundreds for measure in MEASURES),
    )


def _json(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
