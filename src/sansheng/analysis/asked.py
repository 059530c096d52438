"""What a question names, checked before anything runs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sansheng.analysis.replications import paired_interval
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.core.quantities import Quantity
    from sansheng.outcomes.measures import Outcome
    from sansheng.study.config import Study


def scenario_named(study: Study, name: str) -> str:
    """Return the name of a scenario.

    Raises
    ------
    BadInput
        If the study has none of that name; with the nearest.
    """
    if name not in study.scenarios:
        hint = did_you_mean(name, study.scenarios)
        raise BadInput(
            Problem(
                Text(
                    f"no scenario {quoted(name)}; allowed: {', '.join(study.scenarios)}{hint.en}",
                    f"没有方案 {quoted(name)}；可用：{'、'.join(study.scenarios)}{hint.zh}",
                )
            )
        )
    return name


def outcome_that_ranks(name: str) -> Outcome:
    """Return an outcome of which more is better or worse.

    Raises
    ------
    BadInput
        If there is none of that name, or neither more nor less of it is better.
    """
    from sansheng.outcomes.measures import OUTCOMES

    if name not in OUTCOMES:
        hint = did_you_mean(name, OUTCOMES)
        raise BadInput(
            Problem(
                Text(
                    f"no outcome {quoted(name)}{hint.en} (docs/tables/outcomes.md lists them)",
                    f"没有指标 {quoted(name)}{hint.zh}（指标见 docs/tables/outcomes.md）",
                )
            )
        )
    outcome = OUTCOMES[name]
    if outcome.better == "neither":
        raise BadInput(
            Problem(
                Text(
                    f"neither more nor less of {name} is better, so nobody gains by it",
                    f"指标 {name} 的高低本身无优劣，无从比较得失",
                )
            )
        )
    return outcome


def parameter_that_varies(name: str) -> Quantity:
    """Return a declared parameter that is not a constant.

    Raises
    ------
    BadInput
        If there is none of that name, with the nearest; or it is a constant.
    """
    from sansheng.month import PARAMETERS

    if name not in PARAMETERS:
        hint = did_you_mean(name, PARAMETERS)
        raise BadInput(
            Problem(
                Text(
                    f"no parameter {quoted(name)}{hint.en} (see sansheng list parameters)",
                    f"没有参数 {quoted(name)}{hint.zh}（见 sansheng list parameters）",
                )
            )
        )
    found = PARAMETERS[name]
    if found.role == "constant" or found.low == found.high:
        raise BadInput(
            Problem(
                Text(
                    f"{name} is a constant, which does not vary",
                    f"{name} 是常数，不能变动",
                )
            )
        )
    return found


def refuse_too_few(replicates: int) -> None:
    """Refuse replicates that give no interval.

    Raises
    ------
    BadInput
        If there are fewer than two.
    """
    paired_interval(np.zeros(replicates))
