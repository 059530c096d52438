"""Places that are not of the package: a study names a file, and its text travels and is stored with the study."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.located_yaml import Located, load_yaml, parse_yaml
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.study.config import Study
    from sansheng.world.place import Place


class OwnPlace(BaseModel):
    """The file of a place, as it was when the study was read.

    Where it lay is no part of what a study is, so that a folder may be moved.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    file: str = Field(exclude=True)
    text: str

    def read(self) -> Place:
        """Return the place.

        Raises
        ------
        BadInput
            If the text is no place.
        """
        return _read(self.file, self.text)


@lru_cache(maxsize=8)
def _read(file: str, text: str) -> Place:
    from sansheng.month import PARAMETERS
    from sansheng.world.place import read_place

    return read_place(parse_yaml(text, file), PARAMETERS)


def is_place_file(name: str) -> bool:
    """Whether what a study calls its place is a file, and not the name of a place of the package."""
    return name.endswith((".yaml", ".yml"))


def check_own_place(located: Located, name: str) -> Iterator[Problem]:
    """Yield what is wrong with the file of a place that a study names, in the study or in that file."""
    path = _beside(name, Path(located.file).parent)
    if not path.is_file():
        text = Text(
            f"no place file {quoted(name)} beside the study (paths are relative to it; "
            "sansheng list places names those of the package)",
            f"研究文件旁没有地区文件 {quoted(name)}（路径相对于研究文件；软件包自带地区见 sansheng list places）",
        )
        yield Problem(text, located.where(("place",)))
        return
    if path.name.casefold() in _taken():
        text = Text(
            f"results store the place beside a file of their own called {quoted(path.name)}; "
            "rename the place file",
            f"结果文件夹中已有名为 {quoted(path.name)} 的文件，地区文件将与其并列保存；请改名",
        )
        yield Problem(text, located.where(("place",)))
        return
    try:
        OwnPlace(file=str(path), text=load_yaml(path).text).read()
    except BadInput as refused:
        yield from refused.problems


def named_place(name: str, folder: Path) -> dict[str, Any]:
    """Return what a study in ``folder`` keeps of the place that it names: its name and, of a file, its text.

    The folders of a path are left out: the file is stored beside the results under its bare name.
    """
    if not is_place_file(name):
        return {"place": name}
    path = _beside(name, folder)
    return {"place": path.name, "own_place": OwnPlace(file=str(path), text=load_yaml(path).text)}


def place_of(study: Study) -> Place:
    """Return a study's place, read once in a process."""
    from sansheng.study.simulate import place_named

    return place_named(study.place) if study.own_place is None else study.own_place.read()


def place_of_results(folder: Path, name: str) -> Place:
    """Return the place of stored results, one of the package or the file stored with them."""
    from sansheng.world.place import load_place

    return load_place(str(folder / name) if is_place_file(name) else name)


def place_text(study: Study) -> dict[str, str]:
    """Return the text of a study's own place by the name under which results store it."""
    return {} if study.own_place is None else {study.place: study.own_place.text}


def with_stored_place(study: Study, written: Any) -> bool:
    """Let a study's data name its place as it lies in the folder of results; say whether anything changed."""
    changed = bool(written["place"] != study.place)
    written["place"] = study.place
    return changed


def _beside(name: str, folder: Path) -> Path:
    return folder / name.replace("\\", "/")


def _taken() -> set[str]:
    from sansheng.study.store import FILES

    return {name.casefold() for name in FILES}
