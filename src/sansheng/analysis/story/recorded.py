"""The events of two runs: those that a study kept, or those of the same runs made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sansheng.analysis.story.told import Told
from sansheng.analysis.titles import scenario_titles
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.text import Text
from sansheng.outcomes.events.declared import EVENT_COLUMNS
from sansheng.study.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.study.ledger import RunRow
    from sansheng.study.reading import StudyData


@dataclass(frozen=True)
class Both:
    """Events of two scenarios of one draw and replicate.

    Parameters
    ----------
    a, b
        Their events.
    titles
        What to call the scenarios.
    draw, replicate
        Which runs.
    again
        Whether they were made again.
    """

    a: Told
    b: Told
    titles: Mapping[str, Text]
    draw: int
    replicate: int
    again: bool


def told_of(
    data: StudyData,
    a: str | None,
    b: str | None,
    *,
    replicate: int,
    draw: int,
    progress: Progress | None = None,
) -> Both:
    """Return the events of two scenarios, recorded or made again.

    Parameters
    ----------
    data, a, b, replicate, draw, progress
        As in :func:`~sansheng.analysis.story.account.first_divergence`.

    Raises
    ------
    BadInput
        If a scenario or run is not there.
    RunFailed
        If a run that is made again differs from what was stored.
    """
    names = _names(data, a, b)
    rows = [_row(data, name, draw, replicate) for name in names]
    tables = {row.scenario: _recorded(data, row) for row in rows}
    again = any(table.empty for table in tables.values())
    if again:
        tables = _made_again(data, rows, progress or Progress(quiet=True))
    titles = scenario_titles(data)
    known = {name: titles[name] for name in names}
    one, other = (Told(name, tables[name]) for name in names)
    return Both(one, other, known, draw, replicate, again)


def _names(data: StudyData, a: str | None, b: str | None) -> tuple[str, str]:
    first = data.baseline if a is None else a
    others = [name for name in data.scenarios if name != first]
    if b is None and len(others) != 1:
        listed = ", ".join(others)
        raise BadInput(
            Problem(
                Text(
                    f"say which scenario to compare {quoted(first)} with: {listed}",
                    f"请指明与 {quoted(first)} 比较的方案：{listed}",
                )
            )
        )
    second = others[0] if b is None else b
    for name in (first, second):
        if name not in data.scenarios:
            hint = did_you_mean(name, data.scenarios)
            raise BadInput(
                Problem(
                    Text(
                        f"{data.folder} has no scenario {quoted(name)}{hint.en}",
                        f"{data.folder} 中没有方案 {quoted(name)}{hint.zh}",
                    )
                )
            )
    if first == second:
        raise BadInput(
            Problem(
                Text(
                    f"{quoted(first)} does not part from itself; name two scenarios",
                    f"{quoted(first)} 与自身没有差异；请指明两个方案",
                )
            )
        )
    return first, second


def _row(data: StudyData, name: str, draw: int, replicate: int) -> RunRow:
    for row in data.ledger:
        if (row.scenario, row.draw, row.replicate, row.status) == (name, draw, replicate, "done"):
            return row
    m = data.manifest
    raise BadInput(
        Problem(
            Text(
                f"{data.folder} has no run of {quoted(name)} with draw {draw} and replicate {replicate}; it has draws "
                f"0 to {m['draws'] - 1} and replicates 0 to {m['replicates'] - 1}",
                f"{data.folder} 中没有 {quoted(name)} 参数组 {draw}、重复 {replicate} 的运行；参数组为 0 至 "
                f"{m['draws'] - 1}，重复为 0 至 {m['replicates'] - 1}",
            )
        )
    )


def _recorded(data: StudyData, row: RunRow) -> pd.DataFrame:
    """Return the events that a study kept of a run, in the order in which they were written; empty if none."""
    columns = [column.id for column in EVENT_COLUMNS]
    with data.connect() as connection:
        there = set(connection.execute("SELECT * FROM events LIMIT 0").df().columns)
        if not there.issuperset(columns):
            return _empty(columns)
        return connection.execute(
            f"SELECT {', '.join(columns)} FROM events WHERE scenario = ? AND draw = ? AND replicate = ?",
            [row.scenario, row.draw, row.replicate],
        ).df()


def _empty(columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=columns)


def _made_again(data: StudyData, rows: list[RunRow], progress: Progress) -> dict[str, pd.DataFrame]:
    import pandas as pd

    from sansheng.study.verify import runs_with_events

    progress.say(
        Text(
            "these runs kept no events (record: {events: [0]} in a study keeps them); making them again…",
            "这些运行没有保存事件（可在研究文件中写 record: {events: [0]}）；正在重新运行…",
        )
    )
    runs = runs_with_events(data, rows, progress)
    return {run.scenario: pd.DataFrame(run.events) for run in runs}
