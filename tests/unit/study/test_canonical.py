from __future__ import annotations

import hashlib
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sansheng.study.canonical import table_hash

KEY = ("scenario", "replicate")


def table() -> dict[str, NDArray[Any]]:
    return {
        "scenario": np.array(["每百户", "每百户", "a", "a"], dtype=object),
        "replicate": np.array([0, 1, 0, 1], dtype=np.int32),
        "met": np.array([0.1, np.nan, -0.0, 3.0]),
    }


@given(st.permutations(range(4)), st.permutations(["scenario", "replicate", "met"]))
def test_the_hash_does_not_depend_on_the_order_of_rows_or_columns(
    rows: list[int], columns: list[str]
) -> None:
    mixed = {name: table()[name][rows] for name in columns}
    assert table_hash(mixed, KEY) == table_hash(table(), KEY)


def test_the_hash_is_that_of_the_layout_written_here_by_hand() -> None:
    def text(*words: str) -> bytes:
        return b"".join(struct.pack("<Q", len(w.encode())) + w.encode() for w in words)

    # Rows sorted by key, columns by name, each with its kind and length.
    by_hand = b"".join(
        [
            b"met\0float\x004\0" + struct.pack("<4d", -0.0, 3.0, 0.1, math.nan),
            b"replicate\0integer\x004\0" + struct.pack("<4q", 0, 1, 0, 1),
            b"scenario\0text\x004\0" + text("a", "a", "每百户", "每百户"),
        ]
    )
    assert table_hash(table(), KEY) == hashlib.sha256(by_hand).hexdigest()


@pytest.mark.parametrize("row", range(4))
def test_the_smallest_change_of_any_number_changes_the_hash(row: int) -> None:
    changed = table()
    changed["met"][row] = np.nextafter(np.nan_to_num(changed["met"][row]), 1.0)
    assert table_hash(changed, KEY) != table_hash(table(), KEY)


def test_a_swap_of_two_numbers_changes_the_hash() -> None:
    changed = table()
    changed["met"] = changed["met"][[3, 1, 2, 0]]
    assert table_hash(changed, KEY) != table_hash(table(), KEY)


def test_a_name_moved_to_another_column_changes_the_hash() -> None:
    a = {"k": np.arange(2), "x": np.array([1.0, 2.0]), "y": np.array([3.0, 4.0])}
    b = {"k": np.arange(2), "x": a["y"], "y": a["x"]}
    assert table_hash(a, ("k",)) != table_hash(b, ("k",))


def test_text_is_hashed_with_its_borders() -> None:
    a = {"k": np.arange(2), "x": np.array(["ab", "c"], dtype=object)}
    b = {"k": np.arange(2), "x": np.array(["a", "bc"], dtype=object)}
    assert table_hash(a, ("k",)) != table_hash(b, ("k",))


def test_every_bit_pattern_of_undefined_is_the_same() -> None:
    other = table()
    other["met"].view(np.uint64)[1] = 0xFFF8_0000_0000_1234
    assert np.isnan(other["met"][1])
    assert table_hash(other, KEY) == table_hash(table(), KEY)


def test_hashing_leaves_the_table_as_it_was() -> None:
    other = table()
    other["met"].view(np.uint64)[1] = 0xFFF8_0000_0000_1234
    before = other["met"].tobytes()
    table_hash(other, KEY)
    assert other["met"].tobytes() == before


def test_the_width_of_integers_does_not_matter_but_their_kind_does() -> None:
    wide = {**table(), "replicate": table()["replicate"].astype(np.int64)}
    real = {**table(), "replicate": table()["replicate"].astype(np.float64)}
    assert table_hash(wide, KEY) == table_hash(table(), KEY)
    assert table_hash(real, KEY) != table_hash(table(), KEY)


def test_two_rows_of_one_key_are_refused() -> None:
    twice = table()
    twice["replicate"][1] = 0
    with pytest.raises(ValueError, match="two rows have the same scenario, replicate"):
        table_hash(twice, KEY)
