"""What verbs share that draw an answer which they ran the model for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.pictures.conditions import Conditions
    from sansheng.study.config import Study

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def in_both_languages(draw: Callable[[Language], list[Path]], folder: Path) -> list[Path]:
    """Draw an answer in Chinese and in English; return what was written.

    Raises
    ------
    RunFailed
        If the folder cannot be written.
    """
    from sansheng.study.durable import failing_on

    with failing_on(folder, Text("not every figure is there", "图未全部写出")):
        return [path for lang in LANGUAGES for path in draw(lang)]


def conditions_of(
    study: Study,
    replicates: int,
    fingerprint: str,
    *,
    equal_spend: bool = True,
    of_results: bool = False,
) -> Conditions:
    """Return what stands beneath the title of an answer's figure.

    Parameters
    ----------
    study
        That was run.
    replicates
        Paired repetitions behind the answer.
    fingerprint
        Hash of the study, or of the results where the answer is of these.
    equal_spend
        Whether scenarios spend alike, where they are meant to; if not, the figure says so first.
    of_results
        Whether the fingerprint is that of results.
    """
    from sansheng.cli.questions import titles_of
    from sansheng.pictures.conditions import RESULTS, STUDY, Conditions
    from sansheng.study.own_place import place_of

    return Conditions(
        place=place_of(study).title,
        months=study.months,
        replicates=replicates,
        planned=replicates,
        seed=study.seed,
        fingerprint=fingerprint,
        titles=titles_of(study),
        equal_spend=equal_spend,
        hashed=RESULTS if of_results else STUDY,
    )
