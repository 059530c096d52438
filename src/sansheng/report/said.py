"""The study that a report is of, said in both languages at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sansheng.core.text import Language, Text
from sansheng.pictures.subject import Subject
from sansheng.pictures.wording import units

if TYPE_CHECKING:
    from sansheng.analysis.comparisons import Comparisons
    from sansheng.analysis.winners import Winners
    from sansheng.outcomes.measures import Outcome
    from sansheng.study.reading import StudyData

LANGUAGES: tuple[Language, Language] = ("en", "zh")


@dataclass(frozen=True)
class Said:
    """A study in one draw of its parameters.

    Parameters
    ----------
    data
        Its results.
    draw
        Draw; draws are different assumptions and are never averaged.
    """

    data: StudyData
    draw: int = 0

    @cached_property
    def subjects(self) -> dict[Language, Subject]:
        """The study in each language."""
        return {lang: Subject(self.data, lang, self.draw) for lang in LANGUAGES}

    @property
    def subject(self) -> Subject:
        """The study, where no word is needed of it."""
        return self.subjects["en"]

    def both(self, say: Callable[[Subject], str]) -> Text:
        """Return what is said of the study in each language."""
        return Text(say(self.subjects["en"]), say(self.subjects["zh"]))

    def title(self, scenario: str) -> Text:
        """Return what to call a scenario."""
        return self.both(lambda subject: subject.title(scenario))

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What this version knows of the study's outcomes."""
        from sansheng.outcomes.measures import OUTCOMES

        return {name: OUTCOMES[name] for name in self.data.outcomes if name in OUTCOMES}

    @cached_property
    def compared(self) -> Comparisons:
        """Every outcome of every scenario against the baseline."""
        from sansheng.analysis.compare import compare

        return compare(self.data, draw=self.draw, allow_partial=True)

    @cached_property
    def winners(self) -> Winners:
        """Who wins and who loses, by the measures of the short tables."""
        from sansheng.analysis.winners import winners
        from sansheng.analysis.winners_measures import MEASURES, Unit

        # Earlier versions stored communities alone.
        told: tuple[Unit, ...] = ("communities",)
        units = tuple(MEASURES) if self.data.layout.incumbents else told
        short = [measure.id for unit in units for measure in MEASURES[unit] if measure.short]
        return winners(self.data, outcomes=short, draw=self.draw)


def unit_of(outcome: Outcome) -> Text:
    """Return the unit of an outcome's differences."""
    return Text(*(units(outcome, lang)[0] for lang in LANGUAGES))


def level_unit(outcome: Outcome) -> Text:
    """Return what follows an outcome's levels, without a space before it."""
    return Text(*(units(outcome, lang)[1].strip() for lang in LANGUAGES))


def in_json(text: Text) -> dict[str, Any]:
    """Return words as the page's script takes them."""
    return {"en": text.en, "zh": text.zh}
