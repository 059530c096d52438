"""Tables as one Parquet file each."""

from __future__ import annotations

from pathlib import Path

from sansheng.study.export.codebook import Codebook
from sansheng.study.export.source import Source, path_literal
from sansheng.study.export.telling import Telling


def write_tables(folder: Path, source: Source, book: Codebook, telling: Telling) -> None:
    """Write a file a table.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    for table in book.tables:
        telling.begin(table, source.rows(table), len(source.columns(table)))
        source.run(
            f"COPY ({source.in_order(table)}) TO {path_literal(folder / f'{table}.parquet')}"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
