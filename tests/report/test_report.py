from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sansheng.analysis.compare import compare
from sansheng.core.errors import BadInput
from sansheng.pictures.wording import scale_of
from sansheng.report.answer import answer, finding
from sansheng.report.build import brief, report
from sansheng.report.render import render
from sansheng.report.said import Said
from sansheng.study.canonical import hash_of
from sansheng.study.config import RuleRef, Scenario, load_study
from sansheng.study.progress import Progress
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study

MOST_BYTES = 3_000_000


def test_the_answer_has_five_sentences_in_both_languages(results: StudyData) -> None:
    said = answer(Said(results))
    assert len(said) == 5
    for text in said:
        assert text.en.endswith(".")
        assert text.zh.endswith("。")
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert not re.search("[\u4e00-\u9fff]", text.en)


def test_the_finding_says_the_numbers_of_the_comparison(results: StudyData) -> None:
    said = Said(results)
    rows = [row for row in compare(results) if row.outcome == "need_met"]
    assert len(rows) == 2
    for lang in ("en", "zh"):
        scale = scale_of(said.outcomes["need_met"], rows, lang)
        for row in rows:
            change = scale.change(row.difference)
            assert (change in finding(said).get(lang)) == (row.verdict in ("better", "worse"))


def test_both_languages_say_the_same_numbers(results: StudyData) -> None:
    for text in [finding(Said(results)), *answer(Said(results))]:
        en, zh = (sorted(re.findall(r"\d+(?:\.\d+)?", words)) for words in text)
        assert en == zh


def test_the_table_holds_every_outcome_with_every_digit(results: StudyData) -> None:
    page = report(results)
    tables = {table.id: table for section in page.sections for table in section.tables}
    rows = compare(results)
    assert len(tables["all-outcomes"].rows) == len(rows)
    values = [row[4].value for row in tables["all-outcomes"].rows]
    expected = [repr(row.difference) if row.difference == row.difference else "" for row in rows]
    assert values == expected


def test_a_report_tells_the_hash_and_the_command(results: StudyData) -> None:
    commands = [line for section in report(results).sections for line in section.commands]
    assert any(hash_of(results) in line for line in commands)
    assert any(line.startswith("sansheng run") for line in commands)


@pytest.mark.parametrize("name", ["report", "brief"])
def test_a_page_is_one_small_file_with_a_strict_policy(name: str, pages: dict[str, Path]) -> None:
    html = pages[name].read_text(encoding="utf-8")
    assert len(html.encode()) <= MOST_BYTES
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;")


def decomposition(results: StudyData, file: Path, **changes: str) -> Path:
    def share(name: str, mean: float, half: float) -> dict[str, object]:
        return {
            "name": name,
            "en": name,
            "zh": name,
            "mean": mean,
            "low": mean - half,
            "high": mean + half,
        }

    told = {
        "origin": {"study": "s", "hash": hash_of(results), "command": "sansheng decompose s"}
        | changes,
        "from": results.scenarios[0],
        "to": results.scenarios[1],
        "outcome": "need_met",
        "replicates": 12,
        "parts": [share("incentives", -1.4, 0.25), share("timing", -0.001, 0.5)],
        "channels": [share("paperwork", -1.401, 0.2)],
        "total": share("total", -1.401, 0.3),
    }
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def test_a_report_says_why_if_it_is_told(results: StudyData, tmp_path: Path) -> None:
    page = report(results, why=decomposition(results, tmp_path / "why.json"))
    (section,) = [section for section in page.sections if section.id == "mechanism"]
    (table,) = section.tables
    assert [row[1].words.en for row in table.rows] == ["\u22121.4", "0.0", "\u22121.4", "\u22121.4"]
    assert [row[-1].mark for row in table.rows] == ["worse", "", "worse", "worse"]
    assert "incentives" in section.charts[0].title.en
    assert "mechanism" not in {section.id for section in report(results).sections}


def test_a_decomposition_of_other_results_is_refused(results: StudyData, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="other results"):
        report(results, why=decomposition(results, tmp_path / "why.json", hash="0" * 64))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"origin": 1}'])
def test_what_is_no_decomposition_is_refused(text: str, results: StudyData, tmp_path: Path) -> None:
    file = tmp_path / "why.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="is not a decomposition"):
        report(results, why=file)


def test_a_brief_is_a_part_of_the_report(results: StudyData) -> None:
    whole, short = report(results), brief(results)
    assert short.answer == whole.answer
    assert {section.id for section in short.sections} < {section.id for section in whole.sections}


def test_a_study_without_a_comparison_or_a_whole_year_is_reported_as_far_as_it_goes(
    project: Path, tmp_path: Path
) -> None:
    study = load_study(project / "experiments/classroom/study.yaml").with_overrides(replicates=2)
    alone = {study.baseline: study.scenarios[study.baseline]}
    short = study.model_copy(update={"scenarios": alone, "months": 6, "warm_up": 0})
    run_study(short, tmp_path / "results", workers=1, progress=Progress(quiet=True))
    page = report(open_study(tmp_path / "results"))
    assert page.finding.en == "There is nothing to compare with."
    assert "no year has ended" in page.answer[3].en
    assert "<table" in render(page)


def test_a_study_with_a_rule_that_buys_nothing_or_changes_nothing_is_reported(
    project: Path, tmp_path: Path
) -> None:
    study = load_study(project / "experiments/classroom/study.yaml").with_overrides(replicates=2)
    base = study.scenarios[study.baseline]
    nothing = Scenario(rule=RuleRef(name="no_fund"))
    scenarios = {study.baseline: base, "twin": base, "nothing": nothing}
    other = study.model_copy(update={"scenarios": scenarios, "months": 14, "warm_up": 0})
    run_study(other, tmp_path / "results", workers=1, progress=Progress(quiet=True))
    page = report(open_study(tmp_path / "results"))
    assert "identical to the baseline" in page.finding.en
    (money,) = [section for section in page.sections if section.id == "money"]
    assert [row[1].words.en for row in money.tables[0].rows][2] == "–"
