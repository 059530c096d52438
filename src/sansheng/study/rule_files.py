"""Rules and levers written in files of their own, which studies name instead of spelling them out.

``rule: task_based_flat.yaml`` and ``{name: task_based_flat.yaml, floor: 0.3}`` stand for what the file says
under ``rule``; what stands beside the name goes before. The same holds for rules of a list, parts and, with
``lever``, for levers. A file is looked for beside the one that names it, then among those that come with the
package. What it says is put in the study's place before the study is checked, so that results depend on the
content of files and not on where they are.
"""

from __future__ import annotations

import copy
import dataclasses
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from sansheng.core.errors import BadInput, Problem, Where, did_you_mean, quoted
from sansheng.core.located_yaml import Loc, Located, load_yaml
from sansheng.core.quantities import ASSUMED
from sansheng.core.resources import configs_dir
from sansheng.core.text import Text
from sansheng.core.validation import problems_from_pydantic
from sansheng.study.checks import check_lever, check_rule
from sansheng.study.config import LeverInFile, RuleInFile, Words
from sansheng.study.strict import Strict

Kind = Literal["rule", "lever"]
KINDS: tuple[Kind, ...] = ("rule", "lever")
ENDINGS = (".yaml", ".yml")

MOST_BYTES = 65_536
MOST_NODES = 500


class _WordsInFile(Strict):
    en: Words
    zh: Words


class _KeptInFile(Strict):
    title: _WordsInFile
    source: list[str] = Field(min_length=1, max_length=12)
    note: _WordsInFile | None = None


class RuleFile(_KeptInFile):
    """The keys of a rule's file."""

    rule: str | RuleInFile


class LeverFile(_KeptInFile):
    """The keys of a lever's file."""

    lever: str | LeverInFile


FILES: Mapping[Kind, type[_KeptInFile]] = {"rule": RuleFile, "lever": LeverFile}
_WORD = {"rule": Text("rule", "规则"), "lever": Text("lever", "政策工具")}


class Kept(NamedTuple):
    """A rule or a lever kept in a file.

    Parameters
    ----------
    kind
        Which of both.
    title, source, note
        Words for people, ids of :mod:`sansheng.facts` or ``assumed``, and why it is set like this.
    written
        What stands for its name in a study: ``name``, options, and a rule's ``parts``.
    """

    kind: Kind
    title: Text
    source: tuple[str, ...]
    note: Text | None
    written: dict[str, Any]


def is_file_name(name: object) -> bool:
    """Whether a rule or lever is named by a file of its own."""
    return isinstance(name, str) and name.endswith(ENDINGS)


def kept_names(kind: Kind) -> list[str]:
    """Names of the files that come with the package, sorted."""
    return sorted(path.name for path in (configs_dir() / f"{kind}s").glob("*.yaml"))


def load_kept(kind: Kind, path: Path) -> Kept:
    """Read and check the file of a rule or a lever.

    Raises
    ------
    BadInput
        With every fault found, each in its place.
    """
    located = load_yaml(path, max_bytes=MOST_BYTES, max_nodes=MOST_NODES)
    problems = list(_check(kind, located))
    try:
        shape = FILES[kind].model_validate(located.data)
    except ValidationError as error:
        explained = {problem.where for problem in problems}
        told = problems_from_pydantic(error, located, FILES[kind])
        raise BadInput(
            _in_order([*problems, *(one for one in told if one.where not in explained)])
        ) from None
    if problems:
        raise BadInput(_in_order(problems))
    data: Any = located.data  # its shape has been checked
    written = data[kind]
    written = {"name": written} if isinstance(written, str) else written
    return Kept(
        kind,
        Text(shape.title.en, shape.title.zh),
        tuple(shape.source),
        Text(shape.note.en, shape.note.zh) if shape.note else None,
        anchored(written, path.parent.resolve()),
    )


def anchored(written: Any, folder: Path) -> Any:
    """Return a rule whose code is named relative to ``folder``, so that it can stand in any other file."""
    if isinstance(written, list):
        return [anchored(part, folder) for part in written]
    if not isinstance(written, dict):
        return written
    moved = {key: anchored(value, folder) for key, value in written.items()}
    for key in ("name", "rule"):
        place, colon, name = str(moved.get(key, "")).rpartition(":")
        if colon and place.endswith(".py"):
            moved[key] = f"{folder / place}:{name}"
    return moved


def _check(kind: Kind, located: Located) -> Iterator[Problem]:
    """Yield what is wrong with names and numbers; what is not of the right type is skipped."""
    data = _mapping(located.data)
    nested = [(loc, name) for loc, name in _names(data.get(kind), (kind,)) if is_file_name(name)]
    for loc, name in nested:
        text = Text(
            f"{quoted(name)} is a file; the file of a {kind} names no other file",
            f"{quoted(name)} 是文件；{_WORD[kind].zh}文件不能再引用其他文件",
        )
        yield Problem(text, located.where(loc))
    if not nested:
        check = check_rule if kind == "rule" else check_lever
        yield from check(located, (kind,), data.get(kind))
    yield from _check_sources(located, data.get("source"))


def _names(written: object, loc: Loc) -> Iterator[tuple[Loc, object]]:
    """Yield where rules or levers are named in what stands at a location, and the names."""
    yield (
        (loc, written)
        if isinstance(written, str)
        else (
            (*loc, "name"),
            _mapping(written).get("name"),
        )
    )
    parts = _mapping(written).get("parts")
    for i, part in enumerate(parts if isinstance(parts, list) else ()):
        yield from _names(_mapping(part).get("rule"), (*loc, "parts", i, "rule"))


def _check_sources(located: Located, written: object) -> Iterator[Problem]:
    from sansheng.facts import source_ids

    known = {*source_ids(), ASSUMED}
    for i, source in enumerate(written if isinstance(written, list) else ()):
        if isinstance(source, str) and source not in known:
            near = did_you_mean(source, sorted(known))
            text = Text(
                f"unknown source {quoted(source)}; allowed: an id of the facts, or 'assumed'{near.en}",
                f"未知来源 {quoted(source)}；应为资料编号或 assumed{near.zh}",
            )
            yield Problem(text, located.where(("source", i)))


class Included(NamedTuple):
    """A study with what its files say in their place.

    Parameters
    ----------
    located
        The study; places in it are those of the file that was read.
    replaced
        What stands where a file was named, in the order in which it was put there.
    problems
        What is wrong with the files, in each of them.
    explained
        Places in the study that name a file which is not there or cannot be used; nothing is put there.
    """

    located: Located
    replaced: dict[Loc, dict[str, Any]]
    problems: list[Problem]
    explained: set[Where]

    def text(self) -> str:
        """Return the study's text, which names none of these files any more; for a right study only."""
        if not self.replaced:
            return self.located.text
        from sansheng.study.rewriting import rewritten

        def replace(written: Any) -> bool:
            for loc, value in self.replaced.items():
                _put(written, loc, copy.deepcopy(value))
            return True

        return rewritten(self.located.text, replace)


def included(located: Located) -> Included:
    """Put what files say about rules and levers in the place of their names."""
    named = [found for found in _named_in_study(located) if is_file_name(found[2])]
    result = Included(dataclasses.replace(located, data=copy.deepcopy(located.data)), {}, [], set())
    read: dict[tuple[Kind, str], Kept | None] = {}
    unusable: list[Loc] = []
    for kind, loc, name in named:
        if any(loc[: len(outer)] == outer for outer in unusable):
            continue
        if (kind, name) not in read:
            read[kind, name] = None
            try:
                read[kind, name] = load_kept(kind, _find(kind, name, located, loc))
            except BadInput as error:
                result.problems.extend(error.problems)
        kept = read[kind, name]
        if kept is None:
            unusable.append(loc)
            result.explained.update((located.where(loc), located.where((*loc, "name"))))
            _put(result.located.data, loc, None)
        else:
            result.replaced[loc] = _merged(kept.written, _at(result.located.data, loc))
            _put(result.located.data, loc, result.replaced[loc])
    return result


def _named_in_study(located: Located) -> Iterator[tuple[Kind, Loc, Any]]:
    """Yield every rule, part of a rule and lever of a study: where it stands, and its name."""
    scenarios = _mapping(_mapping(located.data).get("scenarios"))
    for scenario, written in scenarios.items():
        here: Loc = ("scenarios", scenario)
        rule = _mapping(written).get("rule")
        rules = enumerate(rule) if isinstance(rule, list) else ()
        alone = [] if isinstance(rule, list) else [((*here, "rule"), rule)]
        for loc, one in [*alone, *(((*here, "rule", i), one) for i, one in rules)]:
            for at, name in _names(one, loc):
                yield "rule", at[:-1] if at[-1] == "name" else at, name
        levers = _mapping(written).get("levers")
        for i, lever in enumerate(levers if isinstance(levers, list) else ()):
            if isinstance(lever, dict):
                yield "lever", (*here, "levers", i), lever.get("name")


def _find(kind: Kind, name: str, located: Located, loc: Loc) -> Path:
    """Return the file of a rule or lever: beside the study, or one that comes with the package."""
    beside = Path(located.file).parent / name
    if os.path.isfile(beside):  # noqa: PTH113 - a name that is no path at all is simply not there
        return beside
    packaged = kept_names(kind)
    bare = name.removeprefix(f"{kind}s/")
    if bare in packaged:
        return configs_dir() / f"{kind}s" / bare
    near = did_you_mean(bare, packaged)
    word = _WORD[kind]
    text = Text(
        f"no file {quoted(name)} of a {word.en}, beside the study or in the package{near.en}"
        " (sansheng list files)",
        f"研究文件旁和软件包内均没有{word.zh}文件 {quoted(name)}{near.zh}（见 sansheng list files）",
    )
    at = (*loc, "name") if isinstance(_at(located.data, loc), dict) else loc
    raise BadInput(Problem(text, located.where(at)))


def _merged(said: Mapping[str, Any], written: object) -> dict[str, Any]:
    """Return what a file says, with what the study says beside the file's name before it."""
    beside = {key: value for key, value in _mapping(written).items() if key != "name"}
    given = {*beside, *_mapping(beside.get("options"))}
    return {key: value for key, value in said.items() if key not in given} | beside


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data


def _put(data: Any, loc: Loc, value: Any) -> None:
    _at(data, loc[:-1])[loc[-1]] = value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.where.line, p.where.column) if p.where else (0, 0))
