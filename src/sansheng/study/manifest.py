"""The manifest: what a study is, what it ran with, and what tells its files from others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.study.durable import write_whole
from sansheng.study.provenance import content_hash

SCHEMA_VERSION = 4
"""Layout of the folder. 4: also organisations and workers; 3: shards and a ledger; 2: one file a table, without a
ledger."""

WITHOUT_LEDGER = 2

OLDEST_READ = 2

MANIFEST = "manifest.json"

CHANGED = Text(
    "it is not what the run wrote (changed, cut short or replaced)",
    "内容与运行时写入的不一致（被修改、截断或替换）",
)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Put the manifest in its place, with its checksum and the layout's version.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    whole = {**manifest, "schema_version": SCHEMA_VERSION}
    whole["checksum"] = content_hash(whole)
    text = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    write_whole(folder / MANIFEST, text.encode())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a study folder.

    Raises
    ------
    BadInput
        If there is none, it does not match its own checksum, or its layout is not known here.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(
            Problem(
                Text(
                    f"{folder} is not the folder of a study: it has no {MANIFEST}",
                    f"{folder} 不是研究结果文件夹：缺少 {MANIFEST}",
                )
            )
        ) from None
    except OSError as error:
        raise damaged(folder, MANIFEST, unreadable(error)) from error
    except ValueError as error:
        raise damaged(folder, MANIFEST, CHANGED) from error
    if not isinstance(manifest, dict) or manifest.pop("checksum", None) != content_hash(manifest):
        raise damaged(folder, MANIFEST, CHANGED)
    if not OLDEST_READ <= manifest["schema_version"] <= SCHEMA_VERSION:
        raise BadInput(
            Problem(
                Text(
                    f"{folder} was written with layout {manifest['schema_version']}; "
                    f"this version reads layouts {OLDEST_READ} to {SCHEMA_VERSION}",
                    f"{folder} 的存储格式为 {manifest['schema_version']}；"
                    f"本版本只能读取格式 {OLDEST_READ} 至 {SCHEMA_VERSION}",
                )
            )
        )
    return manifest


def unreadable(error: OSError) -> Text:
    """Return what an error of the system says of a file."""
    reason = error.strerror or str(error)
    return Text(f"it cannot be read: {reason}", f"无法读取：{reason}")


def damaged(folder: Path, name: str, what: Text) -> BadInput:
    """Return the refusal of a file that is not what it should be."""
    return BadInput(
        Problem(
            Text(
                f"{folder / name} cannot be trusted: {what.en}; run the study again in another folder",
                f"{folder / name} 不可信：{what.zh}；请在另一文件夹重新运行该研究",
            )
        )
    )
