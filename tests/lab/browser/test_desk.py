"""Choosing, running and looking, alone at the desk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lab_driver import (
    PATHS,
    SECONDS,
    TABS,
    Door,
    Lab,
    Visitor,
    free_port,
    running_lab,
    until,
)

DRAWN = "[data-chart^=forest] svg"


def picture(visitor: Visitor) -> str:
    """The first chart, as it is drawn."""
    visitor.page.wait_for_selector(DRAWN)
    return visitor.page.locator(DRAWN).first.inner_html()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_moves_a_slider_and_runs_again_sees_another_figure(lang: str, door: Door) -> None:
    visitor = door.host(lang)
    assert (
        visitor.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en-US"}[lang]
    )
    visitor.compare("per_household", "task_based")
    visitor.finish()
    first, said = picture(visitor), visitor.by_id("finding").inner_text()
    slider = visitor.see("option-1-hardness_tariff")
    shown = visitor.page.locator("output[for=option-1-hardness_tariff]")
    before = shown.inner_text()
    slider.focus()
    slider.press("End")
    visitor.page.wait_for_function(
        "(old) => document.querySelector('output[for=option-1-hardness_tariff]').textContent !== old",
        arg=before,
    )
    visitor.finish()
    assert picture(visitor) != first
    assert visitor.by_id("finding").inner_text() != ""
    assert said != ""


def test_what_is_chosen_in_one_instant_is_all_taken(door: Door) -> None:
    visitor = door.host()
    visitor.see("rule-1")
    for place, money, rule in (
        ("chenghua-2015", 30, "needs_weighted"),
        ("classroom", 50, "functions_borne"),
    ):
        visitor.page.evaluate(
            """(values) => {
              for (const [id, value] of Object.entries(values)) {
                const control = document.getElementById(id);
                control.value = value;
                control.dispatchEvent(new Event("change"));
              }
            }""",
            {"place": place, "money": str(money), "rule-1": rule, "years": "2"},
        )
        visitor.page.wait_for_function("document.querySelector('[id^=option-1-]')")
        visitor.finish()
        visitor.look("share")
        said = visitor.by_id("study-text").inner_text()
        assert f"place: {place}" in said
        assert rule in said
        assert "envelope_factor" in said
        assert "months: 24" in said
        visitor.look("compare")


def test_the_keyboard_is_not_taken_from_whoever_went_on(door: Door) -> None:
    visitor = door.host("en")
    visitor.see("years").focus()
    visitor.page.evaluate("sanshengLab.focus('seed')")
    visitor.page.evaluate("new Promise((then) => setTimeout(then, 200))")
    assert visitor.page.evaluate("document.activeElement.id") == "years"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_way_of_looking_shows_something(lang: str, door: Door) -> None:
    visitor = door.host(lang)
    visitor.compare("per_household", "task_based", years=3)
    visitor.finish()
    for name in TABS:
        panel = visitor.look(name)
        charts, rows = (
            panel.locator("[data-chart] svg path").count(),
            panel.locator("tbody tr").count(),
        )
        if name == "share":
            assert "per_household" in visitor.by_id("study-text").inner_text()
        elif name == "worker":
            assert rows > 0
        else:
            assert charts > 3


def test_the_study_of_the_page_gives_the_same_hash_on_the_command_line(
    door: Door, tmp_path: Path
) -> None:
    visitor = door.host()
    visitor.compare("per_household", "task_based")
    visitor.finish()
    visitor.look("share")
    with visitor.page.expect_download() as download:
        visitor.by_id("save-study").click()
    assert download.value.suggested_filename == "study.yaml"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.strip() == visitor.by_id("study-text").inner_text().strip()
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    command(tmp_path, "run", "study.yaml", "--out", "X")
    assert command(tmp_path, "hash", "X").split()[0] == visitor.by_id("hash").inner_text()


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sansheng", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": PATHS},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def command(folder: Path, *words: str) -> str:
    done = call(folder, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_results_that_are_there_already_are_opened(lang: str, door: Door) -> None:
    visitor = door.host(lang)
    visitor.page.locator("summary").last.click()
    shelf = visitor.page.locator("details[open] select")
    shelf.select_option(label="small")
    visitor.see("finding")
    visitor.look("compare")
    visitor.look("share")
    assert "functions_borne" in visitor.by_id("study-text").inner_text()


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "没有文件夹 nowhere"), ("en", "no folder nowhere")]
)
def test_results_that_do_not_exist_are_told_in_a_line(lang: str, said: str, tmp_path: Path) -> None:
    done = call(tmp_path, "lab", "nowhere", "--no-browser", "--lang", lang)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_told_in_a_line(lab: Lab, tmp_path: Path) -> None:
    done = call(tmp_path, "lab", "--no-browser", "--port", str(lab.port), "--lang", "en")
    assert done.returncode == 1
    assert f"port {lab.port} is not free" in done.stderr
    assert done.stderr.count("\n") == 1


def test_ctrl_c_ends_a_lab_and_leaves_nothing(door: Door, tmp_path: Path) -> None:
    with running_lab(
        "--port", str(free_port()), paths=PATHS, cwd=tmp_path, scratch=tmp_path
    ) as other:
        visitor = Door(door.browser, other).host()
        visitor.run()
        until(lambda: visitor.page.locator("#status progress").count())
        visitor.context.close()
        workers = children(other.process.pid)
        assert len(workers) >= 3
        other.process.send_signal(signal.SIGINT)
        assert other.process.wait(SECONDS) == 0
        assert other.complaints.read_text(encoding="utf-8") == ""
    until(lambda: not any(map(alive, workers)))
    assert list(tmp_path.iterdir()) == []


def children(parent: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in found.stdout.split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
