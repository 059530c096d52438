from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., Any]


def test_people_are_trained_in_june_and_the_base_line_pays_once(trial: Run) -> None:
    run = trial("exam_training", parameters={"training": 0.0}, months=7)
    trained = run.rise("districts.training_cost")
    assert trained[5] > 0.0
    assert (np.delete(trained, 5) == 0.0).all()
    np.testing.assert_array_equal(run.cost["base"], trained)
    assert run.rise("workers.certified")[5] > 0.0


def test_half_as_many_trained_before_leaves_half_the_cost(trial: Run) -> None:
    run = trial("exam_training", parameters={"training": 0.5}, months=6)
    (_, all_trained) = run.columns["districts.training_cost"][5]
    assert run.cost["base"][5] == np.rint(all_trained.sum() / 2)
