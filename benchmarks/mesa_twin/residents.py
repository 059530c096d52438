"""What residents live through, what they make of it, and what they do themselves."""

from __future__ import annotations

import math

from benchmarks.mesa_twin.sums import added


def clip(x: float, low: float, high: float) -> float:
    """Return a number within bounds."""
    return min(high, max(low, x))


class Residents:
    """How residents of a community judge and take part."""

    def judge(self) -> None:
        """Let residents judge the month by what truly met a need."""
        p = self.model.p
        good = added(cases.need * cases.resolved for cases in self.cases)
        bad = added(cases.need * (cases.failed + cases.lapsed) for cases in self.cases)
        if good + bad > 0:
            self.performance = good / (good + bad)
        judged = p.s0 + p.b1 * (self.performance - self.expectation) + p.b2 * self.performance
        self.satisfaction = 100 * clip(judged, 0, 1)
        self.expectation += p.a_E / 12 * (self.performance - self.expectation)
        self.trust += p.a_T / 12 * (self.performance - self.trust)
        self.perceived += p.a_P / 12 * (self.performance - self.perceived)

    def take_part(self) -> None:
        """Let volunteers, resident units, activities, self-management and participation move."""
        p, homes = self.model.p, self.households
        growth = p.a_V * (self.trust - p.trust_ref) + p.volunteer_credit
        grown = self.volunteers * (1 + growth / 12) + self.joining
        self.volunteers = clip(grown, 0, p.volunteers_max * homes)
        self.helpers = self.volunteers + self.mobilised + self.ventured

        heard = p.unit_feedback
        gain, loss = p.unit_join * heard, p.unit_leave * (1 - heard)
        self.units_active += (gain * (1 - self.units_active) - loss * self.units_active) / 12
        self.idle_space = p.unit_space * self.units_active * self.units_open
        wanted = p.room_norm * homes / 100
        room = min(1.0, (self.premises + self.idle_space) / wanted)
        self.activities = (1 - p.circle_gain * (1 - self.circle)) * room
        self.idle_used = min(self.idle_space, max(0.0, wanted - self.premises))

        groups = 1000 * added(group.grassroots for group in self.groups) / homes
        managed = self.estates_old * self.self_managed
        goal = p.part_base + p.part_trust * self.trust + p.part_groups * math.log(1 + groups)
        goal += p.part_activity * self.activities + p.part_self * managed
        share = self.participation / 100
        self.participation = 100 * (share + p.a_part / 12 * (min(1.0, goal) - share))
        m = self.self_managed
        self.self_managed = m + (p.self_growth * share * (1 - m) - p.self_loss * m) / 12

    def keep_calm(self) -> None:
        """Let harmony and safety follow what is not resolved, and who settles and watches."""
        p, homes = self.model.p, self.households
        upset = unsafe = 0.0
        for cases in self.cases:
            unresolved = added(cases.open) + cases.latent + cases.paper
            upset += cases.category.harmony * unresolved
            unsafe += cases.category.safety * unresolved
        settled = 1 - p.self_settle * self.estates_old * self.self_managed
        talked = 1 - p.hall_settle * self.hall * self.participation / 100
        watching = 1000 * (self.grid_staff + self.helpers * p.volunteer_hours / p.h_w) / homes
        watched = 1 - p.watch_max * watching / (watching + p.watch_ref)
        self.harmony = 100 * math.exp(-p.harm * upset * settled * talked / homes)
        self.safety = 100 * math.exp(-p.harm * unsafe * settled * watched / homes)
