from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from sansheng.core.text import Text
from sansheng.report.pages import Chart, Column, Page, Section, Table, number, words
from sansheng.report.render import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
A4 = 680  # pixels between the margins


@contextmanager
def opened(browser: Browser, file: Path, size: tuple[int, int] = (1280, 800)) -> Iterator[Tab]:
    """A tab that shows a file; whatever it asks for, or complains of, fails the test."""
    tab = browser.new_page(viewport={"width": size[0], "height": size[1]})
    asked: list[str] = []
    complaints: list[str] = []
    own = file.as_uri()

    def note(url: str) -> None:
        if url != own and not url.startswith(("data:", "blob:")):
            asked.append(url)

    tab.on("request", lambda request: note(request.url))
    tab.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(own)
    tab.wait_for_selector("html[data-ready=yes]", timeout=30_000)
    yield tab
    assert asked == []
    assert complaints == []
    tab.close()


@pytest.mark.parametrize("name", ["report", "brief"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_page_shows_its_charts_in_one_language_and_asks_nobody_for_anything(
    name: str, lang: str, size: tuple[int, int], pages: dict[str, Path], browser: Browser
) -> None:
    with opened(browser, pages[name], size) as tab:
        tab.click(f"[data-speak={lang}]")
        other = "en" if lang == "zh" else "zh"
        assert tab.locator(f"[data-lang={other}]:visible").count() == 0
        assert tab.locator(f"[data-lang={lang}]:visible").count() > 10
        charts = tab.locator(".chart")
        for i in range(charts.count()):
            assert charts.nth(i).locator("svg path").count() > 3
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0]


def test_axe_finds_nothing_that_keeps_readers_out(pages: dict[str, Path], browser: Browser) -> None:
    tab = browser.new_page(bypass_csp=True)  # the checker is a script of its own
    tab.goto(pages["report"].as_uri())
    tab.wait_for_selector("html[data-ready=yes]")
    for lang in ("zh", "en"):
        tab.click(f"[data-speak={lang}]")
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
    tab.close()


def test_a_click_on_a_heading_sorts_the_table_by_number(
    pages: dict[str, Path], browser: Browser
) -> None:
    def values(tab: Tab) -> list[float]:
        cells = tab.locator("#headline-outcomes td:nth-child(5)")
        return [
            float(cells.nth(i).get_attribute("data-value") or "nan") for i in range(cells.count())
        ]

    with opened(browser, pages["report"]) as tab:
        heading = tab.locator("table#headline-outcomes th:nth-child(5) button")
        before = values(tab)
        heading.click()
        up = values(tab)
        heading.click()
        assert up == sorted(before) != before
        assert values(tab) == up[::-1]


def test_a_table_is_taken_along_with_every_digit(pages: dict[str, Path], browser: Browser) -> None:
    with opened(browser, pages["report"]) as tab:
        with tab.expect_download() as download:
            tab.click('[data-table="headline-outcomes"]')
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        cells = tab.locator("table#headline-outcomes td:nth-child(5)")
        shown = [cells.nth(i).get_attribute("data-value") for i in range(cells.count())]
        assert [row[4] for row in rows[1:]] == shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_paper_cuts_nothing_off(lang: str, pages: dict[str, Path], browser: Browser) -> None:
    with opened(browser, pages["report"], (A4, 1000)) as tab:
        tab.click(f"[data-speak={lang}]")
        tab.emulate_media(media="print")
        tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        cut = tab.evaluate(
            """() => [...document.querySelectorAll('table, svg, p, h1, h2, figcaption')]
                .filter((e) => e.offsetParent !== null || e instanceof SVGElement)
                .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .map((e) => e.tagName + '#' + e.id)"""
        )
        assert cut == []


def test_the_brief_fits_two_pages_of_paper(pages: dict[str, Path], browser: Browser) -> None:
    with opened(browser, pages["brief"]) as tab:
        for lang in ("zh", "en"):
            tab.click(f"[data-speak={lang}]")
            paper = tab.pdf(format="A4", prefer_css_page_size=True)
            assert paper.count(b"/Type /Page\n") <= 2


HOSTILE = (
    "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>{{7*7}}\u202e"
)


def test_hostile_names_are_words(tmp_path: Path, browser: Browser) -> None:
    text = Text(HOSTILE, HOSTILE)
    label = {"en": HOSTILE, "zh": HOSTILE}
    spec = {
        "kind": "forest",
        "unit": label,
        "zone": None,
        "rows": [
            {"label": label, "low": 0.0, "mid": 1.0, "high": 2.0, "certain": True, "verdict": label}
        ],
    }
    table = Table(
        "names", text, (Column(text), Column(text, number=True)), [[words(text), number(1.0)]]
    )
    page = Page(
        text, text, text, [text], [Section("s", text, [text], [Chart("c", text, spec)], [table])]
    )
    file = tmp_path / "hostile.html"
    file.write_text(render(page), encoding="utf-8")
    with opened(browser, file) as tab:
        assert tab.evaluate("window.hacked") is None
        assert HOSTILE in (tab.locator("h1").text_content() or "")
        assert tab.locator("img").count() == 0
