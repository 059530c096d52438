"""Write the tables of the documentation from what the code declares: ``python tools/make_tables.py``.

Nothing here states a number of its own. A test compares the files in ``docs/tables`` with what this writes.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel
from writers import read_package, written_by

from sansheng.analysis.moments import MEASURES
from sansheng.analysis.patterns import Pattern, pattern_places, patterns_of
from sansheng.analysis.story.links import LINKS
from sansheng.analysis.structure import CHECKS
from sansheng.cli.listing import LINE, setting
from sansheng.core.quantities import ASSUMED, Quantity
from sansheng.core.resources import configs_dir
from sansheng.core.tables import columns
from sansheng.core.text import Text
from sansheng.month import MONTH, PARAMETERS, SUBMODELS
from sansheng.outcomes.communities import COMMUNITY_COLUMNS
from sansheng.outcomes.events.declared import EVENT_COLUMNS, EVENTS, KINDS
from sansheng.outcomes.incumbents import ORGANISATION_COLUMNS, WORKER_COLUMNS
from sansheng.outcomes.measures import OUTCOMES, ZONES
from sansheng.outcomes.stored import StoredColumn
from sansheng.policy.levers.lever import Lever
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.policy.rule import Rule
from sansheng.study.rule_files import Kind, kept_names, load_kept
from sansheng.world.place import load_place, place_names
from sansheng.world.place_file import Evidence
from sansheng.world.schema import TABLES

FOLDER = Path(__file__).parents[1] / "docs" / "tables"

VALIDATIONS = Path(__file__).parents[1] / "configs" / "validation"
"""What `sansheng validate PLACE --json` said, one file a place; with `--structure`, PLACE.structure.json."""

STATUSES = ("read", "derived", "assumed")

NOTICE = "<!-- Made by tools/make_tables.py; edit the declarations in the code instead. -->"

GROUPS = {
    "service": Text("Service", "服务"),
    "residents": Text("Residents", "居民"),
    "workforce": Text("Workforce", "队伍"),
    "providers": Text("Organisations", "社会组织"),
    "money": Text("Money", "经费"),
    "equity": Text("Equity", "公平"),
    "honesty": Text("Honesty", "真实性"),
}

AXES = """\
Axes: `community`, `subdistrict`, `district`, `provider` (agencies), `association` (grassroots groups and hubs),
`worker` (seats) and `account` are rows; `category` is a service category, `hardness` 0 easy or 1 hard, `age` months
since a case was opened (the last is that or more), `pool` who works (0 agency, 1 certified community workers, 2
other community workers), `tie` an agency that a community knows, `lag` a ring of months in which money falls due,
`month` a calendar month, `group` a need group. The owner is the file that writes the column and is answerable for it,
`also` are the others that write it; a test compares both with the source. `population` makes a column at the start and
nobody writes it afterwards; `policy` is the rule in force, `ledger` the accounts, `month` the order of the month.
[Levers](levers.md) say themselves what they write."""


def main() -> None:
    """Write every table."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in tables().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


def tables() -> dict[str, str]:
    """Return the text of every table by file name."""
    return {
        "parameters.md": _parameters(),
        "outcomes.md": _outcomes(),
        "events.md": _events(),
        "columns.md": _columns(),
        "rules.md": _rules(),
        "levers.md": _levers(),
        "steps.md": _steps(),
        "patterns.md": _patterns(),
    }


def _page(title: Text, *parts: str) -> str:
    return "\n\n".join([NOTICE, f"# {title.en} {title.zh}", *parts]) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(head), " | ".join(["---"] * len(head))]
    lines += [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _number(value: float) -> str:
    return f"{value:.10g}"


def _quantities(quantities: Iterable[Quantity]) -> str:
    head = ("name", "meaning 含义", "default", "range", "unit", "role", "status", "sources")
    rows = [
        (
            f"`{q.name}`",
            f"{q.text.en}<br>{q.text.zh}",
            _number(q.default),
            f"{_number(q.low)} to {_number(q.high)}",
            q.unit,
            q.role,
            q.status,
            "–" if q.source == (ASSUMED,) else ", ".join(q.source),
        )
        for q in quantities
    ]
    return _table(head, rows)


_SHARED = {
    "population": "what a world starts from",
    "costs": "what an hour costs",
    "purchases": "what committees buy",
    "indicators": "what officials see of need",
}
"""Parts of the model that are no step of the month."""


def _step_module(name: str) -> ModuleType:
    return importlib.import_module(f"sansheng.processes.{name}")


def _parameters() -> str:
    titles = {step.name: step.text.en for step in MONTH} | _SHARED
    parts = []
    for name, quantities in SUBMODELS.items():
        parts += [f"## {name}: {titles[name]}", _quantities(quantities)]
    introduction = (
        "Every number that a study may change. `status` says how a default is known: **read** in a source, "
        "**derived** from one, or **assumed**. A range that rests on a source may belong to an assumed default. "
        "`role` says whether somebody decides it (lever), nobody knows it (uncertainty) or it is held (constant). "
        "Ids of sources are explained by `sansheng explain ID`."
    )
    return _page(Text("Parameters", "参数"), introduction, _count(), *parts)


def _count() -> str:
    rules = [option for name in rule_names() for option in rule_class(name).quantities]
    levers = [option for name in lever_names() for option in lever_class(name).quantities]
    declared = [*PARAMETERS.values(), *rules, *levers]
    rows = [
        ("parameters 参数", *_statuses(PARAMETERS.values())),
        ("options of rules 规则选项", *_statuses(rules)),
        ("options of levers 政策工具选项", *_statuses(levers)),
        ("together 合计", *_statuses(declared)),
    ]
    places = []
    for name in place_names():
        found = Counter(ASSUMED in evidence.source for evidence in _evidence(load_place(name)))
        places.append((f"`{name}`", str(found[False]), str(found[True])))
    total: Counter[str] = Counter(q.status for q in declared)
    line = ", ".join(f"{total[status]} {status}" for status in STATUSES)
    return "\n\n".join(
        [
            f"**Sources and assumptions: {line}.**",
            _table(("declared", *STATUSES), rows),
            "Entries of places and their service categories (a table of shares or seasons counts once):",
            _table(("place", "with a source", "assumed"), places),
        ]
    )


def _statuses(quantities: Iterable[Quantity]) -> list[str]:
    found: Counter[str] = Counter(q.status for q in quantities)
    return [str(found[status]) for status in STATUSES]


def _evidence(value: object) -> Iterator[Evidence]:
    if isinstance(value, Evidence):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _evidence(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _evidence(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _evidence(item)


def _outcomes() -> str:
    introduction = (
        "What a run is judged by, monthly; NaN where an outcome is undefined (yearly ones outside December). "
        "`kind` is **true** (what happened; ranks rules), **reported** (what an official would see), **money** or "
        "**count**. Outcomes in bold are shown in the short table and figure. A difference within the zone makes no "
        f"practical difference; zones go by the unit and are all assumed: {_zones()}."
    )
    parts = []
    for group, title in GROUPS.items():
        rows = [
            (
                f"**`{o.id}`**" if o.headline else f"`{o.id}`",
                f"{o.text.en} {o.text.zh}<br>{o.about.en}<br>{o.about.zh}",
                f"{o.unit}<br>{o.unit_zh}",
                o.better,
                o.kind if o.reported_as is None else f"{o.kind}<br>reported as `{o.reported_as}`",
                "–" if o.indifference is None else f"±{o.indifference.half:g}",
                o.formula,
            )
            for o in OUTCOMES.values()
            if o.group == group
        ]
        head = (
            "id",
            "name and meaning 名称与含义",
            "unit",
            "better",
            "kind",
            "zone 无差异范围",
            "formula",
        )
        parts += [f"## {title.en} {title.zh}", _table(head, rows)]
    return _page(
        Text("Outcomes", "指标"),
        introduction,
        *parts,
        "## Communities by calendar year 社区年度表",
        "One row per community and calendar year of the reported months; workload, utilisation, satisfaction and "
        "staff are means over the months recorded, the others sums or facts.",
        _stored(COMMUNITY_COLUMNS),
        "## Organisations 社会组织表",
        "One row per run and agency that was there when the record began, with what became of it; the first row is of "
        "all grassroots groups together. Hubs receive and pay nothing and have no row.",
        _stored(ORGANISATION_COLUMNS),
        "## Workers 人员表",
        "One row per run and group of the people who were in a post when the record began: employer, certificate and "
        "seniority are what they were then. Means are undefined where nobody of the group is left.",
        _stored(WORKER_COLUMNS),
    )


def _stored(columns_: Iterable[StoredColumn]) -> str:
    rows = [(f"`{c.id}`", f"{c.text.en} {c.text.zh}", c.unit) for c in columns_]
    return _table(("column", "meaning 含义", "unit"), rows)


def _zones() -> str:
    """Return why differences do not matter, each reason with its units."""
    reasons: dict[str, list[str]] = {}
    for unit, zone in ZONES.items():
        reasons.setdefault(f"{zone.why.en.removeprefix('assumed: ')} ({zone.why.zh})", []).append(
            f"±{zone.half:g} {unit}"
        )
    return "; ".join(f"{', '.join(units)}: {why}" for why, units in reasons.items())


def _events() -> str:
    columns_ = [
        (f"`{column.id}`", f"{column.text.en}<br>{column.text.zh}", column.unit)
        for column in EVENT_COLUMNS
    ]
    kinds = [(f"`{kind}`", f"{text.en}<br>{text.zh}") for kind, text in KINDS.items()]
    rows = [
        (
            f"`{event.code}`",
            f"{event.text.en}<br>{event.text.zh}",
            _code(event.actor),
            _code(event.other),
            *(f"{text.en}<br>{text.zh}" if text else "–" for text in (event.amount, event.count)),
        )
        for event in EVENTS
    ]
    links = [
        (
            *(
                f"{_code(end.events)} of {', '.join(end.about)}"
                for end in (link.cause, link.effect)
            ),
            ", ".join(link.same),
            f"{link.least}–{link.most}",
            f"{link.why.en}<br>{link.why.zh}",
            "because" if link.proof else "then",
        )
        for link in LINKS
    ]
    return _page(
        Text("Events", "事件"),
        "What the log of a run tells, month by month, in this order; [events.md](../events.md) says how to read it.",
        "## Columns 列",
        _table(("column", "meaning 含义", "unit"), columns_),
        "## Who 主体",
        _table(("kind", "numbered 编号"), kinds),
        "## Codes 事件代码",
        _table(("event", "meaning 含义", "actor", "other", "amount, yuan", "count"), rows),
        "## Links of a story 链条的环节",
        "What `sansheng story` may link: differences between two runs, by the events that they add up, whom both ends "
        "have in common, and how many months may lie between them.",
        _table(("cause", "effect", "same", "months", "mechanism 机制", "told"), links),
    )


def _columns() -> str:
    parts = []
    for table in TABLES:
        rows = [
            (
                f"`{info.name}`",
                f"{info.column.en}<br>{info.column.zh}",
                info.column.unit,
                ", ".join(info.column.dims),
                info.dtype,
                info.column.owner,
                ", ".join(info.column.also) or "–",
            )
            for info in columns(table)
        ]
        about = (table.__doc__ or "").strip()
        head = ("column", "meaning 含义", "unit", "axes", "type", "owner", "also")
        parts += [f"## {table.__name__}", about, _table(head, rows)]
    return _page(Text("Columns of the world", "状态变量"), AXES, *parts)


def _rules() -> str:
    parts = []
    for name in rule_names():
        rule: type[Rule] = rule_class(name)
        parts += [
            f"## `{name}`: {rule.title.en} {rule.title.zh}",
            f"{rule.about.en}\n\n{rule.about.zh}",
            f"{rule.institution.en}\n\n{rule.institution.zh}",
            f"Sources: {', '.join(rule.source)}.",
            _quantities(rule.quantities) if rule.quantities else "No options 无选项.",
        ]
    return _page(Text("Funding rules", "经费规则"), *parts, *_files("rule"))


def _files(kind: Kind) -> list[str]:
    """Return the table of the files of rules or levers that come with the package."""
    rows = []
    for name in kept_names(kind):
        kept = load_kept(kind, configs_dir() / f"{kind}s" / name)
        note = f"<br>{kept.note.en}<br>{kept.note.zh}" if kept.note else ""
        words = f"{kept.title.en}<br>{kept.title.zh}{note}"
        rows.append((f"`{name}`", words, f"`{setting(kept.written)}`", ", ".join(kept.source)))
    return [
        "## Files 现成文件",
        f"A study names them like a {kind}; [study-files.md](../study-files.md) says how.",
        _table(("file", "meaning 含义", "stands for 等同于", "sources"), rows),
    ]


def _levers() -> str:
    kinds = [lever_class(name) for name in lever_names()]
    rows = [
        (
            f"[`{lever.name}`](#{_anchor(lever)})<br>{lever.title.en}<br>{lever.title.zh}",
            _code([*lever().parameters(), *lever.writes]),
            _code(lever.channel),
            f"{lever.cost.en}<br>{lever.cost.zh}",
            "–" if lever.is_free() else f"{LINE[lever.line].en}<br>{LINE[lever.line].zh}",
        )
        for lever in kinds
    ]
    introduction = (
        "Reforms beside the rule; [the protocol](../odd.md#dated-reforms-and-levers) says how they come into "
        "force and how lines pay. Where the base line pays, the envelope may pay instead, and the other way round."
    )
    parts = []
    for lever in kinds:
        parts += [
            f"## `{lever.name}`: {lever.title.en} {lever.title.zh}",
            f"{lever.about.en}\n\n{lever.about.zh}",
            f"{lever.institution.en}\n\n{lever.institution.zh}",
            f"Sources: {', '.join(lever.source)}.",
            _quantities(lever.quantities) if lever.quantities else "No options 无选项.",
        ]
    head = ("lever", "changes 改变", "moves first 最先变动", "cost 支出", "paid from 列支")
    return _page(
        Text("Levers", "政策工具"), introduction, _table(head, rows), *parts, *_files("lever")
    )


def _anchor(lever: type[Lever]) -> str:
    """Return the anchor of a lever's section."""
    words = f"{lever.name} {lever.title.en} {lever.title.zh}".lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _steps() -> str:
    functions = read_package()
    written = {step.name: written_by(functions, "processes." + step.name) for step in MONTH}
    belongs = _belongings(written)
    rows = []
    for number, step in enumerate(MONTH, 1):
        module = _step_module(step.name)
        rows.append(
            (
                str(number),
                f"`{step.name}`",
                f"{step.text.en}<br>{step.text.zh}",
                _code(name for name, home in belongs.items() if home == step.name),
                _code(
                    name
                    for name in belongs
                    if name in written[step.name] and belongs[name] != step.name
                ),
                _code(q.name for q in module.PARAMETERS),
                _code(_decisions(module)),
            )
        )
    return _page(
        Text("Steps of a month", "每月步骤"),
        "In the order in which they run; the month is recorded after the last one. A column belongs to the step "
        "whose file, or part of it, [owns it](columns.md); what a step also writes belongs to another step. Accounts, "
        "which most steps write, are left out, and so is what the opening of a year writes.",
        _table(
            (
                "",
                "step",
                "what happens 内容",
                "columns that belong to it",
                "also writes",
                "parameters",
                "random draws",
            ),
            rows,
        ),
    )


def _belongings(written: Mapping[str, Mapping[str, set[str]]]) -> dict[str, str]:
    """Return the step that each column belongs to: the one that owns it, or the first that runs its owner."""
    found = {}
    for table in TABLES:
        for info in columns(table):
            name, owner = f"{table.__name__}.{info.name}", info.column.owner
            running = [step for step, by in written.items() if owner in by.get(name, ())]
            if owner in written:
                found[name] = owner
            elif running and owner != "ledger":
                found[name] = running[0]
    return found


def _patterns() -> str:
    parts = []
    for place in (name for name in pattern_places() if name in place_names()):
        found = _said(f"{place}.json")
        rows = [_pattern_row(pattern, found.get(pattern.id)) for pattern in patterns_of(place)]
        head = ("id", "figure 数据", "measure", "months", "target", "tolerance", "unit", "use")
        head = (*head, "sources", "simulated", "replicates", "hit")
        parts += [f"## `{place}`", _table(head, rows)]
        checked = _said(f"{place}.structure.json")
        if checked:
            parts += ["Structure of its runs 运行结构:", _structure(checked)]
    measures = [
        (f"`{m.name}`", f"{m.text.en}<br>{m.text.zh}", m.unit, _code(m.options))
        for m in MEASURES.values()
    ]
    return _page(
        Text("Patterns", "数据模式"),
        "Published figures that the model is compared with; [calibration.md](../calibration.md) says how. "
        "`simulated` is the mean over replicates of the model as it stands and `replicates` their range; a dash means "
        "that it has not been run or cannot be measured yet.",
        *parts,
        "## Measures 度量",
        _table(("name", "meaning 含义", "unit", "options"), measures),
        "## Checks of structure 结构检查",
        _structure({}),
    )


def _said(name: str) -> dict[str, dict[str, float]]:
    path = VALIDATIONS / name
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return {row["id"]: row for row in rows}


def _pattern_row(p: Pattern, found: dict[str, float] | None) -> tuple[str, ...]:
    note = f"<br>{p.note.en}<br>{p.note.zh}" if p.note else ""
    measured = found is not None and found["simulated"] is not None
    return (
        p.id,
        f"{p.title.en} {p.title.zh}{note}",
        f"`{p.measure.name}`",
        f"{p.months} from {p.start}",
        _number(p.target),
        f"{_number(p.low)} to {_number(p.high)}",
        p.unit,
        p.split,
        ", ".join(p.sources),
        f"{found['simulated']:.4g}" if found and measured else "–",
        f"{found['low']:.4g} to {found['high']:.4g}" if found and measured else "–",
        ("yes" if found["hit"] else "no") if found and measured else "–",
    )


def _structure(found: dict[str, dict[str, float]]) -> str:
    rows = [
        (
            f"`{check.id}`",
            f"{check.text.en}<br>{check.text.zh}",
            f"{_number(check.low)} to {_number(check.high)}",
            check.unit,
            *((f"{row['value']:.4g}", "yes" if row["ok"] else "no") if row else ("–", "–")),
        )
        for check in CHECKS
        for row in [found.get(check.id)]
    ]
    return _table(("check", "meaning 含义", "bounds", "unit", "value", "passed"), rows)


def _decisions(module: ModuleType) -> list[str]:
    """Return the names of random draws that a step declares, in its own file and in its parts."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    names = [
        str(ast.literal_eval(node.args[0]))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "decision"
    ]
    parts = [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "sansheng.processes"
        for alias in node.names
    ]
    return names + [name for part in parts for name in _decisions(_step_module(part))]


if __name__ == "__main__":
    main()
