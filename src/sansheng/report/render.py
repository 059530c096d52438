"""A page as HTML: everything inside it, and nothing let in.

Names that users gave are text everywhere: the template escapes them in markup, and specifications of charts travel as
JSON in which no tag can begin. The policy lets the page run the scripts written into it, known by their hashes, and
load nothing.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Language, Text
from sansheng.report.font import font_face
from sansheng.report.pages import Page, Section
from sansheng.study.durable import write_whole

WORDS = {
    "print": Text("Print", "打印"),
    "contents": Text("Contents", "目录"),
    "answer": Text("The answer", "结论"),
    "download": Text("Download as CSV", "下载 CSV"),
}
SCRIPTS = ("echarts.min.js", "charts.js", "report.js")
"""What the page runs, in this order."""

_PRINTABLE_ASCII = "".join(map(chr, range(32, 127)))
_DRAWN_BY_SCRIPT = "…−–→▲▼（）：，；%·"


def render(page: Page, lang: Language = "zh") -> str:
    """Return the page as one HTML document.

    Parameters
    ----------
    page
        What it says.
    lang
        Language that is shown first.
    """
    import jinja2
    import markupsafe

    import sansheng

    scripts = [_asset(name) for name in SCRIPTS]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    template = environment.from_string(_asset("page.html.j2"))

    def filled(css: str, policy: str) -> str:
        parts: dict[str, Any] = {
            "css": markupsafe.Markup(css),
            "scripts": [markupsafe.Markup(script) for script in scripts],
        }
        return template.render(
            page=_numbered(page),
            lang=lang,
            words=WORDS,
            version=sansheng.__version__,
            policy=policy,
            **parts,
        )

    # The characters are those of the page itself, scripts and styles left out.
    css = font_face(_texts(page) + _PRINTABLE_ASCII + _DRAWN_BY_SCRIPT) + _asset("report.css")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; font-src data:; img-src data:; "
        f"style-src {_hash(css)}; script-src {' '.join(map(_hash, scripts))}"
    )
    return filled(css, policy)


def _numbered(page: Page) -> Page:
    """Return the page with its sections numbered."""
    if page.brief:
        return page
    return replace(
        page,
        sections=[
            replace(section, title=Text(f"{i}. {section.title.en}", f"{i}. {section.title.zh}"))
            for i, section in enumerate(page.sections, 1)
        ],
    )


def _texts(page: Page) -> str:
    """Return all that a page says, in both languages."""
    found: list[Any] = [page.title, page.conditions, page.finding, *page.answer, *page.warnings]
    found += WORDS.values()
    for section in page.sections:
        found += _said(section)
    return "".join(text.en + text.zh for text in found) + "中文0123456789"


def _said(section: Section) -> list[Text]:
    found = [section.title, *section.paragraphs, *section.notes]
    found += [Text(line, "") for line in section.commands]
    for chart in section.charts:
        found += [chart.title, Text(str(chart.spec), "")]
    for table in section.tables:
        found += [table.title, *(column.title for column in table.columns)]
        found += [cell.words for row in table.rows for cell in row]
    return found


def _asset(name: str) -> str:
    return (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def write_page(file: Path, html: str) -> None:
    """Write a page whole or not at all.

    Raises
    ------
    RunFailed
        If it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, html.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunFailed(
            Problem(Text(f"cannot write {file}: {reason}", f"无法写入 {file}：{reason}"))
        ) from error
