"""What all pages have in common: the head, the way between pages and languages, the foot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nicegui import ui

from sansheng.core.text import Language, Text
from sansheng.lab.pages.html import Tag, tag

if TYPE_CHECKING:
    from sansheng.lab.guard import Role
    from sansheng.lab.sessions import Session, Sessions

TITLES = {
    "": Text("Lab", "实验室"),
    "class": Text("Class", "课堂"),
    "teacher": Text("Teacher", "教师"),
}
"""Pages by the last part of their address."""

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_TAGS: dict[Language, Literal["zh-CN", "en-US"]] = {"zh": "zh-CN", "en": "en-US"}

NAME = Text("sansheng", "三声 sansheng")


@dataclass
class Place:
    """Where a browser is.

    Parameters
    ----------
    session, sessions
        Whose page it is, and all others.
    lang
        Of the page.
    """

    session: Session
    sessions: Sessions
    lang: Language

    def say(self, text: Text) -> str:
        """Return words in the page's language."""
        return text.get(self.lang)


def head() -> str:
    """Return what the head of every page loads, all from the lab itself."""
    return (
        '<link rel="stylesheet" href="/lab/lab.css">'
        '<script src="/lab/echarts.min.js"></script>'
        '<script src="/lab/charts.js"></script>'
        '<script src="/lab/lab.js"></script>'
    )


def language_tag(lang: Language) -> Literal["zh-CN", "en-US"]:
    """Return the language as pages declare it."""
    return _TAGS[lang]


def address(lang: Language, page: str) -> str:
    """Return the address of a page."""
    return f"/{lang}/{page}" if page else f"/{lang}"


@contextmanager
def frame(place: Place, page: str) -> Iterator[Tag]:
    """Build a page around what is built inside.

    Yields
    ------
    The element of the page's own content.
    """
    lang = place.lang
    other: Language = "en" if lang == "zh" else "zh"
    ui.add_head_html(head())
    with tag("div", cls="lab"):
        tag(
            "a",
            place.say(Text("Skip to the content", "跳到正文")),
            cls="skip",
            id="skip",
            href="#main",
        )
        with tag("header"):
            tag("h1", f"{place.say(NAME)} · {place.say(TITLES[page])}")
            with tag("nav", aria_label=place.say(Text("Pages", "页面"))):
                for name in _pages(place.session.role):
                    current = "page" if name == page else None
                    tag(
                        "a", place.say(TITLES[name]), href=address(lang, name), aria_current=current
                    )
                words = Text("English", "中文").get("en" if other == "en" else "zh")
                tag("a", words, href=address(other, page), lang=language_tag(other), hreflang=other)
        main = tag("div", id="main", tabindex="-1")  # NiceGUI has its <main> around everything
        with main:
            yield main
        with tag("footer"):
            tag("p", place.say(_FOOT))


def _pages(role: Role) -> tuple[str, ...]:
    return ("", "class", "teacher") if role == "host" else ("class",)


_FOOT = Text(
    "Everything runs on this computer; nothing leaves it. Results are of a model: what is assumed is marked so.",
    "一切运算均在本机进行，数据不外传。结果来自模型；凡假定均有标注。",
)
