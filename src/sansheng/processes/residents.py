r"""What residents live through, and what they make of it.

Performance is the hour-weighted share of this month's outcomes that truly met a need; hard cases weigh more
because they take more work, and a case that fails again disappoints again:

.. math:: P = \frac{\sum_j need_j\,resolved_j}{\sum_j need_j\,(resolved_j + failed_j + lapsed_j)}.

Satisfaction follows expectation and disconfirmation, on a 0–100 scale,

.. math:: S = 100\,\mathrm{clip}(s_0 + b_1(P-E) + b_2 P,\; 0, 1), \qquad E \leftarrow E + \tfrac{a_E}{12}(P-E),

trust follows true resolution, :math:`T \leftarrow T + \tfrac{a_T}{12}(P-T)`, and so does, faster, the resolution
residents perceive. Volunteers come and go with trust; participation follows trust and the number of
grassroots groups per household. Harmony and safety fall with the unresolved needs (reported, latent or
closed on paper) of the categories that feed them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.processes.backlog import count
from sansheng.world.schema import GRASSROOTS, HARD, Cases, Categories, Communities, Providers

PARAMETERS = (
    quantity(
        "s0",
        0.5,
        unit="share",
        low=0.5,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="satisfaction intercept",
        zh="满意度截距",
    ),
    quantity(
        "b1",
        0.5,
        unit="-",
        low=0.3,
        high=0.7,
        source="T13",
        status="assumed",
        role="uncertainty",
        en="weight of disconfirmation (performance minus expectation)",
        zh="期望落差权重",
    ),
    quantity(
        "b2",
        0.3,
        unit="-",
        low=0.1,
        high=0.5,
        source="T13",
        status="assumed",
        role="uncertainty",
        en="weight of performance itself",
        zh="绩效本身权重",
    ),
    quantity(
        "a_E",
        0.3,
        unit="1/year",
        low=0.1,
        high=0.6,
        source="T13",
        status="assumed",
        role="uncertainty",
        en="adaptation of expectations",
        zh="期望调整速度",
    ),
    quantity(
        "a_T",
        0.2,
        unit="1/year",
        low=0.05,
        high=0.4,
        source="T14",
        status="assumed",
        role="uncertainty",
        en="adaptation of trust to true resolution",
        zh="信任更新速度",
    ),
    quantity(
        "a_P",
        1.0,
        unit="1/year",
        low=0.3,
        high=3.0,
        source="assumed",
        role="uncertainty",
        en="speed at which residents notice how much is solved",
        zh="居民感知解决率的更新速度",
    ),
    quantity(
        "trust_ref",
        0.6,
        unit="share",
        low=0.4,
        high=0.8,
        source="assumed",
        role="constant",
        en="trust at which volunteers neither come nor go",
        zh="志愿者人数不变时的信任水平",
    ),
    quantity(
        "a_V",
        0.3,
        unit="1/year",
        low=0.0,
        high=1.0,
        source="T14",
        status="assumed",
        role="uncertainty",
        en="growth of volunteers per unit of trust above the reference",
        zh="信任带动志愿者增长的速度",
    ),
    quantity(
        "harm",
        4.0,
        unit="log points/(case/household)",
        low=1.0,
        high=10.0,
        source="assumed",
        role="uncertainty",
        en="loss of harmony or safety per unresolved case and household",
        zh="每户未解决事项对和谐度与安全度的损害",
    ),
    quantity(
        "g",
        0.2,
        unit="points per point of effort",
        low=0.0,
        high=0.4,
        source="T02",
        status="assumed",
        role="uncertainty",
        en="reported satisfaction bought by effort spent on appearances",
        zh="应付考核带来的上报满意度",
    ),
)


_MOST_VOLUNTEERS = 0.05
"""Volunteers per household that a community cannot exceed (assumed)."""


@inlined
def satisfaction(performance: float, expectation: float, s0: float, b1: float, b2: float) -> float:
    """Satisfaction, points of 100, by expectation and disconfirmation."""
    raw = s0 + b1 * (performance - expectation) + b2 * performance
    return 100.0 * min(1.0, max(0.0, raw))


@inlined
def calm(unresolved: float, households: int, harm: float) -> float:
    """Harmony or safety, points of 100, given unresolved needs of the categories that feed it."""
    return 100.0 * math.exp(-harm * unresolved / max(1, households))


@kernel
def _judge(
    performance: F64,
    easy_minutes: I64,
    hard_minutes: I64,
    resolved: I32,
    failed: I32,
    lapsed: I32,
) -> None:
    """Hour-weighted share of outcomes that met a need; last month's where nothing happened."""
    for c in range(performance.shape[0]):
        good = 0.0
        bad = 0.0
        for k in range(easy_minutes.shape[0]):
            for h in range(2):
                need = hard_minutes[k] if h == HARD else easy_minutes[k]
                good += need * resolved[c, k, h]
                bad += need * (failed[c, k, h] + lapsed[c, k, h])
        if good + bad > 0.0:
            performance[c] = good / (good + bad)


@inlined
def _count_groups(kind: I8, alive: I8, home: I32, groups: I64) -> None:
    """Grassroots groups alive by community."""
    for a in range(kind.shape[0]):
        if kind[a] == GRASSROOTS and alive[a] == 1:
            groups[home[a]] += 1


@allocating
def _feel(
    p: Any,
    households: I64,
    performance: F64,
    expectation: F64,
    satisfied: F64,
    trust: F64,
    perceived: F64,
    volunteers: F64,
    participation: F64,
    kind: I8,
    alive: I8,
    home: I32,
) -> None:
    groups = np.zeros(households.shape[0], dtype=np.int64)
    _count_groups(kind, alive, home, groups)
    for c in range(households.shape[0]):
        homes = max(1, households[c])
        seen = performance[c]
        satisfied[c] = satisfaction(seen, expectation[c], p.s0, p.b1, p.b2)
        expectation[c] += p.a_E / 12.0 * (seen - expectation[c])
        trust[c] += p.a_T / 12.0 * (seen - trust[c])
        perceived[c] += p.a_P / 12.0 * (seen - perceived[c])
        grown = volunteers[c] * (1.0 + p.a_V / 12.0 * (trust[c] - p.trust_ref))
        volunteers[c] = min(_MOST_VOLUNTEERS * homes, grown)
        density = math.log(1.0 + 1000.0 * groups[c] / homes)
        aim = 100.0 * min(1.0, 0.2 + 0.3 * trust[c] + 0.05 * density)
        participation[c] += (aim - participation[c]) / 12.0


@kernel
def _keep_calm(
    harm: float,
    households: I64,
    feeds_harmony: F64,
    feeds_safety: F64,
    open_: I32,
    latent: I32,
    paper: I32,
    harmony: F64,
    safety: F64,
) -> None:
    for c in range(households.shape[0]):
        upset = 0.0
        unsafe = 0.0
        for k in range(feeds_harmony.shape[0]):
            for h in range(2):
                cases = count(open_[c, k, h], 0) + latent[c, k, h] + paper[c, k, h]
                upset += feeds_harmony[k] * cases
                unsafe += feeds_safety[k] * cases
        harmony[c] = calm(upset, households[c], harm)
        safety[c] = calm(unsafe, households[c], harm)


@inlined
def step(
    p: Any,
    communities: Communities,
    providers: Providers,
    categories: Categories,
    cases: Cases,
) -> None:
    """Let residents judge the month."""
    c, kinds = communities, categories
    _judge(
        c.performance,
        kinds.easy_minutes,
        kinds.hard_minutes,
        cases.resolved,
        cases.failed,
        cases.lapsed,
    )
    _feel(
        p,
        c.households,
        c.performance,
        c.expectation,
        c.satisfaction,
        c.trust,
        c.perceived,
        c.volunteers,
        c.participation,
        providers.kind,
        providers.alive,
        providers.community,
    )
    _keep_calm(
        p.harm,
        c.households,
        kinds.harmony,
        kinds.safety,
        cases.open,
        cases.latent,
        cases.paper,
        c.harmony,
        c.safety,
    )
