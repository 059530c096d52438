from __future__ import annotations

import re

import pytest

from sansheng import facts


def test_ids_are_of_the_three_kinds_and_each_kind_is_there() -> None:
    kinds = {"document": r"S-[ZTBCP]\d\d", "evidence": r"B\d\d", "theory": r"T\d\d"}
    ids = facts.source_ids()
    counts = {
        kind: sum(bool(re.fullmatch(pattern, one)) for one in ids)
        for kind, pattern in kinds.items()
    }
    assert sum(counts.values()) == len(ids)
    assert counts == {"document": 141, "evidence": 67, "theory": 20}


def test_every_source_says_something_and_who_says_it() -> None:
    for cited in facts.source_ids():
        fact = facts.citation(cited)
        assert fact.id == cited
        assert fact.text
        assert fact.source
        assert fact.status


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(KeyError, match="S-X99"):
        facts.citation("S-X99")


def test_the_floor_per_hundred_households_is_quoted_with_its_author() -> None:
    floor = facts.citation("S-C01")
    assert floor.value == "3750"
    assert floor.wording == "每百戶居民不少于3750元/年"
    assert "劉光強" in floor.source
    assert "三社聯動" in floor.source


def test_the_closure_rate_of_tongzhou_follows_from_its_counts() -> None:
    found, solved = (int(facts.citation(cited).value) for cited in ("S-T06", "S-T07"))
    assert round(100 * solved / found, 2) == 98.32
    assert int(facts.citation("S-T08").value) == int(100 * solved / found)


def test_the_envelope_pays_the_floor_for_four_hundred_thousand_households() -> None:
    yuan_per_household = float(facts.citation("S-C01").value) / 100
    envelope = 1e6 * float(facts.citation("S-C02").value.rstrip("+"))
    assert envelope / yuan_per_household == 400_000


def test_a_citation_leaves_out_what_is_not_printed() -> None:
    undated = facts.documents()["zhao-yingtang"]
    assert undated.cite() == "赵英堂, 《社会建设工作》, Tongzhou, Beijing"


def test_all_five_documents_are_cited() -> None:
    sources = {facts.citation(one).source for one in facts.source_ids() if one.startswith("S-")}
    assert sources == {document.cite() for document in facts.documents().values()}
    assert len(sources) == 5


def test_every_listed_default_lies_in_its_range() -> None:
    for row in facts.parameter_ranges().values():
        assert row.low <= row.default <= row.high, row.symbol


def test_every_listed_range_cites_known_sources_or_is_assumed() -> None:
    for row in facts.parameter_ranges().values():
        assert set(row.sources) <= facts.source_ids(), row.symbol
        assert row.status in {"read", "derived", "assumed"}
        assert row.sources or row.status == "assumed", row.symbol


def test_symbols_are_identifiers_and_named_once() -> None:
    ranges = facts.parameter_ranges()
    assert len(ranges) == 70
    assert all(symbol.isidentifier() for symbol in ranges)


def test_the_tables_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        facts.parameter_ranges()["psi"] = None  # type: ignore[index]
