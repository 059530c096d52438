"""Needs arise and are reported; some cases are settled, released or found by visits."""

from __future__ import annotations

import math

from benchmarks.mesa_twin.luck import Sampling, poisson
from benchmarks.mesa_twin.sums import added


def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    return 1 / (1 + math.exp(-x))


class Needs:
    """What a community's residents need, and who hears of it."""

    def let_needs_pass(self) -> None:
        """Let open cases grow older, latent needs end, overdue cases and paper closures be given up."""
        p = self.model.p
        end, back, resign, leave, hide = (
            Sampling(self._luck("needs.give_up_report_grid_shock", sub)) for sub in range(5)
        )
        for cases in self.cases:
            cases.grow_older()
            waiting, overdue = added(cases.open), added(cases.open[int(p.norm_months) :])
            ended = end.take(cases.latent * p.latent_exit)
            returned = back.take(cases.paper * p.paper_return)
            resigned = resign.take((cases.paper - returned) * p.latent_exit)
            left = leave.take(overdue * p.lapse)
            hidden = hide.take(left / 2)
            cases.latent += returned + hidden - ended
            cases.paper -= returned + resigned
            cases.gone = ended + resigned + left - hidden
            cases.lapsed = left
            cases.take_oldest(left)
            cases.blocked = min(cases.blocked, waiting - left)

    def let_needs_arise(self) -> None:
        """Let residents and duties bring needs, and report some of them."""
        p, month = self.model.p, self.model.month
        u = self._luck("needs.give_up_report_grid_shock", 7)
        innovation = p.shock_sd * math.sqrt(3) / math.pi * math.log(u / (1 - u))
        self.shock = p.shock_memory * self.shock + innovation
        long_run = p.shock_sd**2 / (1 - p.shock_memory**2)
        residents = p.lam / 12 * self.households * math.exp(self.shock - long_run / 2)
        duties = p.lam_duty / 12 * self.duties_service
        hard = min(0.6, max(0.02, p.p_hard * (1 + p.b_v * (self.vulnerable / p.v_ref - 1))))
        reported, by_grid = (
            Sampling(self._luck("needs.give_up_report_grid_shock", sub)) for sub in (5, 6)
        )
        called = self.calls()
        found_by_grid = self.found_by_grid()
        for sub, cases in enumerate(self.cases):
            category = cases.category
            from_residents = residents * self.need_mix[category.row] * category.season[month % 12]
            from_duties = duties * category.duty_rate
            share = hard if cases.hard else 1 - hard
            mean = (from_residents + from_duties) * share
            cases.arisen = poisson(self._luck("needs.arise", sub), mean)
            found = found_by_grid[category.row] * (p.grid_hard if cases.hard else 1)
            known = from_residents * (1 - (1 - found) * (1 - called)) + from_duties
            all_ = from_residents + from_duties
            cases.reported = reported.take(cases.arisen * known / all_ if all_ > 0 else 0)
            cases.by_grid = by_grid.take(
                cases.reported * (from_residents * found / known) if known > 0 else 0
            )
            cases.open[0] += cases.reported
            cases.latent += cases.arisen - cases.reported

    def calls(self) -> float:
        """Return the probability that residents call, or tell through an application."""
        p = self.model.p
        seen = min(0.95, max(0.05, self.perceived))
        call = logistic(p.call_base + p.eps_d * math.log(seen / (1 - seen)))
        return call + p.app_report * (1 - call)

    def found_by_grid(self) -> list[float]:
        """Return the share of easy needs that grid staff find by themselves, by category."""
        p, categories = self.model.p, self.model.categories
        rounds = 1000 * self.grid_staff / self.households / p.grid_ref
        share = 1 - (1 - p.grid_find) ** rounds
        mean = added(category.rate * category.visible for category in categories)
        return [min(0.95, share * category.visible / mean) for category in categories]

    def dispatch(self) -> None:
        """Open what visits find, settle cases on the spot, block new ones and release some of the blocked."""
        p, released = self.model.p, 0
        find, release, block, settle = (
            Sampling(self._luck("dispatch.find_release_block_settle", sub)) for sub in range(4)
        )
        latent = added(cases.latent for cases in self.cases)
        chance = min(p.out_cap, p.out_rate * self.hours_idle / latent) if latent > 0 else 0.0
        for cases in self.cases:
            cases.found = find.take(cases.latent * chance)
            cases.latent -= cases.found
            cases.on_spot = settle.take(0 if cases.hard else cases.by_grid * p.on_spot)
            cases.open[0] += cases.found - cases.on_spot
            new = cases.reported - cases.on_spot + cases.found
            cases.blocked += block.take(new * cases.category.cross)
            freed = release.take(cases.blocked * self.subdistrict.releases)
            cases.blocked -= freed
            released += freed
        self.coordination_hours = p.coord_hours * released * (1 - p.online_saves)

    def give_units_hard_matters(self) -> None:
        """Let resident units that take part settle open hard cases."""
        p = self.model.p
        hard = [cases for cases in self.cases if cases.hard]
        for cases in self.cases:
            cases.by_units = 0
        ready = {cases: added(cases.open) - cases.blocked for cases in hard}
        all_ready = added(ready.values())
        if p.unit_tasks == 0 or all_ready == 0:
            return
        wanted = p.unit_tasks / 12 * self.units_active * self.units
        n = min(all_ready, int(wanted + self._luck("dispatch.units", 0)))
        share = Sampling(self._luck("dispatch.units", 1))
        for cases in hard:
            cases.by_units = min(ready[cases], share.take(n * ready[cases] / all_ready))
            cases.take_oldest(cases.by_units)

    def _luck(self, decision: str, sub: int) -> float:
        return self.model.luck.draw(decision, self.model.month, self.key, sub)
