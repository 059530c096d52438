from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import pytest
from numba import typeof
from numba.core import config

from sansheng.core.kernels import kernel
from sansheng.core.references import Constants, refer
from sansheng.core.tables import F64, I8, I32, column


class Shelf(NamedTuple):
    books: Annotated[I32, column("shelf", unit="-", owner="-", en="books", zh="-")]
    pages: Annotated[F64, column("shelf", "part", "side", unit="-", owner="-", en="pages", zh="-")]
    lent: Annotated[I8, column("shelf", unit="-", owner="-", en="lent", zh="-")]


@kernel
def lend(shelf: Shelf, i: int, pages: float) -> float:
    """Lend a row's books; return the table's shape and corners as one number."""
    shelf.lent[i] = 1
    shelf.pages[i, 1, 2] += pages
    shape = shelf.pages.shape
    return float(shape[0] * 100 + shape[1] * 10 + shape[2]) + shelf.books[-1]


def shelf(rows: int = 4) -> Shelf:
    books = np.arange(rows, dtype=np.int32)
    return Shelf(books, np.zeros((rows, 2, 3)), np.zeros(rows, np.int8))


def test_a_kernel_changes_a_table_through_its_reference() -> None:
    table = shelf()
    assert lend(refer(table), 2, 1.5) == 423.0 + 3
    assert table.lent.tolist() == [0, 0, 1, 0]
    assert np.argwhere(table.pages).tolist() == [[2, 1, 2]]
    assert table.pages[2, 1, 2] == 1.5


def test_a_reference_and_its_table_give_the_same() -> None:
    one, two = shelf(), shelf()
    assert lend(refer(one), 1, 2.0) == lend(two, 1, 2.0)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_tables_of_any_length_share_one_compiled_kernel() -> None:
    before = len(lend.signatures)  # type: ignore[attr-defined]
    lend(refer(shelf(7)), 0, 1.0)
    lend(refer(shelf(9)), 0, 1.0)
    assert len(lend.signatures) <= max(1, before)  # type: ignore[attr-defined]


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_the_length_of_a_constant_axis_is_part_of_the_type_and_that_of_rows_is_not() -> None:
    plain, short, long = refer(shelf()), refer(shelf(4), {"side"}), refer(shelf(9), {"side"})
    wide = shelf()._replace(pages=np.zeros((4, 2, 5)))
    assert typeof(short) == typeof(long)
    assert len({typeof(plain), typeof(short), typeof(refer(wide, {"side"}))}) == 3


def test_constant_axes_change_no_result() -> None:
    one, two = shelf(), shelf()
    assert lend(refer(one), 1, 2.0) == lend(refer(two, {"part", "side"}), 1, 2.0)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_reference_keeps_its_table_alive() -> None:
    reference = refer(shelf(1000))
    lend(reference, 999, 4.0)
    assert lend(reference, 0, 0.0) == 100_000 + 23 + 999


def test_a_column_that_is_not_contiguous_is_refused() -> None:
    table = shelf()._replace(books=np.arange(8, dtype=np.int32)[::2])
    with pytest.raises(ValueError, match="books"):
        refer(table)


class Rates(NamedTuple):
    birth: float
    death: float


@kernel
def net(rates: Rates, n: float) -> float:
    return n * (rates.birth - rates.death)


def test_a_kernel_reads_constants_by_their_names() -> None:
    rates = Rates(0.5, 0.125)
    assert net(Constants(rates), 8.0) == net(rates, 8.0) == 3.0


def test_constants_of_other_names_are_of_another_type() -> None:
    class Others(NamedTuple):
        birth: float
        other: float

    assert typeof(Constants(Rates(1.0, 2.0))) == typeof(Constants(Rates(3.0, 4.0)))  # type: ignore[no-untyped-call]
    assert typeof(Constants(Rates(1.0, 2.0))) != typeof(Constants(Others(1.0, 2.0)))  # type: ignore[no-untyped-call]


def test_a_table_whose_column_is_not_in_one_piece_is_refused() -> None:
    table = shelf()._replace(books=np.arange(8, dtype=np.int32)[::2])
    with pytest.raises(ValueError, match="books is not contiguous"):
        refer(table)
