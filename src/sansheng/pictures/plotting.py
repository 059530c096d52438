"""Figures of a finished study, drawn by name and written to a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.text import Language, Text
from sansheng.pictures.registry import PICTURES

if TYPE_CHECKING:
    from sansheng.pictures.sheet import Format
    from sansheng.pictures.subject import Subject
    from sansheng.study.progress import Progress
    from sansheng.study.reading import StudyData

ALL = "all"
FORMATS = ("png", "svg", "pdf")


class Plotted(NamedTuple):
    """A figure that was written: its name, its file, and the finding that is its title."""

    name: str
    path: Path
    sentence: str


def plot(
    study: StudyData | Path | str,
    names: str | Iterable[str] = ALL,
    *,
    out: Path | str | None = None,
    format: Format = "png",
    lang: Language = "zh",
    page: str = "screen",
    draw: int = 0,
    allow_partial: bool = False,
    progress: Progress | None = None,
) -> list[Plotted]:
    """Draw figures of a finished study from what its folder holds.

    Parameters
    ----------
    study
        Opened results, or their folder.
    names
        Of :data:`~sansheng.pictures.registry.PICTURES`, or ``"all"`` for every one that the study can show.
    out
        Folder to write into; left out, ``figures`` in the study's folder.
    format
        ``png``, ``svg`` or ``pdf``.
    lang
        Language of every word.
    page
        ``screen`` (10 inches wide), ``a4`` (210 mm) or ``phone`` (390 CSS pixels).
    draw
        Draw of the parameters, if they vary.
    allow_partial
        Whether runs may be missing; figures then say how many there are.
    progress
        Told what is drawn.

    Returns
    -------
    list of Plotted
        In the order asked for.

    Raises
    ------
    BadInput
        If a name, the draw or the page does not exist, or the study lacks what a figure needs.
    RunFailed
        If the folder cannot be written.
    """
    from sansheng.pictures.fonts import style
    from sansheng.pictures.sheet import encode
    from sansheng.pictures.style import PAGES
    from sansheng.pictures.subject import Subject
    from sansheng.study.durable import failing_on, write_whole
    from sansheng.study.reading import StudyData, open_study

    for value, known, what in (
        (page, PAGES, Text("page", "页面")),
        (format, FORMATS, Text("format", "格式")),
    ):
        if value not in known:
            raise BadInput(_unknown(what, value, known))
    data = study if isinstance(study, StudyData) else open_study(study, allow_partial=allow_partial)
    if not 0 <= draw < data.shape[1]:
        most = data.shape[1] - 1
        raise BadInput(
            Problem(
                Text(f"no draw {draw}; allowed: 0..{most}", f"没有参数组 {draw}；可用：0..{most}")
            )
        )
    subject = Subject(data, lang, draw, PAGES[page])
    folder = data.folder / "figures" if out is None else Path(out)
    asked = chosen(subject, names)
    written = []
    for number, name in enumerate(asked, start=1):
        if progress is not None and len(asked) > 1:
            progress.say(
                Text(
                    f"drawing {name} ({number} of {len(asked)})…",
                    f"正在绘制 {name}（{number}/{len(asked)}）…",
                )
            )
        with style():
            drawn = PICTURES[name].draw(subject)
        for one in drawn:
            content = encode(one.figure, format, one.sentence, subject.conditions.line(lang))
            path = folder / f"{one.stem}.{format}"
            with failing_on(folder, Text("nothing was changed", "未作任何更改")):
                folder.mkdir(parents=True, exist_ok=True)
                write_whole(path, content)
            written.append(Plotted(name, path, one.sentence))
    return written


def chosen(subject: Subject, names: str | Iterable[str]) -> list[str]:
    """Return the names of the figures asked for.

    Raises
    ------
    BadInput
        If a name does not exist, or a figure that was asked for by name cannot be drawn.
    """
    asked = [names] if isinstance(names, str) else list(names)
    problems = [
        _unknown(Text("figure", "图"), name, (*PICTURES, ALL))
        for name in asked
        if name not in PICTURES and name != ALL
    ]
    if problems:
        raise BadInput(problems)
    if ALL in asked:
        able = [name for name, picture in PICTURES.items() if picture.lack(subject) is None]
        if able:
            return able
        asked = list(PICTURES)[:1]
    for name in asked:
        lack = PICTURES[name].lack(subject)
        if lack is not None:
            problems.append(
                Problem(
                    Text(
                        f"{subject.data.folder}: figure {name} cannot be drawn: {lack.en}",
                        f"{subject.data.folder}：无法绘制 {name}：{lack.zh}",
                    )
                )
            )
    if problems:
        raise BadInput(problems)
    return list(dict.fromkeys(asked))


def _unknown(what: Text, name: str, known: Iterable[str]) -> Problem:
    names = list(known)
    hint = did_you_mean(name, names)
    listed = ", ".join(names)
    return Problem(
        Text(
            f"unknown {what.en} {quoted(name)}{hint.en} (valid: {listed})",
            f"没有名为 {quoted(name)} 的{what.zh}{hint.zh}（可用：{listed}）",
        )
    )
