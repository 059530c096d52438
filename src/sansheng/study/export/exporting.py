"""A study's tables for other programs, with what they mean and where they come from beside them."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Language, Text
from sansheng.study.durable import failing_on
from sansheng.study.export import to_csv, to_dta, to_parquet, to_xlsx
from sansheng.study.export.about import about_lines, runs_of
from sansheng.study.export.codebook import as_csv, codebook
from sansheng.study.export.place import put_in_place, record, refuse_other_things
from sansheng.study.export.source import TABLES, Source, open_source
from sansheng.study.export.telling import LONG, Telling
from sansheng.study.manifest import MANIFEST
from sansheng.study.progress import Progress
from sansheng.study.shards import EVENTS, ORGANISATIONS, WORKERS
from sansheng.study.store import DICTIONARY, STUDY

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData

FORMATS = ("csv", "xlsx", "dta", "parquet")

_COPIED_MANIFEST = "study-manifest.json"  # under its own name the folder would pass for a study
_SPILL = "spill"
_NOTHING = Text("nothing of the export is kept", "未保留任何导出内容")


def export_study(
    data: StudyData,
    to: str,
    out: Path,
    *,
    tables: Sequence[str] | None = None,
    lang: Language = "zh",
    progress: Progress | None = None,
) -> Path:
    """Write tables of a study into a folder of their own and return it.

    Memory does not grow with the study.

    Parameters
    ----------
    data
        The study.
    to
        One of :data:`FORMATS`.
    out
        Absent, empty, or an earlier export, which is replaced.
    tables
        Of :data:`~sansheng.study.export.source.TABLES`; left out, all that were recorded.
    lang
        Of names, units and labels.
    progress
        Where to say how far it is; left out, nowhere.

    Raises
    ------
    BadInput
        If a table has too many rows for the format or was not recorded, a package is missing, the study is damaged, or
        something else is in the way.
    RunFailed
        If the disk does not take it.
    """
    if to == "xlsx":
        to_xlsx.require_writer()
    progress = progress or Progress(quiet=True)
    with failing_on(out, _NOTHING):
        refuse_other_things(out)
        with put_in_place(out) as folder:
            spill = folder / _SPILL
            with open_source(data, spill) as source:
                chosen = _chosen(source, tables)
                rows = {table: source.rows(table) for table in chosen}
                if to == "xlsx":
                    to_xlsx.refuse_too_long(
                        {
                            table: (count, len(source.columns(table)))
                            for table, count in rows.items()
                        }
                    )
                digest = _hash(data, progress)
                command = _command(data, to, chosen, lang)
                about = about_lines(data, digest, command, rows, lang)
                book = codebook(source, chosen, lang)
                telling = Telling(progress)
                if to == "csv":
                    to_csv.write_tables(folder, source, book, telling)
                elif to == "xlsx":
                    to_xlsx.write_tables(folder, source, book, telling, about)
                elif to == "dta":
                    book = to_dta.with_names(book)
                    label = f"sansheng {digest[:12]}: {runs_of(data).get(lang)}"
                    to_dta.write_tables(folder, source, book, telling, label, lang)
                else:
                    to_parquet.write_tables(folder, source, book, telling)
            shutil.rmtree(spill, ignore_errors=True)
            (folder / DICTIONARY).write_text(as_csv(book), encoding="utf-8", newline="")
            (folder / "README.txt").write_text("\n".join(about) + "\n", encoding="utf-8")
            shutil.copyfile(data.folder / STUDY, folder / STUDY)
            shutil.copyfile(data.folder / MANIFEST, folder / _COPIED_MANIFEST)
            facts = {"command": command, "hash": digest, "runs": data.done, "of": data.planned}
            record(folder, facts)
    return out


def _chosen(source: Source, asked: Sequence[str] | None) -> list[str]:
    lacking = {table for table in (ORGANISATIONS, WORKERS, EVENTS) if source.rows(table) == 0}
    if asked is None:
        return [table for table in TABLES if table not in lacking]
    for table in asked:
        if table in lacking:
            raise BadInput(
                Problem(
                    Text(
                        f"{source.data.folder} has no {table}: none were recorded",
                        f"{source.data.folder} 中没有表 {table}：运行时未记录",
                    )
                )
            )
    return list(dict.fromkeys(asked))


def _hash(data: StudyData, progress: Progress) -> str:
    """Return the hash of all numbers, each of which is compared with its checksum on the way."""
    from sansheng.study.canonical import hash_of

    if data.done * data.layout.months * len(data.outcomes) > LONG:
        progress.say(Text("checking all numbers…", "正在核对全部数值……"))
    return hash_of(data)


def _command(data: StudyData, to: str, tables: Sequence[str], lang: Language) -> str:
    folder = os.fsencode(data.folder).decode(errors="replace")  # whatever the locale
    words = ["sansheng", "export", folder, "--to", to, "--tables", ",".join(tables)]
    partial = ["--allow-partial"] if data.partial else []
    return shlex.join([*words, "--lang", lang, *partial])
