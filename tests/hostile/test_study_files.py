"""Whatever stands in a study file, the answer is a study or plain lines; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sansheng.cli.main import main
from sansheng.core.errors import BadInput
from sansheng.study.config import load_study

VALID = """\
place: chenghua-2015
start: 2015-01
months: 12
warm_up: 0
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
  tasks:
    rule: {name: task_based, hardness_tariff: 0.5}
parameters:
  psi: 0.5
grid:
  rho_FH: [0, 0.5]
"""

DRAWN = (
    VALID.partition("parameters:")[0].replace(
        "replicates: 2", "replicates: {half_width: 0.5, on: satisfaction, paired: true, max: 50}"
    )
    + """\
draws:
  sobol: 4
  over:
    psi: [0.2, 0.8]
    lam:
record: {events: [0, 3]}
"""
)

PIECES = st.sampled_from(
    [
        *":,-?#&*!|>'\"%@`{}[]~=\\\n\t",
        "\n  ",
        "&a ",
        "*a",
        "!!python/object/apply:os.system [ls]",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "NO",
        "010",
        "1e5",
        "12:30",
        ".nan",
        "-.inf",
        "1" * 400,
        "\ufeff",
        "\u202e",
        "\x00",
        "\x1b[2J",
        "\r",
        "\u2028",
        "按户",
        "𠮷",
        "null",
        "levers: {}",
        "{a: " * 30,
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from([VALID, DRAWN]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(PIECES | st.text(max_size=6)) + text[end:]
    return text


def read(content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "study.yaml"
    path.write_bytes(content)
    code = main(["check", str(path), "--lang", "en"])
    told = capsys.readouterr()
    if code == 0:
        assert told.out.startswith("ok: ")
        assert told.err == ""
        return
    assert (code, told.out) == (2, "")
    lines = told.err.split("\n")[:-1]
    assert 1 <= len(lines) <= 50
    for line in lines:
        assert line.startswith(f"{path}:")
        assert line.isprintable() or "\u3000" in line or "\xa0" in line


relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


@relaxed
@given(damaged())
def test_a_damaged_study_is_read_or_refused_in_plain_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    read(text.encode("utf-8", "surrogatepass"), tmp_path, capsys)


@relaxed
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_plain_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    read(content, tmp_path, capsys)


KEYS = st.sampled_from(
    [
        *("place", "start", "months", "seed", "baseline", "scenarios", "rule", "name", "grid"),
        *("psi", "draws", "sobol", "lhs", "over", "list", "ensemble", "most"),
        *("replicates", "half_width", "on", "min", "max", "paired", "record", "events"),
    ]
) | st.text(max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@relaxed
@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_data_is_read_or_refused_in_plain_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: dict[str, object]
) -> None:
    read(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"), tmp_path, capsys)


NAMES = st.text(max_size=70) | st.sampled_from(
    [
        "..",
        "../x",
        "C:",
        "con",
        "NUL.txt",
        "lpt1 .a",
        "a/b",
        "a\\b",
        ".x",
        "x.",
        " x",
        "-",
        "𠮷" * 64,
    ]
)


@relaxed
@given(NAMES)
def test_a_scenario_name_is_safe_as_a_file_name_or_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "study.yaml"
    data = {
        "place": "chenghua-2015",
        "start": "2015-01",
        "months": 1,
        "replicates": 1,
        "seed": 1,
        "baseline": name,
        "scenarios": {name: {"rule": "per_household"}},
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    try:
        (kept,) = load_study(path).scenarios
    except BadInput:
        return
    assert kept == name
    file = tmp_path / f"{name}.txt"
    assert file.parent == tmp_path
    assert file.name == f"{name}.txt"
    file.write_text("", encoding="utf-8")
    file.unlink()
    assert not set(name) & set('<>:"/\\|?*')


@pytest.mark.parametrize(
    "tail",
    [
        "".join(f"k{i}: 1\n" for i in range(90_000)),
        "parameters:\n" + "".join(f"  psi{i}: 1\n" for i in range(9_000)),
        "parameters: " + "[" * 60_000,
        "parameters: {psi: " + "9" * 60_000 + "}\n",
        "grid:\n" + "".join(f"  psi{i}: [1, 2]\n" for i in range(4_000)),
        "grid:\n  psi:\n" + "    - 7\n" * 18_000,
    ],
    ids=["keys", "parameters", "depth", "digits", "grid", "values"],
)
def test_a_file_made_to_take_long_is_refused_soon(tail: str, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(VALID.partition("parameters:")[0] + tail, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_study(path)
    assert len(caught.value.problems) <= 50
