"""Events of contracts: projects won, kept, lost and failed, and which agencies serve a community."""

from __future__ import annotations

from typing import Any

import numpy as np

from sansheng.core.tables import I32, I64
from sansheng.outcomes.events.declared import NONE
from sansheng.outcomes.events.moment import Moment, numbers


def note_lots(m: Moment) -> None:
    """Tell what tenders decided, and who begins and ceases to serve whom."""
    n = m.t.contracts
    lot, slot = np.nonzero(n.opened)
    former = m.before.contracts.provider[m.before.lot[lot], slot]
    winner = n.provider[lot, slot]
    switched = n.switched[lot, slot] == 1
    kept = (winner >= 0) & (winner == former)
    project: dict[str, Any] = {
        "other": lot + 1,
        "community": lot + 1,
        "category": n.focus[lot, slot],
        "count": n.bids[lot, slot],
        "fen": n.value[lot, slot],
    }
    for code, some in (("contract_won", (winner >= 0) & ~kept), ("contract_kept", kept)):
        chosen = {name: values[some] for name, values in project.items()}
        m.rows.add(code, m.agencies[winner[some]], **chosen)
    m.rows.add(
        "contract_lost",
        m.agencies[former[switched]],
        other=_number(m, winner[switched]),
        community=lot[switched] + 1,
        category=n.focus[lot, slot][switched],
    )
    none = winner < 0
    m.rows.add(
        "lot_failed",
        lot[none] + 1,
        other=_number(m, former[none]),
        community=lot[none] + 1,
        category=n.focus[lot, slot][none],
        count=n.bids[lot, slot][none],
    )
    before = _served(m, m.before.lot, m.before.contracts.provider)
    after = _served(m, m.t.communities.lot, n.provider)
    _note_pairs(m, "served", np.setdiff1d(before, after))
    _note_pairs(m, "serving", np.setdiff1d(after, before))


def note_holders(m: Moment) -> None:
    """Tell who served whom when the log began."""
    held = _served(m, m.before.lot, m.before.contracts.provider)
    _note_pairs(m, "was_serving", held)


def _number(m: Moment, agency: I32) -> I64:
    return np.where(agency >= 0, m.agencies[np.maximum(0, agency)], NONE)


def _served(m: Moment, lot: I32, provider: I32) -> I64:
    """Return communities and the agencies of their lots, as one number each, in order."""
    agencies = m.agencies.size
    holders = provider[lot].astype(np.int64)
    pairs = (numbers(m.communities) - 1)[:, None] * agencies + holders
    return np.unique(pairs[holders >= 0])


def _note_pairs(m: Moment, code: str, pairs: I64) -> None:
    community, agency = np.divmod(pairs, m.agencies.size)
    m.rows.add(code, m.agencies[agency], other=community + 1, community=community + 1)
