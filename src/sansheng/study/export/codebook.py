"""What the columns of an export mean: name, unit and meaning in one language."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.export.cells import harmless
from sansheng.study.export.source import RUNS, Source
from sansheng.study.shards import EVENTS, MONTHS, SUMMARY
from sansheng.study.store import DICTIONARY

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData

BYTE_ORDER_MARK = "\ufeff"

_LEDGER = {
    "run": Text("id of the run", "运行编号"),
    "key": Text("hash of all that its numbers depend on", "决定其数值的全部内容的校验值"),
    "status": Text("done or failed", "状态：done 完成，failed 失败"),
    "attempts": Text("how often it was started", "启动次数"),
    "seconds": Text("what the attempt that succeeded took", "成功运行用时"),
    "shard": Text("which files of the study hold it", "所在数据文件编号"),
    "checksum": Text("SHA-256 of its numbers", "数值的 SHA-256"),
    "stage": Text("of a failure: where in the work", "失败所处阶段"),
    "error_en": Text("why it failed, in English", "失败原因（英文）"),
    "error_zh": Text("why it failed, in Chinese", "失败原因（中文）"),
    "place": Text("place of the fault in a file", "错误在文件中的位置"),
}
_SECONDS = Text("s", "秒")
_EVENT = "event"  # under this name a study's dictionary lists the codes of events
_OF_A_RUN = {
    "mean": Text("Of a run: the mean of its months.", "每次运行取各月平均。"),
    "last": Text("Of a run: its last defined month.", "每次运行取最后一个有定义的月份。"),
}


class Entry(NamedTuple):
    """What a column is.

    Parameters
    ----------
    table, column
        Which, as the study calls them.
    stored_as
        What the exported file calls the column.
    unit
        Empty for pure numbers and text.
    name, meaning
        For people; a meaning where it says more than the name.
    """

    table: str
    column: str
    stored_as: str
    unit: str
    name: str
    meaning: str

    def label(self, lang: Language) -> str:
        """Return the name with its unit."""
        if not self.unit:
            return self.name
        return f"{self.name}（{self.unit}）" if lang == "zh" else f"{self.name} ({self.unit})"


class Codebook(NamedTuple):
    """What an export holds.

    Parameters
    ----------
    tables
        Entries of the columns of each exported table, in their order.
    codes
        What texts in them stand for.
    """

    tables: Mapping[str, Sequence[Entry]]
    codes: Sequence[Entry]


def codebook(source: Source, tables: Sequence[str], lang: Language) -> Codebook:
    """Return what the columns of some tables are.

    Names and units are those that the study stored when it ran; what this version knows besides is added.
    """
    known = _stored(source.data)
    found = {}
    for table in tables:
        entries = []
        for column in source.columns(table):
            unit, name = known.get((table, column.name)) or known.get(
                (MONTHS, column.name), (Text("", ""), Text(column.name, column.name))
            )
            if table == RUNS and column.name in _LEDGER:
                unit = _SECONDS if column.name == "seconds" else Text("", "")
                name = _LEDGER[column.name]
            entries.append(
                Entry(
                    table,
                    column.name,
                    column.name,
                    unit.get(lang).removeprefix("-"),
                    name.get(lang),
                    _meaning(table, column.name, lang),
                )
            )
        found[table] = entries
    codes = [
        Entry(table, code, "", "", name.get(lang), "")
        for (table, code), (_, name) in known.items()
        if table == _EVENT and EVENTS in tables
    ]
    return Codebook(found, codes)


def _stored(data: StudyData) -> dict[tuple[str, str], tuple[Text, Text]]:
    from sansheng.study.reading import checked

    with checked(data.folder, DICTIONARY, data.manifest["files"][DICTIONARY]) as file:
        rows = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline=""))
        return {
            (row["table"], row["column"]): (
                Text(row["unit"], row["unit_zh"]),
                Text(row["english"], row["chinese"]),
            )
            for row in rows
        }


def _meaning(table: str, column: str, lang: Language) -> str:
    if table not in {MONTHS, SUMMARY} or column not in OUTCOMES:
        return ""
    outcome = OUTCOMES[column]
    said = outcome.about.get(lang)
    if table == MONTHS:
        return said
    return (
        f"{said} {_OF_A_RUN[outcome.aggregate].en}"
        if lang == "en"
        else said + _OF_A_RUN[outcome.aggregate].zh
    )


def as_rows(book: Codebook) -> list[tuple[str, ...]]:
    """Return the codebook as a table, its header first."""
    return [
        Entry._fields,
        *(entry for entries in book.tables.values() for entry in entries),
        *book.codes,
    ]


def as_csv(book: Codebook) -> str:
    """Return the codebook as a file that a spreadsheet opens."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in as_rows(book))
    return text.getvalue()
