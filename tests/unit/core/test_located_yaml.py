from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sansheng.core.errors import BadInput, Where
from sansheng.core.located_yaml import load_yaml, parse_yaml

STUDY = """\
# a study
place: 示例区
months: 60
seed: -1
share: 0.25
on: yes
scenarios:
  flat: {rule: "per household", note: }
  tariff:
    rule: [a, 'b', 3]
none: null
yes: true
text: |
  two
  lines
"""


def problems(text: str, lang: str = "en") -> list[str]:
    with pytest.raises(BadInput) as caught:
        parse_yaml(text, "f")
    return [problem.line("zh" if lang == "zh" else "en") for problem in caught.value.problems]


def test_plain_data_is_read_as_it_looks() -> None:
    assert parse_yaml(STUDY, "f").data == {
        "place": "示例区",
        "months": 60,
        "seed": -1,
        "share": 0.25,
        "on": "yes",
        "scenarios": {
            "flat": {"rule": "per household", "note": None},
            "tariff": {"rule": ["a", "b", 3]},
        },
        "none": None,
        "yes": True,
        "text": "two\nlines\n",
    }


@pytest.mark.parametrize(
    ("loc", "key", "line", "column"),
    [
        ((), False, 2, 1),
        (("place",), False, 2, 8),
        (("place",), True, 2, 1),
        (("scenarios", "flat", "rule"), False, 8, 16),
        (("scenarios", "flat", "rule"), True, 8, 10),
        (("scenarios", "flat", "note"), False, 8, 33),
        (("scenarios", "tariff", "rule", 2), False, 10, 20),
        (("scenarios", "tariff"), False, 10, 5),
        (("scenarios", "tariff"), True, 9, 3),
        (("scenarios", "tariff", "missing", "deeper"), False, 10, 5),
        (("scenarios", "tariff", "missing"), True, 9, 3),
        (("nowhere",), True, 2, 1),
    ],
)
def test_everything_has_a_place(
    loc: tuple[str | int, ...], key: bool, line: int, column: int
) -> None:
    assert parse_yaml(STUDY, "f").where(loc, key) == Where("f", line, column)


def test_columns_count_characters_not_bytes() -> None:
    assert parse_yaml("街道: 社工", "f").where(("街道",)) == Where("f", 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "yes",
        "off",
        "12:30",
        "2015-01",
        "2015-01-01",
        "1.2.3",
        "1,000",
        "１２",
        "e5",
        "0b",
        "0x",
        "1e",
        "infinite",
        "<<",
        "=",
        "a:b",
    ],
)
def test_text_that_other_readers_convert_stays_text(text: str) -> None:
    assert parse_yaml(f"a: {text}", "f").data == {"a": text}


@pytest.mark.parametrize(
    "number",
    [
        "010",
        "00",
        "-01",
        "+5",
        "1e5",
        "1E5",
        "1.5e-3",
        "0x10",
        "0o17",
        "0b11",
        "0X1F",
        "1_000",
        "5.",
        ".5",
        "-.5",
        "01.5",
        ".inf",
        "-.inf",
        ".Inf",
        ".nan",
        ".NaN",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
    ],
)
def test_a_number_that_readers_disagree_about_is_refused(number: str) -> None:
    assert problems(f"ok: 1\na: {number}") == [
        f"f:2:4: write numbers in plain digits, like 60 or -0.25, and text in quotes; got '{number}'"
    ]
    assert parse_yaml(f"a: '{number}'", "f").data == {"a": number}


@pytest.mark.parametrize("word", ["~", "Null", "NULL", "True", "TRUE", "False", "FALSE"])
def test_constants_are_written_in_small_letters(word: str) -> None:
    assert "small letters" in problems(f"a: {word}")[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-0", 0), ("-7", -7), ("0.50", 0.5), ("-0.1", -0.1), (str(2**63 - 1), 2**63 - 1)],
)
def test_plain_numbers_are_numbers(text: str, value: float) -> None:
    data = parse_yaml(f"a: {text}", "f").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize("text", [str(2**63), "9" * 5000, "9" * 400 + ".0"])
def test_a_number_that_does_not_fit_is_refused(text: str) -> None:
    assert problems(f"a: {text}")[0].startswith("f:1:4: the number is too large")


def test_keys_are_text_as_written() -> None:
    assert parse_yaml("2015: 1\nNO: 2\ntrue: 3\n010: 4", "f").data == {
        "2015": 1,
        "NO": 2,
        "true": 3,
        "010": 4,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", "f:1:4: anchors (&) are not read"),
        ("a: *x", "f:1:4: aliases (*) are not read"),
        ("a: !!int '1'", "f:1:4: tags (!) are not read"),
        ("!!python/object:os.system a", "f:1:1: tags (!) are not read"),
        ("&k a: 1", "f:1:1: anchors (&) and tags (!) are not read"),
        ("a: 1\nb: 2\na: 3", "f:3:1: key 'a' is given twice (first in line 1)"),
        ("[1]: 2", "f:1:1: a key must be plain text"),
        ("? {a: 1}\n: 2", "f:1:3: a key must be plain text"),
        (": 1", "f:1:1: a key is empty"),
        ("a: 1\n---\nb: 2", "f:2:1: a second document; a file holds one"),
        ("%YAML 1.1\n---\na: 1", "f:1:1: %YAML and %TAG lines are not read"),
        ("a:\n\tb: 1", "f:2:1: a tab; indent with spaces"),
        (
            "a: 1\nb: c: 2",
            "f:2:5: unexpected ':'; check the indentation, and quote text that contains ': '",
        ),
        ("a: 1\nmonths 3\n", "f:3:1: expected 'key: value'; the ':' is missing (see line 2)"),
        (
            "- a\nb: 1",
            "f:2:1: this does not fit the lines above; check the indentation (see line 1)",
        ),
        ("a: 'x\nb: 1\n", "f:3:1: the file ends inside quoted text (see line 1)"),
        ("a: @x", "f:1:4: not valid YAML: found character '@' that cannot start any token"),
        ("a: b\x00", "f:1:5: character U+0000 is not text"),
        ("a: 1\n# \x1b[31m", "f:2:3: character U+001B is not text"),
        ("a: 'x\u2028y'", "f:1:6: character U+2028 is not text"),
        ('a: "\\0"', "f:1:4: character U+0000 is not text"),
        ('ok: 1\n"\\e": 1', "f:2:1: character U+001B is not text"),
        ('a: "\\ud83d\\ude00"', "f:1:4: character U+D83D is not text"),
        (
            'a: 1\nb: "\\U00110000"',
            "f:2:1: not valid YAML after this: chr() arg not in range(0x110000)",
        ),
        ("[" * 30, "f:1:21: nested deeper than 20 levels"),
        ("a: " + "x" * 70_000, "f:1:1: a line of more than 65536 characters"),
    ],
)
def test_each_fault_is_told_with_its_place(text: str, expected: str) -> None:
    assert problems(text)[0] == expected
    assert problems(text, "zh")[0] != expected


def test_all_faults_are_told_at_once() -> None:
    lines = problems("a: 010\nb: &x 1\nb: .5\nc: [1e5, ~]\nd: *x\ne: 'open")
    assert [line.split(": ")[0] for line in lines] == [
        "f:1:4",
        "f:2:4",
        "f:3:1",
        "f:3:4",
        "f:4:5",
        "f:4:10",
        "f:5:4",
        "f:6:9",
    ]


def test_a_hopeless_file_is_told_about_once_not_a_thousand_times() -> None:
    assert len(problems("- .5\n" * 1000)) == 50


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\n\n"])
def test_an_empty_file_holds_nothing(text: str) -> None:
    assert parse_yaml(text, "f").data is None
    assert parse_yaml(text, "f").where(("a",), key=True).file == "f"


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-(10**9), 10**9).map(lambda n: n / 1000)
    | st.text("ab:#-'\"\\ 社{[,&*!", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc社: #'", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(TREES)
def test_json_is_read_as_itself(tree: object) -> None:
    """JSON is YAML, so its writer gives known answers."""
    text = json.dumps(tree, ensure_ascii=False)
    assert parse_yaml(text, "f").data == tree


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@example("a: &a [*a, *a]")
@example("? - ? - ?")
@example("{a: {b: }}: [")
def test_any_text_is_either_read_or_refused_in_place(text: str) -> None:
    try:
        located = parse_yaml(text, "f")
    except BadInput as error:
        lines = text.count("\n") + text.count("\r") + 1
        for problem in error.problems:
            assert problem.where is not None
            assert 1 <= problem.where.line <= lines + 1
            assert problem.where.column >= 1
    else:
        assert located.text == text


def test_values_are_counted() -> None:
    assert parse_yaml("[1, {a: 2}]", "f", max_nodes=5).data == [1, {"a": 2}]
    with pytest.raises(BadInput, match="f:1:9: more than 4 values"):
        parse_yaml("[1, {a: 2}]", "f", max_nodes=4)


@pytest.mark.parametrize(
    "text",
    [
        "[\n" * 500_000,
        "- " * 30_000,
        "!" * 60_000,
        "!\n" * 500_000,
        "? \n" * 300_000,
        "a:\n" * 300_000,
        "%A\n" * 50_000,
        "# x\n" * 50_000,
        'a: "' + "\\\n" * 50_000 + '"',
    ],
    ids=lambda text: repr(text[:6]),
)
def test_no_file_keeps_the_reader_busy(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(BadInput):
        parse_yaml(text, "f")
    assert time.process_time() - start < 30


def test_files_are_read_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for start in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(start + "a: 社工".encode())
        located = load_yaml(path)
        assert located.data == {"a": "社工"}
        assert located.where(("a",)) == Where(str(path), 1, 4)
        assert located.text == "a: 社工"


def test_a_file_in_another_encoding_is_refused_where_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: " + "社工".encode("gbk"))
    with pytest.raises(BadInput) as caught:
        load_yaml(path)
    assert str(caught.value) == f"{path}:2:4: not UTF-8 text (byte 0xc9); save the file as UTF-8"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(BadInput, match="larger than 1048576 bytes"):
        load_yaml(path)


@pytest.mark.parametrize("name", ["missing.yaml", ".", "nul\0", "x" * 5000])
def test_what_cannot_be_opened_is_one_problem(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_yaml(tmp_path / name)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="not a file"):
        load_yaml(tmp_path / "pipe")


def test_the_locale_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "社区.yaml"
    path.write_text("名称: 示例\n数: 010\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from sansheng.core.located_yaml import load_yaml\n"
        "from sansheng.core.errors import BadInput\n"
        "try: load_yaml(Path(sys.argv[1]))\n"
        "except BadInput as e: sys.stdout.buffer.write(e.problems[0].line('zh').encode('utf-8'))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, **locale, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for locale in (
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            {"LC_ALL": "C.UTF-8"},
        )
    ]
    assert b":2:4: " in said[1]
    assert said[1].endswith(b"'010'")
    assert said[0].rpartition(b".yaml")[2] == said[1].rpartition(b".yaml")[2]
