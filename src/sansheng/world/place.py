"""A place: the facts a population is built from, each number beside its source.

A place file (``configs/places/*.yaml``) states what is known of one or more districts, and names a list
of service categories (``configs/categories/*.yaml``): they are data too. Several districts make a city:
each has its own envelope, labour market and rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from sansheng.core.errors import BadInput, Problem, did_you_mean
from sansheng.core.located_yaml import Located, load_yaml
from sansheng.core.quantities import Quantity
from sansheng.core.resources import configs_dir
from sansheng.core.text import Text
from sansheng.core.validation import problems_from_pydantic
from sansheng.world.place_checks import (
    Finding,
    check_categories,
    check_place,
    check_settings,
)
from sansheng.world.place_file import (
    CategoriesFile,
    Category,
    District,
    Groups,
    Number,
    PlaceFile,
    Sourced,
    Strict,
    Year,
    equal_parts,
)


class Place(Strict):
    """A place with its categories.

    Parameters
    ----------
    name
        Name of the place file, without its ending.
    title, year
        Words for people, and the year that the numbers describe.
    reference_population, categories
        See :class:`CategoriesFile`.
    settings
        Values of parameters in force at this place and time, by name.
    districts
        As the file states them; see :attr:`parts` for those that are simulated.
    first_district
        Number of the first of them, from 0: not 0 in a market of a larger place (:attr:`markets`).
    """

    name: str
    title: Text
    year: Sourced[Year]
    reference_population: Groups
    categories: tuple[Category, ...]
    settings: dict[str, Sourced[Number]]
    districts: tuple[District, ...]
    first_district: int = Field(default=0, exclude=True)

    @property
    def parts(self) -> tuple[District, ...]:
        """Districts one by one, each with its own envelope, rule and labour market."""
        return tuple(part for district in self.districts for part in equal_parts(district))

    @property
    def markets(self) -> tuple[Place, ...]:
        """Districts one by one, each a place of its own whose rows have the keys that they have here.

        Districts share no organisation, worker, money or luck, so that what happens in a market is what happens in
        that district of the whole.
        """
        return tuple(
            self.model_copy(
                update={"districts": (part,), "first_district": self.first_district + number}
            )
            for number, part in enumerate(self.parts)
        )

    @property
    def communities(self) -> int:
        """Communities of all districts."""
        return sum(district.communities.value for district in self.districts)

    @property
    def category_ids(self) -> tuple[str, ...]:
        """Ids of the categories in column order."""
        return tuple(category.id for category in self.categories)


FileT = TypeVar("FileT", PlaceFile, CategoriesFile)


def _validated(model: type[FileT], located: Located) -> FileT:
    try:
        return model.model_validate(located.data)
    except ValidationError as error:
        raise BadInput(problems_from_pydantic(error, located, model)) from None


def _refuse(findings: Iterable[Finding], located: Located) -> None:
    problems = [Problem(text, located.where(loc)) for loc, text in findings]
    if problems:
        raise BadInput(problems)


def _names(folder: str) -> list[str]:
    return sorted(path.stem for path in (configs_dir() / folder).glob("*.yaml"))


def place_names() -> list[str]:
    """Names of the places that come with the package, sorted."""
    return _names("places")


def category_names() -> list[str]:
    """Names of the lists of service categories that come with the package, sorted."""
    return _names("categories")


def _load_categories(name: str, place: Located) -> CategoriesFile:
    known = category_names()
    if name not in known:
        hint = did_you_mean(name, known)
        text = Text(
            f"unknown list of categories '{name}'; allowed: {', '.join(known)}{hint.en}",
            f"未知服务类别表“{name}”；可用：{'、'.join(known)}{hint.zh}",
        )
        raise BadInput(Problem(text, place.where(("categories",))))
    located = load_yaml(configs_dir() / "categories" / f"{name}.yaml")
    file = _validated(CategoriesFile, located)
    _refuse(check_categories(file), located)
    return file


def _place_path(name_or_path: str) -> Path:
    if name_or_path.endswith((".yaml", ".yml")):
        return Path(name_or_path)
    known = place_names()
    if name_or_path not in known:
        hint = did_you_mean(name_or_path, known)
        raise BadInput(
            Problem(
                Text(
                    f"unknown place '{name_or_path}'; allowed: {', '.join(known)}, "
                    f"or a .yaml file{hint.en}",
                    f"未知地点“{name_or_path}”；可用：{'、'.join(known)}，或一个 .yaml 文件{hint.zh}",
                )
            )
        )
    return configs_dir() / "places" / f"{name_or_path}.yaml"


def load_place(name_or_path: str, declared: Mapping[str, Quantity] | None = None) -> Place:
    """Read a place.

    Parameters
    ----------
    name_or_path
        Name of a place that comes with the package, or the path of a ``.yaml`` file.
    declared
        Parameters of the model that is to run there, by name; the place's ``settings`` are held against
        them. A world knows no model: without this they are looked at when a world is opened.

    Raises
    ------
    BadInput
        With every problem found, each at its line: an unknown key, a number out of range, counts that
        contradict each other, shares that do not add up, a source or a parameter that does not exist.
    """
    return read_place(load_yaml(_place_path(name_or_path)), declared)


def read_place(located: Located, declared: Mapping[str, Quantity] | None = None) -> Place:
    """Return the place that a file's data state; see :func:`load_place`."""
    file = _validated(PlaceFile, located)
    settings = () if declared is None else check_settings(file, declared)
    _refuse([*check_place(file), *settings], located)
    categories = _load_categories(file.categories, located)
    return Place(
        name=Path(located.file).stem,
        title=file.title,
        year=file.year,
        reference_population=categories.reference_population,
        categories=categories.categories,
        settings=file.settings,
        districts=file.districts,
    )
