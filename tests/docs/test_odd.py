"""The protocol of the model and the code name the same things."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sansheng import facts
from sansheng.core.tables import columns
from sansheng.month import MONTH, PARAMETERS, SUBMODELS
from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.world.schema import TABLES

PAGES = ("odd.md", "odd.zh-CN.md")
STEPS = [step.name for step in MONTH]
OF_A_STUDY = {"start", "months", "warm_up", "equal_spend", "match_extra"}
"""Keys of a study file that the pages mention."""


def known() -> set[str]:
    kinds = [*map(rule_class, rule_names()), *map(lever_class, lever_names())]
    options = {option.name for kind in kinds for option in kind.quantities}
    state = {info.name for table in TABLES for info in columns(table)}
    tables = {table.__name__ for table in TABLES}
    places = {*SUBMODELS, "SanshengModel"}
    own = {*PARAMETERS, *OUTCOMES, *STEPS, *rule_names(), *lever_names()}
    return own | options | state | tables | places | OF_A_STUDY


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, project: Path) -> str:
    return (project / "docs" / request.param).read_text(encoding="utf-8")


@pytest.fixture
def odd(project: Path) -> str:
    return (project / "docs/odd.md").read_text(encoding="utf-8")


def test_a_page_lists_the_steps_in_the_order_of_the_month(page: str) -> None:
    listed = re.findall(r"^\d+\. [^\n`]*?(?:`)(\w+)`", page, re.MULTILINE)
    assert listed == STEPS


def test_every_process_has_a_section_and_every_section_is_a_process(odd: str) -> None:
    assert re.findall(r"^### \d+\. `(\w+)`$", odd, re.MULTILINE) == STEPS


@pytest.mark.parametrize("part", SUBMODELS)
def test_a_section_names_the_parameters_of_its_process_and_no_others(
    part: str, odd: str, sections: Callable[[str], Mapping[str, str]]
) -> None:
    (section,) = (text for title, text in sections(odd).items() if title.endswith(f"`{part}`"))
    _, _, after = section.partition("\nParameters:")
    named = re.findall(r"`(\w+)`", after)
    assert [name for name in named if name in PARAMETERS] == [q.name for q in SUBMODELS[part]]


def outcomes_amiss(odd: str, table: str) -> set[str]:
    """Return outcomes that neither the protocol nor the table it links names, and rows of it that are none.

    Tables of communities and others, which follow, list columns and not outcomes.
    """
    listed = {
        name
        for line in table.partition("\n## Communities")[0].splitlines()
        for name in re.findall(r"^\| \**`(\w+)`", line)
    }
    linked = listed if "](tables/outcomes.md)" in odd else set()
    named = set(re.findall(r"`(\w+)`", odd))
    return (set(OUTCOMES) - linked - named) | (listed - set(OUTCOMES))


def entities_amiss(odd: str) -> set[str]:
    """Return tables of the world without a row in the protocol's table of entities, and rows without a table."""
    section = odd.partition("\n## Entities, state variables and scales\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("|")]
    named = [name for row in rows[2:] for name in re.findall(r"`(\w+)`", row[-1])]
    assert len(named) == len(set(named))
    return set(named) ^ {table.__name__ for table in TABLES}


def test_every_outcome_stands_in_the_protocol_or_its_table_and_nothing_else_does(
    odd: str, project: Path
) -> None:
    table = (project / "docs/tables/outcomes.md").read_text(encoding="utf-8")
    assert outcomes_amiss(odd, table) == set()


def test_an_outcome_that_is_left_out_made_up_or_not_linked_is_found(
    odd: str, project: Path
) -> None:
    table = (project / "docs/tables/outcomes.md").read_text(encoding="utf-8")
    row = next(line for line in table.splitlines() if line.startswith("| **`need_met`**"))
    assert outcomes_amiss(odd, table.replace(row + "\n", "")) == {"need_met"}
    made_up = row.replace("need_met", "happiness")
    assert outcomes_amiss(odd, table.replace(row, f"{row}\n{made_up}")) == {"happiness"}
    assert "need_met" in outcomes_amiss(odd.replace("](tables/outcomes.md)", "]()"), table)


def test_every_table_of_the_world_is_an_entity_and_every_entity_a_table(odd: str) -> None:
    assert entities_amiss(odd) == set()


@pytest.mark.parametrize(
    ("said", "instead", "amiss"),
    [("| `Terms` |", "| – |", {"Terms"}), ("| `Ties` |", "| `Ties`, `Friends` |", {"Friends"})],
)
def test_an_entity_that_is_left_out_or_made_up_is_found(
    odd: str, said: str, instead: str, amiss: set[str]
) -> None:
    assert said in odd
    assert entities_amiss(odd.replace(said, instead)) == amiss


def test_every_process_is_named_among_the_first_forms(odd: str) -> None:
    _, _, last = odd.partition("\n# What is still a first form\n")
    assert re.findall(r"^\*\*`(\w+)`\.\*\*", last, re.MULTILINE) == STEPS


def test_a_page_links_every_table_and_every_rule_is_named(page: str, odd: str) -> None:
    for name in ("parameters", "outcomes", "columns", "rules", "levers", "steps"):
        assert f"](tables/{name}.md)" in page
    for name in rule_names():
        assert f"`{name}`" in odd


def test_every_name_in_code_type_exists(page: str) -> None:
    named = set(re.findall(r"`([A-Za-z_]\w*)`", page))
    assert len(named) > 10
    assert named <= known()


def test_every_source_exists(page: str) -> None:
    cited = {
        part.strip()
        for group in re.findall(r"\[((?:S-|B\d|T\d)[^\]]*)\]", page)
        for part in group.split(",")
    }
    assert cited
    assert cited <= facts.source_ids()


def test_links_of_the_documentation_lead_somewhere(
    project: Path, dead_links: Callable[[Path], list[str]]
) -> None:
    pages = sorted((project / "docs").rglob("*.md"))
    dead = {page.name: dead_links(page) for page in pages}
    assert {name: links for name, links in dead.items() if links} == {}


def test_the_index_leads_to_every_page(project: Path) -> None:
    docs = project / "docs"
    index = (docs / "index.md").read_text(encoding="utf-8")
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - {"index.md"}
    assert {page for page in pages if f"]({page})" not in index} == set()


def test_a_link_to_nowhere_is_found(
    tmp_path: Path, dead_links: Callable[[Path], list[str]]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b\n[x](#a-b) [y](#c) [z](other.md) ![i](no.png) [w](https://x.org)\n")
    assert dead_links(page) == ["#c", "other.md", "no.png"]
