"""Texts, quantities and tables: the declarations that all else is made from."""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest

from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8, I32, I64, allocate, column, columns, copy_table
from sansheng.core.text import Text


class Flocks(NamedTuple):
    key: Annotated[I64, column("flock", unit="-", owner="shepherd", en="key", zh="标识")]
    size: Annotated[I32, column("flock", "age", unit="sheep", owner="grass", en="size", zh="数量")]
    alive: Annotated[I8, column("flock", unit="-", owner="grass", en="alive", zh="存续")]
    wool: Annotated[F64, column("flock", unit="kg", owner="grass", en="wool", zh="羊毛")]


def declare(**changes: Any) -> Any:
    told = {
        "unit": "hours",
        "low": 0.0,
        "high": 10.0,
        "source": "S-C01, B2",
        "role": "lever",
        "en": "hours",
        "zh": "工时",
    }
    return quantity("x", **{"default": 1.0, **told, **changes})


def test_a_text_is_given_in_either_language() -> None:
    text = Text("yuan", "元")
    assert (text.get("en"), text.get("zh")) == text


def test_a_table_is_allocated_as_its_annotations_say() -> None:
    flocks = allocate(Flocks, {"flock": 3, "age": 2})
    assert [array.shape for array in flocks] == [(3,), (3, 2), (3,), (3,)]
    assert [array.dtype for array in flocks] == [np.int64, np.int32, np.int8, np.float64]
    assert not any(array.any() for array in flocks)


def test_columns_tell_what_they_hold_in_order() -> None:
    told = list(columns(Flocks))
    assert [(info.table, info.name, info.dtype) for info in told] == [
        ("Flocks", "key", "int64"),
        ("Flocks", "size", "int32"),
        ("Flocks", "alive", "int8"),
        ("Flocks", "wool", "float64"),
    ]
    assert told[1].column.dims == ("flock", "age")
    assert (told[3].column.unit, told[3].column.owner) == ("kg", "grass")


def test_a_copied_table_has_its_own_memory() -> None:
    flocks = allocate(Flocks, {"flock": 2, "age": 1})
    flocks.key[:] = 1, 2
    twin = copy_table(flocks)
    flocks.key[0] = 9
    assert twin.key.tolist() == [1, 2]
    assert type(twin) is Flocks


def test_a_quantity_with_a_source_is_derived_unless_told() -> None:
    assert declare().source == ("S-C01", "B2")
    assert declare().status == "derived"
    assert declare(status="read").status == "read"
    assert declare(source="assumed").status == "assumed"


def test_an_assumed_number_cannot_claim_a_source() -> None:
    with pytest.raises(ValueError, match="assumed, not read"):
        declare(source="assumed", status="read")


@pytest.mark.parametrize("default", [-0.1, 10.1, math.nan, math.inf])
def test_a_default_lies_in_its_range(default: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        declare(default=default)


def test_the_ends_of_a_range_belong_to_it() -> None:
    assert declare().contains(0.0)
    assert declare().contains(10.0)
    assert not declare().contains(math.nextafter(10.0, 11.0))
