from __future__ import annotations

import enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sansheng.core.errors import Problem, Where
from sansheng.core.located_yaml import parse_yaml
from sansheng.core.text import Text
from sansheng.core.validation import problems_from_pydantic

Share = Annotated[float, Field(gt=0, le=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Rule(Strict):
    name: str
    delay: Annotated[int, Field(ge=0, le=12)] = 0


class Scenario(Strict):
    rule: str | Rule
    kind: Literal["flat", "tariff"] = "flat"


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


class Study(Strict):
    months: Annotated[int, Field(ge=1, le=600)]
    title: Text | None = None
    seed: int = Field(default=1, ge=0)
    share: Share = 0.5
    workers: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    limit: int | float | None = None
    start: str = "2015-01"
    dry: bool = False
    name: Annotated[str, Field(min_length=2, max_length=4, pattern="^[a-z]+$")] = "ab"
    size: Size = Field(default=Size.SMALL, strict=False)
    baseline: str = Field(default="", alias="base line")
    scenarios: dict[Annotated[str, Field(max_length=8)], Scenario] = Field({}, min_length=1)
    grid: dict[str, list[Share]] = {}
    window: tuple[Share, Literal["days"]] | None = Field(None, strict=False)

    @field_validator("start")
    @classmethod
    def _start(cls, start: str) -> str:
        match start:
            case "text":
                raise ValueError(Text("no such month", "没有这个月份"))
            case "problems":
                away = Problem(Text("first", "一"), Where("f", 9, 9))
                raise ValueError(away, Problem(Text("second", "二")))
            case "plain":
                raise ValueError("is odd")
            case "assert":
                raise AssertionError("is odd")
        return start

    @model_validator(mode="after")
    def _whole(self) -> Study:
        if self.seed == 99:
            raise ValueError(Text("99 is taken", "99 已被占用"))
        return self


def told(text: str, model: type[BaseModel] = Study) -> list[Problem]:
    located = parse_yaml(text, "f")
    with pytest.raises(ValidationError) as caught:
        model.model_validate(located.data)
    return problems_from_pydantic(caught.value, located, model)


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        (
            "months: '60'",
            "f:1:9: months must be a whole number from 1 to 600, got '60'",
            "f:1:9: months 须为 1 至 600 的整数，实际为 '60'",
        ),
        (
            "months: 601",
            "f:1:9: months must be a whole number from 1 to 600, got 601",
            "f:1:9: months 须为 1 至 600 的整数，实际为 601",
        ),
        (
            "months: 1.5",
            "f:1:9: months must be a whole number from 1 to 600, got 1.5",
            "f:1:9: months 须为 1 至 600 的整数，实际为 1.5",
        ),
        (
            "months:",
            "f:1:1: months must be a whole number from 1 to 600, got nothing",
            "f:1:1: months 须为 1 至 600 的整数，实际为空值",
        ),
        (
            "months: true",
            "f:1:9: months must be a whole number from 1 to 600, got true",
            "f:1:9: months 须为 1 至 600 的整数，实际为 true",
        ),
        (
            "months: 1\nseed: -1",
            "f:2:7: seed must be a whole number of at least 0, got -1",
            "f:2:7: seed 须为不小于 0 的整数，实际为 -1",
        ),
        (
            "months: 1\nshare: 0.0",
            "f:2:8: share must be a number above 0 and at most 1, got 0.0",
            "f:2:8: share 须为大于 0 且不大于 1 的数，实际为 0.0",
        ),
        (
            "months: 1\ndry: yes",
            "f:2:6: dry must be true or false, got 'yes'",
            "f:2:6: dry 须为 true 或 false，实际为 'yes'",
        ),
        (
            "months: 1\nstart: 2015",
            "f:2:8: start must be text, got 2015",
            "f:2:8: start 须为文字，实际为 2015",
        ),
        (
            "months: 1\nname: a",
            "f:2:7: name must have from 2 to 4 characters, got 1",
            "f:2:7: name 的字数须为 2 至 4，实际为 1",
        ),
        (
            "months: 1\nscenarios: {}",
            "f:2:12: scenarios must have at least 1 item, got 0",
            "f:2:12: scenarios 的项数须为不小于 1，实际为 0",
        ),
        (
            "months: 1\nscenarios: {toolongname: {rule: x}}",
            "f:2:13: key 'toolongname' must have at most 8 characters, got 11",
            "f:2:13: 键 'toolongname' 的字数须为不大于 8，实际为 11",
        ),
        (
            "months: 1\nsize: smal",
            "f:2:7: size must be one of 'small', 'large', got 'smal'; did you mean 'small'?",
            "f:2:7: size 须为以下之一：'small'、'large'，实际为 'smal'；是否想写 'small'？",
        ),
        (
            "months: 1\nscenarios: 3",
            "f:2:12: scenarios must be a mapping of keys to values, got 3",
            "f:2:12: scenarios 须为键值映射，实际为 3",
        ),
        (
            "months: 1\ngrid:\n  x: 3",
            "f:3:6: grid.x must be a list, got 3",
            "f:3:6: grid.x 须为列表，实际为 3",
        ),
        (
            "months: 1\ngrid:\n  x:\n    - 0.5\n    - 7",
            "f:5:7: grid.x[1] must be a number above 0 and at most 1, got 7",
            "f:5:7: grid.x[1] 须为大于 0 且不大于 1 的数，实际为 7",
        ),
        (
            "months: 1\nwindow: [0.5, weeks]",
            "f:2:15: window[1] must be 'days', got 'weeks'",
            "f:2:15: window[1] 须为 'days'，实际为 'weeks'",
        ),
        (
            "months: 1\nscenarios: {a: {rule: x, kind: flta}}",
            "f:2:32: scenarios.a.kind must be one of 'flat', 'tariff', got 'flta'; did you mean 'flat'?",
            "f:2:32: scenarios.a.kind 须为以下之一：'flat'、'tariff'，实际为 'flta'；是否想写 'flat'？",
        ),
        (
            "months: 1\ntitle: 3",
            "f:2:8: title must be a mapping of keys to values, got 3",
            "f:2:8: title 须为键值映射，实际为 3",
        ),
        ("months: 1\nstart: text", "f:2:8: no such month", "f:2:8: 没有这个月份"),
        ("months: 1\nstart: assert", "f:2:8: start: is odd", "f:2:8: start：is odd"),
        ("months: 1\nstart: plain", "f:2:8: start: is odd", "f:2:8: start：is odd"),
        ("months: 1\nseed: 99", "f:1:1: 99 is taken", "f:1:1: 99 已被占用"),
        (
            "- 1",
            "f:1:1: the file must be a mapping of keys to values, got a list",
            "f:1:1: 文件内容须为键值映射，实际为列表",
        ),
        (
            "",
            "f:1:1: the file must be a mapping of keys to values, got nothing",
            "f:1:1: 文件内容须为键值映射，实际为空值",
        ),
    ],
)
def test_a_fault_says_what_where_and_what_is_allowed(text: str, en: str, zh: str) -> None:
    (problem,) = told(text)
    assert problem.line() == en
    assert problem.line("zh") == zh


def test_an_unknown_key_is_told_at_the_key_with_the_nearest_name() -> None:
    (problem,) = told("months: 1\nscenarios:\n  a:\n    rule: x\n    knd: flat")
    assert problem.line() == (
        "f:5:5: unknown key 'knd'; did you mean 'kind'? (allowed: rule, kind)"
    )
    assert problem.line("zh") == "f:5:5: 未知的键 'knd'；是否想写 'kind'？（可用：rule、kind）"


def test_a_long_list_of_allowed_keys_is_left_out() -> None:
    (problem,) = told("months: 1\nmontsh: 3")
    assert problem.line() == "f:2:1: unknown key 'montsh'; did you mean 'months'?"


def test_a_missing_key_is_told_at_the_mapping_that_lacks_it() -> None:
    (problem,) = told("months: 1\nscenarios:\n  ok: {rule: x}\n  a:\n    kind: flat")
    assert problem.where == Where("f", 4, 3)
    assert problem.text.en == "key 'rule' is missing (text or a mapping of keys to values)"
    (problem,) = told("seed: 1")
    assert problem.line() == "f:1:1: key 'months' is missing (a whole number from 1 to 600)"
    assert problem.line("zh") == "f:1:1: 缺少键 'months'（1 至 600 的整数）"


def test_keys_are_called_as_they_are_written() -> None:
    (problem,) = told("months: 1\nbase line: 3")
    assert problem.line() == "f:2:12: base line must be text, got 3"


def test_a_named_tuple_is_told_like_a_model() -> None:
    assert [problem.line() for problem in told("months: 1\ntitle: {en: a, zzh: b}")] == [
        "f:2:1: key 'zh' is missing (text)",
        "f:2:16: unknown key 'zzh'; did you mean 'zh'? (allowed: en, zh)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the alternative the writer chose is told, not the others
        (
            "months: 1\nscenarios: {a: {rule: {name: x, delay: 13}}}",
            ["f:2:40: scenarios.a.rule.delay must be a whole number from 0 to 12, got 13"],
        ),
        (
            "months: 1\nscenarios: {a: {rule: {nam: x}}}",
            [
                "f:2:17: key 'name' is missing (text)",
                "f:2:24: unknown key 'nam'; did you mean 'name'? (allowed: name, delay)",
            ],
        ),
        # none fits: one fault that names them all
        (
            "months: 1\nscenarios: {a: {rule: 5}}",
            ["f:2:23: scenarios.a.rule must be text or a mapping of keys to values, got 5"],
        ),
        (
            "months: 1\nworkers: aut",
            [
                (
                    "f:2:10: workers must be a whole number of at least 1 or 'auto', got 'aut'; "
                    "did you mean 'auto'?"
                )
            ],
        ),
        ("months: 1\nworkers: 0", ["f:2:10: workers must be a whole number of at least 1, got 0"]),
        ("months: 1\nlimit: x", ["f:2:8: limit must be a number, got 'x'"]),
    ],
)
def test_a_union_is_one_fault_not_one_for_each_alternative(text: str, expected: list[str]) -> None:
    assert [problem.line() for problem in told(text)] == expected


def test_a_validator_may_raise_several_problems_with_or_without_a_place() -> None:
    assert [problem.line() for problem in told("months: 1\nstart: problems")] == [
        "f:2:8: second",
        "f:9:9: first",
    ]


def test_problems_come_in_the_order_of_the_file() -> None:
    text = "zzz: 1\nseed: -1\nshare: 3\nmonths: 0\n"
    assert [problem.where for problem in told(text)] == [
        Where("f", 1, 1),
        Where("f", 2, 7),
        Where("f", 3, 8),
        Where("f", 4, 9),
    ]


def test_what_pydantic_says_elsewise_is_passed_on_with_its_place() -> None:
    (problem,) = told("months: 1\nname: ABC")
    assert problem.line().startswith("f:2:7: name: String should match pattern")


def test_keys_named_like_an_alternative_are_still_keys() -> None:
    class Odd(Strict):
        rule: dict[str, Rule] | str

    (problem,) = told("rule: {str: {name: x, delay: 13}}", Odd)
    assert problem.line() == ("f:1:30: rule.str.delay must be a whole number from 0 to 12, got 13")


def test_a_value_from_a_hostile_file_stays_on_one_line() -> None:
    (problem,) = told('months: "a\\n\\u202e' + "x" * 500 + '"')
    assert len(problem.line().splitlines()) == 1
    assert len(problem.line()) < 150
    assert "\u202e" not in problem.line()


@pytest.mark.parametrize("data", ["{a: [1, {b: 2}]}", "[[[]]]", "x", "a: {b: {c: {}}}", "{' ': 1}"])
def test_any_shape_of_data_is_told_without_an_accident(data: str) -> None:
    class Anything(Strict):
        a: dict[str, dict[str, list[Rule]]] | list[Rule] | int
        b: Any = None

    problems = told(data, Anything)
    assert problems
    assert all(problem.where is not None for problem in problems)
