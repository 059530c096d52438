"""What to call the scenarios of a study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.study.reading import StudyData


def scenario_titles(data: StudyData) -> dict[str, Text]:
    """Return what to call each scenario: its rule's title, with its own name where rules repeat.

    One that does not spend as much as the others, though all were to, says so wherever it is named.
    """
    titles = {scenario["name"]: title_of_rule(scenario) for scenario in data.manifest["scenarios"]}
    times = Counter(titles.values())
    return {
        name: _flagged(
            title if times[title] == 1 else _with(title, Text(name, name)), data.status(name)
        )
        for name, title in titles.items()
    }


def title_of_rule(scenario: Mapping[str, Any]) -> Text:
    """Return the title of a rule that a manifest states; that of an own rule is stored, so that no code of it runs."""
    from sansheng.policy.load import rule_class

    if "title" in scenario:
        return Text(**scenario["title"])
    return rule_class(scenario["rule"]).title


def _flagged(title: Text, status: str) -> Text:
    from sansheng.study.matching import STATUSES

    return _with(title, STATUSES[status]) if status in ("capped", "exempt") else title


def _with(title: Text, more: Text) -> Text:
    return Text(f"{title.en} ({more.en})", f"{title.zh}（{more.zh}）")
