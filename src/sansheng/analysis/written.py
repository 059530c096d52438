"""An answer in a folder: all of it as JSON, its tables for spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sansheng.core.text import Text
from sansheng.study.durable import failing_on, write_whole

if TYPE_CHECKING:
    import pandas as pd


def write_answer(
    folder: Path, name: str, told: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> list[Path]:
    """Write an answer into a folder, which is made if it is not there.

    Parameters
    ----------
    folder
        Where to.
    name
        Of the JSON file, without its ending.
    told
        The answer as JSON can hold it.
    tables
        By name without ending; each becomes CSV, UTF-8 with a mark that spreadsheets know it by. What is no
        number leaves its cell empty.

    Returns
    -------
    list of Path
        The tables, then the JSON.

    Raises
    ------
    RunFailed
        If they cannot be written.
    """
    text = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)
    files = {
        f"{table}.csv": frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
        for table, frame in tables.items()
    }
    files[f"{name}.json"] = f"{text}\n".encode()
    with failing_on(folder, Text("the answer is not complete there", "该处内容不完整")):
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            write_whole(folder / file, content)
    return [folder / file for file in files]
