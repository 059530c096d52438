"""The command ``sansheng``: finds the verb, runs it, and turns failures into one line and an exit code.

Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted. Results go to the output, progress and errors to
the error stream, both in UTF-8 whatever the locale. Verbs import what is heavy only when they run.
"""

from __future__ import annotations

import io
import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from sansheng.cli import (
    calibrate,
    check,
    check_rule,
    compare,
    decompose,
    exchange,
    explain,
    export,
    lab,
    listing,
    manipulability,
    merge,
    migrate,
    new,
    placebo,
    plan,
    plot,
    report,
    run,
    schema,
    sensitivity,
    story,
    validate,
    verify,
    winners,
)
from sansheng.cli import hash as hash_verb
from sansheng.cli import map as map_verb
from sansheng.cli.parser import Parser, unknown
from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.text import Language, Text
from sansheng.study.garbage import collect_seldom

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

VERBS: Mapping[str, ModuleType] = {
    "plan": plan,
    "run": run,
    "merge": merge,
    "compare": compare,
    "winners": winners,
    "report": report,
    "lab": lab,
    "story": story,
    "decompose": decompose,
    "plot": plot,
    "export": export,
    "hash": hash_verb,
    "verify": verify,
    "migrate": migrate,
    "check": check,
    "validate": validate,
    "calibrate": calibrate,
    "exchange": exchange,
    "map": map_verb,
    "placebo": placebo,
    "sensitivity": sensitivity,
    "manipulability": manipulability,
    "list": listing,
    "explain": explain,
    "schema": schema,
    "new": new,
    "check-rule": check_rule,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv
        The words after the program's name; left out, those of the process.
    """
    if argv is None:
        collect_seldom()
    words = list(sys.argv[1:] if argv is None else argv)
    _speak_utf8()
    try:
        status = _execute(words)
        sys.stdout.flush()
    except BadInput as error:
        return _tell(error.problems, words, BAD_INPUT)
    except RunFailed as error:
        return _tell([error.problem], words, FAILED)
    except KeyboardInterrupt:
        return _tell([Problem(Text("interrupted", "已中断"))], words, INTERRUPTED)
    except BrokenPipeError:
        return _without_reader()
    except (OSError, MemoryError) as error:
        return _tell([_from_system(error)], words, FAILED)
    return status


def _execute(words: list[str]) -> int:
    parser, verbs = _grammar()
    first = next((word for word in words if not word.startswith("-")), None)
    if first is not None and first not in verbs:
        raise BadInput(unknown(Text("verb", "命令"), first, verbs))
    try:
        args, rest = parser.parse_known_args(words)
    except SystemExit:  # the help has been printed
        return DONE
    if rest:
        (verbs[args.verb] if args.verb else parser).refuse(rest)
    if args.version:
        import sansheng

        print(f"sansheng {sansheng.__version__}")
        return DONE
    if args.verb is None:
        parser.print_help(sys.stderr)
        return BAD_INPUT
    args.words = words  # an answer tells the command that gives it again
    status: int = VERBS[args.verb].execute(args)
    return status


def _grammar() -> tuple[Parser, dict[str, Parser]]:
    parser = Parser(
        prog="sansheng",
        description="Compare public funding rules for communities, social organisations and social"
        " workers.\n比较面向社区、社会组织与社工的公共资金分配规则（三社联动）。",
    )
    parser.add_argument("--version", action="store_true", help="show the version\n显示版本")
    commands = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs 命令")
    verbs: dict[str, Parser] = {}
    for name, module in VERBS.items():
        summary = f"{module.SUMMARY.en}\n{module.SUMMARY.zh}"
        verbs[name] = commands.add_parser(name, help=summary, description=summary)
        module.declare(verbs[name])
    return parser, verbs


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _tell(problems: Sequence[Problem], words: Sequence[str], status: int) -> int:
    lang = language_of_errors(words, os.environ)
    for problem in problems:
        print(problem.line(lang), file=sys.stderr)
    return status


def language_of_errors(words: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return what ``--lang`` asks for, else Chinese in a Chinese locale, else English."""
    asked = dict(itertools.pairwise(words)).get("--lang")
    for word in words:
        if word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    settings = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((setting for setting in settings if setting), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def _without_reader() -> int:
    """Let go of an output that nobody reads any more, so that leaving the program does not fail again."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return FAILED


def _from_system(error: OSError | MemoryError) -> Problem:
    if isinstance(error, MemoryError):
        return Problem(Text("not enough memory", "内存不足"))
    reason = error.strerror or str(error)
    about = f"{error.filename}: " if error.filename else ""
    return Problem(Text(f"{about}{reason}", f"{about}系统错误：{reason}"))
