"""The command line's grammar, with errors in both languages and the nearest valid word."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.text import Text


class Parser(argparse.ArgumentParser):
    """A parser whose errors are :class:`~sansheng.core.errors.BadInput`."""

    def __init__(self, **settings: Any) -> None:
        self.options: list[str] = []
        super().__init__(
            formatter_class=argparse.RawTextHelpFormatter, allow_abbrev=False, **settings
        )

    def add_argument(self, *names: Any, **settings: Any) -> argparse.Action:
        """Add an argument, and remember its flags to offer the nearest one."""
        self.options += [name for name in names if name.startswith("-")]
        return super().add_argument(*names, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage and leaving."""
        usage = self.format_usage().strip()
        raise BadInput(Problem(Text(f"{message} ({usage})", f"命令有误：{message}（{usage}）")))

    def refuse(self, words: Sequence[str]) -> NoReturn:
        """Raise for words that no argument takes; an unknown option explains those after it."""
        flags = [word.partition("=")[0] for word in words if word.startswith("-")]
        if flags:
            raise BadInput(unknown(Text("option", "选项"), flag, self.options) for flag in flags)
        raise BadInput(
            Problem(Text(f"unexpected argument {quoted(word)}", f"多余的参数 {quoted(word)}"))
            for word in words
        )


def unknown(what: Text, name: str, known: Iterable[str]) -> Problem:
    """Return the problem of a name that does not exist, with the nearest and all that do."""
    names = list(known)
    hint = did_you_mean(name, names)
    listed = ", ".join(names)
    return Problem(
        Text(
            f"unknown {what.en} {quoted(name)}{hint.en} (valid: {listed})",
            f"没有名为 {quoted(name)} 的{what.zh}{hint.zh}（可用：{listed}）",
        )
    )


def one_of(what: Text, names: Sequence[str]) -> Callable[[str], str]:
    """Return a converter that lets only ``names`` through."""

    def convert(word: str) -> str:
        if word not in names:
            raise BadInput(unknown(what, word, names))
        return word

    return convert


def whole_number(option: str, low: int) -> Callable[[str], int]:
    """Return a converter to a whole number of at least ``low``, in plain digits."""

    def convert(word: str) -> int:
        if not (word.isascii() and word.isdigit() and len(word) <= 15 and int(word) >= low):
            raise BadInput(
                Problem(
                    Text(
                        f"{option} must be a whole number of at least {low}, not {quoted(word)}",
                        f"{option} 须为不小于 {low} 的整数，而不是 {quoted(word)}",
                    )
                )
            )
        return int(word)

    return convert


def add_language(parser: Parser) -> None:
    """Add ``--lang``."""
    parser.add_argument(
        "--lang",
        type=one_of(Text("language", "语言"), ("zh", "en")),
        metavar="zh|en",
        help="language of what is shown (default zh)\n显示语言（默认中文）",
    )


def add_path(parser: Parser, name: str, help: str) -> None:
    """Add a positional argument that is a path."""
    parser.add_argument(name, type=Path, metavar=name.upper(), help=help)


def add_partial(parser: Parser) -> None:
    """Add ``--allow-partial``."""
    parser.add_argument(
        "--allow-partial",
        action="store_true",
        help="accept results that lack runs; says how many there are\n允许使用不完整的结果，并注明已有次数",
    )


def add_runs(parser: Parser, replicates: int) -> None:
    """Add the options of a verb that runs the model for its answer.

    Parameters
    ----------
    parser
        Of the verb.
    replicates
        Paired repetitions if ``--replicates`` is left out.
    """
    for name, about in (
        (
            "--replicates",
            f"paired repetitions (default {replicates})\n配对重复次数（默认 {replicates}）",
        ),
        ("--workers", "processes (default: one per core)\n进程数（默认每核一个）"),
    ):
        parser.add_argument(name, type=whole_number(name, 1), metavar="N", help=about)
    parser.set_defaults(replicates=replicates)
    parser.add_argument("--json", action="store_true", help="JSON instead of tables\n输出 JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress\n不显示进度")
    add_language(parser)
