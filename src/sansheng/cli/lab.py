"""``sansheng lab``: compare rules in a browser of this machine, alone or with a class."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sansheng.cli.parser import Parser, add_language, whole_number
from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.lab.server import Lab

SUMMARY = Text(
    "compare rules in the browser: sliders, live results, a classroom (needs the extra lab)",
    "在浏览器中比较各办法：滑块、实时结果、课堂（需安装附加组件 lab）",
)


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "dir",
        nargs="*",
        type=Path,
        metavar="DIR",
        help="folders of results that may be opened (default: results, if it is there)\n"
        "可供打开的结果文件夹（默认为 results，若存在）",
    )
    parser.add_argument(
        "--port",
        type=whole_number("--port", 1),
        metavar="N",
        help="where to listen on this machine (default 8577, or any that is free)\n"
        "本机监听端口（默认 8577，若被占用则另选）",
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser\n不打开浏览器")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="address under which a tunnel or proxy offers the lab, such as https://class.example.edu\n"
        "隧道或反向代理对外提供实验室的网址",
    )
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Serve the lab until it is interrupted."""
    if importlib.util.find_spec("nicegui") is None:
        raise BadInput(Problem(_NO_EXTRA))
    lang: Language = args.lang or "zh"
    origins = [_origin(word) for word in args.origin]
    roots = args.dir or [path for path in (Path("results"),) if path.is_dir()]
    for root in roots:
        if not root.is_dir():
            raise BadInput(Problem(Text(f"no folder {root}", f"没有文件夹 {root}")))

    from sansheng.lab.library import Library
    from sansheng.lab.server import entrance, serve

    def ready(lab: Lab, here: str, outside: str) -> None:
        mine = entrance(here, lab.keys.host, lang)
        guests = entrance(outside, lab.keys.guest, lang)
        print(Text(f"Lab:    {mine}", f"实验室：{mine}").get(lang))
        print(Text(f"Class:  {guests}", f"课堂：  {guests}").get(lang))
        print(Text("Ctrl-C ends it.", "按 Ctrl-C 结束。").get(lang), flush=True)
        if not args.no_browser:
            import webbrowser

            webbrowser.open(mine)

    with contextlib.suppress(KeyboardInterrupt):  # which is how a lab ends
        serve(Library(roots), port=args.port, origins=origins, ready=ready)
    return 0


def _origin(word: str) -> str:
    """Return an address without a path, as browsers say where they come from.

    Raises
    ------
    BadInput
        If it is none.
    """
    parts = urlsplit(word)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        text = Text(
            f"--origin must be like https://class.example.edu, not {quoted(word)}",
            f"--origin 须形如 https://class.example.edu，而不是 {quoted(word)}",
        )
        raise BadInput(Problem(text))
    return f"{parts.scheme}://{parts.netloc}"


_NO_EXTRA = Text(
    "the lab needs NiceGUI: pip install 'sansheng[lab]'",
    "实验室需要 NiceGUI：pip install 'sansheng[lab]'",
)
