"""Every column of the world is documented and has one owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.core.tables import ColumnInfo, columns
from sansheng.world.schema import TABLES

COLUMNS = [info for table in TABLES for info in columns(table)]


def label(info: ColumnInfo) -> str:
    return f"{info.table}.{info.name}"


@pytest.mark.parametrize("info", COLUMNS, ids=label)
def test_a_column_has_a_unit_and_a_meaning_in_both_languages(info: ColumnInfo) -> None:
    assert info.column.unit
    assert info.column.en.isascii() or "级" in info.column.en
    assert info.column.en.strip()
    assert any("\u4e00" <= character <= "\u9fff" for character in info.column.zh)


@pytest.mark.parametrize("owner", sorted({info.column.owner for info in COLUMNS}))
def test_an_owner_is_a_module_or_package_that_exists(project: Path, owner: str) -> None:
    package = project / "src" / "sansheng"
    homes = [package, *(package / layer for layer in ("processes", "world", "core"))]
    assert any((home / f"{owner}.py").is_file() or (home / owner).is_dir() for home in homes)


def test_columns_of_a_table_share_its_row_axis() -> None:
    first_axes = {
        table.__name__: {info.column.dims[0] for info in columns(table)} for table in TABLES
    }
    mixed = {name: axes for name, axes in first_axes.items() if len(axes) > 1}
    assert set(mixed) <= {"Incentives", "Money"}  # by community and by district or account


def test_names_of_columns_are_unique_in_their_table() -> None:
    assert len({label(info) for info in COLUMNS}) == len(COLUMNS)
