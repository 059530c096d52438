from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sansheng.analysis.waves import Search, run_searches
from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.text import Text
from sansheng.study.progress import Progress


def squares(plan: list[int], task: int) -> int:
    if task < 0:
        raise ValueError("no root")
    if task > 1000:
        raise BadInput(Problem(Text("too much", "太多")))
    plan.append(task)
    return task * task


@pytest.fixture(autouse=True)
def _found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "squares_of_a_test", sys.modules[squares.__module__])
    monkeypatch.setattr("sansheng.core.kernels.kernels_are_compiled", lambda: True)


def run(plan: list[int], *searches: Search[int, Any]) -> list[Any]:
    return run_searches(plan, "squares_of_a_test:squares", searches, workers=1)


def chain(start: int, steps: int) -> Search[int, int]:
    for _ in range(steps):
        answers: Mapping[int, int] = yield [start]
        start = answers[start] + 1
    return start


def test_a_search_goes_on_from_the_answers_to_what_it_asked() -> None:
    assert run([], chain(1, 3), chain(2, 1)) == [26, 5]


def test_what_several_ask_for_is_run_once() -> None:
    plan: list[int] = []
    assert run(plan, chain(1, 2), chain(1, 2), chain(2, 1)) == [5, 5, 5]
    assert sorted(plan) == [1, 2]


def test_a_search_that_asks_for_nothing_is_done() -> None:
    assert run([], chain(7, 0)) == [7]


def test_a_failure_ends_all_with_its_reason() -> None:
    with pytest.raises(RunFailed, match="no root"):
        run([], chain(1, 5), chain(-3, 1))
    with pytest.raises(BadInput, match="too much"):
        run([], chain(1001, 1))


def test_progress_grows_with_the_waves() -> None:
    class Told(Progress):
        totals: Sequence[int] = ()

        def grow(self, total: int) -> None:
            self.totals = (*self.totals, total)

    told = Told(quiet=True)
    run_searches([], "squares_of_a_test:squares", [chain(1, 3)], workers=1, progress=told)
    assert told.totals[-1] == 3
