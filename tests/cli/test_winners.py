"""The verb ``winners`` on a small study that really ran."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sansheng
from sansheng.analysis.winners_measures import DIMENSIONS
from sansheng.cli.main import main
from sansheng.core import kernels
from sansheng.core.errors import BadInput
from sansheng.study.canonical import study_hash

STUDY = """\
place: classroom
start: 2015-12
months: 6
replicates: 4
seed: 1
equal_spend: false
baseline: flat
scenarios:
  flat:
    rule: per_household
  again:
    rule: per_household
  duties:
    rule: functions_borne
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("winners")
    (here / "study.yaml").write_text(STUDY, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "kernels_are_compiled", lambda: True)
        words = ["run", str(here / "study.yaml"), "--out", str(here / "out"), "--workers", "1"]
        assert main([*words, "--quiet"]) == 0
    return here / "out"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["winners", *words]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str, lang: str = "en") -> str:
    capsys.readouterr()
    assert main(["winners", *words, "--lang", lang]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_two_identical_rules_differ_by_exactly_nothing_everywhere(folder: Path) -> None:
    found = sansheng.winners(folder, "again")
    for name in found.TABLES:
        frame = getattr(found, name)
        assert len(frame) > 0, name
        for column in ("difference", "low", "high", "better", "worse", "expected"):
            if column in frame:
                assert (frame[column].dropna() == 0.0).all(), (name, column)
        if "unchanged" in frame:
            assert (frame["unchanged"] == 100.0).all(), name
    groups = found.groups
    assert not groups["difference"].isna().any()
    assert not groups[groups["replicates"] > 1]["low"].isna().any()
    assert set(groups[groups["replicates"] > 1]["verdict"]) == {"unchanged"}
    assert set(found.communities["reading"]) == {"unchanged"}
    assert set(found.communities["expected_reading"]) == {"unchanged"}


def test_another_rule_moves_somebody_and_every_dimension_is_told(folder: Path) -> None:
    found = sansheng.winners(folder, "duties")
    assert set(found.groups["by"]) == {
        "all",
        *(dimension.id for dimension in DIMENSIONS),
    }
    moved = found.groups[found.groups["outcome"] == "granted"]
    assert (moved["difference"] != 0.0).all()
    np.testing.assert_allclose(
        found.groups[["better", "worse", "unchanged"]].sum(axis=1), 100.0, rtol=1e-9
    )
    one = found.communities[found.communities["outcome"] == "need_met"]
    assert len(one) == 4 * 8
    facts = {"subdistrict", "households", "need", "duties", "estate_age", "vulnerable"}
    assert facts | {"expected", "expected_low", "expected_high"} <= set(one)


def test_means_over_communities_are_those_of_the_stored_table(folder: Path) -> None:
    data = sansheng.open_study(folder)
    rows = data.communities
    summed = rows.groupby(["scenario", "replicate", "community"])[["arisen", "resolved"]].sum()
    met = 100.0 * summed["resolved"] / summed["arisen"]
    homes = rows.groupby(["scenario", "replicate", "community"])["households"].first()
    mean = (met * homes).groupby(level=[0, 1]).sum() / homes.groupby(level=[0, 1]).sum()
    groups = sansheng.winners(data, "duties", by=["size"], outcomes=["need_met"]).groups
    (whole,) = groups[groups["by"] == "all"].to_dict("records")
    assert whole["baseline"] == pytest.approx(mean["flat"].mean())
    assert whole["difference"] == pytest.approx((mean["duties"] - mean["flat"]).mean())


def test_workers_and_organisations_are_those_of_the_start(folder: Path) -> None:
    data = sansheng.open_study(folder)
    groups = sansheng.winners(data, "duties").groups
    pick = groups[(groups["by"] == "all") & (groups["outcome"] == "in_post")]
    people = data.workers[data.workers["scenario"] == "flat"].groupby("replicate")["people"].sum()
    assert pick["weight"].item() == pytest.approx(people.mean())
    by_kind = groups[(groups["by"] == "organisation_kind") & (groups["outcome"] == "income")]
    assert by_kind["part"].max() == 2
    assert set(groups[groups["outcome"] == "survival"]["part"]) <= {0, 1, 2, 3, 4}


def test_json_names_the_hash_and_the_command_that_gives_it_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(folder), "--scenario", "duties", "--zone", "need_met=2.5", "--json"]
    first = told(capsys, *words)
    found = json.loads(first)
    assert found["origin"]["hash"] == study_hash(folder)
    program, *again = shlex.split(found["origin"]["command"])
    assert program == "sansheng"
    assert told(capsys, *again[1:]) == first
    zones = {row["outcome"]: row["zone"] for row in found["groups"]}
    assert zones["need_met"] == 2.5
    assert {row["outcome"] for row in found["groups"]} == set(zones)


def test_python_names_a_command_that_gives_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = sansheng.winners(
        folder, "duties", by="size", outcomes=["load"], zones={"load": 0.1}, parts=4, draw=0
    )
    _, *words = shlex.split(found.origin.command)
    assert json.loads(told(capsys, *words[1:])) == found.as_dict()


def test_tables_are_told_in_both_languages_and_written_as_csv(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    english = told(capsys, str(folder), "--lang", "en", "--out", str(tmp_path / "csv"))
    for words in (
        "Functions borne against Per household (flat)",
        "Communities: Need met, %; within ±1 counts as unchanged",
        "lowest third",
        "People who were in post at the start",
        "Theil's T over communities",
        f"Study hash: {study_hash(folder)}",
    ):
        assert words in english
    chinese = told(capsys, str(folder))
    for words in (
        "社区：需求满足率（%）",
        "最低三分之一",
        "期初在岗人员",
        "研究校验值",
        "街道之间",
    ):
        assert words in chinese
    found = sansheng.winners(folder)
    for name in found.TABLES:
        frame = pd.read_csv(tmp_path / "csv" / f"{name}.csv")
        assert list(frame) == list(getattr(found, name))
        assert len(frame) == len(getattr(found, name))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scenario", "dutie"), "did you mean 'duties'?"),
        (("--baseline", "flta"), "did you mean 'flat'?"),
        (("--outcome", "need_mte"), "did you mean 'need_met'?"),
        (("--by", "size,senority"), "did you mean 'seniority'?"),
        (("--zone", "paay=3"), "did you mean 'pay'?"),
        (("--zone", "pay"), "--zone must be OUTCOME=VALUE"),
        (("--zone", "pay=x"), "--zone must be OUTCOME=VALUE"),
        (("--zone", "pay=-1"), "the zone of pay must be a number of at least 0"),
        (("--zone", "pay=nan"), "the zone of pay must be a number of at least 0"),
        (("--parts", "1"), "--parts must be a whole number of at least 2"),
        (("--parts", "21"), "parts must be from 2 to 20"),
        (("--draw", "3"), "no draw 3; allowed: 0..0"),
        (("--out-come", "x"), "did you mean '--outcome'?"),
    ],
)
def test_bad_input_is_told_in_one_sentence_with_exit_code_2(
    folder: Path, words: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(capsys, str(folder), *words)
    assert any("\u4e00" <= c <= "\u9fff" for c in refused(capsys, str(folder), *words, lang="zh"))


def test_a_study_of_an_earlier_version_tells_of_communities_and_what_it_lacks(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = project / "tests" / "stores" / "layout-2"
    found = sansheng.winners(old)
    assert set(found.groups["unit"]) == {"communities"}
    assert found.workers.empty
    assert "does not tell 'tier'" in refused(capsys, str(old), "--by", "tier")
    assert "没有 'pay' 所需的数据" in refused(capsys, str(old), "--outcome", "pay", lang="zh")


def test_one_replicate_gives_means_without_intervals(folder: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(STUDY.replace("replicates: 4", "replicates: 1"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "kernels_are_compiled", lambda: True)
        assert (
            main(["run", str(study), "--out", str(tmp_path / "o"), "--workers", "1", "--quiet"])
            == 0
        )
    found = sansheng.winners(tmp_path / "o", "duties")
    assert found.groups["low"].isna().all()
    assert set(found.groups["verdict"]) == {"undecided"}
    json.dumps(found.as_dict(), allow_nan=False)


def test_names_that_do_not_exist_are_refused_in_python_too(folder: Path) -> None:
    with pytest.raises(BadInput, match="did you mean 'duties'"):
        sansheng.winners(folder, "dutys")
