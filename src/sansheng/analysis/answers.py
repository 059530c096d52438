"""Answers of an analysis: rows, with where they come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.analysis.origin import Origin

Row = TypeVar("Row")


def as_json(row: Any) -> dict[str, Any]:
    """Return the fields of a flat dataclass as JSON can hold them: a number without value or bound is None."""
    return {one.name: _plain(getattr(row, one.name)) for one in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Answers(Sequence[Row], Generic[Row]):
    """Rows of an answer.

    Parameters
    ----------
    rows
        Frozen dataclasses.
    find_origin
        Says where they come from; asked once, when somebody wants to know.
    """

    rows: tuple[Row, ...]
    find_origin: Callable[[], Origin] = field(repr=False, compare=False)

    @cached_property
    def origin(self) -> Origin:
        """The hash of the results that the rows rest on, and the command that gives them again."""
        return self.find_origin()

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as JSON can hold them."""
        return [as_json(row) for row in self.rows]

    def frame(self) -> pd.DataFrame:
        """Return the rows as a table, a column a field; ``attrs`` of the frame hold the origin."""
        import pandas as pd

        table = pd.DataFrame([vars(row) for row in self.rows])
        table.attrs.update(self.origin.as_dict())
        return table

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)
