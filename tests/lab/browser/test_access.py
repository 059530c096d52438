"""For everybody: by keyboard, by ear, on a phone and on a projector."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tools.lab_driver import DESK, PHONE, PROJECTOR, TABS, Door, Visitor

LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
SIZES = {"phone": PHONE, "desk": DESK, "projector": PROJECTOR}

CUT = """() => [...document.querySelectorAll("#finding, h1, h2, figcaption, .chart svg, label, button, select")]
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const box = one.getBoundingClientRect();
    const hidden = one.tagName !== "SELECT" && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1;
    return hidden || box.left < 0 || box.right > document.documentElement.clientWidth + 1;
  })
  .map((one) => `${one.tagName}#${one.id} ${one.textContent.slice(0, 30)}`)"""


def check(visitor: Visitor) -> None:
    found = Axe().run(visitor.page, options=LEVELS)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_at_the_desk(lang: str, door: Door) -> None:
    visitor = door.host(lang, bypass_csp=True)  # the checker is a script of its own
    check(visitor)
    visitor.compare("per_household", "task_based")
    visitor.finish()
    for name in TABS:
        visitor.look(name)
        check(visitor)
    visitor.page.locator("summary").last.click()
    visitor.see("brought").fill("place: nowhere")
    visitor.see("use-study").click()
    visitor.page.locator("[role=alert] p").first.wait_for()
    check(visitor)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_in_class(lang: str, door: Door) -> None:
    teacher = door.host(lang, bypass_csp=True).go(f"/{lang}/teacher")
    if teacher.see("activity").input_value() != "predict":
        teacher.choose_anew("activity", "predict")
    teacher.see("reset").click()
    teacher.choose("years", "1")
    pupil = door.guest(lang, bypass_csp=True)
    pupil.see("name")
    check(pupil)
    pupil.join("A")
    pupil.see("hand-in")
    check(pupil)
    pupil.predict("better", "1")
    pupil.see("handed-in")
    check(teacher)
    teacher.run()
    for visitor in (teacher, pupil):
        visitor.see("truth")
        visitor.page.wait_for_selector(".chart[data-drawn=yes]")
        check(visitor)
    teacher.choose_anew("activity", "game")
    pupil.join("A")
    pupil.see("ready")
    check(pupil)
    check(teacher)
    pupil.see("ready").click()
    teacher.run()
    for visitor in (teacher, pupil):
        visitor.see("winner")
        visitor.page.wait_for_selector(".chart[data-drawn=yes]")
        check(visitor)


def focused(visitor: Visitor) -> str:
    """What has the keyboard: its id, else what it is."""
    return str(
        visitor.page.evaluate(
            "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
        )
    )


def tab_to(visitor: Visitor, id: str) -> list[str]:
    """Press Tab until something has the keyboard; return what had it on the way."""
    way: list[str] = []
    while not way or way[-1] != id:
        visitor.page.keyboard.press("Tab")
        way.append(focused(visitor))
        assert len(way) < 80, way
    return way


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_keyboard_alone_leads_from_the_top_to_the_results(lang: str, door: Door) -> None:
    visitor = door.host(lang)
    visitor.compare("per_household", "task_based")
    visitor.go(f"/{lang}")
    page, keys = visitor.page, visitor.page.keyboard
    keys.press("Tab")
    assert focused(visitor) == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    keys.press("Enter")
    assert focused(visitor) == "main"
    tab_to(visitor, "money")
    shown = page.locator("output[for=money]")
    before = shown.inner_text()
    keys.press("ArrowRight")
    page.wait_for_function(
        "(old) => document.querySelector('output[for=money]').textContent !== old", arg=before
    )
    assert focused(visitor) == "money"
    assert page.locator("[id=money]").get_attribute("aria-valuetext") == shown.inner_text()
    tab_to(visitor, "rule-1")
    options = page.locator("[id^=option-1-]").first.element_handle()
    keys.press("ArrowDown")
    page.wait_for_function("(old) => !old.isConnected", arg=options)
    assert focused(visitor) == "rule-1"
    tab_to(visitor, "run")
    keys.press("Enter")
    visitor.see("took")
    tab_to(visitor, "tab-compare")
    for name in (*TABS[1:], TABS[0]):
        keys.press("ArrowRight")
        page.wait_for_selector(f"[id=tab-{name}][aria-selected=true]")
        visitor.page.wait_for_selector("[id=panel] section")
        assert focused(visitor) == f"tab-{name}"
    keys.press("End")
    page.wait_for_selector("[id=tab-share][aria-selected=true]")
    keys.press("Home")
    page.wait_for_selector("[id=tab-compare][aria-selected=true]")
    assert focused(visitor) == "tab-compare"


def test_what_is_built_anew_keeps_the_keyboard(door: Door) -> None:
    visitor = door.host("en")
    visitor.compare("per_household", "task_based")
    for act, then in (
        (lambda: visitor.page.get_by_role("button", name="Add a rule").press("Enter"), "rule-2"),
        (lambda: visitor.page.get_by_role("button", name="Remove rule 3").press("Enter"), "rule-1"),
        (lambda: visitor.see("levers-1").press("ArrowDown"), "levers-1"),
        (
            lambda: visitor.page.get_by_role("button", name="Remove").first.press("Enter"),
            "levers-1",
        ),
    ):
        act()
        visitor.page.wait_for_function("(id) => document.activeElement.id === id", arg=then)
    visitor.finish()
    visitor.look("community")
    visitor.see("community").focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.wait_for_selector("[data-chart=story-met][data-drawn=yes]")
    visitor.page.wait_for_function("document.getElementById('community').value === '2'")
    visitor.page.wait_for_function("document.activeElement.id === 'community'")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_at_any_width(lang: str, door: Door) -> None:
    visitor = door.host(lang)
    visitor.compare("per_household", "task_based")
    visitor.finish()
    for width, height in SIZES.values():
        visitor.page.set_viewport_size({"width": width, "height": height})
        for name in TABS:
            visitor.look(name)
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
            cut = visitor.page.evaluate(CUT)
            assert cut == [], (width, name)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_class_pages_fit_every_width(lang: str, size: tuple[int, int], door: Door) -> None:
    teacher = door.host(lang, size=size).go(f"/{lang}/teacher")
    pupil = door.guest(lang, size=size)
    for visitor in (teacher, pupil):
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0]
