r"""Committee and service station are separate: who does the administration.

Without the separation administration takes the same share of everybody's time. With it, the part ``split`` of
what falls to certified community workers goes to the others, the staff of the service station, as far as these may
give time to administration (``admin_cap``) and have it left; handing a matter over costs the share ``handover`` more.
The certified keep the hours for residents.
"""

from __future__ import annotations

from typing import Any

from sansheng.core.kernels import inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.world.schema import Workers

PARAMETERS = (
    quantity(
        "split",
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-T13",
        status="assumed",
        role="lever",
        en="administration of certified community workers that goes to the other staff of the station",
        zh="持证社区工作者的行政事务转由服务站其他人员承担的比例",
    ),
    quantity(
        "handover",
        0.05,
        unit="share",
        low=0.0,
        high=0.3,
        source="assumed",
        role="uncertainty",
        en="hours that handing administration over adds to it",
        zh="行政事务转交增加的工时比例",
    ),
)


@kernel
def certified(first: int, n: int, workers: Workers) -> int:
    """People with a certificate on ``n`` seats from ``first``."""
    people = 0
    for i in range(first, first + n):
        people += 1 if workers.filled[i] == 1 and workers.tier[i] > 0 else 0
    return people


@inlined
def handed_over(admin: float, theirs: float, others: float, free: float, p: Any) -> float:
    """Administrative hours that the certified hand over in a month.

    Parameters
    ----------
    admin
        Hours of administration of the station.
    theirs, others
        Hours of the certified and of the other staff, above 0.
    free
        Share of everybody's hours that administration, paperwork and coordination leave.
    p
        Parameters ``split``, ``handover`` and ``admin_cap``.
    """
    share = admin / (theirs + others)
    room = min(p.admin_cap - share, free) * others
    return float(max(0.0, min(p.split * share * theirs, room / (1.0 + p.handover))))
