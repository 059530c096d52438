"""Rules and levers kept in files of their own."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.core import kernels
from sansheng.core.errors import BadInput
from sansheng.core.located_yaml import load_yaml, parse_yaml
from sansheng.policy.load import make_lever
from sansheng.study import run as run_module
from sansheng.study.config import RuleRef, Study, load_study
from sansheng.study.reading import open_study
from sansheng.study.rewriting import rewritten
from sansheng.study.rule_files import KINDS, anchored, kept_names, load_kept

ROOT = Path(__file__).parents[3]

STUDY = """\
place: classroom
start: 2015-01
months: 3
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
  other:
"""
RULE = "title: {en: Mine, zh: 自拟}\nsource: [assumed]\nrule: {name: task_based, floor: 0.25, delay: 2}\n"
LEVER = (
    "title: {en: Mine, zh: 自拟}\nsource: [S-C11]\n"
    "lever: {name: certificate_allowance, yuan: 400, line: envelope}\n"
)
HYBRID = (
    "title: {en: Mine, zh: 自拟}\nsource: [assumed]\nrule:\n  name: hybrid\n  parts:\n"
    "    - {rule: per_household, weight: 0.5}\n    - {rule: {name: task_based, floor: 0}, weight: 0.5}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "pay.yaml").write_text(LEVER, encoding="utf-8")
    (tmp_path / "both.yaml").write_text(HYBRID, encoding="utf-8")
    return tmp_path


def written(scenario: str, folder: Path) -> Study:
    path = folder / "study.yaml"
    path.write_text(STUDY + scenario, encoding="utf-8")
    return load_study(path)


def told(scenario: str, folder: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        written(scenario, folder)
    return [problem.line() for problem in caught.value.problems]


def settings(study: Study) -> dict[str, Any]:
    return study.model_dump(exclude={"source", "title", "file"})


SPELLED_OUT = {
    "    rule: mine.yaml\n": "    rule: {name: task_based, floor: 0.25, delay: 2}\n",
    "    rule: {name: mine.yaml, floor: 0.00001}\n": (
        "    rule: {name: task_based, floor: 0.00001, delay: 2}\n"
    ),
    "    rule: both.yaml\n": (
        "    rule: {name: hybrid, parts: [{rule: per_household, weight: 0.5},"
        " {rule: {name: task_based, floor: 0}, weight: 0.5}]}\n"
    ),
    "    rule:\n      - name: equal_split # first\n      - {name: mine.yaml, from: 2015-02, options: {delay: 3}}\n": (
        "    rule: [{name: equal_split}, {name: task_based, from: 2015-02, floor: 0.25, delay: 3}]\n"
    ),
    "    rule: {name: hybrid, parts: [{rule: mine.yaml, weight: 0.3}, {rule: equal_split, weight: 0.7}]}\n": (
        "    rule: {name: hybrid, parts: [{rule: {name: task_based, floor: 0.25, delay: 2}, weight: 0.3},"
        " {rule: equal_split, weight: 0.7}]}\n"
    ),
    "    rule: equal_split\n    levers:\n      - {name: pay.yaml, from: 2015-03}\n      - {name: pay.yaml}\n": (
        "    rule: equal_split\n    levers:\n"
        "      - {name: certificate_allowance, yuan: 400, line: envelope, from: 2015-03}\n"
        "      - {name: certificate_allowance, yuan: 400, line: envelope}\n"
    ),
    "    rule: equal_split\n    levers: [{name: pay.yaml, line: base, yuan: 500}]\n": (
        "    rule: equal_split\n    levers: [{name: certificate_allowance, yuan: 500}]\n"
    ),
    "    rule: task_based_flat.yaml\n": "    rule: {name: task_based, hardness_tariff: 0}\n",
    "    rule: rules/task_based_flat.yaml\n": "    rule: {name: task_based, hardness_tariff: 0}\n",
}


@pytest.mark.parametrize("scenario", SPELLED_OUT)
def test_a_file_means_what_it_says_and_what_stands_beside_its_name_goes_before(
    scenario: str, folder: Path
) -> None:
    short = written(scenario, folder)
    full = written(SPELLED_OUT[scenario], folder)
    by_default = {"line": "base"} if "line: base" in scenario else {}
    for ref in short.scenarios["other"].levers:
        made = make_lever(ref.name, ref.options, ref.line)
        assert made.payer == by_default.get("line", "envelope")
    if not by_default:
        assert settings(short) == settings(full)
        assert run_module._inputs_hash(short) == run_module._inputs_hash(full)


@pytest.mark.parametrize("scenario", SPELLED_OUT)
def test_the_text_that_is_kept_needs_no_other_file(
    scenario: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    study = written(scenario, folder)
    alone = tmp_path_factory.mktemp("alone") / "study.yaml"
    alone.write_text(study.source, encoding="utf-8")
    assert settings(load_study(alone)) == settings(study)
    assert ".yaml" not in study.source


def test_a_study_without_files_keeps_its_text_to_the_letter(folder: Path) -> None:
    study = written("    rule:   equal_split   # as it is\n", folder)
    assert study.source == STUDY + "    rule:   equal_split   # as it is\n"


def test_results_can_be_read_when_the_files_are_gone(
    fake_model: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    study = written("    rule: mine.yaml\n    levers: [{name: pay.yaml}]\n", folder)
    names = {"flat": "每百户", "other": "职责"}
    study = study.model_copy(
        update={
            "scenarios": {names[name]: scenario for name, scenario in study.scenarios.items()},
            "baseline": "每百户",
            "source": study.source.replace("flat", "每百户").replace("other", "职责"),
        }
    )
    out = run_module.run_study(study, folder / "out", model="fake_model", workers=1)
    for name in ("mine.yaml", "pay.yaml"):
        (folder / name).unlink()
    data = open_study(out)
    assert settings(data.study) == settings(study)
    _, scenario = data.manifest["scenarios"]
    assert (scenario["rule"], scenario["options"]["floor"]) == ("task_based", 0.25)
    assert scenario["levers"][0]["options"] == {"yuan": 400.0}


def test_a_changed_file_makes_another_study_and_a_changed_comment_does_not(folder: Path) -> None:
    scenario = "    rule: mine.yaml\n"
    first = run_module._inputs_hash(written(scenario, folder))
    (folder / "mine.yaml").write_text("# of last year\n" + RULE.replace("Mine", "Ours"))
    assert run_module._inputs_hash(written(scenario, folder)) == first
    (folder / "mine.yaml").write_text(RULE.replace("0.25", "0.26"), encoding="utf-8")
    assert run_module._inputs_hash(written(scenario, folder)) != first


def test_a_file_beside_the_study_goes_before_one_of_the_package(folder: Path) -> None:
    (folder / "task_based_flat.yaml").write_text(RULE, encoding="utf-8")
    study = written("    rule: task_based_flat.yaml\n", folder)
    assert study.scenarios["other"].rule == RuleRef(
        name="task_based", options={"floor": 0.25, "delay": 2.0}
    )


def test_a_fault_in_a_file_is_told_once_and_in_that_file(folder: Path) -> None:
    broken = RULE.replace("floor: 0.25", "floor: 1.25").replace("delay", "dellay")
    (folder / "mine.yaml").write_text(broken, encoding="utf-8")
    lines = told("    rule: mine.yaml\n  third:\n    rule: {name: mine.yaml, floor: 0}\n", folder)
    file = folder / "mine.yaml"
    assert len(lines) == 2
    assert lines[0].startswith(f"{file}:3:33: floor 1.25 is outside 0..1 share")
    assert lines[1].startswith(f"{file}:3:39: unknown option 'dellay' of rule task_based; did you")


def test_faults_of_the_study_are_told_beside_those_of_its_files(folder: Path) -> None:
    (folder / "mine.yaml").write_text("rule: {name: task_bassed}\n", encoding="utf-8")
    lines = told(
        "    rule: mine.yaml\n    levers: [{name: pay.yaml, from: 2016-01}]\nseeed: 1\n", folder
    )
    assert [line.removeprefix(f"{folder}").split(": ")[0] for line in lines] == [
        "/mine.yaml:1:1",
        "/mine.yaml:1:1",
        "/mine.yaml:1:14",
        "/study.yaml:12:37",
        "/study.yaml:13:1",
    ]


OFTEN_WRONG = {
    "    rule: mien.yaml\n": "11:11: no file 'mien.yaml' of a rule, beside the study or in the package",
    "    rule: task_based_flatt.yaml\n": "did you mean 'task_based_flat.yaml'?",
    "    rule: {name: ../none/x.yaml}\n": "11:18: no file '../none/x.yaml' of a rule",
    "    rule: pay.yaml\n": "pay.yaml:3:1: unknown key 'lever'",
    "    rule: {name: mine.yaml, flor: 0}\n": "11:29: unknown option 'flor' of rule task_based",
    "    rule: {name: mine.yaml, floor: 2}\n": "11:36: floor 2 is outside 0..1",
    "    rule: equal_split\n    levers: [{name: pay.yaml, line: capital}]\n": "line 'capital' cannot pay",
    "    rule: equal_split\n    levers: [{name: pay.yaml}, {name: pay.yaml}]\n": "12:39: lever",
    "    rule: {name: hybrid, parts: [{rule: both.yaml, weight: 1}]}\n": "part 1 is itself a hybrid",
}


@pytest.mark.parametrize("scenario", OFTEN_WRONG)
def test_what_is_wrong_with_a_name_or_beside_it_is_told_in_the_study(
    scenario: str, folder: Path
) -> None:
    lines = told(scenario, folder)
    assert any(OFTEN_WRONG[scenario] in line for line in lines), lines


def test_a_file_names_no_other_file(folder: Path) -> None:
    nested = HYBRID.replace("rule: per_household", "rule: mine.yaml")
    (folder / "both.yaml").write_text(nested, encoding="utf-8")
    (line,) = told("    rule: both.yaml\n", folder)
    assert f"{folder / 'both.yaml'}:6:14: 'mine.yaml' is a file" in line


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[1]",
        b"rule: &a x",
        b"rule: " + b"[" * 50,
        b"title: 1\nsource: 1\nrule: 1\n",
    ],
)
def test_whatever_stands_in_a_file_is_refused_in_plain_lines(content: bytes, folder: Path) -> None:
    (folder / "mine.yaml").write_bytes(content)
    for line in told("    rule: mine.yaml\n", folder):
        assert line.startswith(f"{folder / 'mine.yaml'}:")


def test_code_named_in_a_file_is_looked_for_beside_that_file() -> None:
    rule = {"name": "own/mine.py:Mine", "parts": [{"rule": "mine.py:Other", "weight": 1.0}]}
    here = Path("some") / "where"
    assert anchored(rule, here) == {
        "name": f"{here / 'own/mine.py'}:Mine",
        "parts": [{"rule": f"{here / 'mine.py'}:Other", "weight": 1.0}],
    }
    assert anchored({"name": "task_based", "floor": 0.5}, here) == {
        "name": "task_based",
        "floor": 0.5,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_of_the_package_can_be_put_into_force_and_has_a_source(kind: Any) -> None:
    assert len(kept_names(kind)) > 10
    for name in kept_names(kind):
        kept = load_kept(kind, ROOT / "configs" / f"{kind}s" / name)
        assert kept.source
        assert kept.title.en
        assert kept.title.zh


def test_a_study_of_all_files_of_the_package_is_right(tmp_path: Path) -> None:
    levers = "".join(
        f"      - {{name: {name}, from: {2015 + i}-01}}\n"
        for i, name in enumerate(kept_names("lever"))
    )
    rules = "".join(f"  r{i}: {{rule: {name}}}\n" for i, name in enumerate(kept_names("rule")))
    text = (
        STUDY.replace("months: 3", "months: 600")
        + f"    rule: no_fund\n    levers:\n{levers}{rules}"
    )
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    study = load_study(path)
    assert len(study.scenarios) == 2 + len(kept_names("rule"))
    for scenario in study.scenarios.values():
        assert scenario.rule.make().settings() is not None


def test_dates_in_a_title_survive_a_change_of_the_text() -> None:
    source = "title: {en: 2015-13-45, zh: 2015-01-02}\nseed: 1 # fixed\n"

    def change(data: Any) -> bool:
        data["seed"] = 2
        data["floor"] = 1e-7
        return True

    text = rewritten(source, change)
    assert text.endswith("seed: 2 # fixed\nfloor: 0.0000001\n")
    assert parse_yaml(text, "text").data["title"] == {"en": "2015-13-45", "zh": "2015-01-02"}
    assert rewritten(source, lambda _: False) is source


def test_a_file_of_the_package_says_in_its_first_line_which_schema_it_follows() -> None:
    for path in (ROOT / "configs").glob("*s/*.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        kind = {"categories": "categories", "patterns": "patterns"}.get(
            path.parent.name, path.parent.name[:-1]
        )
        assert first == f"# yaml-language-server: $schema=../../schemas/{kind}.schema.json"
        assert load_yaml(path)
