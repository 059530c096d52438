from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sansheng.analysis.compare import Spend, compare
from sansheng.analysis.comparisons import Comparison
from sansheng.analysis.titles import scenario_titles
from sansheng.cli.figures import draw_figures
from sansheng.cli.run import default_name
from sansheng.cli.summary import print_comparison
from sansheng.core.text import Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures import comparison as comparison_figure
from sansheng.pictures.conditions import Conditions
from sansheng.study.reading import open_study

Command = Callable[..., Any]

TITLES = {"flat": Text("Flat", "按户"), "duties": Text("Duties", "按职责")}


def test_a_run_shows_its_headlines_its_spend_and_where_it_is(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    out = tmp_path / "out"
    answer = command("run", study, "--out", out, "--workers", "1", "--lang", "en")
    assert answer.code == 0
    assert "Paired difference from Per household, 3 replicates" in answer.out
    for outcome in OUTCOMES.values():
        assert (outcome.text.en in answer.out) == outcome.headline or outcome.id == "returned"
    assert "Realised spend, 10,000 yuan a year" in answer.out
    assert answer.out.rstrip().endswith(f"Results: {out}")
    assert open_study(out).manifest["replicates"] == 3


def test_results_are_in_chinese_unless_english_is_asked_for(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    answer = command("run", study, "--out", tmp_path / "out", "--workers", "1")
    assert "实际支出（万元/年）" in answer.out
    assert "Realised" not in answer.out


def test_a_run_draws_its_comparison(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = command("run", study, "--out", out, "--workers", "1", "--lang", "en")
    assert answer.code == 0
    for kind in ("png", "svg"):
        figure = out / "figures" / f"comparison.{kind}"
        assert figure.stat().st_size > 1000
        assert f"Figure: {figure}" in answer.out


def test_the_figure_states_the_spend_that_the_table_states(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def draw(*_: object, conditions: Conditions, **__: object) -> list[Path]:
        told.extend((conditions.spend_line("zh"), conditions.spend_line("en")))
        return []

    monkeypatch.setattr(comparison_figure, "draw_comparison", draw)
    data = open_study(results)
    spent = [
        Spend("flat", 0, 1500.0, 900.0, 0.0, 8.4, 908.4, 1.0, "matched"),
        Spend("duties", 0, 1500.0, 1037.2, 0.0, 0.0, 1037.2, 1.0, "matched"),
    ]
    draw_figures(data, compare(data), spent, OUTCOMES, TITLES, "en")
    chinese, english = told
    assert "908.4" in chinese
    assert "1,037.2" in chinese
    assert "9.084" in english
    assert "10.372" in english


def test_a_grid_of_two_parameters_gives_a_map_and_a_line_for_every_point(
    command: Command, fake_model: ModuleType, grid_study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = command("run", grid_study, "--out", out, "--workers", "1", "--lang", "en")
    assert answer.code == 0
    assert {path.name for path in (out / "figures").iterdir()} == {"map.png", "map.svg"}
    first = next(outcome for outcome in OUTCOMES.values() if outcome.headline)
    assert first.text.en in answer.out
    points = re.findall(r"^ +([01]) +(0|0\.8)  Functions", answer.out, flags=re.MULTILINE)
    assert points[:4] == [("0", "0"), ("0", "0.8"), ("1", "0"), ("1", "0.8")]


def test_draws_of_two_parameters_that_are_no_grid_give_lines_and_no_map(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path
) -> None:
    with study.open("a", encoding="utf-8") as file:
        file.write("draws: {list: [{psi: 0, rho_FH: 0.1}, {psi: 0.5, rho_FH: 0.2}]}\n")
    out = tmp_path / "out"
    answer = command("run", study, "--out", out, "--workers", "1", "--lang", "en")
    assert answer.code == 0
    assert not (out / "figures").exists()
    points = re.findall(r"^ *(0|0\.5) +(0\.[12])  Functions", answer.out, flags=re.MULTILINE)
    assert points[:2] == [("0", "0.1"), ("0.5", "0.2")]


def test_results_of_an_ensemble_can_be_read_and_run_again_without_its_file(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    table = tmp_path / "points.csv"
    table.write_text("parameter:psi\n0.25\n0.75\n", encoding="utf-8")
    with study.open("a", encoding="utf-8") as file:
        file.write("draws: {ensemble: points.csv}\n")
    out, again = tmp_path / "out", tmp_path / "again"
    assert command("run", study, "--out", out, "--workers", "1", "--quiet").code == 0
    table.unlink()
    data = open_study(out)
    assert list(data.draws["psi"]) == [0.25, 0.75]
    assert data.study.draws() == [{"psi": 0.25}, {"psi": 0.75}]
    stored = out / "study.yaml"
    assert command("run", stored, "--out", again, "--workers", "1", "--quiet").code == 0
    assert command("hash", out).out.split()[0] == command("hash", again).out.split()[0]


def test_overrides_reach_the_run(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    out = tmp_path / "out"
    words = ["--replicates", "2", "--seed", "9", "--workers", "1", "--quiet"]
    assert command("run", study, "--out", out, *words).code == 0
    manifest = open_study(out).manifest
    assert (manifest["replicates"], manifest["seed"]) == (2, 9)


def test_one_replicate_is_run_but_not_compared(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    out = tmp_path / "out"
    answer = command(
        "run", study, "--out", out, "--replicates", "1", "--workers", "1", "--lang", "en"
    )
    assert answer.code == 0
    assert "needs two scenarios and two replicates" in answer.out
    assert not (out / "figures").exists()


def test_quiet_says_nothing_but_results(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    answer = command("run", study, "--out", tmp_path / "out", "--workers", "1", "--quiet")
    assert answer.err == ""


def test_a_folder_with_something_else_in_it_is_refused(
    command: Command, fake_model: ModuleType, study: Path, tmp_path: Path, without_pictures: None
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "diary.txt").write_text("mine", encoding="utf-8")
    answer = command("run", study, "--out", out, "--workers", "1")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert [path.name for path in out.iterdir()] == ["diary.txt"]


def test_results_go_to_a_folder_named_after_the_study(
    command: Command,
    fake_model: ModuleType,
    study: Path,
    tmp_path: Path,
    without_pictures: None,
    monkeypatch: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("run", study, "--workers", "1", "--quiet").code == 0
    assert (tmp_path / "results" / "small" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("experiments/household-vs-task/study.yaml", "household-vs-task"),
        ("experiments/household-vs-task/map.yaml", "map"),
        ("/study.yaml", "study"),
    ],
)
def test_the_default_name_is_the_folders_or_the_files(path: str, name: str) -> None:
    assert default_name(Path(path)) == name


def comparison(outcome: str, difference: float, low: float, high: float) -> Comparison:
    return Comparison(
        outcome, "duties", "flat", 0, 60 + difference, 60, difference, low, high, 30, 30
    )


def shown(capsys: pytest.CaptureFixture[str], *rows: Comparison, lang: Any = "en") -> list[str]:
    print_comparison(rows, {row.outcome: OUTCOMES[row.outcome] for row in rows}, TITLES, lang)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("outcome", "difference", "low", "high", "mark"),
    [
        ("need_met", 2.0, 1.0, 3.0, "* better"),
        ("need_met", -2.0, -3.0, -1.0, "* worse"),
        ("need_met", 2.0, -1.0, 5.0, "  not distinguishable"),
        ("turnover_base", 2.0, 1.0, 3.0, "* worse"),
        ("granted", 2.0, 1.0, 3.0, "* higher"),
        ("closure_reported", 2.0, 1.0, 3.0, "* higher"),
        ("need_met", 0.0, 0.0, 0.0, "  identical"),
        ("need_met", 2.0, float("nan"), float("nan"), "  no interval"),
    ],
)
def test_a_mark_means_that_the_interval_excludes_zero(
    outcome: str,
    difference: float,
    low: float,
    high: float,
    mark: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = shown(capsys, comparison(outcome, difference, low, high))[2]
    assert line.endswith(mark)


def test_a_line_gives_baseline_difference_interval_and_unit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    title, _, line, *_ = shown(capsys, comparison("need_met", 2.5, 1.5, 3.5))
    assert title == "Paired difference from Flat, 30 replicates"
    assert re.split(r"  +", line) == [
        "Need met",
        "60.0%",
        "Duties",
        "+2.5",
        "(1.5 to 3.5)",
        "percentage points",
        "* better",
    ]


def test_the_same_line_reads_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    title, _, line, *_ = shown(capsys, comparison("need_met", 2.5, 1.5, 3.5), lang="zh")
    assert title == "与按户的配对差值（30 次重复）"
    assert re.split(r"  +", line) == [
        "需求满足率",
        "60.0%",
        "按职责",
        "+2.5",
        "（1.5～3.5）",
        "个百分点",
        "* 更好",
    ]


def test_scenarios_that_share_a_rule_are_told_apart(results: Path) -> None:
    data = open_study(results)
    assert scenario_titles(data)["flat"].zh == "按户拨付（每百户）"
    matched = {"status": "matched", "scale": 1.0}
    twins = [{"name": name, "rule": "per_household", "spending": matched} for name in ("a", "b")]
    same = type(data)(data.folder, {**data.manifest, "scenarios": twins}, (), data.tables)
    assert [text.en for text in scenario_titles(same).values()] == [
        "Per household (a)",
        "Per household (b)",
    ]


def test_spend_is_shown_for_every_scenario(
    capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    from sansheng.cli.summary import print_spend

    spent = [
        Spend("flat", 0, 1500.0, 1234.56, 0.0, 0.0, 1234.56, 1.0, "matched"),
        Spend("duties", 0, 1500.0, 1100.0, 10.0, 50.0, 1150.0, 16.0, "capped"),
    ]
    print_spend(open_study(results), spent, TITLES, "en")
    lines = capsys.readouterr().out.splitlines()
    flat = ["Flat", "1,500.0", "1,234.6", "0.0", "1,234.6", "0.0", "1.0000", "matched"]
    assert lines[2].split() == flat
    duties = ["Duties", "1,500.0", "1,100.0", "50.0", "1,150.0", "10.0", "16.0000", "capped"]
    assert lines[3].split() == duties
    assert "capped: cannot spend or absorb as much" in lines[5]
