"""What an official of a district can see when a rule is asked.

Everything is a read-only copy. A rule that wants more has to argue for the record it needs: this is the
whole interface between the world and policy.
"""

from __future__ import annotations

from dataclasses import dataclass

from sansheng.core.tables import F64, I32, I64


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
    """

    budget: int
    months: int
    households: I64
    duties_service: I32
    duties_admin: I32
    staff: I32
    closed_last: I32
    standard_minutes: F64

    @property
    def communities(self) -> int:
        """Communities in the district."""
        return int(self.households.shape[0])
