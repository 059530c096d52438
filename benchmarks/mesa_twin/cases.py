"""Kinds of service and the cases of one kind in one community."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.mesa_twin.sums import added

AGES = 13
"""Ages of open cases, months; the last is that age or older."""


@dataclass(eq=False)
class Category:
    """A kind of service; the same for everybody."""

    row: int
    minutes: list[float]
    rate: float
    duty_rate: float
    season: list[float]
    cross: float
    visible: float
    volunteer: float
    harmony: float
    safety: float
    least_tier: int


@dataclass(eq=False)
class Cases:
    """All cases of one category and hardness in one community."""

    category: Category
    hard: bool
    open: list[int] = field(default_factory=lambda: [0] * AGES)
    blocked: int = 0
    latent: int = 0
    paper: int = 0
    waiting: int = 0
    overdue: int = 0
    arisen: int = 0
    reported: int = 0
    by_grid: int = 0
    on_spot: int = 0
    by_units: int = 0
    found: int = 0
    gone: int = 0
    lapsed: int = 0
    minutes: list[int] = field(default_factory=lambda: [0, 0, 0])
    worked: list[int] = field(default_factory=lambda: [0, 0, 0])
    expert_minutes: int = 0
    worked_expert: int = 0
    finished: int = 0
    expert: float = 0.0
    by_agency: float = 0.0
    resolved: int = 0
    failed: int = 0
    returned: int = 0
    papered: int = 0
    reopened: int = 0
    claimed_share: float = 0.0
    closed_year: int = 0
    opened_year: int = 0
    grid_year: int = 0
    spot_year: int = 0
    lapsed_year: int = 0
    closed_last: int = 0
    pay: int = 0
    """Tariff of a task, fen: what the rule in force pays for it."""

    @property
    def need(self) -> int:
        """Minutes of work that a case takes."""
        return int(self.category.minutes[self.hard])

    def grow_older(self) -> None:
        """Let a month pass; the last age keeps whatever is that old or older."""
        self.open[-1] += self.open[-2]
        self.open[1:-1] = self.open[:-2]
        self.open[0] = 0

    def count(self, norm: int) -> None:
        """Count open and overdue cases."""
        self.waiting = added(self.open)
        self.overdue = added(self.open[norm:])

    def take_oldest(self, n: int) -> None:
        """Remove ``n`` open cases, oldest first."""
        age = AGES - 1
        while n > 0:
            taken = min(n, self.open[age])
            self.open[age] -= taken
            n -= taken
            age -= 1
