from __future__ import annotations

import re
from pathlib import Path


def test_decisions_are_numbered_from_one_without_gap_or_repeat(project: Path) -> None:
    files = sorted((project / "docs" / "decisions").glob("*.md"))
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", file.name) for file in files)
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1))


def test_a_decision_opens_with_its_number_and_title(project: Path) -> None:
    for file in (project / "docs" / "decisions").glob("*.md"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(rf"# {int(file.name[:4])}\. \S", first), file.name
