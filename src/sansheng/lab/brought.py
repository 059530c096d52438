"""Studies that a browser brings along: read like any other, except that they name no file and no code.

Nothing that a browser says is ever a path, and a rule that is code is trusted code: it runs when somebody names it on
the command line, not because a page was told to.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.located_yaml import Loc, parse_yaml
from sansheng.core.text import Text
from sansheng.lab.limits import MOST_BYTES, MOST_COMMUNITY_MONTHS, MOST_RUNS

if TYPE_CHECKING:
    from sansheng.core.located_yaml import Data, Located
    from sansheng.study.config import Study

NAME = "study.yaml"

_NAMES = ("place", "rule", "name", "ensemble")
"""Keys whose text names something."""


def read_brought(text: str) -> Study:
    """Read and check a study that is at hand as text.

    Raises
    ------
    BadInput
        With every fault found, at its line and column; also if the study names a file or code, or is too large for the
        lab.
    """
    from sansheng.study.config import load_study

    refuse_long(text)
    refuse_files(text)
    with tempfile.TemporaryDirectory(prefix="sansheng-lab-") as folder:
        path = Path(folder, NAME)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            study = load_study(path)
        except BadInput as refused:
            raise BadInput([_without_folder(one) for one in refused.problems]) from None
    study = study.model_copy(update={"file": NAME})
    refuse_large(study)
    return study


def refuse_long(text: str) -> None:
    """Raise if a study's text is longer than what a browser may say.

    Raises
    ------
    BadInput
        With its bytes and those allowed.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise BadInput(Problem(too_long(size)))


def refuse_files(text: str) -> None:
    """Raise if a study names a file or code.

    Raises
    ------
    BadInput
        With every such name, or if the text is not YAML.
    """
    from sansheng.study.config import MOST_NODES

    located = parse_yaml(text, NAME, max_nodes=MOST_NODES)
    if problems := list(_files(located, located.data, ())):
        raise BadInput(problems)


def _files(located: Located, data: Data, loc: Loc) -> Iterator[Problem]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in _NAMES and isinstance(value, str) and _outside(str(key), value):
                yield Problem(_no_files(value), located.where((*loc, key)))
            else:
                yield from _files(located, value, (*loc, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _files(located, value, (*loc, i))


def _outside(key: str, name: str) -> bool:
    """Whether a name is that of something outside the package."""
    if key == "ensemble" or any(sign in name for sign in "/\\:~") or name.endswith(".py"):
        return True
    return key == "place" and name.endswith((".yaml", ".yml"))


def refuse_large(study: Study) -> None:
    """Raise if a study would keep the lab busy for long.

    Raises
    ------
    BadInput
        With what it asks for and what is allowed.
    """
    from sansheng.study.own_place import place_of

    most = study.precision.max if study.precision is not None else study.replicates
    runs = len(study.scenarios) * len(study.draws()) * most
    communities = sum(district.communities.value for district in place_of(study).districts)
    work = runs * communities * (study.months + study.warm_up)
    if runs > MOST_RUNS:
        text = Text(
            f"the study has {runs:,} runs; the lab runs up to {MOST_RUNS:,}: take it to `sansheng run`",
            f"研究共 {runs:,} 次运行；实验室最多 {MOST_RUNS:,} 次，请改用 sansheng run",
        )
        raise BadInput(Problem(text))
    if work > MOST_COMMUNITY_MONTHS:
        text = Text(
            f"the study has {work:,} months of communities (runs × communities × months); the lab runs up to "
            f"{MOST_COMMUNITY_MONTHS:,}: choose fewer replicates, fewer years or a smaller place",
            f"研究规模为 {work:,} 社区·月（运行数×社区数×月数）；实验室最多 {MOST_COMMUNITY_MONTHS:,}，"
            "请减少重复次数、年数或改选较小地区",
        )
        raise BadInput(Problem(text))


def _without_folder(problem: Problem) -> Problem:
    """Return a problem located in the file as the browser knows it."""
    if problem.where is None:
        return problem
    return replace(problem, where=problem.where._replace(file=Path(problem.where.file).name))


def too_long(size: int) -> Text:
    """Return what to tell somebody whose study has so many bytes."""
    return Text(
        f"{NAME}: {size:,} bytes; allowed: up to {MOST_BYTES:,}",
        f"{NAME}：{size:,} 字节；最多 {MOST_BYTES:,} 字节",
    )


def _no_files(name: str) -> Text:
    return Text(
        f"{quoted(name)}: the lab reads no files and runs no code that a study names; take it to `sansheng run`",
        f"{quoted(name)}：实验室不读取研究所引用的文件，也不运行其代码，请改用 sansheng run",
    )
