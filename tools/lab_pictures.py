"""Take the pictures of the lab that the documentation shows."""

from __future__ import annotations

import sys
from pathlib import Path

from lab_driver import DESK, PHONE, PROJECTOR, TABS, Door, Visitor, running_lab

TEAMS = {
    "zh": {"第一组": "functions_borne", "第二组": "task_based", "第三组": "needs_weighted"},
    "en": {"Team 1": "functions_borne", "Team 2": "task_based", "Team 3": "needs_weighted"},
}
PUPILS = {"zh": "学生", "en": "Pupil"}
GUESSES = (("better", "0.5"), ("worse", "1.5"), ("same", "0"), ("better", "2"), ("worse", "0.8"))


def main() -> None:
    """Take them all into a folder; with ``all`` as second word, also those that nobody prints."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/figures")
    more = sys.argv[2:] == ["all"]
    folder.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with running_lab() as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        door = Door(browser, lab)
        for lang in ("zh", "en"):
            desk(door, lang, folder, more=more)
            lesson(door, lang, folder, more=more)
            game(door, lang, folder, more=more)
            door.close()
        browser.close()


NO_KEY = r"""() => {
  const link = document.getElementById("class-link");
  if (link) link.textContent = link.textContent.replace(/key=[^&]+/, "key=…");
}"""


def picture(visitor: Visitor, file: Path, *, whole: bool = False) -> None:
    """Take what is to be seen, once it is drawn."""
    visitor.page.wait_for_timeout(600)
    visitor.page.evaluate(NO_KEY)
    visitor.page.screenshot(path=file, full_page=whole)


def desk(door: Door, lang: str, folder: Path, *, more: bool) -> None:
    """Take the lab before and after a run, on a desk, a phone and a projector."""
    visitor = door.host(lang)
    if more:
        picture(visitor, folder / f"lab-before-{lang}.png")
    visitor.finish()
    visitor.look("compare")
    visitor.page.mouse.move(0, 0)
    picture(visitor, folder / f"lab-{lang}.png")
    visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visitor.see("finding").scroll_into_view_if_needed()
    visitor.page.evaluate("document.getElementById('results').scrollIntoView()")
    if more or lang == "zh":
        picture(visitor, folder / f"lab-phone-{lang}.png")
    if not more:
        return
    for size, name in ((PHONE, "phone"), (DESK, "desk"), (PROJECTOR, "projector")):
        visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
        for tab in TABS:
            visitor.look(tab)
            picture(visitor, folder / f"lab-{tab}-{name}-{lang}.png", whole=True)


def lesson(door: Door, lang: str, folder: Path, *, more: bool) -> None:
    """Take a class that predicts, and what it sees then."""
    teacher = door.host(lang).go(f"/{lang}/teacher")
    if teacher.see("activity").input_value() != "predict":
        teacher.choose_anew("activity", "predict")
    teacher.see("reset").click()
    pupils = [door.guest(lang) for _ in GUESSES]
    for i, (pupil, (sign, size)) in enumerate(zip(pupils, GUESSES, strict=True), start=1):
        if more and i == 1:
            picture(pupil, folder / f"class-name-{lang}.png")
        pupil.join(f"{PUPILS[lang]} {i}")
        pupil.predict(sign, size)
        pupil.see("handed-in")
    picture(pupils[0], folder / f"class-predict-{lang}.png")
    if more:
        picture(teacher, folder / f"teacher-before-{lang}.png", whole=True)
    teacher.run()
    teacher.see("truth")
    teacher.page.wait_for_selector(".chart[data-drawn=yes]")
    picture(teacher, folder / f"teacher-{lang}.png")
    if more:
        pupils[0].see("mine")
        picture(pupils[0], folder / f"class-truth-{lang}.png", whole=True)


def game(door: Door, lang: str, folder: Path, *, more: bool) -> None:
    """Take a game of three teams, and its board on a projector."""
    teacher = door.host(lang).go(f"/{lang}/teacher")
    teacher.choose_anew("activity", "game")
    teams = [door.guest(lang) for _ in TEAMS[lang]]
    for team, (name, rule) in zip(teams, TEAMS[lang].items(), strict=True):
        team.join(name)
        team.choose_anew("rule", rule)
        if more:
            picture(team, folder / f"game-rule-{lang}.png", whole=True)
        team.see("ready").click()
    if more:
        picture(teacher, folder / f"game-before-{lang}.png", whole=True)
    teacher.run()
    teacher.see("winner")
    teacher.page.wait_for_selector(".chart[data-drawn=yes]")
    picture(teacher, folder / f"game-board-{lang}.png")
    if more:
        teams[0].see("mine")
        picture(teams[0], folder / f"game-team-{lang}.png", whole=True)
        teacher.page.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
        picture(teacher, folder / f"game-board-projector-{lang}.png", whole=True)


if __name__ == "__main__":
    main()
