"""The schemas that editors use accept what the program accepts, and refuse what they can see to be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sansheng.cli.json_schema import schemas
from sansheng.cli.schema import as_text
from sansheng.core.errors import BadInput
from sansheng.core.located_yaml import load_yaml, parse_yaml
from sansheng.policy.load import lever_class, lever_names, rule_class, rule_names
from sansheng.study.config import load_study
from sansheng.study.rule_files import load_kept

Command = Callable[..., Any]

ROOT = Path(__file__).parents[2]
MODELINE = "# yaml-language-server: $schema="

UNSEEN = {
    "baseline-unknown",
    "draws-ensemble-a-folder",
    "draws-ensemble-missing",
    "draws-fixed-and-varied",
    "draws-list-of-other-names",
    "draws-range-reversed",
    "grid-too-large",
    "lever-dearer-than-its-line",
    "lever-option-twice",
    "lever-outside-the-months",
    "lever-twice",
    "name-ends-in-dot",
    "name-ends-in-space",
    "name-hidden",
    "name-reserved",
    "name-reserved-in-capitals",
    "name-reversing-direction",
    "name-too-many-bytes",
    "name-with-line-break",
    "names-alike",
    "parameter-fixed-and-varied",
    "parts-two-tariffs",
    "parts-weights-not-one",
    "precision-max-below-min",
    "precision-paired-with-nothing",
    "record-beyond-the-most",
    "record-beyond-the-replicates",
    "record-twice",
    "rules-first-dated",
    "rules-in-the-first-month",
    "rules-not-in-order",
    "record-communities-of-a-nation",
    "record-of-nothing",
    "rules-outside-the-months",
    "rules-without-from",
    "start-too-early",
}
"""Faults that show only when several values are held against each other, or that the schema leaves alone."""


def shipped() -> list[Path]:
    files = [*(ROOT / "configs").rglob("*.yaml"), *(ROOT / "experiments").rglob("*.yaml")]
    marked = [path for path in files if path.read_bytes().startswith(MODELINE.encode())]
    assert len(marked) > 50
    return sorted(marked)


def broken() -> list[Path]:
    """Files that are YAML, but no study."""
    found = []
    for path in sorted((ROOT / "configs" / "broken").glob("*.yaml")):
        try:
            load_yaml(path)
        except BadInput:
            continue
        found.append(path)
    return [path for path in found if path.stem != "expected"]


@pytest.fixture(scope="module")
def made() -> Mapping[str, Any]:
    return schemas()


@pytest.fixture(scope="module")
def check(made: Mapping[str, Any]) -> Mapping[str, Draft202012Validator]:
    for schema in made.values():
        Draft202012Validator.check_schema(schema)
    return {name.partition(".")[0]: Draft202012Validator(schema) for name, schema in made.items()}


def test_the_committed_schemas_are_those_that_the_command_writes(made: Mapping[str, Any]) -> None:
    folder = ROOT / "schemas"
    assert {path.name for path in folder.iterdir()} == set(made)
    for name, schema in made.items():
        committed = (folder / name).read_text(encoding="utf-8")
        assert committed == as_text(schema), "run: sansheng schema schemas"


def test_the_command_writes_into_the_folder_it_is_given(command: Command, tmp_path: Path) -> None:
    answer = command("schema", tmp_path / "here")
    assert (answer.code, answer.err) == (0, "")
    paths = [Path(line) for line in answer.out.splitlines()]
    assert sorted(paths) == sorted((tmp_path / "here").iterdir())
    for path in paths:
        assert json.loads(path.read_text(encoding="utf-8"))["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.name)
def test_a_shipped_file_follows_the_schema_that_its_first_line_names(
    path: Path, check: Mapping[str, Draft202012Validator]
) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    schema = path.parent / first.removeprefix(MODELINE)
    assert schema.resolve().parent == ROOT / "schemas"
    assert schema.is_file()
    check[schema.name.partition(".")[0]].validate(load_yaml(path).data)


@pytest.mark.parametrize("path", broken(), ids=lambda path: path.stem)
def test_a_broken_study_is_refused_where_a_schema_can_see_it(
    path: Path, check: Mapping[str, Draft202012Validator]
) -> None:
    assert check["study"].is_valid(load_yaml(path).data) == (path.stem in UNSEEN)


HEAD = """\
place: classroom
start: 2015-01
months: 24
replicates: 1
seed: 1
baseline: a
scenarios:
  a: {rule: equal_split}
"""


def number_of(q: Any) -> st.SearchStrategy[Any]:
    inside = st.floats(q.low, q.high).map(lambda x: min(q.high, max(q.low, round(x, 3))))
    return inside | st.sampled_from([q.low, q.high, q.default, q.low - 1, q.high + 1, "many", None])


def options_of(quantities: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={q.name: number_of(q) for q in quantities})


def rule_named(name: str) -> st.SearchStrategy[Any]:
    options = options_of(rule_class(name).quantities)
    return st.just(name) | options.map(lambda found: {"name": name, **found})


RULES = st.sampled_from(rule_names()).flatmap(rule_named) | st.sampled_from(
    [
        "task_based_flat.yaml",
        {"name": "task_based_flat.yaml", "floor": 0.5},
        {"name": "task_based_flat.yaml", "floor": 2},
        {"name": "hybrid", "parts": None},
        {"name": "hybrid", "parts": [{"rule": "task_based_flat.yaml", "weight": 1}]},
        {"name": "hybrid", "parts": [{"rule": {"name": "hybrid"}, "weight": 1}]},
        {"name": "task_based", "wings": 2},
        "task_bassed",
        [
            {"name": "equal_split"},
            {"name": "task_based", "from": "2015-05", "options": {"floor": 0}},
        ],
        [{"name": "equal_split", "from": None}, {"name": "x.yaml", "from": "2015-05"}],
        [],
        None,
    ]
)


def lever_named(name: str) -> st.SearchStrategy[Any]:
    own = options_of(lever_class(name).quantities)
    beside = st.fixed_dictionaries(
        {},
        optional={
            "line": st.sampled_from(["base", "envelope", "capital", None]),
            "from": st.sampled_from(["2015-06", "2015-13", None]),
            "options": own,
        },
    )
    return st.builds(lambda *parts: {"name": name} | parts[0] | parts[1], own, beside)


LEVERS = st.lists(
    st.sampled_from(lever_names()).flatmap(lever_named)
    | st.sampled_from(
        [{"name": "halls_beijing.yaml"}, {"name": "prompt_payment.yaml", "months": 1}]
    ),
    max_size=2,
)


@settings(max_examples=60)
@given(rule=RULES, levers=LEVERS)
def test_the_schema_of_studies_refuses_nothing_that_is_accepted(
    rule: Any,
    levers: Any,
    check: Mapping[str, Draft202012Validator],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("study") / "study.yaml"
    text = HEAD + f"  b: {json.dumps({'rule': rule, 'levers': levers})}\n"
    path.write_text(text, encoding="utf-8")
    try:
        load_study(path)
    except BadInput:
        return
    check["study"].validate(parse_yaml(text, "study").data)


BOUNDS = st.sampled_from([None, [0.2, 0.8], [0.3, 0.4], [0, 1], [0.8, 0.2], [0.2], [0, 9], "all"])
POINT = st.fixed_dictionaries(
    {}, optional={"psi": st.sampled_from([0, 0.5, 2]), "lam": st.just(0.3)}
)
OVER = st.lists(st.sampled_from(["psi", "lam", "phsi"]), max_size=3) | st.fixed_dictionaries(
    {}, optional={"psi": BOUNDS, "lam": BOUNDS, "phsi": BOUNDS}
)
DRAWS = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "sobol": st.sampled_from([None, 1, 2, 64, 100, 8192, 16384, 64.0]),
        "lhs": st.sampled_from([None, 1, 2, 100, 10_000, 10_001]),
        "over": st.none() | OVER,
        "list": st.none() | st.lists(POINT, max_size=2),
        "most": st.sampled_from([None, 1, 0]),
    },
)
REPLICATES = st.sampled_from([1, 0, 40, None, 2.0]) | st.fixed_dictionaries(
    {"half_width": st.sampled_from([0.5, 1, 0]), "on": st.sampled_from(["wait", "weight"])},
    optional={
        "paired": st.sampled_from([True, False, None]),
        "min": st.sampled_from([10, 9, 50]),
        "max": st.sampled_from([10, 40, 60, 100_001]),
    },
)
RECORD = st.none() | st.fixed_dictionaries(
    {}, optional={"events": st.lists(st.integers(-1, 60), max_size=3)}
)


@settings(max_examples=200)
@given(draws=DRAWS, replicates=REPLICATES, record=RECORD, grid=st.booleans())
def test_the_schema_of_designs_refuses_nothing_that_is_accepted(
    draws: Any,
    replicates: Any,
    record: Any,
    grid: bool,
    check: Mapping[str, Draft202012Validator],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("study") / "study.yaml"
    said = {"replicates": replicates, "draws": draws, "record": record}
    said |= {"grid": {"q0": [0.2, 0.3]}} if grid else {}
    lines = (f"{key}: {json.dumps(value)}\n" for key, value in said.items())
    text = HEAD.replace("replicates: 1\n", "") + "  b: {rule: task_based}\n" + "".join(lines)
    path.write_text(text, encoding="utf-8")
    try:
        load_study(path)
    except BadInput:
        return
    check["study"].validate(parse_yaml(text, "study").data)


@given(rule=RULES)
def test_the_schema_of_rule_files_refuses_nothing_that_is_accepted(
    rule: Any,
    check: Mapping[str, Draft202012Validator],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("rule") / "rule.yaml"
    text = f"title: {{en: a, zh: 甲}}\nsource: [assumed, T04]\nrule: {json.dumps(rule)}\n"
    path.write_text(text, encoding="utf-8")
    try:
        load_kept("rule", path)
    except BadInput:
        return
    check["rule"].validate(parse_yaml(text, "rule").data)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("rule", "title: {en: a, zh: 甲}\nrule: equal_split\n"),
        ("rule", "title: {en: a, zh: 甲}\nsource: [S-X1]\nrule: equal_split\n"),
        ("rule", "title: {en: a, zh: 甲}\nsource: [T04]\nrule: task_based_flat.yaml\n"),
        ("rule", "title: {en: a, zh: 甲}\nsource: [T04]\nrule: {name: incremental, growth: 9}\n"),
        ("lever", "title: {en: a, zh: 甲}\nsource: [T04]\nrule: equal_split\n"),
        ("lever", "title: {en: a}\nsource: [T04]\nlever: grids\n"),
        ("lever", "title: {en: a, zh: 甲}\nsource: [T04]\nlever: {name: grids, line: capital}\n"),
        ("lever", "title: {en: a, zh: 甲}\nsource: [T04]\nlever: {name: grids, from: 2018-01}\n"),
        ("place", "title: {en: a, zh: 甲}\ncategories: service-directory\ndistricts: []\n"),
    ],
)
def test_a_wrong_file_is_refused_by_its_schema(
    kind: str, text: str, check: Mapping[str, Draft202012Validator]
) -> None:
    assert not check[kind].is_valid(parse_yaml(text, "text").data)


def test_an_option_tells_its_meaning_range_and_default_in_both_languages(
    made: Mapping[str, Any],
) -> None:
    shapes = made["study.schema.json"]["$defs"]["rule"]["anyOf"]
    (task,) = (
        one
        for one in shapes
        if one.get("properties", {}).get("name", {}).get("const") == "task_based"
    )
    floor = task["properties"]["floor"]
    (q,) = (q for q in rule_class("task_based").quantities if q.name == "floor")
    assert (floor["minimum"], floor["maximum"], floor["default"]) == (q.low, q.high, q.default)
    assert q.text.en in floor["description"]
    assert q.text.zh in floor["description"]
