"""YAML whose every value knows its line and column, and whose scalars mean what they look like.

Only plain data is read: mappings with text keys, lists, text, whole numbers, decimals, ``true``,
``false`` and ``null``. Anchors, aliases, tags, directives, repeated keys and further documents are
errors, and so is a number written in a way that readers of YAML disagree about (``010``, ``1e5``,
``0x10``, ``.5``, ``.inf``). ``NO``, ``12:30`` and ``2015-01`` are text. Files are UTF-8, whatever the
locale.

The file is read as a stream of events with bounds on its size, its depth, the length of its lines and
the number of its nodes, so that no file can keep the reader busy for long. As many problems as
possible are told at once.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sansheng.core.errors import BadInput, Problem, Where, quoted
from sansheng.core.text import Text

Scalar = str | int | float | bool | None
Data = Scalar | list[Any] | dict[str, Any]
Loc = tuple[str | int, ...]

_MOST_PROBLEMS = 50
_LONGEST_LINE = 65_536
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_LIKE_A_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:e[-+]?[0-9]+)?"
    r"|[-+]?0[xob][0-9a-f_]+"
    r"|[-+]?\.?(?:nan|inf|infinity)",
    re.IGNORECASE,
)
_CONSTANTS: dict[str, bool | None] = {"": None, "null": None, "true": True, "false": False}
_LIKE_A_CONSTANT = frozenset({"~", "Null", "NULL", "True", "TRUE", "False", "FALSE"})
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LONG_LINE = re.compile(rf"[^\n]{{{_LONGEST_LINE + 1}}}")

_PLAIN_NUMBER = Text(
    "write numbers in plain digits, like 60 or -0.25, and text in quotes; got {}",
    "数字请写成 60 或 -0.25 这样的普通形式，文字请加引号；实际为 {}",
)
_TOO_LARGE = Text("the number is too large: {}", "数字过大：{}")
_SMALL_LETTERS = Text(
    "write true, false or null in small letters, and text in quotes; got {}",
    "请用小写的 true、false 或 null，文字请加引号；实际为 {}",
)

_SYNTAX = {
    "mapping values are not allowed here": Text(
        "unexpected ':'; check the indentation, and quote text that contains ': '",
        "此处不应有冒号；请检查缩进，含“: ”的文字请加引号",
    ),
    "could not find expected ':'": Text(
        "expected 'key: value'; the ':' is missing", "应为“键: 值”，缺少冒号"
    ),
    "found unexpected end of stream": Text(
        "the file ends inside quoted text", "文件在引号内结束，缺少右引号"
    ),
    "expected <block end>": Text(
        "this does not fit the lines above; check the indentation", "与上文不衔接；请检查缩进"
    ),
}
"""Beginnings of the parser's commonest messages, in our words."""


@dataclass(frozen=True)
class Located:
    """Data read from a file, with the place of everything in it.

    Parameters
    ----------
    data
        Plain ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``.
    file
        Name of the file, as errors show it.
    text
        The text that was read, without a byte order mark.
    values, keys
        Place of every value, and of every mapping's keys, by location.
    """

    data: Data
    file: str
    text: str
    values: dict[Loc, Where] = field(repr=False)
    keys: dict[Loc, Where] = field(repr=False)

    def where(self, loc: Loc, key: bool = False) -> Where:
        """Return where the value at a location starts, or its key.

        A location is the keys and list indices that lead to a value. Where nothing is written at it,
        the nearest thing around it is what is pointed at.
        """
        while loc not in self.values:
            if not loc:
                return Where(self.file, 1, 1)
            loc = loc[:-1]
        return self.keys.get(loc, self.values[loc]) if key else self.values[loc]


def load_yaml(
    path: Path, *, max_bytes: int = 1_048_576, max_depth: int = 20, max_nodes: int = 100_000
) -> Located:
    """Read a YAML file.

    Parameters
    ----------
    path
        An ordinary file in UTF-8, with or without a byte order mark.
    max_bytes
        Largest size; more is refused before reading.
    max_depth
        Deepest nesting of lists and mappings.
    max_nodes
        Most keys, values and collections.

    Raises
    ------
    BadInput
        With every problem found, each in its place.
    """
    return parse_yaml(
        read_text(path, max_bytes), str(path), max_depth=max_depth, max_nodes=max_nodes
    )


def parse_yaml(text: str, file: str, *, max_depth: int = 20, max_nodes: int = 100_000) -> Located:
    """Read YAML from text; ``file`` is the name that errors show. See :func:`load_yaml`."""
    return _Reader(text, file, max_depth, max_nodes).read()


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, file: str, max_depth: int, max_nodes: int) -> None:
        self.text = text
        self.file = file
        self.max_depth = max_depth
        self.max_nodes = max_nodes
        self.nodes = 0
        self.last = Where(file, 1, 1)
        self.problems: list[Problem] = []
        self.values: dict[Loc, Where] = {}
        self.keys: dict[Loc, Where] = {}
        # The events of ruamel.yaml are not typed.
        self.events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)

    def read(self) -> Located:
        odd = _NOT_TEXT.search(self.text)
        if odd is not None:
            raise self._stop(self._place_at(odd.start()), _no_text(odd[0]))
        long = _LONG_LINE.search(self.text)
        if long is not None:
            raise self._stop(
                self._place_at(long.start()),
                Text(
                    f"a line of more than {_LONGEST_LINE} characters",
                    f"一行超过 {_LONGEST_LINE} 个字符",
                ),
            )
        data: Data = None
        try:
            for event in self.events:
                if isinstance(event, DocumentStartEvent):
                    data = self._document(event)
        except (YAMLError, ValueError) as error:  # \U00110000 or %YAML 1.x end as ValueError
            raise self._stop(*self._syntax(error)) from None
        if self.problems:
            raise BadInput(self.problems)
        return Located(data, self.file, self.text, self.values, self.keys)

    def _document(self, event: Any) -> Data:
        if self.values:
            raise self._stop(
                self._place(event.start_mark),
                Text("a second document; a file holds one", "出现第二个文档；一个文件只能有一个"),
            )
        if event.version is not None or event.tags:
            self._add(
                Where(self.file, 1, 1),
                Text("%YAML and %TAG lines are not read", "不支持 %YAML 与 %TAG 指令"),
            )
        return self._node(next(self.events), (), 0)

    def _node(self, event: Any, loc: Loc, depth: int) -> Data:
        """Return the value that starts with an event; its further events are consumed."""
        place = self._place(event.start_mark)
        if isinstance(event, ScalarEvent) and event.value == "" and event.style is None:
            # The parser puts what is not there at whatever comes next.
            place = self.keys.get(loc, place)
        self.values.setdefault(loc, place)
        self._count(place)
        if isinstance(event, AliasEvent):
            self._add(place, Text("aliases (*) are not read", "不支持别名（*）"))
            return None
        if event.anchor is not None:
            self._add(place, Text("anchors (&) are not read", "不支持锚点（&）"))
        if event.tag is not None:
            self._add(place, Text("tags (!) are not read", "不支持标签（!）"))
        if isinstance(event, ScalarEvent):
            return self._scalar(event.value, place) if event.style is None else self._words(event)
        if depth == self.max_depth:
            raise self._stop(
                place,
                Text(
                    f"nested deeper than {self.max_depth} levels", f"嵌套超过 {self.max_depth} 层"
                ),
            )
        if isinstance(event, SequenceStartEvent):
            return self._sequence(loc, depth)
        return self._mapping(loc, depth)

    def _sequence(self, loc: Loc, depth: int) -> list[Data]:
        items: list[Data] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, (*loc, len(items)), depth + 1))
        return items

    def _mapping(self, loc: Loc, depth: int) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            place = self._place(event.start_mark)
            key = self._key(event, (*loc, ""), depth)
            inside = (*loc, key)
            if key in mapping:
                first = self.keys[inside].line
                self._add(
                    place,
                    Text(
                        f"key {quoted(key)} is given twice (first in line {first})",
                        f"键 {quoted(key)} 重复（首次出现在第 {first} 行）",
                    ),
                )
            self.keys.setdefault(inside, place)
            value = self._node(next(self.events), inside, depth + 1)
            mapping[key] = value
        return mapping

    def _key(self, event: Any, loc: Loc, depth: int) -> str:
        """Return a key as it is written: a key is text even where it looks like a number."""
        place = self._place(event.start_mark)
        if isinstance(event, ScalarEvent):
            self._count(place)
            if event.anchor is not None or event.tag is not None:
                self._add(
                    place,
                    Text("anchors (&) and tags (!) are not read", "不支持锚点（&）与标签（!）"),
                )
            if not event.value:
                self._add(place, Text("a key is empty", "键为空"))
            return self._words(event)
        self._add(place, Text("a key must be plain text", "键必须是普通文字"))
        self._node(event, loc, depth + 1)
        return ""

    def _words(self, event: Any) -> str:
        """Return text that is given as such; an escape may not smuggle in what is no text."""
        words = str(event.value)
        odd = _NOT_TEXT.search(words)
        if odd is not None:
            self._add(self._place(event.start_mark), _no_text(odd[0]))
        return words

    def _scalar(self, written: str, place: Where) -> Scalar:
        """Return what a scalar without quotes means."""
        if written in _CONSTANTS:
            return _CONSTANTS[written]
        odd: Text
        if _INTEGER.fullmatch(written):
            # The length first: Python refuses to convert thousands of digits.
            if len(written) <= 20 and -(2**63) <= int(written) < 2**63:
                return int(written)
            odd = _TOO_LARGE
        elif _DECIMAL.fullmatch(written):
            number = float(written)
            if math.isfinite(number):
                return number
            odd = _TOO_LARGE
        elif _LIKE_A_NUMBER.fullmatch(written):
            odd = _PLAIN_NUMBER
        elif written in _LIKE_A_CONSTANT:
            odd = _SMALL_LETTERS
        else:
            return written
        shown = quoted(written)
        self._add(place, Text(odd.en.format(shown), odd.zh.format(shown)))
        return None

    def _count(self, place: Where) -> None:
        self.last = place
        self.nodes += 1
        if self.nodes > self.max_nodes:
            raise self._stop(
                place,
                Text(f"more than {self.max_nodes} values", f"内容超过 {self.max_nodes} 项"),
            )

    def _add(self, place: Where, text: Text) -> None:
        self.problems.append(Problem(text, place))
        if len(self.problems) == _MOST_PROBLEMS:
            raise BadInput(self.problems)

    def _stop(self, place: Where, text: Text) -> BadInput:
        return BadInput([*self.problems, Problem(text, place)])

    def _syntax(self, error: YAMLError | ValueError) -> tuple[Where, Text]:
        """Return where and how the text stops being YAML."""
        if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
            said = f"not valid YAML after this: {error}"
            return self.last, Text(said, f"此处之后不是有效的 YAML：{error}")
        mark = error.problem_mark
        said = str(error.problem)
        if self.text[mark.index : mark.index + 1] == "\t":
            return self._place(mark), Text("a tab; indent with spaces", "出现制表符；请用空格缩进")
        text = Text(f"not valid YAML: {said}", f"不是有效的 YAML：{said}")
        for beginning, ours in _SYNTAX.items():
            if said.startswith(beginning):
                text = ours
        start = error.context_mark
        if start is not None and start.line != mark.line:
            line = start.line + 1
            text = Text(f"{text.en} (see line {line})", f"{text.zh}（见第 {line} 行）")
        return self._place(mark), text

    def _place(self, mark: Any) -> Where:
        return Where(self.file, mark.line + 1, mark.column + 1)

    def _place_at(self, index: int) -> Where:
        return _place_in(self.file, self.text[:index])


def _no_text(char: str) -> Text:
    code = f"U+{ord(char):04X}"
    return Text(f"character {code} is not text", f"字符 {code} 不是文字")


def _place_in(file: str, before: str) -> Where:
    """Return the place that follows some text."""
    return Where(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def read_text(path: Path, max_bytes: int) -> str:
    """Return the text of an ordinary file of bounded size, without a byte order mark.

    Raises
    ------
    BadInput
        If there is no such file, or it is no file, too large, unreadable or not UTF-8.
    """
    file = str(path)
    top = Where(file, 1, 1)
    large = Problem(Text(f"larger than {max_bytes} bytes", f"文件超过 {max_bytes} 字节"), top)
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise BadInput(Problem(Text(f"{file}: not a file", f"{file}：不是文件")))
        if info.st_size > max_bytes:
            raise BadInput(large)
        with path.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise BadInput(Problem(Text(f"{file}: no such file", f"{file}：文件不存在"))) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(
            Problem(Text(f"{file}: cannot be read: {reason}", f"{file}：无法读取：{reason}"))
        ) from None
    if len(content) > max_bytes:
        raise BadInput(large)
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place_in(file, content[: error.start].decode("utf-8"))
        byte = f"0x{content[error.start]:02x}"
        raise BadInput(
            Problem(
                Text(
                    f"not UTF-8 text (byte {byte}); save the file as UTF-8",
                    f"不是 UTF-8 编码（字节 {byte}）；请将文件另存为 UTF-8",
                ),
                place,
            )
        ) from None
