"""What every column of a study's tables means, as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.outcomes.communities import COMMUNITY_COLUMNS
from sansheng.outcomes.stored import StoredColumn
from sansheng.study.matching import OFF
from sansheng.study.shards import COMMUNITIES, ORGANISATIONS, RUN_KEY, WORKERS

_BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets read the Chinese as another encoding

_KEYS = {
    "scenario": ("-", "-", Text("scenario", "方案")),
    "draw": (
        "-",
        "-",
        Text("parameter draw, a row of draws.parquet", "参数组，对应 draws.parquet 的一行"),
    ),
    "replicate": (
        "-",
        "-",
        Text("replicate; equal numbers share their luck", "重复编号；编号相同者随机性相同"),
    ),
    "year": ("-", "-", Text("calendar year", "年份")),
    "month": ("1-12", "1-12", Text("month of the year", "月份")),
}


def dictionary(
    parameters: Iterable[Quantity],
    *,
    equal_spend: bool = True,
    events: bool = False,
    kept: Sequence[StoredColumn] = COMMUNITY_COLUMNS,
) -> str:
    """Return the dictionary as CSV text.

    Parameters
    ----------
    parameters
        The parameters that vary between draws.
    equal_spend
        Whether scenarios were made to spend alike; if not, the dictionary begins with that.
    events
        Whether events of some replicates are kept.
    kept
        Columns of the table of communities, or of districts in its stead.
    """
    text = io.StringIO()
    text.write(_BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("table", "column", "unit", "unit_zh", "english", "chinese"))
    if not equal_spend:
        writer.writerow(("study", "equal_spend", "-", "-", *OFF))
    writer.writerows(_rows(parameters, kept))
    if events:
        writer.writerows(_events())
    return text.getvalue()


def _rows(
    parameters: Iterable[Quantity], kept: Sequence[StoredColumn]
) -> Iterator[tuple[str, ...]]:
    from sansheng.outcomes.incumbents import ORGANISATION_COLUMNS, WORKER_COLUMNS
    from sansheng.outcomes.measures import OUTCOMES

    for name in ("scenario", "draw", "replicate", "year", "month"):
        yield _key("months", name)
    for outcome in OUTCOMES.values():
        yield ("months", outcome.id, outcome.unit, outcome.unit_zh, *outcome.text)
    for name in RUN_KEY:
        yield _key("summary", name)
    for outcome in OUTCOMES.values():
        yield ("summary", outcome.id, outcome.unit, outcome.unit_zh, *outcome.text)
    for table, columns in (
        (COMMUNITIES, kept),
        (ORGANISATIONS, ORGANISATION_COLUMNS),
        (WORKERS, WORKER_COLUMNS),
    ):
        for name in RUN_KEY:
            yield _key(table, name)
        for column in columns:
            yield (table, column.id, column.unit, column.unit_zh, *column.text)
    yield _key("draws", "draw")
    for quantity in parameters:
        yield ("draws", quantity.name, quantity.unit, quantity.unit, *quantity.text)


def _events() -> Iterator[tuple[str, ...]]:
    from sansheng.outcomes.events.declared import EVENT_COLUMNS, EVENTS

    for name in RUN_KEY:
        yield _key("events", name)
    for column in EVENT_COLUMNS:
        yield ("events", column.id, column.unit, column.unit_zh, *column.text)
    for event in EVENTS:
        yield ("event", event.code, "-", "-", *event.text)


def _key(table: str, name: str) -> tuple[str, ...]:
    unit, unit_zh, text = _KEYS[name]
    return (table, name, unit, unit_zh, *text)
