"""The committed tables are those that the code declares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from sansheng.analysis.moments import MEASURES
from sansheng.analysis.patterns import pattern_places, patterns_of
from sansheng.analysis.story.links import LINKS
from sansheng.core.tables import columns
from sansheng.month import MONTH, PARAMETERS
from sansheng.outcomes.events.declared import EVENT_COLUMNS, EVENTS
from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.study.rule_files import kept_names
from sansheng.world.place import place_names
from sansheng.world.schema import TABLES

NAMES = (
    "parameters.md",
    "outcomes.md",
    "events.md",
    "columns.md",
    "rules.md",
    "levers.md",
    "steps.md",
    "patterns.md",
)


def rows(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in text.splitlines()
        if line.startswith("|")
    ]


def test_the_folder_holds_the_tables_and_nothing_else(
    project: Path, made: Mapping[str, str]
) -> None:
    assert set(made) == set(NAMES)
    assert {path.name for path in (project / "docs/tables").iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_table_is_what_make_tables_would_write(
    name: str, project: Path, made: Mapping[str, str]
) -> None:
    committed = (project / "docs/tables" / name).read_text(encoding="utf-8")
    assert committed == made[name], "run: python tools/make_tables.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_table_has_as_many_cells_as_its_head(
    name: str, made: Mapping[str, str]
) -> None:
    for block in re.findall(r"(?:^\|.*\n)+", made[name], re.MULTILINE):
        assert len({len(row) for row in rows(block)}) == 1


def test_every_parameter_has_one_row_and_every_row_is_a_parameter(made: Mapping[str, str]) -> None:
    _, _, lists = made["parameters.md"].partition("\n## ")
    listed = [row[0].strip("`") for row in rows(lists) if row[0].startswith("`")]
    assert sorted(listed) == sorted(PARAMETERS)


def test_a_row_of_a_parameter_gives_its_default_range_unit_role_status_and_sources(
    made: Mapping[str, str],
) -> None:
    by_name = {row[0]: row for row in rows(made["parameters.md"])}
    q = PARAMETERS["lot_value"]
    assert by_name["`lot_value`"][2:] == [
        f"{q.default:.0f}",
        f"{q.low:.0f} to {q.high:.0f}",
        q.unit,
        q.role,
        q.status,
        ", ".join(q.source),
    ]


def test_every_outcome_has_one_row_and_every_row_is_an_outcome(made: Mapping[str, str]) -> None:
    lists, _, _ = made["outcomes.md"].partition("\n## Communities")
    listed = [row[0].strip("*`") for row in rows(lists) if "`" in row[0]]
    assert sorted(listed) == sorted(OUTCOMES)


def test_every_column_and_every_event_of_the_log_has_one_row(made: Mapping[str, str]) -> None:
    columns_, _, rest = made["events.md"].partition("\n## Codes")
    codes, _, told = rest.partition("\n## Links")
    assert len(rows(told)) == 2 + len(LINKS)
    listed = [row[0].strip("`") for row in rows(codes)[2:]]
    assert listed == [event.code for event in EVENTS]
    listed = [row[0].strip("`") for row in rows(columns_)[2 : 2 + len(EVENT_COLUMNS)]]
    assert listed == [column.id for column in EVENT_COLUMNS]


def test_every_column_of_the_world_has_a_row_under_its_table(made: Mapping[str, str]) -> None:
    for table in TABLES:
        _, _, rest = made["columns.md"].partition(f"\n## {table.__name__}\n")
        own, _, _ = rest.partition("\n## ")
        listed = [row[0].strip("`") for row in rows(own) if row[0].startswith("`")]
        assert listed == [info.name for info in columns(table)]


def test_every_pattern_and_every_measure_has_a_row(made: Mapping[str, str]) -> None:
    listed = [row[0].strip("`") for row in rows(made["patterns.md"])]
    for place in (name for name in pattern_places() if name in place_names()):
        assert all(pattern.id in listed for pattern in patterns_of(place))
    assert set(MEASURES) <= set(listed)


def test_every_rule_is_listed_with_all_its_options(made: Mapping[str, str]) -> None:
    rules, _, files = made["rules.md"].partition("\n## Files")
    assert re.findall(r"^## `(\w+)`", rules, re.MULTILINE) == list(rule_names())
    options = [option.name for name in rule_names() for option in rule_class(name).quantities]
    assert [row[0].strip("`") for row in rows(rules) if row[0].startswith("`")] == options
    assert [row[0].strip("`") for row in rows(files)[2:]] == kept_names("rule")


def test_every_lever_is_listed_with_its_channel_its_cost_and_all_its_options(
    made: Mapping[str, str],
) -> None:
    levers, _, files = made["levers.md"].partition("\n## Files")
    assert re.findall(r"^## `(\w+)`", levers, re.MULTILINE) == list(lever_names())
    shown = {row[0].split("`")[1]: row for row in rows(levers) if row[0].startswith("[`")}
    assert list(shown) == list(lever_names())
    for name in lever_names():
        lever = lever_class(name)
        _, changes, channel, cost, line = shown[name]
        assert all(f"`{column}`" in channel for column in lever.channel)
        assert all(f"`{what}`" in changes for what in (*lever().parameters(), *lever.writes))
        assert lever.cost.en in cost
        assert (line == "–") == lever.is_free()
    options = [option.name for name in lever_names() for option in lever_class(name).quantities]
    assert [row[0].strip("`") for row in rows(levers) if row[0].startswith("`")] == options
    assert [row[0].strip("`") for row in rows(files)[2:]] == kept_names("lever")


def test_the_steps_stand_in_the_order_of_the_month(made: Mapping[str, str]) -> None:
    listed = [row[1].strip("`") for row in rows(made["steps.md"]) if row[0].isdigit()]
    assert listed == [step.name for step in MONTH]


def test_the_count_of_sources_and_assumptions_covers_every_declared_number(
    made: Mapping[str, str],
) -> None:
    found = re.search(r"(\d+) read, (\d+) derived, (\d+) assumed", made["parameters.md"])
    assert found is not None
    kinds = [*map(rule_class, rule_names()), *map(lever_class, lever_names())]
    options = [option for kind in kinds for option in kind.quantities]
    assert sum(map(int, found.groups())) == len(PARAMETERS) + len(options)
