from __future__ import annotations

import pickle
import re
import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from sansheng.core.errors import BadInput, Problem
from sansheng.core.located_yaml import load_yaml
from sansheng.core.months import Month
from sansheng.study import simulate
from sansheng.study.config import RuleRef, Scenario, Study, load_study
from sansheng.world import place as place_module

ROOT = Path(__file__).parents[3]
BROKEN = ROOT / "configs" / "broken"
EXPECTED = BROKEN / "expected.yaml"
FILES = sorted(path.stem for path in BROKEN.glob("*.yaml") if path != EXPECTED)

VALID = """\
place: chenghua-2015
start: 2015-01
months: 12
replicates: 2
seed: 1
baseline: flat
scenarios:
  flat:
    rule: per_household
"""


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        load_study(path)
    return caught.value.problems


def study_from(text: str, folder: Path) -> Study:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return load_study(path)


def test_every_broken_file_has_its_expectation_and_the_other_way_round() -> None:
    assert sorted(load_yaml(EXPECTED).data) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_refused_at_the_right_place_in_both_languages(name: str) -> None:
    expected = load_yaml(EXPECTED).data[name]
    problems = problems_of(BROKEN / f"{name}.yaml")
    told = [problem.line("en") for problem in problems]
    assert len(told) == len(expected)
    for line, fault in zip(told, expected, strict=True):
        assert line.startswith(f"{BROKEN / name}.yaml:{fault['at']}: {fault['says']}")
    for problem in problems:
        assert re.search("[\u4e00-\u9fff]", problem.text.zh)
        assert problem.line("zh").split(": ")[0] == problem.line("en").split(": ")[0]


def test_a_study_is_refused_for_what_its_place_sets_and_the_model_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(place_module.configs_dir(), tmp_path / "configs")
    place = tmp_path / "configs" / "places" / "chenghua-2015.yaml"
    setting = "settings:\n  psy: {value: 0.5, source: assumed}\n"
    text = place.read_text(encoding="utf-8").replace("settings:\n", setting)
    place.write_text(text, encoding="utf-8")
    monkeypatch.setattr(place_module, "configs_dir", lambda: tmp_path / "configs")
    monkeypatch.setattr(simulate, "place_named", simulate.place_named.__wrapped__)  # not as it was
    with pytest.raises(BadInput) as caught:
        study_from(VALID, tmp_path)
    (problem,) = caught.value.problems
    assert problem.where is not None
    assert problem.where.file == str(place)
    assert "unknown parameter 'psy'; did you mean 'psi'?" in problem.line("en")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("parameter-out-of-range", "outside 0..1 share (source: assumed)"),
        ("option-out-of-range", "outside 0..1 share (source: assumed)"),
        ("months-too-many", "from 1 to 1200"),
        ("place-unknown", "did you mean 'chenghua-2015'?"),
        ("rule-unknown", "did you mean 'per_household'?"),
        ("option-unknown", "did you mean 'hardness_tariff'?"),
        ("parameter-unknown", "did you mean 'psi'?"),
        ("baseline-unknown", "did you mean 'flat'?"),
        ("unknown-key", "did you mean 'months'?"),
        ("start-not-a-month", "like 2015-01"),
        ("scenario-with-levers", "did you mean 'certificate_allowance'?"),
    ],
)
def test_a_refusal_says_what_is_allowed_or_the_nearest_name(name: str, said: str) -> None:
    assert any(said in problem.line() for problem in problems_of(BROKEN / f"{name}.yaml"))


def test_an_out_of_range_number_names_its_source(tmp_path: Path) -> None:
    text = VALID.replace("rule: per_household", "rule: {name: per_household, yuan: -1}")
    with pytest.raises(BadInput, match=re.escape("outside 0..800000 yuan/year (source: S-C01)")):
        study_from(text, tmp_path)


@pytest.mark.parametrize("kind", ["missing", "folder", "large", "long name"])
def test_what_is_no_readable_file_is_one_line(kind: str, tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300 if kind == "long name" else "study.yaml")
    if kind == "folder":
        path.mkdir()
    if kind == "large":
        path.write_text("# " + "x" * 2_000_000, encoding="utf-8")
    (problem,) = problems_of(path)
    assert path.name in problem.line()


def test_the_demonstration_compares_three_ways_of_paying() -> None:
    path = ROOT / "experiments" / "household-vs-task" / "study.yaml"
    study = load_study(path)
    assert study.source == path.read_text(encoding="utf-8")
    assert (study.place, study.start, study.months) == ("chenghua-2015", Month(2015, 1), 60)
    assert (study.warm_up, study.replicates, study.seed) == (24, 100, 1)
    assert study.baseline == "per_household"
    assert study.scenarios == {
        "per_household": Scenario(rule=RuleRef(name="per_household")),
        "functions": Scenario(rule=RuleRef(name="functions_borne")),
        "tasks": Scenario(rule=RuleRef(name="task_based", options={"hardness_tariff": 0.5})),
    }
    assert study.draws() == [{}]
    assert study.runs == 300


CALIBRATIONS = ROOT / "experiments" / "calibration"
STUDIES = [p for p in sorted((ROOT / "experiments").rglob("*.yaml")) if p.parent != CALIBRATIONS]


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_study_that_is_shipped_can_be_run(path: Path) -> None:
    study = load_study(path)
    assert study.baseline in study.scenarios
    assert study.runs > 0


def test_the_map_tries_every_combination_the_last_number_turning_fastest() -> None:
    study = load_study(ROOT / "experiments" / "household-vs-task" / "map.yaml")
    draws = study.draws()
    assert len(draws) == 25
    assert draws[:2] == [{"psi": 0.0, "rho_FH": 0.0}, {"psi": 0.0, "rho_FH": 0.2}]
    assert draws[-1] == {"psi": 1.0, "rho_FH": 0.8}
    assert study.runs == 2 * 25 * 30


def test_whole_numbers_in_a_file_become_the_numbers_they_mean(tmp_path: Path) -> None:
    study = study_from(VALID + "parameters: {psi: 1}\ngrid: {rho_FH: [0]}\n", tmp_path)
    assert study.parameters == {"psi": 1.0}
    assert isinstance(study.parameters["psi"], float)
    assert isinstance(study.draws()[0]["rho_FH"], float)


def test_what_may_be_left_out_has_its_default(tmp_path: Path) -> None:
    study = study_from(VALID, tmp_path)
    assert (study.title, study.warm_up, study.parameters, study.grid) == (None, 0, {}, {})


def test_a_study_travels_to_a_worker_unchanged(tmp_path: Path) -> None:
    study = study_from(VALID + "grid: {psi: [0, 1]}\ntitle: {en: a, zh: 甲}\n", tmp_path)
    assert pickle.loads(pickle.dumps(study)) == study  # noqa: S301 - pickled in this line


def test_a_study_is_frozen(tmp_path: Path) -> None:
    study = study_from(VALID, tmp_path)
    with pytest.raises(ValidationError):
        study.months = 24  # type: ignore[misc]


def test_replicates_and_seed_may_be_overridden_and_nothing_else_changes(tmp_path: Path) -> None:
    study = study_from(VALID, tmp_path)
    changed = study.with_overrides(replicates=5, seed=0)
    assert (changed.replicates, changed.seed) == (5, 0)
    assert changed.model_copy(update={"replicates": 2, "seed": 1}) == study
    assert study.with_overrides() == study


@pytest.mark.parametrize(
    ("overrides", "count"),
    [
        ({"replicates": 0}, 1),
        ({"replicates": 100_001}, 1),
        ({"seed": -1}, 1),
        ({"seed": 2**32}, 1),
        ({"replicates": 0, "seed": -1}, 2),
    ],
)
def test_an_override_out_of_range_is_refused(
    overrides: dict[str, int], count: int, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"--\w+ -?\d+ is outside \d+\.\.\d+") as caught:
        study_from(VALID, tmp_path).with_overrides(**overrides)
    assert len(caught.value.problems) == count


def test_the_largest_override_is_accepted(tmp_path: Path) -> None:
    study = study_from(VALID, tmp_path).with_overrides(replicates=100_000, seed=2**32 - 1)
    assert (study.replicates, study.seed) == (100_000, 2**32 - 1)


@pytest.mark.parametrize("points", [10_000, 10_001])
def test_a_grid_has_at_most_ten_thousand_points(points: int, tmp_path: Path) -> None:
    values = "\n".join(f"    - {i / 20_000:.5f}" for i in range(points))
    text = f"{VALID}grid:\n  psi:\n{values}\n"
    if points == 10_000:
        assert len(study_from(text, tmp_path).draws()) == points
    else:
        with pytest.raises(BadInput, match="at most 10,000"):
            study_from(text, tmp_path)


def test_faults_are_told_in_the_order_of_the_file() -> None:
    problems = problems_of(BROKEN / "several-faults.yaml")
    places = [problem.where for problem in problems]
    assert places == sorted(places)
    assert len(problems) == 4


@pytest.mark.parametrize(
    "name", ["按户", "a b", "a.b", "-rf", "[red]", "%s", "$(x)", "=1+1", "x" * 64]
)
def test_a_scenario_may_have_any_name_that_a_file_could_have(name: str, tmp_path: Path) -> None:
    text = VALID.replace("flat:", f'"{name}":').replace("baseline: flat", f'baseline: "{name}"')
    assert list(study_from(text, tmp_path).scenarios) == [name]


HYBRID = """\
{
      name: hybrid,
      parts: [
        {rule: {name: task_based, delay: 1}, weight: 0.25},
        {rule: equal_split, weight: 0.75}]}"""


def test_a_hybrid_lists_its_parts_in_any_order(tmp_path: Path) -> None:
    study = study_from(VALID.replace("per_household", HYBRID), tmp_path)
    ref = study.scenarios["flat"].rule
    assert [(part.rule.name, part.rule.options, part.weight) for part in ref.parts] == [
        ("equal_split", {}, 0.75),
        ("task_based", {"delay": 1.0}, 0.25),
    ]
    first, last = ref.parts
    assert RuleRef(name="hybrid", parts=[last, first]) == ref
    made = ref.make()
    assert made.settings()["parts"][1]["options"]["delay"] == 1.0
    assert made == RuleRef(name="hybrid", parts=[last, first]).make()


def test_a_hybrid_without_a_list_is_one_too(tmp_path: Path) -> None:
    study = study_from(VALID.replace("per_household", "hybrid"), tmp_path)
    assert len(study.scenarios["flat"].rule.make().settings()["parts"]) == 2
