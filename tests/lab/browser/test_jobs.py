"""Ensembles of many visitors: progress, stopping, waiting, and leaving."""

from __future__ import annotations

import time

from tools.lab_driver import Door, Visitor, until


def start_large(visitor: Visitor) -> None:
    """Run what takes minutes."""
    visitor.compare("per_household", "task_based", place="chenghua-2015", years=10, replicates=200)
    visitor.run()


def works(visitor: Visitor) -> bool:
    return visitor.page.locator("#status progress[value]").count() == 1


def waits(visitor: Visitor) -> bool:
    return visitor.page.locator("#status .queue").count() == 1


def test_a_large_study_shows_how_far_it_is_and_stops_at_once(door: Door) -> None:
    visitor = door.host()
    start_large(visitor)
    until(lambda: works(visitor))
    bar = visitor.page.locator("#status progress")
    assert int(bar.get_attribute("max") or 0) == 400
    until(lambda: int(bar.get_attribute("value") or 0) > 0)
    before = time.monotonic()
    visitor.see("stop").click()
    visitor.page.get_by_text("已停止。").wait_for()
    assert time.monotonic() - before < 10.0  # two seconds where nobody else works
    visitor.go("/en").page.get_by_text("Stopped.").wait_for()
    visitor.compare("per_household", "task_based")
    visitor.finish()
    assert visitor.by_id("finding").inner_text() != ""


def test_figures_change_while_the_runs_arrive(door: Door) -> None:
    visitor = door.host()
    visitor.compare("per_household", "task_based", place="chenghua-2015", replicates=200)
    visitor.run()
    chart = visitor.page.locator("[data-chart] svg").first
    chart.wait_for()
    first = chart.inner_html()
    until(lambda: chart.inner_html() != first)
    assert works(visitor)
    visitor.see("stop").click()
    visitor.page.get_by_text("已停止。").wait_for()


def test_who_waits_is_told_how_many_are_before_and_who_leaves_makes_room(door: Door) -> None:
    first, second, third, fourth = (door.host() for _ in range(4))
    for visitor in (first, second):
        start_large(visitor)
    until(lambda: works(first) and works(second))
    for visitor in (third, fourth):
        visitor.compare("per_household", "task_based")
        visitor.run()
        until(lambda visitor=visitor: waits(visitor))
    assert "前面还有 0 个" in third.page.locator(".queue").inner_text()
    assert "前面还有 1 个" in fourth.page.locator(".queue").inner_text()
    first.context.close()
    third.see("took")
    fourth.see("took")
    assert works(second)
    second.see("stop").click()
    second.page.get_by_text("已停止。").wait_for()


def test_a_page_that_is_loaded_again_finds_its_work(door: Door) -> None:
    visitor = door.host()
    visitor.compare("per_household", "functions_borne")
    visitor.finish()
    found = visitor.by_id("finding").inner_text()
    visitor.go("/zh")
    assert visitor.see("finding").inner_text() == found
    assert visitor.see("rule-1").input_value() == "functions_borne"
    visitor.go("/en")
    assert visitor.see("finding").inner_text() not in {"", found}
