"""``sansheng schema``: JSON Schemas for editors, so that files are completed and checked while they are written."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sansheng.cli.parser import Parser
from sansheng.core.text import Text

SUMMARY = Text(
    "write JSON Schemas, by which editors complete and check YAML files",
    "生成 JSON Schema，供编辑器补全和检查 YAML 文件",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("schemas"),
        metavar="DIR",
        help="where to write them (default schemas)\n写入的文件夹（默认 schemas）",
    )


def execute(args: argparse.Namespace) -> int:
    """Write every schema and name its file."""
    from sansheng.cli.json_schema import schemas

    args.folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        path = args.folder / name
        path.write_text(as_text(schema), encoding="utf-8", newline="\n")
        print(path)
    return 0


def as_text(schema: dict[str, object]) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
