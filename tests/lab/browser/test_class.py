"""A teacher and a class, each in a browser of its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tools.lab_driver import Door, Visitor, until

HOSTILE = ("<img src=x onerror=x=1>", "{{7*7}} ${7*7} `'\"\\")
FORMULA = "=1+1"


@pytest.fixture
def teacher(door: Door) -> Visitor:
    """A teacher whose class starts from nothing."""
    visitor = door.host().go("/zh/teacher")
    if visitor.see("activity").input_value() != "predict":
        visitor.choose_anew("activity", "predict")
    visitor.see("reset").click()
    visitor.see("question")
    visitor.see("run")
    visitor.choose("place", "classroom")
    visitor.choose("years", "1")
    return visitor


def text_of(visitor: Visitor) -> str:
    return visitor.page.locator("#main").inner_text()


def test_a_class_predicts_first_and_then_sees(teacher: Visitor, door: Door) -> None:
    pupils = {"甲": door.guest(), "乙": door.guest("en")}
    for (name, pupil), sign in zip(pupils.items(), ("better", "worse"), strict=True):
        pupil.join(name)
        pupil.predict(sign, "1.5")
        pupil.see("handed-in")
    until(lambda: "2 人已提交" in text_of(teacher))
    late = door.guest()
    late.join("丙")
    late.see("hand-in")
    others = pupils["乙"]
    for visitor in (teacher, late, others):
        assert visitor.page.locator("#truth").count() == 0
        assert "甲" not in text_of(visitor)
        assert "1.5" not in text_of(visitor)
    teacher.run()
    truth = teacher.see("truth").inner_text()
    for pupil in pupils.values():
        assert pupil.see("mine").inner_text() != ""
        pupil.see("truth")
    assert pupils["甲"].by_id("truth").inner_text() == truth
    assert late.see("truth").inner_text() == truth
    assert late.page.locator("#mine").count() == 0
    assert "甲" in text_of(others)
    assert "方向" in pupils["甲"].by_id("mine").inner_text()


def test_a_prediction_that_comes_too_late_does_not_count(teacher: Visitor, door: Door) -> None:
    pupil = door.guest()
    pupil.join("丁")
    pupil.see("hand-in")
    # What the page says is held back until the runs are over, as on a slow line.
    pupil.page.evaluate(
        """() => {
          const emit = window.socket.emit.bind(window.socket);
          window.held = [];
          window.socket.emit = (...words) => (words[0] === "event" ? window.held.push(words) : emit(...words));
          window.release = () => window.held.forEach((words) => emit(...words));
        }"""
    )
    pupil.predict("better", "2")
    pupil.page.wait_for_function("window.held.length > 2")
    teacher.run()
    teacher.see("truth")
    pupil.page.evaluate("window.release()")
    pupil.see("truth")
    assert pupil.page.locator("#mine").count() == 0
    assert "没有人提交预测" in text_of(teacher)


def test_three_teams_play_under_one_luck(teacher: Visitor, door: Door) -> None:
    teacher.choose_anew("activity", "game")
    teacher.see("teams")
    teams = {
        name: door.guest(lang) for name, lang in ((FORMULA, "zh"), ("乙组", "en"), ("丙组", "zh"))
    }
    rules = ("functions_borne", "task_based", "needs_weighted")
    for (name, team), rule in zip(teams.items(), rules, strict=True):
        team.join(name)
        team.choose("rule", rule)
        team.see("ready").click()
    until(lambda: "3 个已确定" in text_of(teacher))
    teacher.run()
    winner = teacher.see("winner").inner_text()
    for team in teams.values():
        team.see("winner")
        assert team.see("mine").inner_text() != ""
    assert teams["丙组"].by_id("winner").inner_text() == winner
    rows = teacher.page.locator("tbody tr")
    assert rows.count() == 4
    heads = " ".join(teacher.page.locator("thead th").all_inner_texts())
    assert "真实" in heads
    assert "上报" in heads
    check_csv(teacher)
    teacher.see("again").click()
    for team in teams.values():
        team.see("ready")
    assert "3 个小组" in teacher.see("teams").inner_text()
    teacher.see("reset").click()
    for team in teams.values():
        team.see("name")
    assert "0 个小组" in teacher.see("teams").inner_text()


def check_csv(teacher: Visitor) -> None:
    with teacher.page.expect_download() as download:
        teacher.see("export").click()
    assert download.value.suggested_filename == "board.csv"
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 5
    cells = [cell for row in rows for cell in row]
    assert FORMULA not in cells
    assert any(FORMULA in cell for cell in cells)


def test_a_teacher_chooses_in_peace_while_pupils_join(teacher: Visitor, door: Door) -> None:
    teacher.see("rule-1").focus()
    kept = teacher.by_id("rule-1").element_handle()
    pupil = door.guest()
    pupil.join("戊")
    until(lambda: "已加入 1 人" in text_of(teacher))
    pupil.predict("same", "0")
    until(lambda: "1 人已提交" in text_of(teacher))
    assert kept.evaluate("(list) => list.isConnected && document.activeElement === list")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_pupils_call_themselves_is_text(name: str, teacher: Visitor, door: Door) -> None:
    pupil = door.guest()
    pupil.join(name)
    pupil.predict("better", "1")
    pupil.see("handed-in")
    teacher.run()
    teacher.see("truth")
    pupil.see("truth")
    for visitor in (teacher, pupil):
        assert name in visitor.page.locator("tbody").inner_text()
        assert visitor.page.locator("img").count() == 0
        assert visitor.page.evaluate("typeof x") == "undefined"


def test_a_name_that_is_taken_or_too_long_is_refused_in_words(teacher: Visitor, door: Door) -> None:
    first, second = door.guest("en"), door.guest("en")
    first.join("Ada")
    first.see("hand-in")
    second.join("ADA")
    second.page.get_by_text("is taken").wait_for()
    second.join("Bo")
    second.see("hand-in")
    assert second.page.get_by_text("is taken").count() == 0


def test_the_teacher_is_told_where_the_class_finds_the_lab(teacher: Visitor, door: Door) -> None:
    link = teacher.see("class-link").inner_text()
    visitor = door.visitor()
    visitor.page.goto(link)
    visitor.settle().see("name")
    assert visitor.page.locator("nav a").all_inner_texts() == ["课堂", "English"]
