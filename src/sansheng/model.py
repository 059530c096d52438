"""The model as Mesa users know it: step it, select agents, collect data.

:class:`SanshengModel` adds nothing to what happens in a month; it calls :func:`sansheng.month.pass_month`, as
studies do, and gives the same numbers. Agents are views on rows, made when somebody first looks::

    model = SanshengModel(place="chenghua-2015", rule="per_household", rng=1)
    for _ in range(12):
        model.step()
    tired = model.agents.select(lambda a: a.kind == "worker" and a.burnout > 1)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np

from sansheng.core.months import Month
from sansheng.month import PARAMETERS, open_world, pass_month
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of
from sansheng.outcomes.recorder import Recorder, make_recorder
from sansheng.policy.load import make_rule
from sansheng.policy.rule import Rule
from sansheng.world.agents import Roster, agents_of
from sansheng.world.place import Place, load_place
from sansheng.world.world import World


class SanshengModel(mesa.Model):  # type: ignore[misc]  # mesa is not typed
    """A place under one funding rule, a month a step.

    Parameters
    ----------
    place
        A place, or the name or file of one.
    rule
        A rule, the name of one, or a mapping with its ``name`` and options; ``parts`` of a hybrid are a
        list of mappings with ``rule`` and ``weight``.
    rng
        Whole number: the seed that a study with that ``seed`` uses for its first replicate. Anything else
        that :func:`numpy.random.default_rng` takes gives a seed drawn from it; ``None`` a fresh one.
    replicate
        Which of the paired repetitions of a study, from 0.
    start
        First month, ``"2015-01"``.
    parameters
        Values that differ from the defaults, by name.

    Attributes
    ----------
    world : World
        Tables, parameters and the month that comes next.
    """

    def __init__(
        self,
        place: Place | str = "chenghua-2015",
        rule: Rule | str | Mapping[str, Any] = "per_household",
        *,
        rng: Any = None,
        replicate: int = 0,
        start: str = "2015-01",
        parameters: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(rng=rng)
        is_seed = isinstance(rng, (int, np.integer)) and 0 <= rng < 2**32
        seed = int(rng) if is_seed else int(self.rng.integers(2**32))
        where = load_place(place, PARAMETERS) if isinstance(place, str) else place
        first = Month.parse(start).index
        self.rule = _rule(rule)
        self.world: World = open_world(where, parameters or {}, seed, replicate, first)
        self._record: Recorder | None = None
        self._roster: Roster | None = None

    @property
    def date(self) -> Month:
        """The month that the next step lets pass."""
        return Month.at(self.world.month)

    def step(self) -> None:
        """Let a month pass."""
        communities = self.world.tables.communities.key.shape[0]
        self._record = make_recorder(self.world.month, 1, communities)
        pass_month(self.world, self.rule, self._record)
        if self._roster is not None:
            self._roster.refresh(self.world)

    def outcome(self, name: str) -> float:
        """Return an outcome of the last month; NaN before the first, and for yearly outcomes.

        Parameters
        ----------
        name
            An id of :data:`sansheng.outcomes.measures.OUTCOMES`.
        """
        compute = OUTCOMES[name].compute
        if self._record is None:
            return float("nan")
        fixed = fixed_of(self.world.tables)
        record = Record(self._record.monthly, self._record.yearly, fixed, self._record.start)
        return float(compute(record)[0])

    @property
    def agents(self) -> mesa.agent.AgentSet:
        """Communities, living organisations and people in service."""
        self._look()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], mesa.agent.AgentSet]:
        """The same by class."""
        self._look()
        by_type: dict[type[mesa.Agent], mesa.agent.AgentSet] = super().agents_by_type
        return by_type

    @property
    def agent_types(self) -> list[type[mesa.Agent]]:
        """Classes of agents."""
        return list(self.agents_by_type)

    def _look(self) -> None:
        if self._roster is None:
            self._roster = agents_of(self, self.world)


def _rule(rule: Rule | str | Mapping[str, Any]) -> Rule:
    if isinstance(rule, Rule):
        return rule
    if isinstance(rule, str):
        return make_rule(rule)
    options = dict(rule)
    parts = [(_rule(part["rule"]), part["weight"]) for part in options.pop("parts", ())]
    return make_rule(options.pop("name"), options, parts)
