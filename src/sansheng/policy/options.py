"""Options of rules and levers: known by name, inside their declared range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sansheng.core.errors import BadInput, Problem, did_you_mean
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text


def refuse_unsound(
    kind: Text, of: str, options: Mapping[str, float], quantities: Iterable[Quantity]
) -> None:
    """Refuse options that are not declared, or outside their range.

    Parameters
    ----------
    kind, of
        What has the options, and its name.
    options
        Values by name.
    quantities
        What is declared.

    Raises
    ------
    BadInput
        With everything that is wrong.
    """
    problems = []
    declared = {q.name: q for q in quantities}
    for name, value in options.items():
        if name not in declared:
            hint = did_you_mean(name, declared)
            text = Text(
                f"{kind.en} {of} has no option '{name}'{hint.en}",
                f"{kind.zh} {of} 没有选项“{name}”{hint.zh}",
            )
            problems.append(Problem(text))
        elif not declared[name].contains(value):
            q = declared[name]
            text = Text(
                f"{of}.{name} = {value}; allowed: {q.low:g} to {q.high:g} {q.unit}",
                f"{of}.{name} = {value}；允许范围 {q.low:g} 至 {q.high:g}（{q.unit}）",
            )
            problems.append(Problem(text))
    if problems:
        raise BadInput(problems)
