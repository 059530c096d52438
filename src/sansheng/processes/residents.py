r"""What residents live through, what they make of it, and what they do themselves.

Performance is the hour-weighted share of this month's outcomes that truly met a need; hard cases weigh more
because they take more work, and a case that fails again disappoints again:

.. math:: P = \frac{\sum_j need_j\,resolved_j}{\sum_j need_j\,(resolved_j + failed_j + lapsed_j)}.

Satisfaction follows expectation and disconfirmation, on a 0–100 scale,

.. math:: S = 100\,\mathrm{clip}(s_0 + b_1(P-E) + b_2 P,\; 0, 1), \qquad E \leftarrow E + \tfrac{a_E}{12}(P-E),

trust follows true resolution, :math:`T \leftarrow T + \tfrac{a_T}{12}(P-T)`, and so does, faster, the resolution
residents perceive. Volunteers come and go with trust, and stay where their hours are credited; party members who
report and persuasion teams are mobilised and stay; projects of grassroots groups bring members along. Together they
are the helpers of a community.

Resident units with a pact take part, :math:`u`, as far as somebody tells them what came of it (feedback
:math:`f_u`), and open idle space :math:`I`; rooms and service circles :math:`q` make activities :math:`a`:

.. math::

    u \leftarrow u + \tfrac{1}{12}\big(j f_u(1-u) - l(1-f_u)u\big),\qquad
    I = \texttt{unit\_space}\,u\,units_{open},\qquad
    a = (1-c_q(1-q))\,\min\Big(1, \frac{A+I}{norm\,H/100}\Big),

:math:`norm` being ``room_norm``, square metres for 100 households.

Participation :math:`\Pi` follows trust, grassroots groups, activities and self-management of old estates,
:math:`o\,m` with :math:`o` the share of households in old estates and :math:`m` that of them who manage
themselves; self-management spreads with participation:

.. math::

    \Pi^* = \pi_0+\pi_T T+\pi_G\ln(1+g)+\pi_a a+\pi_m o\,m,\qquad
    \Pi \leftarrow \Pi + \tfrac{a_\Pi}{12}(\min(1,\Pi^*)-\Pi),\qquad
    m \leftarrow m + \tfrac{1}{12}(g_m\Pi(1-m)-l_m m).

Harmony and safety fall with the unresolved needs (reported, latent or closed on paper) of the categories that
feed them. Halls :math:`h` settle a part :math:`\chi h\Pi` of what upsets harmony; those who watch, grid staff
and helpers in full-time equivalents :math:`W` for 1,000 households, prevent a part
:math:`w\,W/(W+W_0)` of what makes unsafe; self-managed old estates settle a part :math:`\mu\,o\,m` of both.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sansheng.core.kernels import allocating, inlined, kernel
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64, I8, I32, I64
from sansheng.core.views import flat
from sansheng.world.schema import (
    GRASSROOTS,
    Cases,
    Categories,
    Communities,
    Groups,
)

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
        0.69,
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
        "volunteer_credit",
        0.0,
        unit="1/year",
        low=0.0,
        high=0.5,
        source="S-B18",
        status="assumed",
        role="lever",
        en="growth of volunteers whose hours are credited to them",
        zh="志愿时间可存可兑带来的志愿者增长速度",
    ),
    quantity(
        "volunteers_max",
        0.05,
        unit="people/household",
        low=0.02,
        high=0.2,
        source="assumed",
        role="constant",
        en="volunteers for a household that a community cannot exceed",
        zh="每户志愿者人数上限",
    ),
    quantity(
        "unit_feedback",
        0.3,
        unit="share",
        low=0.0,
        high=1.0,
        source="S-P14,S-P09",
        status="assumed",
        role="lever",
        en="share of what resident units do that they are told the result of",
        zh="驻区单位参与后得到反馈的比例",
    ),
    quantity(
        "unit_join",
        0.6,
        unit="1/year",
        low=0.0,
        high=2.0,
        source="S-P14",
        status="assumed",
        role="uncertainty",
        en="speed at which resident units join where all get feedback",
        zh="有反馈时驻区单位加入的速度",
    ),
    quantity(
        "unit_leave",
        0.4,
        unit="1/year",
        low=0.0,
        high=2.0,
        source="S-P14",
        status="assumed",
        role="uncertainty",
        en="speed at which resident units drop out where none gets feedback",
        zh="无反馈时驻区单位退出的速度",
    ),
    quantity(
        "unit_space",
        200.0,
        unit="m2",
        low=20.0,
        high=1000.0,
        source="S-C10",
        status="assumed",
        role="uncertainty",
        en="idle space that an active resident unit opens, if it opens any",
        zh="参与单位开放的闲置场地面积",
    ),
    quantity(
        "room_norm",
        30.0,
        unit="m2/100 households",
        low=15.0,
        high=60.0,
        source="B27",
        status="read",
        role="uncertainty",
        en="room for as many activities as there is demand for",
        zh="满足活动需要的用房面积",
    ),
    quantity(
        "circle_gain",
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumed",
        role="uncertainty",
        en="share of activities that needs a service circle",
        zh="依赖服务圈的活动比例",
    ),
    quantity(
        "a_part",
        1.0,
        unit="1/year",
        low=0.2,
        high=4.0,
        source="assumed",
        role="uncertainty",
        en="speed at which participation moves",
        zh="参与度变化速度",
    ),
    quantity(
        "part_base",
        0.15,
        unit="share",
        low=0.0,
        high=0.4,
        source="assumed",
        role="uncertainty",
        en="participation where there is no trust, group or activity",
        zh="参与度基数",
    ),
    quantity(
        "part_trust",
        0.3,
        unit="share",
        low=0.0,
        high=0.6,
        source="T14",
        status="assumed",
        role="uncertainty",
        en="participation that full trust adds",
        zh="信任对参与度的贡献",
    ),
    quantity(
        "part_groups",
        0.05,
        unit="share/log point",
        low=0.0,
        high=0.15,
        source="assumed",
        role="uncertainty",
        en="participation that grassroots groups add, per log point of their number for 1,000 households",
        zh="社区社会组织对参与度的贡献（每千户组织数的对数）",
    ),
    quantity(
        "part_activity",
        0.1,
        unit="share",
        low=0.0,
        high=0.3,
        source="assumed",
        role="uncertainty",
        en="participation that activities for all add",
        zh="活动充足对参与度的贡献",
    ),
    quantity(
        "part_self",
        0.1,
        unit="share",
        low=0.0,
        high=0.3,
        source="S-Z20",
        status="assumed",
        role="uncertainty",
        en="participation that self-management of all estates would add",
        zh="小区自我管理对参与度的贡献",
    ),
    quantity(
        "hall_settle",
        0.3,
        unit="share",
        low=0.0,
        high=0.8,
        source="S-B08",
        status="assumed",
        role="uncertainty",
        en="share of what upsets harmony that a hall settles where everybody takes part",
        zh="全员参与时议事厅化解矛盾的比例",
    ),
    quantity(
        "self_growth",
        0.3,
        unit="1/year",
        low=0.0,
        high=2.0,
        source="S-Z19,S-Z20",
        status="assumed",
        role="lever",
        en="speed at which self-management of old estates spreads where everybody takes part",
        zh="全员参与时老旧小区自我管理的推广速度",
    ),
    quantity(
        "self_loss",
        0.1,
        unit="1/year",
        low=0.0,
        high=0.5,
        source="assumed",
        role="uncertainty",
        en="share of self-managed old estates that give up in a year",
        zh="自我管理小区每年退出比例",
    ),
    quantity(
        "self_settle",
        0.3,
        unit="share",
        low=0.0,
        high=0.8,
        source="S-Z20",
        status="assumed",
        role="uncertainty",
        en="share of the trouble of old estates that self-management settles",
        zh="自我管理化解老旧小区问题的比例",
    ),
    quantity(
        "watch_max",
        0.4,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumed",
        role="uncertainty",
        en="share of what makes unsafe that any number of watchful people could prevent",
        zh="巡防力量最多可预防的安全问题比例",
    ),
    quantity(
        "watch_ref",
        1.0,
        unit="people/1,000 households",
        low=0.2,
        high=4.0,
        source="assumed",
        role="uncertainty",
        en="watchful people, in full-time equivalents, who prevent half of that",
        zh="预防其中一半所需的巡防力量（折合全职）",
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


@inlined
def satisfaction(performance: float, expectation: float, s0: float, b1: float, b2: float) -> float:
    """Satisfaction, points of 100, by expectation and disconfirmation."""
    raw = s0 + b1 * (performance - expectation) + b2 * performance
    return 100.0 * min(1.0, max(0.0, raw))


@inlined
def reported_satisfaction(satisfied: float, show: float, g: float) -> float:
    """Satisfaction as reported, points of 100: ``g`` points more for a point of effort spent on ``show``."""
    return min(100.0, satisfied + 100.0 * g * show)


@inlined
def calm(unresolved: float, households: int, harm: float) -> float:
    """Harmony or safety, points of 100, given unresolved needs of the categories that feed it."""
    return 100.0 * math.exp(-harm * unresolved / max(1, households))


@kernel
def _judge(performance: F64, need: I64, resolved: I32, failed: I32, lapsed: I32) -> None:
    """Hour-weighted share of outcomes that met a need; last month's where nothing happened.

    ``need`` has shape ``(category, hardness)``, minutes.
    """
    work = flat(need)
    for c in range(performance.shape[0]):
        met, missed, left = flat(resolved[c]), flat(failed[c]), flat(lapsed[c])
        good = bad = 0
        for j in range(work.shape[0]):
            good += work[j] * met[j]
            bad += work[j] * (missed[j] + left[j])
        if good + bad > 0:
            performance[c] = good / (good + bad)


@inlined
def _count_groups(kind: I8, alive: I8, home: I32, count: I64) -> None:
    """Grassroots groups alive by community."""
    for g in range(kind.shape[0]):
        if kind[g] == GRASSROOTS and alive[g] == 1:
            count[home[g]] += 1


@inlined
def next_share(share: float, gain: float, loss: float) -> float:
    """Let a month pass for a share that others join and its own leave, at yearly speeds."""
    return share + (gain * (1.0 - share) - loss * share) / 12.0


@inlined
def activity(room: float, households: int, circle: float, norm: float, gain: float) -> float:
    """Activities held, as a share of those there is demand for.

    Parameters
    ----------
    room
        Premises and idle space opened, square metres.
    households
        Whom they are for.
    circle
        Coverage by a service circle.
    norm
        Square metres that 100 households need.
    gain
        Share of activities that needs a circle.
    """
    return (1.0 - gain * (1.0 - circle)) * min(1.0, 100.0 * room / (norm * max(1, households)))


@inlined
def space_used(opened: float, own: float, households: int, norm: float) -> float:
    """Return opened space that activities use, m²: what they ask for beyond the community's own rooms.

    Parameters
    ----------
    opened, own
        Space that resident units have opened, and premises of the community, m².
    households
        Of the community.
    norm
        Room for 100 households, m².
    """
    return min(opened, max(0.0, norm * households / 100.0 - own))


@inlined
def watched(people: float, households: int, most: float, reference: float) -> float:
    """Share of what makes unsafe that watchful people, in full-time equivalents, prevent."""
    density = 1000.0 * people / max(1, households)
    return most * density / (density + reference)


@kernel
def _feel(
    p: Any,
    performance: F64,
    expectation: F64,
    satisfied: F64,
    trust: F64,
    perceived: F64,
) -> None:
    for c in range(performance.shape[0]):
        seen = performance[c]
        satisfied[c] = satisfaction(seen, expectation[c], p.s0, p.b1, p.b2)
        expectation[c] += p.a_E / 12.0 * (seen - expectation[c])
        trust[c] += p.a_T / 12.0 * (seen - trust[c])
        perceived[c] += p.a_P / 12.0 * (seen - perceived[c])


@allocating
def _take_part(p: Any, communities: Communities, groups: Groups) -> None:
    """Volunteers, resident units, activities, participation and self-management."""
    c = communities
    near = np.zeros(c.households.shape[0], dtype=np.int64)
    _count_groups(groups.kind, groups.alive, groups.community, near)
    joining = p.unit_join * p.unit_feedback
    leaving = p.unit_leave * (1.0 - p.unit_feedback)
    for i in range(c.households.shape[0]):
        homes = max(1, c.households[i])
        trust = c.trust[i]
        drawn = p.a_V / 12.0 * (trust - p.trust_ref) + p.volunteer_credit / 12.0
        grown = c.volunteers[i] * (1.0 + drawn) + c.joining[i]
        c.volunteers[i] = min(p.volunteers_max * homes, grown)
        c.helpers[i] = c.volunteers[i] + c.mobilised[i] + c.ventured[i]
        c.units_active[i] = next_share(c.units_active[i], joining, leaving)
        c.idle_space[i] = p.unit_space * c.units_active[i] * c.units_open[i]
        room = c.premises[i] + c.idle_space[i]
        c.idle_used[i] = space_used(c.idle_space[i], c.premises[i], homes, p.room_norm)
        c.activities[i] = activity(room, homes, c.circle[i], p.room_norm, p.circle_gain)
        taking_part = c.participation[i] / 100.0
        aim = (
            p.part_base
            + p.part_trust * trust
            + p.part_groups * math.log(1.0 + 1000.0 * near[i] / homes)
            + p.part_activity * c.activities[i]
            + p.part_self * c.estates_old[i] * c.self_managed[i]
        )
        c.participation[i] += 100.0 * p.a_part / 12.0 * (min(1.0, aim) - taking_part)
        c.self_managed[i] = next_share(c.self_managed[i], p.self_growth * taking_part, p.self_loss)


@kernel
def _keep_calm(p: Any, communities: Communities, categories: Categories, cases: Cases) -> None:
    """Harmony and safety from what is not resolved, and from who talks, settles and watches."""
    c, kinds = communities, categories
    for i in range(c.households.shape[0]):
        waiting = flat(cases.waiting[i])
        latent, paper = flat(cases.latent[i]), flat(cases.paper[i])
        upset = unsafe = 0.0
        for k in range(kinds.harmony.shape[0]):
            unresolved = 0
            for j in range(2 * k, 2 * k + 2):
                unresolved += waiting[j] + latent[j] + paper[j]
            upset += kinds.harmony[k] * unresolved
            unsafe += kinds.safety[k] * unresolved
        homes = c.households[i]
        settled = p.self_settle * c.estates_old[i] * c.self_managed[i]
        talked = p.hall_settle * c.hall[i] * c.participation[i] / 100.0
        watching = c.grid_staff[i] + c.helpers[i] * p.volunteer_hours / p.h_w
        seen = watched(watching, homes, p.watch_max, p.watch_ref)
        c.harmony[i] = calm(upset * (1.0 - talked) * (1.0 - settled), homes, p.harm)
        c.safety[i] = calm(unsafe * (1.0 - seen) * (1.0 - settled), homes, p.harm)


@inlined
def step(
    p: Any,
    communities: Communities,
    groups: Groups,
    categories: Categories,
    cases: Cases,
) -> None:
    """Let residents judge the month, and do their part."""
    c = communities
    _judge(c.performance, categories.minutes, cases.resolved, cases.failed, cases.lapsed)
    _feel(p, c.performance, c.expectation, c.satisfaction, c.trust, c.perceived)
    _take_part(p, c, groups)
    _keep_calm(p, c, categories, cases)
