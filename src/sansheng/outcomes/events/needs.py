"""Events of cases: what arises, is opened, met, failed, hidden, found out, given up, and still open."""

from __future__ import annotations

import numpy as np

from sansheng.core.tables import I32, I64
from sansheng.outcomes.events.declared import NONE
from sansheng.outcomes.events.moment import Moment
from sansheng.world.schema import EASY, HARD


def note_cases(m: Moment, *, by_category: bool) -> None:
    """Tell how many cases did what, by community and, if wanted, by category; where none did, nothing."""
    cases = m.t.cases
    for code, flows in (
        ("arisen", (_all(cases.arisen),)),
        ("arisen_hard", (cases.arisen[..., HARD],)),
        ("opened", (_all(cases.reported), _all(cases.found))),
        ("resolved_easy", (cases.resolved[..., EASY],)),
        ("resolved_hard", (cases.resolved[..., HARD],)),
        ("failed", (_all(cases.failed),)),
        ("papered", (_all(cases.papered),)),
        ("reopened", (_all(cases.reopened),)),
        ("lapsed", (_all(cases.lapsed),)),
        ("waiting", (cases.open.sum(axis=(1, 3), dtype=np.int64),)),
    ):
        total: I64 = np.sum(flows, axis=0, dtype=np.int64)
        _note(m, code, total if by_category else total.sum(axis=1, keepdims=True), by_category)


def _all(flow: I32) -> I64:
    """Return cases of either hardness, shape ``(community, category)``."""
    both: I64 = flow.sum(axis=-1, dtype=np.int64)
    return both


def _note(m: Moment, code: str, total: I64, by_category: bool) -> None:
    community, category = np.nonzero(total)
    m.rows.add(
        code,
        community + 1,
        community=community + 1,
        category=category if by_category else NONE,
        count=total[community, category],
    )
