"""One mean over all draws of the parameters, and whether draws or luck make it uncertain.

Draws and replicates are crossed: replicate 7 has the same luck in every draw. So a difference varies for three
reasons, which a table of draws by replicates tells apart (two-way random effects, Searle, Casella and McCulloch
1992 [1]_): what the parameters are (draws), what the luck is (replicates), and how the two go together (rest). More
replicates do nothing against the first, more draws nothing against the second.

.. [1] S. R. Searle, G. Casella, C. E. McCulloch (1992). Variance Components. Wiley. doi:10.1002/9780470316856
.. [2] F. E. Satterthwaite (1946). An approximate distribution of estimates of variance components. Biometrics Bulletin
   2(6). doi:10.2307/3002019
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sansheng.analysis.answers import Answers, as_json
from sansheng.analysis.replications import Pairs, pairs_of
from sansheng.core.tables import F64

if TYPE_CHECKING:
    from sansheng.analysis.runs import Source


class Split(NamedTuple):
    """Where the variance of a difference comes from, in the outcome's unit squared.

    Parameters
    ----------
    mean
        Over draws and replicates, in the outcome's unit.
    draws, replicates, rest
        Variance between draws, between replicates, and what is left; mean squares solved for them, and zero where that
        gives less.
    error
        Standard error of the mean, for other draws and other luck alike.
    freedom
        Degrees of freedom of that error (Satterthwaite [2]_).
    complete
        Replicates that all draws have; the others are left out.
    """

    mean: float
    draws: float
    replicates: float
    rest: float
    error: float
    freedom: float
    complete: int


def split(differences: F64) -> Split:
    """Return mean and variances of differences.

    Parameters
    ----------
    differences
        ``float64[draw, replicate]``, NaN where a pair is missing.

    Returns
    -------
    Split
        NaN throughout if fewer than two draws share fewer than two replicates.
    """
    kept = differences[:, ~np.isnan(differences).any(axis=0)]
    draws, replicates = kept.shape
    if draws < 2 or replicates < 2:
        return Split(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, replicates)
    if kept.min() == kept.max():
        return Split(float(kept.flat[0]), 0.0, 0.0, 0.0, 0.0, np.inf, replicates)
    mean = kept.mean()
    by_draw, by_luck = kept.mean(axis=1) - mean, kept.mean(axis=0) - mean
    rest = kept - mean - by_draw[:, None] - by_luck
    of_draws = replicates * (by_draw**2).sum() / (draws - 1)
    of_luck = draws * (by_luck**2).sum() / (replicates - 1)
    of_rest = (rest**2).sum() / ((draws - 1) * (replicates - 1))
    # The error's mean squares; where chance makes their sum less than one of them alone, that one stands.
    whole = max(of_draws + of_luck - of_rest, of_draws, of_luck)
    spread = (
        of_draws**2 / (draws - 1)
        + of_luck**2 / (replicates - 1)
        + of_rest**2 / ((draws - 1) * (replicates - 1))
    )
    return Split(
        mean=float(mean),
        draws=float(max(0.0, of_draws - of_rest) / replicates),
        replicates=float(max(0.0, of_luck - of_rest) / draws),
        rest=float(of_rest),
        error=float(np.sqrt(whole / kept.size)),
        freedom=float(max(min(draws, replicates) - 1, whole**2 / spread)),
        complete=replicates,
    )


def pairs_over_draws(values: F64, others: F64) -> Pairs:
    """Compare values with others in the mean over draws.

    Parameters
    ----------
    values, others
        ``float64[scenario, draw, replicate]``, NaN where undefined; the second may have one scenario.

    Returns
    -------
    Arrays of shape ``(scenario, 1)``. Means, shares and variances are those of all pairs; difference, error and
    degrees of freedom are those of :func:`split`.
    """
    changes = values - others
    # A replicate counts if all draws have it.
    values = np.where(np.isnan(changes).any(axis=1, keepdims=True), np.nan, values)
    others = np.broadcast_to(others, values.shape)
    flat = (values.shape[0], 1, -1)
    whole = pairs_of(values.reshape(flat), others.reshape(flat))
    found = [split(of_scenario) for of_scenario in changes]
    apart = _within_draws(values) + _within_draws(np.where(np.isnan(values), np.nan, others))
    with np.errstate(divide="ignore", invalid="ignore"):
        reduction = apart / _within_draws(values - others)
    return whole._replace(
        difference=_column([one.mean for one in found]),
        error=_column([one.error for one in found]),
        freedom=_column([one.freedom for one in found]),
        reduction=_column(reduction),
    )


def _within_draws(values: F64) -> F64:
    """Return the variance between the replicates of a draw, summed over draws, by scenario."""
    kept = (one[:, ~np.isnan(one).any(axis=0)] for one in values)
    return np.array([one.var(axis=1, ddof=1).sum() if one.shape[1] > 1 else np.nan for one in kept])


def _column(values: Any) -> F64:
    return np.asarray(values, dtype=np.float64)[:, None]


@dataclass(frozen=True)
class Spread:
    """Where the variance of one scenario's difference from the baseline comes from, between draws and replicates.

    Parameters
    ----------
    outcome, scenario, baseline
        Which.
    draws, replicates, rest
        Variance between draws, between replicates (the same luck in all draws), and of the two together, in the
        outcome's unit squared: components of a two-way table with one run a cell, estimated by its mean squares; one
        that comes out below zero is given as zero.
    complete, planned
        Replicates that all draws have, and those that the study asks for.
    """

    outcome: str
    scenario: str
    baseline: str
    draws: float
    replicates: float
    rest: float
    complete: int
    planned: int

    def share(self, part: float) -> float:
        """Return one of the three variances as a part of their sum; NaN if there is none."""
        whole = self.draws + self.replicates + self.rest
        return part / whole if whole > 0.0 else np.nan

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them: an undefined number is None."""
        return as_json(self)


def spread_over_draws(
    study: Source,
    baseline: str | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    allow_partial: bool = False,
) -> Answers[Spread]:
    """Return whether draws of the parameters or luck make differences vary.

    Of a grid or a list of draws it is the spread over the points that somebody chose.

    Parameters
    ----------
    study, baseline, outcomes, allow_partial
        As in :func:`sansheng.analysis.compare.compare`.

    Raises
    ------
    BadInput
        If the study has a single draw or replicate, or something asked for does not exist.
    """
    from sansheng.analysis.compare import command_of, headlines
    from sansheng.analysis.runs import runs_of

    runs = runs_of(study, baseline, allow_partial=allow_partial)
    base = runs.base
    chosen = headlines(runs) if outcomes is None else runs.chosen(outcomes)
    rows = []
    for outcome in chosen:
        values = runs.values(outcome)
        for i, scenario in enumerate(runs.scenarios):
            if i != base:
                found = split(values[i] - values[base])
                rows.append(
                    Spread(
                        outcome,
                        scenario,
                        runs.baseline,
                        found.draws,
                        found.replicates,
                        found.rest,
                        found.complete,
                        runs.replicates,
                    )
                )
    words = command_of(runs, outcomes=outcomes, allow_partial=allow_partial)
    return Answers(tuple(rows), lambda: runs.find_origin(words))
