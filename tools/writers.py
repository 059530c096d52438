"""Which module writes which column of the world, read from the source.

Kernels write columns in three ways: by name (``workers.owed[i] = 0``), through a shorter name for a table, a
column or a view of one (``open_ = flat(cases.open[i])``), or by handing a column to another function that writes
what it is given. All three are followed. A column handed over is written by whoever names it: a helper that takes
the oldest cases from any row it is given owns no column.

What makes a world (:mod:`sansheng.world`) writes everything and is left out; levers say themselves what they write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sansheng.core.tables import columns
from sansheng.world.schema import TABLES, Tables

SOURCES = Path(__file__).parents[1] / "src" / "sansheng"

TABLE_NAMED = dict(zip(Tables._fields, (table.__name__ for table in TABLES), strict=True))
"""Name of a table's class by its name among all tables."""

COLUMNS = {table.__name__: {info.name for info in columns(table)} for table in TABLES}

LIKE = {"Accounts": "Money"}
"""Protocols that a table fulfils."""

VIEWS = {"flat"}
"""Functions that return a view of what they are given."""

WORLD_TABLES = {"tables", "references"}
"""Attributes of a world that hold its tables."""

IN_PLACE = {"fill", "sort", "partition", "put", "itemset", "resize"}
"""Methods of arrays that change them."""


class Place(NamedTuple):
    """What an expression may stand for: a world, its tables, a table, a column, or a parameter of the function."""

    kind: str
    table: str = ""
    column: str = ""


Places = frozenset[Place]
NOWHERE: Places = frozenset()


class Write(NamedTuple):
    """A column, ``Table.name``, and the module that writes it."""

    module: str
    column: str


@dataclass
class Function:
    """A function of the package, and what is known of it so far.

    Parameters
    ----------
    module
        Its module, without the package's name.
    node
        Its definition.
    names
        What names of its module mean: ``(module, function)``, or ``(module, "")`` for a module.
    given
        Names of its parameters that it writes to.
    writes
        Columns that it writes itself or through functions that it calls.
    """

    module: str
    node: ast.FunctionDef
    names: Mapping[str, tuple[str, str]]
    given: set[str] = field(default_factory=set)
    writes: set[Write] = field(default_factory=set)


Functions = Mapping[tuple[str, str], Function]


def read_package(folder: Path = SOURCES) -> dict[tuple[str, str], Function]:
    """Return all functions and methods of a package by module and name, with what they write."""
    functions = {
        (function.module, function.node.name): function
        for path in sorted(folder.rglob("*.py"))
        for function in _functions(
            ".".join(path.relative_to(folder).with_suffix("").parts),
            ast.parse(path.read_text(encoding="utf-8")),
        )
    }
    changing = True
    while changing:  # until nobody learns anything new of those it calls
        changing = False
        for function in functions.values():
            before = len(function.given), len(function.writes)
            _Reading(function, functions).read()
            changing |= before != (len(function.given), len(function.writes))
    return functions


def writers(functions: Functions) -> dict[str, set[str]]:
    """Return the modules that write each column while a world lives, by ``Table.name``."""
    found: dict[str, set[str]] = {}
    for function in functions.values():
        for module, column in function.writes:
            if not module.startswith(("world.", "policy.levers.")):
                found.setdefault(column, set()).add(home(module))
    return found


def written_by(functions: Functions, module: str, name: str = "step") -> dict[str, set[str]]:
    """Return the columns that a function writes, itself or through others, and the modules that do."""
    found: dict[str, set[str]] = {}
    for writer, column in functions[module, name].writes:
        found.setdefault(column, set()).add(home(writer))
    return found


def home(module: str) -> str:
    """Return the name under which a module is called an owner: its own, or that of the rules' package."""
    return "policy" if module.startswith("policy.") else module.rpartition(".")[2]


def _functions(module: str, tree: ast.Module) -> Iterator[Function]:
    names = dict(_names(module, tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield Function(module, node, names)


def _names(module: str, tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sansheng"):
            source = (node.module or "").removeprefix("sansheng").removeprefix(".")
            for alias in node.names:
                name = alias.asname or alias.name
                inside = ".".join(filter(None, (source, alias.name)))
                is_module = (SOURCES / Path(*inside.split("."))).with_suffix(".py").is_file()
                yield name, (inside, "") if is_module else (source, alias.name)
        elif isinstance(node, ast.FunctionDef):
            yield node.name, (module, node.name)


class _Reading:
    """One pass over a function, with what is known of those it calls."""

    def __init__(self, function: Function, functions: Functions) -> None:
        self._function = function
        self._functions = functions
        self._names: dict[str, Places] = {}
        arguments = function.node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self._names[argument.arg] = _declared(argument)

    def read(self) -> None:
        for node in self._in_order(self._function.node.body):
            self._statement(node)

    def _in_order(self, body: list[ast.stmt]) -> Iterator[ast.AST]:
        """Yield the statements and calls of a body in the order in which they are written."""
        for statement in body:
            yield from sorted(
                (
                    node
                    for node in ast.walk(statement)
                    if isinstance(
                        node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.Call
                    )
                ),
                key=lambda node: (node.lineno, node.col_offset),
            )

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._assign(target, value)
            case ast.AugAssign(target=ast.Subscript(value=base)):
                self._write(self._places(base))
            case ast.AugAssign(target=ast.Attribute() as base):  # a whole column: c.plan += 1
                self._write(self._places(base))
            case ast.For(target=ast.Tuple(elts=[_, ast.Name(id=name)]), iter=source):
                self._names[name] = self._names.get(name, NOWHERE) | self._all_columns(source)
            case ast.For(target=ast.Name(id=name), iter=source):
                self._names[name] = self._names.get(name, NOWHERE) | self._places(source)
            case ast.Call():
                self._call(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case (ast.Tuple(elts=targets), ast.Tuple(elts=values)) if len(targets) == len(values):
                for one, other in zip(targets, values, strict=True):
                    self._assign(one, other)
            case ast.Tuple(elts=targets), _:
                for one in targets:
                    if isinstance(one, ast.Subscript):
                        self._write(self._places(one.value))
            case ast.Name(id=name), _:
                self._names[name] = self._names.get(name, NOWHERE) | self._places(value)
            case ast.Subscript(value=base), _:
                self._write(self._places(base))

    def _call(self, call: ast.Call) -> None:
        if isinstance(call.func, ast.Attribute) and call.func.attr in IN_PLACE:
            self._write(self._places(call.func.value))
        for keyword in call.keywords:
            if keyword.arg == "out":
                self._write(self._places(keyword.value))
        called = self._called(call.func)
        if called is None:
            return
        self._function.writes |= called.writes
        arguments = called.node.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        if names[:1] == ["self"]:
            names = names[1:]
        given = dict(zip(names, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        for name, value in given.items():
            if name in called.given:
                self._write(self._places(value))

    def _called(self, func: ast.expr) -> Function | None:
        match func:
            case ast.Name(id=name) if name in self._function.names:
                return self._functions.get(self._function.names[name])
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in self._function.names:
                module, inside = self._function.names[name]
                return None if inside else self._functions.get((module, attr))
        return None

    def _write(self, places: Places) -> None:
        for place in places:
            if place.kind == "column":
                column = f"{place.table}.{place.column}"
                self._function.writes.add(Write(self._function.module, column))
            elif place.kind == "given":
                self._function.given.add(place.column)

    def _all_columns(self, source: ast.expr) -> Places:
        """Return the columns of a table that a loop goes through with ``table._asdict().items()``."""
        match source:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Attribute(value=table, attr="_asdict")), attr="items"
                )
            ):
                return frozenset(
                    Place("column", place.table, name)
                    for place in self._places(table)
                    if place.kind == "table"
                    for name in COLUMNS[place.table]
                )
        return NOWHERE

    def _places(self, node: ast.expr) -> Places:
        """Return what an expression may stand for."""
        match node:
            case ast.Name(id=name):
                return self._names.get(name, NOWHERE)
            case ast.Subscript(value=value) | ast.Starred(value=value):
                return self._places(value)
            case ast.IfExp(body=one, orelse=other):
                return self._places(one) | self._places(other)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return frozenset().union(*map(self._places, parts))
            case ast.Attribute(value=value, attr=attr):
                return frozenset(
                    place for outer in self._places(value) for place in _part(outer, attr)
                )
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in VIEWS:
                return self._places(first)
            case ast.Call(func=ast.Attribute(value=value, attr="reshape" | "ravel" | "view")):
                return self._places(value)
        return NOWHERE


def _declared(argument: ast.arg) -> Places:
    """Return what a parameter stands for, by its annotation."""
    kind = argument.annotation.id if isinstance(argument.annotation, ast.Name) else ""
    kind = LIKE.get(kind, kind)
    if kind in COLUMNS:
        return frozenset({Place("table", kind)})
    if kind in {"World", "Tables"}:
        return frozenset({Place(kind.lower())})
    return frozenset({Place("given", column=argument.arg)})


def _part(whole: Place, attr: str) -> Iterator[Place]:
    if whole.kind == "world" and attr in WORLD_TABLES:
        yield Place("tables")
    elif whole.kind == "tables" and attr in Tables._fields:
        yield Place("table", TABLE_NAMED[attr])
    elif whole.kind == "table" and attr in COLUMNS[whole.table]:
        yield Place("column", whole.table, attr)
