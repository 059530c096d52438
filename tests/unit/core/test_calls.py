from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numba.core import config

from sansheng.core.calls import Addresses, addresses, call
from sansheng.core.calls import run as launch
from sansheng.core.kernels import kernel
from sansheng.core.tables import F64

compiled = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")  # type: ignore[attr-defined]


class Pot(NamedTuple):
    values: F64
    by: float


@kernel
def add(pot: Pot) -> None:
    for i in range(pot.values.shape[0]):
        pot.values[i] += pot.by


@kernel
def times(pot: Pot) -> None:
    for i in range(pot.values.shape[0]):
        pot.values[i] *= pot.by


@kernel
def refuse_negative(pot: Pot) -> None:
    if pot.values[0] < 0.0:
        raise ValueError("negative")


@kernel
def run(steps: Addresses, turns: int, values: F64, by: float) -> None:
    for _ in range(turns):
        for step in steps:
            call(step, Pot(values, by))


def test_kernels_called_by_address_run_in_the_order_given() -> None:
    values = np.ones(2)
    run(addresses([add, times, add], Pot(values, 3.0)), 2, values, 3.0)
    assert values.tolist() == [((1 + 3) * 3 + 3 + 3) * 3 + 3] * 2


def test_no_kernels_do_nothing() -> None:
    values = np.ones(2)
    run(addresses([add], Pot(values, 3.0))[:0], 5, values, 3.0)
    assert values.tolist() == [1.0, 1.0]


def test_an_error_in_a_kernel_called_by_address_is_raised() -> None:
    values = np.array([-1.0])
    with pytest.raises(ValueError, match="negative"):
        run(addresses([refuse_negative], Pot(values, 0.0)), 1, values, 0.0)


@compiled
def test_arguments_of_one_type_share_what_is_compiled() -> None:
    small, large = Pot(np.ones(1), 1.0), Pot(np.ones(100), 2.0)
    assert addresses([add, times], small) is addresses([add, times], large)
    assert len(add.signatures) == 1  # type: ignore[attr-defined]


def test_a_kernel_that_is_run_does_what_it_does_when_called() -> None:
    called, ran = np.arange(3.0), np.arange(3.0)
    steps = addresses([add, times], Pot(called, 3.0))
    run(steps, 2, called, 3.0)
    for _ in range(2):
        launch(run, steps, 1, ran, 3.0)
    assert ran.tolist() == called.tolist()
    with pytest.raises(ValueError, match="negative"):
        launch(refuse_negative, Pot(np.array([-1.0]), 0.0))


@kernel
def first(values: F64, out: F64) -> None:
    out[0] = values[0]


def test_a_kernel_is_run_with_arguments_of_whatever_type_they_are() -> None:
    out = np.zeros(1)
    for values in (np.array([1.5]), np.array([2], np.int8), np.arange(3.0, 9.0)[::2]):
        launch(first, values, out)
        assert out[0] == values[0]
