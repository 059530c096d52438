"""A part of the month in AgentPy: everybody burns out, thinks of quitting and serves a month more.

The same part as :mod:`benchmarks.numpy_columns`, in the way of AgentPy: seats and employers are agents, and a list of
agents is told what to do. AgentPy comes with the extra ``bench``.
"""

from __future__ import annotations

import math
from typing import Any

import agentpy as ap

from sansheng.world.schema import STATION
from sansheng.world.world import World

SEAT = (
    "filled", "tenure", "service", "local_tenure", "credit", "step", "wage", "allowance", "bonus", "award", "owed",
    "burnout",
)  # fmt: skip
"""Columns that a seat has as attributes."""


class Employer(ap.Agent):
    """A station or an agency: its load and what it gives its people."""

    def setup(self, load: float, resources: float, at_station: bool) -> None:
        """Take what the month has brought."""
        self.load, self.resources, self.at_station = load, resources, at_station


class Seat(ap.Agent):
    """A post and whoever holds it."""

    def setup(self) -> None:
        """Start without anything decided."""
        self.quits = False

    def burn_out(self) -> None:
        """Let burnout go a part of the way to where load and resources lead."""
        if not self.filled:
            return
        p = self.model.parameters
        demand = min(0.6, max(-0.5, self.employer.load - p.load_norm))
        resources = self.employer.resources + self.coordination
        resources -= p.R_ref_base if self.employer.at_station else p.R_ref
        target = min(3.0, max(-2.0, (p.w_JD * demand + p.w_JR * resources) / 0.30))
        self.burnout += p.burnout_speed * (target - self.burnout)

    def think_of_quitting(self) -> None:
        """Decide whether to quit; then a month more has been served."""
        if not self.filled:
            return
        p = self.model.parameters
        at_station = self.employer.at_station
        q0, other = (p.q0, 0.0) if at_station else (p.q0_org, p.l_org)
        pay, owed = 1.0, 0.0  # until the first wage
        if self.wage > 0:
            pay = (self.wage + self.allowance + self.bonus + self.award / 12) / self.reference
            owed = self.owed / self.wage
        hazard = q0 * pay**-p.eta * math.exp(p.b_B * self.burnout)
        hazard *= (p.m_first if self.service < 12 else 1) * (1 + p.m_owed * owed)
        if not at_station:
            hazard *= 1 - p.ladder_pull * p.ladder * min(1.0, self.local_tenure / p.ladder_months)
        hazard /= 1 + (p.m_first - 1) * (1 - math.exp(-(q0 + other)))
        self.quits = self.draw() < 1 - math.exp(-hazard / 12)
        self.tenure += 1
        self.service += 1
        self.local_tenure += self.posted
        self.credit += 1
        self.step = self.credit // 12

    def draw(self) -> float:
        """Return the luck that was given, or a draw of the model's generator."""
        luck = self.model.luck
        return luck[self.row] if luck is not None else self.model.random.random()


class SeatModel(ap.Model):
    """All seats of a place, for the part of the month that they decide alone."""

    luck: Any = None

    def setup(self) -> None:
        """Make an agent of every seat and every employer; they are filled in by :func:`take_over`."""
        self.seats = ap.AgentList(self, self.p.seats, Seat)

    def step(self) -> None:
        """Let the part of the month pass."""
        self.seats.burn_out()
        self.seats.think_of_quitting()


def take_over(world: World, luck: Any = None) -> SeatModel:
    """Return a model of the world's seats; ``luck`` holds a draw for each, or there is a generator."""
    p, t = world.parameters, world.tables
    w, c, o = t.workers, t.communities, t.providers
    model = SeatModel({"seats": int(w.key.size), "seed": 1})
    model.parameters, model.luck = p, luck
    model.sim_setup(steps=1)
    offices = t.subdistricts.coordination
    stations = [
        Employer(
            model,
            load=float(c.load[i]),
            resources=-float(c.overdue_admin[i] / (c.seats[i] * p.h_w / 12)),
            at_station=True,
        )
        for i in range(c.key.size)
    ]
    agencies = [
        Employer(
            model,
            load=float(o.load[a]),
            resources=float(o.supervision[a] - min(1.0, o.owed_months[a])),
            at_station=False,
        )
        for a in range(o.key.size)
    ]
    for row, seat in enumerate(model.seats):
        seat.row = row
        for name in SEAT:
            setattr(seat, name, getattr(w, name)[row].item())
        home, where, employer = int(w.home[row]), int(w.community[row]), int(w.employer[row])
        district = int(w.district[row])
        seat.posted = where >= 0
        seat.reference = p.w_ref * float(t.districts.mean_wage[district])
        seat.employer = stations[home] if employer == STATION else agencies[employer]
        place = home if employer == STATION else where
        office = int(c.subdistrict[place]) if place >= 0 else int(o.subdistrict[employer])
        own = t.subdistricts.district == district
        seat.coordination = float(offices[office] if office >= 0 else offices[own].mean())
    return model
