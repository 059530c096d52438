"""The files of the project speak of the project alone and work on any machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

# Letters in brackets keep this file from finding itself.
UNWANTED = {
    "an absolute path": r"(?<![\w.:/}-])/(?:[h]ome|[r]oot|[w]ork|[f]arm|[U]sers|[t]mp|[o]pt)/",
    "an absolute Windows path": r"\b[A-Z]:\\\\?[A-Z][a-z]+\\",
    "a package index": r"[i]ndex-url|https?://\S*/[s]imple\b|\"[r]esolved\": *\"http",
    "a marker of unfinished work": r"\b(?:[T]ODO|[F]IXME|[X]XX)\b",
    "how the text was made": r"(?i)\b(?:this [s]ession|sub-?[a]gents?|[c]hatbot|the [b]rief)\b",
}
EXAMPLES = {
    "an absolute path": "see /" + "home/li/data.csv",
    "an absolute Windows path": "C:" + "\\Users\\li",
    "a package index": "pip --" + "index" + "-url x",
    "a marker of unfinished work": "# TO" + "DO later",
    "how the text was made": "in this ses" + "sion",
}


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str, texts: Mapping[str, str]) -> None:
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found


@pytest.mark.parametrize("what", UNWANTED)
def test_the_search_finds(what: str) -> None:
    assert re.search(UNWANTED[what], EXAMPLES[what])


def test_every_text_file_ends_with_one_newline_and_has_unix_line_ends(
    texts: Mapping[str, str], project: Path
) -> None:
    odd = [
        path
        for path, text in texts.items()
        if text
        and "broken" not in path
        and not path.startswith("tests/stores/")  # frozen as they were written
        and (not text.endswith("\n") or b"\r" in (project / path).read_bytes())
    ]
    assert not odd
