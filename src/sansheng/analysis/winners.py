"""Who wins and who loses under a rule: communities, residents, organisations and people of each kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sansheng.analysis.compare import draws_of, scenario_index
from sansheng.analysis.origin import Origin, origin_of_results
from sansheng.analysis.winners_expected import expected, verdicts
from sansheng.analysis.winners_groups import by_part, judged, parts_of
from sansheng.analysis.winners_inequality import inequality
from sansheng.analysis.winners_measures import (
    ATTRIBUTES,
    BY_ID,
    DIMENSIONS,
    MEASURES,
    Dimension,
    Measure,
    Unit,
)
from sansheng.analysis.winners_units import KEY, measures_in, paired, units_of
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.text import Text

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from sansheng.study.progress import Progress
    from sansheng.study.reading import StudyData

PARTS = 3
"""Parts that attributes of communities are cut into: terciles."""

MOST_PARTS = 20


@dataclass(frozen=True)
class Winners:
    """Who wins and who loses, as tables that need nothing beside them.

    All are told by ``draw`` and ``scenario`` and are against ``baseline``; differences are scenario minus baseline
    in the unit of the outcome.

    Parameters
    ----------
    baseline
        Scenario that the others are compared with.
    groups
        One row a part of a dimension and outcome, see :func:`~sansheng.analysis.winners_groups.by_part`, with the
        ``verdict``; ``by`` is ``all`` where nobody is told apart. Its ``least`` and ``most`` are the attribute's.
    communities
        One row a community of a replicate and outcome: attributes, part of each dimension, ``baseline``, ``value``,
        ``difference``, ``reading``, and what it can expect for what it is, ``expected`` with ``expected_low``,
        ``expected_high`` (95% interval, each by itself) and ``expected_reading``, which is ``undecided`` where the
        interval reaches over an edge of the zone.
    organisations
        One row an organisation that was there at the start, of a replicate, and outcome.
    workers
        One row a group of people who were there at the start, of a replicate, and outcome.
    expected
        One row an outcome: shares of households by what their community can expect, in per cent, and the part of the
        variance of differences that attributes explain, in per cent.
    inequality
        One row an index and outcome, see :func:`~sansheng.analysis.winners_inequality.inequality`.
    origin
        What all this rests on.
    """

    baseline: str
    groups: pd.DataFrame
    communities: pd.DataFrame
    organisations: pd.DataFrame
    workers: pd.DataFrame
    expected: pd.DataFrame
    inequality: pd.DataFrame
    origin: Origin

    TABLES = ("groups", "expected", "inequality", "communities", "organisations", "workers")

    def as_dict(self) -> dict[str, Any]:
        """Return what is not told one by one, as JSON can hold it: an undefined number is None."""
        tables = {name: _records(getattr(self, name)) for name in self.TABLES[:3]}
        return {"baseline": self.baseline, **tables, "origin": self.origin.as_dict()}


@dataclass
class _Tables:
    """Rows as they are found."""

    groups: list[dict[str, Any]] = field(default_factory=list)
    expected: list[dict[str, Any]] = field(default_factory=list)
    inequality: list[dict[str, Any]] = field(default_factory=list)
    units: dict[Unit, list[pd.DataFrame]] = field(
        default_factory=lambda: {unit: [] for unit in MEASURES}
    )


def winners(
    data: StudyData | Path | str,
    scenario: str | None = None,
    baseline: str | None = None,
    by: Iterable[str] | None = None,
    outcomes: Iterable[str] | None = None,
    *,
    zones: Mapping[str, float] | None = None,
    parts: int = PARTS,
    draw: int | None = None,
    progress: Progress | None = None,
    words: Sequence[str] | None = None,
) -> Winners:
    """Return who wins and who loses under a rule.

    Parameters
    ----------
    data
        A study, or the folder of its results.
    scenario
        Which; left out, every other than the baseline.
    baseline
        Scenario to compare with; left out, the study's own.
    by
        Ids of :data:`~sansheng.analysis.winners_measures.DIMENSIONS`; left out, all that the study can tell.
    outcomes
        Ids of :data:`~sansheng.analysis.winners_measures.BY_ID`; left out, all that the study can tell.
    zones
        Differences that count as none, by outcome, instead of the declared ones.
    parts
        Parts that attributes of communities are cut into.
    draw
        Parameter draw; left out, every draw in turn.
    progress
        Told what is being done.
    words
        The command that asked, for :class:`~sansheng.analysis.origin.Origin`; left out, one that asks the same.

    Raises
    ------
    BadInput
        If a name does not exist, a zone is no number of at least 0, or the study is damaged or incomplete.
    """
    from sansheng.study.progress import Progress
    from sansheng.study.reading import StudyData, open_study

    data = data if isinstance(data, StudyData) else open_study(data)
    base = data.scenarios[scenario_index(data, data.baseline if baseline is None else baseline)]
    others = [name for name in data.scenarios if name != base]
    if scenario is not None:
        others = [data.scenarios[scenario_index(data, scenario)]]
    limits = _zones(zones or {})
    _require_parts(parts)
    progress = progress or Progress(quiet=True)
    draws, replicates = draws_of(data, draw), data.shape[2]
    tables = _Tables()
    with data.connect() as connection:
        told = _Told(connection, data, by, outcomes)
        progress.start(len(draws) * len(others) * replicates)
        try:
            for number in draws:
                for name in others:
                    _compare(tables, told, (base, name), number, limits, parts)
                    progress.advance(replicates)
        finally:
            progress.stop()
    asked = words or _words(data, scenario, baseline, told, limits, parts, draw)
    return Winners(
        base,
        _frame(tables.groups),
        _joined(tables.units["communities"]),
        _joined(tables.units["organisations"]),
        _joined(tables.units["workers"]),
        _frame(tables.expected),
        _frame(tables.inequality),
        origin_of_results(data, asked),
    )


class _Told:
    """What is asked for, and what a study can tell of it.

    Parameters
    ----------
    connection
        To its tables.
    data
        The study.
    by, outcomes
        What is asked for; None is all that can be told.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        data: StudyData,
        by: Iterable[str] | None,
        outcomes: Iterable[str] | None,
    ) -> None:
        self.connection = connection
        there = {unit: measures_in(connection, unit) for unit in MEASURES}
        known = {d.id: d for d in DIMENSIONS}
        able = {m.id for measures in there.values() for m in measures}
        self.by = None if by is None else _required(by, known, Text("dimension", "分组"))
        self.outcomes = (
            None if outcomes is None else _required(outcomes, BY_ID, Text("outcome", "指标"))
        )
        for name in self.by or ():
            if not there[known[name].unit]:
                raise _not_stored(data, name)
        for name in self.outcomes or ():
            if name not in able:
                raise _not_stored(data, name)
        wanted = able if self.outcomes is None else set(self.outcomes)
        self.dimensions: dict[Unit, list[Dimension]] = {
            unit: [d for d in DIMENSIONS if d.unit == unit and (self.by is None or d.id in self.by)]
            for unit in MEASURES
        }
        self.measures: dict[Unit, list[Measure]] = {
            unit: [m for m in measures if m.id in wanted] for unit, measures in there.items()
        }

    @property
    def units(self) -> list[Unit]:
        """Who is to be compared: communities always, others where they are told apart."""
        return [
            unit
            for unit in MEASURES
            if self.measures[unit] and (unit == "communities" or self.dimensions[unit])
        ]


def _compare(
    tables: _Tables,
    told: _Told,
    scenarios: tuple[str, str],
    draw: int,
    zones: Mapping[str, float],
    parts: int,
) -> None:
    """Add one scenario's rows of one draw."""
    mine = {"draw": draw, "scenario": scenarios[1]}
    groups: list[dict[str, Any]] = []
    for unit in told.units:
        base, other = (units_of(told.connection, unit, name, draw) for name in scenarios)
        pairs = paired(base, other, told.measures[unit], zones)
        # Residents are those of communities: together they are no further group.
        dimensions = [*([] if unit == "residents" else [None]), *told.dimensions[unit]]
        groups += [
            {**mine, "unit": unit, **row}
            for dimension in dimensions
            for measure in told.measures[unit]
            for row in by_part(base, pairs, measure, dimension, parts, zones[measure.id])
        ]
        if unit == "communities":
            rows = inequality(base, other)
            tables.inequality += [{**mine, **row} for row in rows]
            pairs = _with_attributes(pairs, base, told.dimensions[unit], parts)
            pairs, shares = _with_expected(pairs, told.measures[unit], zones)
            tables.expected += [{**mine, **row} for row in shares]
        elif unit != "residents":
            facts = [*KEY, "weight", *dict.fromkeys(d.column for d in told.dimensions[unit])]
            pairs = pairs.merge(base[facts], on=KEY)
        tables.units[unit].append(pairs.assign(**mine))
    judged(groups, {name: measure.better for name, measure in BY_ID.items()})
    tables.groups += groups


def _with_attributes(
    pairs: pd.DataFrame, units: pd.DataFrame, dimensions: Sequence[Dimension], parts: int
) -> pd.DataFrame:
    """Return pairs with what communities are, and which part of each dimension they are in."""
    columns = [*KEY, "subdistrict", *(d.column for d in ATTRIBUTES)]
    cut = {f"part_{d.id}": parts_of(units, d, parts) for d in dimensions}
    return pairs.merge(units[columns].assign(**cut), on=KEY)


def _with_expected(
    pairs: pd.DataFrame, measures: Sequence[Measure], zones: Mapping[str, float]
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return pairs with what each community can expect, and the shares of households by that."""
    import pandas as pd

    found, rows = [], []
    for measure in measures:
        mine = pairs[pairs["outcome"] == measure.id]
        if mine.empty:
            continue
        gain = expected(
            mine["difference"].to_numpy(),
            mine[[d.column for d in ATTRIBUTES]]
            .assign(households=np.log(mine["households"]))
            .to_numpy(np.float64),
            mine["replicate"].to_numpy(np.int64),
        )
        said = np.array(verdicts(gain, measure.better, zones[measure.id]))
        homes = mine["households"].to_numpy(np.float64)
        shares = {
            reading: 100.0 * float(homes[said == reading].sum() / homes.sum())
            for reading in ("better", "worse", "unchanged", "undecided")
        }
        rows.append({"outcome": measure.id, **shares, "explained": 100.0 * gain.explained})
        found.append(
            mine.assign(
                expected=gain.mean,
                expected_low=gain.low,
                expected_high=gain.high,
                expected_reading=said,
            )
        )
    return (pd.concat(found, ignore_index=True) if found else pairs), rows


def _required(names: Iterable[str], known: Iterable[str], what: Text) -> list[str]:
    """Return names after refusing one that does not exist."""
    listed = list(known)
    asked = [names] if isinstance(names, str) else list(names)
    for name in asked:
        if name not in listed:
            hint = did_you_mean(name, listed)
            raise BadInput(
                Problem(
                    Text(
                        f"no {what.en} {quoted(name)}; allowed: {', '.join(listed)}{hint.en}",
                        f"没有{what.zh} {quoted(name)}；可用：{'、'.join(listed)}{hint.zh}",
                    )
                )
            )
    return asked


def _not_stored(data: StudyData, name: str) -> BadInput:
    return BadInput(
        Problem(
            Text(
                f"{data.folder} does not tell {quoted(name)}: an earlier version stored it; run the study again",
                f"{data.folder} 中没有 {quoted(name)} 所需的数据：由旧版本保存；请重新运行该研究",
            )
        )
    )


def _zones(given: Mapping[str, float]) -> dict[str, float]:
    """Return the zone of every outcome, given ones first."""
    _required(given, BY_ID, Text("outcome", "指标"))
    for name, zone in given.items():
        if not (math.isfinite(zone) and zone >= 0.0):
            raise BadInput(
                Problem(
                    Text(
                        f"the zone of {name} must be a number of at least 0, not {zone}",
                        f"{name} 的无差异区间须为不小于 0 的数，而不是 {zone}",
                    )
                )
            )
    return {name: given.get(name, measure.zone) for name, measure in BY_ID.items()}


def _require_parts(parts: int) -> None:
    if not 2 <= parts <= MOST_PARTS:
        raise BadInput(
            Problem(
                Text(
                    f"parts must be from 2 to {MOST_PARTS}, not {parts}",
                    f"分组数须为 2 至 {MOST_PARTS}，而不是 {parts}",
                )
            )
        )


def _words(
    data: StudyData,
    scenario: str | None,
    baseline: str | None,
    told: _Told,
    zones: Mapping[str, float],
    parts: int,
    draw: int | None,
) -> list[str]:
    """Return the command that asks the same."""
    words = ["winners", str(data.folder)]
    for option, value in (
        ("--scenario", scenario),
        ("--baseline", baseline),
        ("--by", told.by and ",".join(told.by)),
        ("--outcome", told.outcomes and ",".join(told.outcomes)),
        ("--parts", None if parts == PARTS else str(parts)),
        ("--draw", None if draw is None else str(draw)),
    ):
        if value:
            words += [option, value]
    for name, zone in zones.items():
        if zone != BY_ID[name].zone:
            words += ["--zone", f"{name}={zone!r}"]
    return [*words, "--json", *(["--allow-partial"] if data.partial else [])]


def _frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    if not frames:
        return pd.DataFrame()
    whole = pd.concat(frames, ignore_index=True)
    first = ["draw", "scenario", *KEY, "outcome"]
    return whole[[*first, *(name for name in whole.columns if name not in first)]]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]
