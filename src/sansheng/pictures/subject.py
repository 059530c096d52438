"""What a picture is of: the results of a study in one draw of its parameters, and how it is to be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sansheng.analysis.titles import scenario_titles, title_of_rule
from sansheng.core.months import Month
from sansheng.core.tables import F64
from sansheng.core.text import Language, Text
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.style import PAGE, SOFT, Mark, mark
from sansheng.pictures.wording import title_of

if TYPE_CHECKING:
    from sansheng.analysis.comparisons import Comparison
    from sansheng.pictures.estimates import Estimate
    from sansheng.study.reading import StudyData

_BY_COMMUNITY = """
    SELECT scenario, replicate, community,
        sum(arisen) AS arisen, sum(resolved) AS resolved, sum(granted) AS granted,
        arg_min(households, year) AS households, arg_min(subdistrict, year) AS subdistrict,
        arg_min(vulnerable, year) AS vulnerable, arg_min(estate_age, year) AS estate_age,
        arg_min(duties_service + duties_admin, year) AS duties
    FROM communities
    WHERE draw = ?
    GROUP BY scenario, replicate, community
"""

MOST_SHOWN = 5
"""Scenarios beside the baseline that a figure can tell apart."""


@dataclass(frozen=True)
class Reform:
    """What a scenario changes after its first month."""

    month: int
    scenario: str
    what: Text


@dataclass(frozen=True)
class Subject:
    """What a picture is of.

    Parameters
    ----------
    data
        The results.
    lang
        Language of every word.
    draw
        Draw of the parameters; draws are different assumptions and are never averaged.
    width
        Of the page, inches.
    """

    data: StudyData
    lang: Language = "zh"
    draw: int = 0
    width: float = PAGE

    @cached_property
    def titles(self) -> Mapping[str, Text]:
        """What to call each scenario."""
        return scenario_titles(self.data)

    def title(self, scenario: str) -> str:
        """Return what to call a scenario."""
        return title_of(scenario, self.titles, self.lang)

    @property
    def baseline(self) -> str:
        """The scenario that others are compared with."""
        return self.data.baseline

    @property
    def others(self) -> tuple[str, ...]:
        """All other scenarios."""
        return tuple(name for name in self.data.scenarios if name != self.baseline)

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The other scenarios that a figure shows: all, or where they are too many those with the largest differences.

        Those are of the share of needs that are met, the ones that gain most and lose most, in the order of the study.
        """
        if len(self.others) <= MOST_SHOWN:
            return self.others
        from sansheng.pictures.estimates import estimate

        size = {name: abs(estimate(self.paired("need_met", name)).mean) for name in self.others}
        first = sorted(self.others, key=lambda name: -size[name])[:MOST_SHOWN]
        return tuple(name for name in self.others if name in first)

    @property
    def left_out(self) -> Text | None:
        """What to say where scenarios are not shown."""
        if len(self.shown) == len(self.others):
            return None
        n, of = len(self.shown), len(self.others)
        return Text(
            f"Shown: the {n} of {of} scenarios that differ most from the baseline in need met.",
            f"只画需求满足率与基线相差最大的 {n} 个方案（共 {of} 个）。",
        )

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The look of each scenario that is shown; the baseline is grey."""
        looks = {self.baseline: Mark(SOFT, "o", ())}
        return looks | {name: mark(number) for number, name in enumerate(self.shown)}

    @cached_property
    def compared(self) -> Sequence[Comparison]:
        """All comparisons with the baseline in this draw."""
        from sansheng.analysis.compare import compare

        return compare(self.data, draw=self.draw)

    def named(self, found: Mapping[str, Estimate]) -> dict[str, str]:
        """Return the titles of the scenarios that a title names."""
        from sansheng.pictures.estimates import to_name

        return {name: self.title(name) for name in to_name(found, self.shown)}

    def row(self, scenario: str) -> int:
        """Return the place of a scenario in arrays."""
        return self.data.scenarios.index(scenario)

    def per_run(self, outcome: str, scenario: str) -> F64:
        """Return an outcome of a scenario, ``float64[replicate]``."""
        found: F64 = self.data.per_run(outcome)[self.row(scenario), self.draw]
        return found

    def paired(self, outcome: str, scenario: str) -> F64:
        """Return an outcome less that of the baseline, ``float64[replicate]``."""
        found: F64 = self.per_run(outcome, scenario) - self.per_run(outcome, self.baseline)
        return found

    def fetch(self, outcomes: Sequence[str]) -> None:
        """Read the months of several outcomes at once, so that :meth:`by_month` has them."""
        missing = [name for name in outcomes if name not in self._months]
        if missing:
            found = self.data.months_of(missing)
            self._months.update({name: values[:, self.draw] for name, values in found.items()})

    def by_month(self, outcome: str) -> F64:
        """Return an outcome, ``float64[scenario, replicate, month]``."""
        self.fetch([outcome])
        return self._months[outcome]

    @cached_property
    def _months(self) -> dict[str, F64]:
        return {}

    def communities(self, scenario: str) -> Mapping[str, F64]:
        """Return what communities are and had over all years, each ``float64[replicate, community]``.

        Sums of ``arisen``, ``resolved`` and ``granted``; ``households``, ``subdistrict``, ``vulnerable``,
        ``duties`` and ``estate_age`` as they were in the first year; ``need``, what arose for a household.
        NaN where there is no such community.
        """
        return self._communities[scenario]

    @cached_property
    def _communities(self) -> Mapping[str, Mapping[str, F64]]:
        with self.data.connect() as database:
            rows = database.execute(_BY_COMMUNITY, [self.draw]).fetchnumpy()
        shape = self.data.shape[2], int(rows["community"].max())
        found = {}
        for scenario in self.data.scenarios:
            mine = rows["scenario"] == scenario
            slot = rows["replicate"][mine], rows["community"][mine] - 1
            tables = {}
            for name in rows:
                if name not in ("scenario", "replicate", "community"):
                    values = np.full(shape, np.nan)
                    values[slot] = rows[name][mine]
                    tables[name] = values
            found[scenario] = tables | {"need": tables["arisen"] / tables["households"]}
        return found

    @cached_property
    def start(self) -> Month:
        """The first reported month."""
        return Month.at(self.data.layout.start)

    @cached_property
    def years(self) -> list[tuple[int, slice]]:
        """Calendar years of which all twelve months are reported, with the place of these months."""
        first, months = self.data.layout.start, self.data.shape[3]
        found = []
        for year in range(-(-first // 12), (first + months) // 12):
            at = year * 12 - first
            found.append((year, slice(at, at + 12)))
        return found

    @cached_property
    def reforms(self) -> Sequence[Reform]:
        """What scenarios change after the first reported month, by date."""
        from sansheng.policy.load import lever_class

        found = []
        for said in self.data.manifest["scenarios"]:
            name, before = said["name"], said
            for change in said["changes"]:
                month = Month.parse(change["from"])
                found.append(Reform(month.index, name, _told(change, before)))
                before = change
            for lever in said["levers"]:
                month = Month.parse(lever["from"])
                found.append(Reform(month.index, name, lever_class(lever["lever"]).title))
        later = [reform for reform in found if reform.month > self.data.layout.start]
        return sorted(later, key=lambda reform: reform.month)

    @cached_property
    def conditions(self) -> Conditions:
        """What was simulated."""
        from sansheng.study.canonical import hash_of
        from sansheng.study.own_place import place_of_results

        manifest = self.data.manifest
        return Conditions(
            place=place_of_results(self.data.folder, manifest["place"]).title,
            months=manifest["months"],
            replicates=self.pairs,
            planned=manifest["replicates"],
            seed=manifest["seed"],
            fingerprint=hash_of(self.data),
            titles=self.titles,
            spend=self._spend,
            equal_spend=manifest["equal_spend"],
            assumed=self._assumed,
        )

    @property
    def pairs(self) -> int:
        """Replicates that every scenario has in this draw."""
        mine = (row for row in self.data.ledger if row.status == "done" and row.draw == self.draw)
        there = Counter(row.replicate for row in mine)
        return sum(count >= len(self.data.scenarios) for count in there.values())

    @property
    def _spend(self) -> dict[str, float]:
        from sansheng.analysis.compare import spend_table

        rows = spend_table(self.data, self.draw)
        first = sorted(rows, key=lambda row: row.scenario != self.baseline)
        return {row.scenario: row.spent for row in first if row.status != "exempt"}

    @property
    def _assumed(self) -> str:
        """The values of the parameters that vary, if any do."""
        varied = self.data.manifest["parameters_varied"]
        row = self.data.draws.iloc[self.draw]
        return ", ".join(f"{name} = {float(row[name]):g}" for name in varied)


def _told(rule: Mapping[str, Any], before: Mapping[str, Any]) -> Text:
    """Return the title of a rule that takes over, with what is set anew where it is the same rule."""
    title = title_of_rule(rule)
    if rule["rule"] != before["rule"]:
        return title
    old = before["options"]
    new = [f"{name} = {value:g}" for name, value in rule["options"].items() if value != old[name]]
    if not new:
        return title
    return Text(f"{title.en}, {', '.join(new)}", f"{title.zh}，{'，'.join(new)}")
