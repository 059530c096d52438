"""What an official of a district can see when a rule is asked.

Everything is a read-only copy. A rule that wants more has to argue for the record it needs: this is the
whole interface between the world and policy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sansheng.core.tables import F64, I32, I64
from sansheng.world.schema import GROUPS, VULNERABLE

_VULNERABLE = [GROUPS.index(group) for group in VULNERABLE]


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
