"""What verbs share that run a study under other conditions to answer a question."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.origin import Origin
    from sansheng.study.config import Study


def study_at(path: Path) -> Study:
    """Return the study of a file, or the one that a folder of results was run from.

    Raises
    ------
    BadInput
        If it is neither, or not sound.
    """
    from sansheng.study.config import load_study
    from sansheng.study.reading import open_study

    return open_study(path, allow_partial=True).study if path.is_dir() else load_study(path)


def titles_of(study: Study) -> dict[str, Text]:
    """Return what to call each scenario: the title of its first rule, with its own name where rules repeat."""
    titles = {name: scenario.rule.kind().title for name, scenario in study.scenarios.items()}
    times = Counter(titles.values())
    return {
        name: title if times[title] == 1 else Text(f"{title.en} ({name})", f"{title.zh}（{name}）")
        for name, title in titles.items()
    }


def print_origin(origin: Origin, lang: Language) -> None:
    """Say what an answer rests on, and how to get it again."""
    words = Text(
        f"study {origin.study}, SHA-256 begins {origin.hash[:12]}; again: {origin.command}",
        f"研究 {origin.study}，SHA-256 前 12 位 {origin.hash[:12]}；重现命令：{origin.command}",
    )
    print(words.get(lang))
