"""Errors that say what is wrong, where, what is allowed and which valid name is nearest.

An expected failure is one line and an exit code: :class:`BadInput` for what a user wrote (2),
:class:`RunFailed` for what happened to a run (1). Anything else that reaches the top is a bug.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sansheng.core.text import Language, Text

_LONGEST_NAME = 80
_LONGEST_QUOTE = 60


class Where(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in both languages, with its place if it has one."""

    text: Text
    where: Where | None = None

    def line(self, lang: Language = "en") -> str:
        """Return ``file:line:column: text``, or just the text; always a single printable line."""
        text = self.text.get(lang)
        if self.where is not None:
            text = f"{self.where.file}:{self.where.line}:{self.where.column}: {text}"
        return printable(text)


class BadInput(Exception):  # noqa: N818 - it names what happened, as the command line tells it
    """What the user gave cannot be used (exit code 2).

    Parameters
    ----------
    problems
        One problem or several; at least one.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("bad input needs at least one problem")
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.line() for problem in self.problems)


class RunFailed(Exception):  # noqa: N818 - see BadInput
    """A run could not be completed (exit code 1)."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)

    def during(self, what: str) -> RunFailed:
        """Return the same failure, told to have happened during something; its place stays."""
        text, where = self.problem.text, self.problem.where
        return RunFailed(Problem(Text(f"{what}: {text.en}", f"{what}：{text.zh}"), where))

    def __str__(self) -> str:
        return self.problem.line()


class ScenarioFailed(RunFailed):
    """A scenario could not be completed; the others may be.

    Parameters
    ----------
    problem
        What to tell if all is lost with it.
    scenario
        Its name.
    reason
        Why, without what became of the rest.
    """

    def __init__(self, problem: Problem, scenario: str, reason: Text) -> None:
        super().__init__(problem)
        self.scenario = scenario
        self.reason = reason


def printable(text: str) -> str:
    r"""Return ``text`` with everything a terminal would act on written as ``\n``, ``\x1b``, ....

    Line breaks, control characters, direction overrides and lone surrogates are escaped; spaces of
    any width are kept.
    """
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def quoted(value: object) -> str:
    """Return a value as an error message shows it: short, on one line, text in quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = f"'{value}'" if isinstance(value, str) else repr(value)
    if len(shown) > _LONGEST_QUOTE:
        end = "'" if isinstance(value, str) else ""
        shown = shown[: _LONGEST_QUOTE - 2] + "…" + end
    return printable(shown)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like ``name``, whatever the case, or None if none is alike."""
    if len(name) > _LONGEST_NAME:
        return None
    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    found = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    return folded[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> Text:
    """Return the end of a sentence that offers the nearest name, or nothing."""
    near = nearest(name, candidates)
    if near is None:
        return Text("", "")
    return Text(f"; did you mean '{near}'?", f"；是否想写 '{near}'？")
