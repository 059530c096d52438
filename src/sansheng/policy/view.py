"""What an official of a district can see when a rule is asked.

Everything is a read-only copy. A rule that wants more has to argue for the record it needs: this is the
whole interface between the world and policy. What takes long to work out is worked out when a rule looks at it, from
what was known when it was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

import numpy as np

from sansheng.core.tables import F64, I32, I64
from sansheng.world.schema import GROUPS, VULNERABLE

_VULNERABLE = [GROUPS.index(group) for group in VULNERABLE]


AnyArray = TypeVar("AnyArray", bound=np.ndarray[Any, Any])


class Later:
    """A column of a view that nobody has looked at yet; see :func:`later`."""

    __slots__ = ("_column", "_make")

    def __init__(self, make: Callable[[], np.ndarray[Any, Any]]) -> None:
        self._make: Callable[[], np.ndarray[Any, Any]] | None = make
        self._column: np.ndarray[Any, Any] | None = None

    def look(self) -> np.ndarray[Any, Any] | None:
        """Return the column; it lies in memory that nobody can make writable."""
        if self._make is not None:
            made, self._make = self._make(), None
            self._column = np.ndarray(made.shape, made.dtype, made.tobytes())
        return self._column


def later(make: Callable[[], AnyArray]) -> AnyArray:
    """Return a column for a :class:`View` that is worked out, once, when somebody looks at it there.

    Parameters
    ----------
    make
        Works it out, from nothing that changes.
    """
    return cast(AnyArray, Later(make))


@dataclass(frozen=True, slots=True)
class Truth:
    """What no official sees, by community, for the allocation period.

    Parameters
    ----------
    hours_needed
        Standard hours of need: what waits, and what is expected to arise.
    hours_at_hand
        Effective hours that the station has for it.
    hours_per_yuan
        Effective hours that a yuan buys.
    most
        Money that the station can spend properly in the period, less what the community holds, fen.
    """

    hours_needed: F64
    hours_at_hand: F64
    hours_per_yuan: F64
    most: I64


@dataclass(frozen=True, slots=True)
class View:
    """Records of one district; arrays have one entry per community of the district unless stated.

    Parameters
    ----------
    budget
        Money that may be promised for the allocation period, fen.
    months
        Length of the allocation period, 12 when it starts in January.
    households
        Registered households.
    duties_service, duties_admin
        Duties on the community's duty list that serve residents, and that serve the administration.
    staff
        Community workers of the station (establishment, 编制).
    closed_last
        Cases reported closed in the last full calendar year, shape ``(community, category, hardness)``;
        hardness 0 is easy, 1 is hard. Zeros where there is no such year.
    standard_minutes
        Standard time of a case, shape ``(category, hardness)``, minutes.
    granted_last
        Ex-ante grants of the last allocation period, fen; zeros at the first.
    months_last
        Length that period was granted for; 0 at the first.
    residents_by_group
        Registered residents, shape ``(community, group)``, whole people; groups are
        :data:`sansheng.world.schema.GROUPS`.
    premises_missing
        Square metres that premises, with what is being built, fall short of the standard; 0 where they
        meet it.
    groups
        Living grassroots groups.
    estate_age
        Mean age of housing, years.
    need_seen
        Needs and duties' cases expected for a household in a year, as officials see them: with error, see
        :mod:`sansheng.policy.indicators`. 0 where nobody lives.
    gap_seen
        Needs for a household that arose last calendar year and were not met, seen likewise. 0 where none
        is known, and everywhere as long as there is no such year.
    truth
        What nobody can see; only a reference point is shown it, see
        :attr:`sansheng.policy.rule.Rule.sees_truth`.
    """

    budget: int
    months: int
    households: I64
    duties_service: I32
    duties_admin: I32
    staff: I32
    closed_last: I32
    standard_minutes: F64
    granted_last: I64
    months_last: int
    residents_by_group: I64
    premises_missing: F64
    groups: I64
    estate_age: F64
    need_seen: F64
    gap_seen: F64
    truth: Truth | None = None

    @property
    def communities(self) -> int:
        """Communities in the district."""
        return int(self.households.shape[0])

    @property
    def vulnerable(self) -> I64:
        """Registered residents who are elderly, on low income or disabled, by community."""
        people: I64 = self.residents_by_group[:, _VULNERABLE].sum(axis=1, dtype=np.int64)
        return people


class _Field:
    """A field of a view as it is read: what comes later comes now."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def __get__(self, view: View | None, kind: type[View]) -> Any:
        if view is None:
            return self
        value = self.given.__get__(view, kind)
        return value.look() if isinstance(value, Later) else value

    def __set__(self, view: View, value: Any) -> None:
        self.given.__set__(view, value)


for _field in fields(View):
    setattr(View, _field.name, _Field(vars(View)[_field.name]))


def given(view: View) -> dict[str, Any]:
    """Return all fields of a view as they were given: what comes later is not worked out for it."""
    return {name: part.given.__get__(view) for name, part in _FIELDS.items()}


_FIELDS: dict[str, _Field] = {_field.name: vars(View)[_field.name] for _field in fields(View)}
