"""What a study may write to name a funding rule, and the class that it means.

=========================  ====================================================================
``per_household``          a rule of the package, or one that an installed package offers
``my_rule.py:NeedFirst``   a class in a file; relative to the study, or to the working directory
``package.module:Class``   a class in an installed package
=========================  ====================================================================

A file is read once and runs from the text that was read, wherever it runs. So a study under way does not see
later edits, and what is stored is what ran. It stands alone: of other code it may import installed packages only.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import linecache
import stat
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from sansheng.core.errors import BadInput, Problem, Where, did_you_mean, quoted
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.policy.load import rule_class, rule_names
from sansheng.policy.rule import Rule

GROUP = "sansheng.rules"
"""Entry points of this group are rules that installed packages offer."""

LARGEST_FILE = 1_048_576
"""Bytes of a file with rules; a longer one is surely something else."""

_TAKEN = frozenset({"name", "from", "options", "parts", "rule", "weight"})
"""Keys that stand beside options in a study."""


class Code(NamedTuple):
    """Where the code of a rule was read.

    Parameters
    ----------
    file
        Absolute path, or what stands for it in messages.
    text
        The text that was read.
    module
        Name of the installed module; None for a file.
    """

    file: str
    text: str
    module: str | None

    @property
    def stored_as(self) -> str:
        """Name of the copy that is stored with results."""
        return Path(self.file).name if self.module is None else f"{self.module}.py"

    @property
    def sha256(self) -> str:
        """Checksum of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Found(NamedTuple):
    """A rule that was named.

    Parameters
    ----------
    name
        What a study in the file's own folder writes to name it.
    kind
        The class.
    code
        Where it was read; None for a rule of the package.
    """

    name: str
    kind: type[Rule]
    code: Code | None


def find_rule(reference: str, folder: Path | None = None) -> Found:
    """Return the rule that a study or a user names.

    Parameters
    ----------
    reference
        See the top of this module.
    folder
        What the path of a file is relative to; left out, the working directory.

    Raises
    ------
    BadInput
        In one line: nothing is called that (with the nearest name), the file or module cannot be loaded (with
        its line), or what it holds there is not a rule.
    """
    if reference in rule_names():
        return Found(reference, rule_class(reference), None)
    place, colon, name = reference.rpartition(":")
    if reference.endswith((".py", ".py:")):
        raise BadInput(Problem(_without_class(reference.removesuffix(":"), folder)))
    if not colon:
        offered = offered_rules()
        if reference not in offered:
            raise BadInput(Problem(_unknown(reference)))
        place, _, name = _target(offered[reference]).rpartition(":")
    if not name.isidentifier():
        raise BadInput(Problem(_malformed(reference)))
    if place.endswith(".py") and colon:
        path = Path(folder or ".", place).resolve()
        code = Code(str(path), _read(path, place), None)
        return Found(f"{path.name}:{name}", class_in_code(code, name), code)
    if not all(part.isidentifier() for part in place.split(".")):
        raise BadInput(Problem(_malformed(reference)))
    module = _imported(place)
    kind = _class_in(module, name, place)
    return Found(reference, kind, _code_of(sys.modules[kind.__module__]))


def known_names() -> list[str]:
    """Names that need no file: the rules of the package, then those that installed packages offer."""
    offered = (name for name in sorted(offered_rules()) if name not in rule_names())
    return [*rule_names(), *offered]


def offered_rules() -> dict[str, list[EntryPoint]]:
    """Return what installed packages offer by name; more than one of a name is a quarrel."""
    offered: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        if point not in offered.setdefault(point.name, []):
            offered[point.name].append(point)
    return offered


def origin(points: list[EntryPoint]) -> str:
    """Return the packages that offer a name, with their versions."""
    return ", ".join(f"{p.dist.name} {p.dist.version}" if p.dist else p.value for p in points)


def class_in_code(code: Code, name: str) -> type[Rule]:
    """Return a rule of a file from the text that was read.

    Raises
    ------
    BadInput
        If the text cannot be run, or holds no such rule.
    """
    return _class_in(_run(code), name, Path(code.file).name)


def shown(file: str) -> str:
    """Return a path as messages show it: from the working directory if it lies there."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _target(points: list[EntryPoint]) -> str:
    if len(points) > 1:
        said = origin(points)
        raise BadInput(
            Problem(
                Text(
                    f"rule {quoted(points[0].name)} is offered more than once: {said}",
                    f"规则 {quoted(points[0].name)} 由多个软件包提供：{said}",
                )
            )
        )
    return points[0].value.partition("[")[0].replace(" ", "")


def _read(path: Path, written: str) -> str:
    """Return the text of a file with rules."""
    file = quoted(written)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadInput(Problem(Text(f"{file} is not a file", f"{file} 不是文件")))
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            size = f"{LARGEST_FILE:,}"
            raise BadInput(
                Problem(Text(f"{file} is larger than {size} bytes", f"{file} 超过 {size} 字节"))
            )
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except FileNotFoundError:
        near = did_you_mean(path.name, _neighbours(path))
        raise BadInput(
            Problem(
                Text(f"there is no file {file}{near.en}", f"没有名为 {file} 的文件{near.zh}"),
            )
        ) from None
    except UnicodeDecodeError:
        raise BadInput(
            Problem(
                Text(
                    f"{file} is not UTF-8 text; save it as UTF-8",
                    f"{file} 不是 UTF-8 编码；请另存为 UTF-8",
                )
            )
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            Problem(Text(f"{file} cannot be read: {reason}", f"{file} 无法读取：{reason}"))
        ) from None


def _neighbours(path: Path) -> list[str]:
    return [other.name for other in path.parent.glob("*.py")] if path.parent.is_dir() else []


@functools.lru_cache(maxsize=64)
def _run(code: Code) -> ModuleType:
    """Return the module that a file's text makes; the same text is run once in a process."""
    name = f"_rules_of_{Path(code.file).stem}_{code.sha256[:12]}"
    module = ModuleType(name)
    module.__file__ = code.file
    # Tracebacks quote the text that runs, whatever has become of the file.
    lines = code.text.splitlines(keepends=True)
    linecache.cache[code.file] = (len(code.text), None, lines, code.file)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        exec(compile(code.text, code.file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - it is what the user asks for
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise BadInput(Problem(*_failure(error, code.file))) from error
    return module


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise BadInput(Problem(*_failure(error, ""))) from error
        text = Text(
            f"no installed package has a module {quoted(name)}",
            f"没有安装含模块 {quoted(name)} 的软件包",
        )
        raise BadInput(Problem(text)) from None
    except (Exception, SystemExit) as error:
        raise BadInput(Problem(*_failure(error, ""))) from error


def _failure(error: BaseException, file: str) -> tuple[Text, Where | None]:
    """Return why code with rules cannot be loaded, and where."""
    if isinstance(error, SyntaxError) and error.filename == file:
        where = Where(shown(file), error.lineno or 1, max(1, error.offset or 1))
        return Text(f"not valid Python: {error.msg}", f"不是有效的 Python：{error.msg}"), where
    said = describe(error)
    alone = (
        Text(
            "; a file with rules may import installed packages, not files beside it",
            "；规则文件只能导入已安装的软件包，不能导入同目录文件",
        )
        if isinstance(error, ImportError) and file
        else Text("", "")
    )
    text = Text(f"cannot be loaded: {said}{alone.en}", f"无法加载：{said}{alone.zh}")
    return text, place_of(error, file)


def describe(error: BaseException) -> str:
    """Return an exception as a message shows it: its kind and the first line of what it says."""
    if isinstance(error, BadInput):
        return error.problems[0].text.en
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def place_of(error: BaseException, file: str) -> Where | None:
    """Return where in a file an exception came up: the deepest line of it that was at work.

    Parameters
    ----------
    file
        Path of the file; empty for whichever raised it.
    """
    place = None
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if (not file and "importlib" not in code.co_filename) or code.co_filename == file:
            positions = list(code.co_positions())
            _, _, column, _ = positions[trace.tb_lasti // 2]
            place = Where(shown(code.co_filename), trace.tb_lineno, (column or 0) + 1)
        trace = trace.tb_next
    return place


def _class_in(module: ModuleType, name: str, place: str) -> type[Rule]:
    """Return a rule of a module that can be made."""
    found = getattr(module, name, None)
    if found is None:
        rules = [
            key
            for key, value in vars(module).items()
            if _is_rule(value) and not inspect.isabstract(value)
        ]
        near = did_you_mean(name, rules)
        listed = ", ".join(rules) or "-"
        raise BadInput(
            Problem(
                Text(
                    f"{quoted(place)} has no class {quoted(name)}{near.en} (rules in it: {listed})",
                    f"{quoted(place)} 中没有类 {quoted(name)}{near.zh}（其中的规则：{listed}）",
                )
            )
        )
    if complaint := _unfit(found):
        file = getattr(module, "__file__", None)
        here = isinstance(found, type) and found.__module__ == module.__name__
        where = _line_of(found, str(file)) if here and file else None
        raise BadInput(
            Problem(Text(f"{name}: {complaint.en}", f"{name}：{complaint.zh}"), where),
        )
    kind: type[Rule] = found
    return kind


def _is_rule(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Rule)


def _line_of(kind: type, file: str) -> Where | None:
    """Return where in its file a class begins."""
    pattern = f"class {kind.__name__}"
    for number, line in enumerate(linecache.getlines(file), start=1):
        if line.lstrip().startswith(pattern):
            return Where(shown(file), number, 1)
    return None


def _unfit(found: Any) -> Text | None:
    """Say why this is no rule that can be put into force; None if it is one."""
    if not _is_rule(found):
        return Text(
            "not a rule: write it as class …(sansheng.Rule)",
            "不是规则：须写成 sansheng.Rule 的子类",
        )
    if inspect.isabstract(found):
        return Text(
            "a rule needs a method allocate(self, view) that returns an Allocation",
            "规则须有方法 allocate(self, view)，返回 Allocation",
        )
    declared = found.quantities
    if not isinstance(declared, tuple | list) or not all(isinstance(q, Quantity) for q in declared):
        return Text(
            "quantities must be a tuple of quantity(...), with a comma after a single one",
            "quantities 须为由 quantity(...) 组成的元组；只有一项时其后也要有逗号",
        )
    names = [q.name for q in declared]
    for option in names:
        if option in _TAKEN or names.count(option) > 1:
            return Text(
                f"an option cannot be called {quoted(option)}: the name is taken",
                f"选项不能叫 {quoted(option)}：该名称已被使用",
            )
    wrong = [label for label in ("title", "about", "institution") if not _is_text(found, label)]
    if wrong:
        return Text(
            f"{wrong[0]} must be text, or Text(english, chinese)",
            f"{wrong[0]} 须为文字，或 Text(英文, 中文)",
        )
    try:
        found({})
    except (Exception, SystemExit) as error:
        said = describe(error)
        return Text(f"it cannot be made: {said}", f"无法创建：{said}")
    return None


def _is_text(kind: type[Rule], label: str) -> bool:
    said = getattr(kind, label)
    return isinstance(said, Text) and all(isinstance(words, str) for words in said)


def _code_of(module: ModuleType) -> Code:
    """Return the code of an installed module, empty where it has no readable source."""
    file = getattr(module, "__file__", None) or module.__name__
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = ""
    return Code(file, text, module.__name__)


def _unknown(name: str) -> Text:
    known = known_names()
    hint = did_you_mean(name, known)
    listed = ", ".join(known)
    return Text(
        f"unknown rule {quoted(name)}{hint.en} (rules: {listed};"
        " or one of your own, as my_rule.py:ClassName)",
        f"没有名为 {quoted(name)} 的规则{hint.zh}"
        f"（可用：{listed}；自己的规则写作 my_rule.py:类名）",
    )


def _malformed(reference: str) -> Text:
    return Text(
        f"{quoted(reference)} names no rule; write a name, file.py:ClassName or"
        " package.module:ClassName",
        f"{quoted(reference)} 不是规则的写法；请写名称、file.py:类名或 package.module:类名",
    )


def _without_class(reference: str, folder: Path | None) -> Text:
    path = Path(folder or ".", reference).resolve()
    module = _run(Code(str(path), _read(path, reference), None))
    rules = [name for name, value in vars(module).items() if _is_rule(value) and value is not Rule]
    named = f"{reference}:{rules[0] if rules else 'ClassName'}"
    return Text(f"say which class of the file is meant: {named}", f"须写明文件中的哪个类：{named}")
