"""Mesa's view of a world: an agent per community, living organisation and person, made on demand.

The columns are the model; an agent is a pair of glasses on one row. It holds no state of its own, so it
cannot fall out of step with the tables, and a study that never looks at agents never makes any. What may
be read is what :mod:`sansheng.world.schema` declares, by the same names::

    worker.wage, worker.burnout, community.satisfaction, provider.rating

Columns are written by the processes that own them, never through an agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from sansheng.core.errors import did_you_mean
from sansheng.world.schema import Communities, Groups, Providers, Workers

if TYPE_CHECKING:
    from sansheng.world.world import World

Identity = tuple[int, int, int]
"""Kind of agent, row, and which of the row's successive holders."""


class RowAgent(mesa.Agent):  # type: ignore[misc]  # mesa is not typed
    """A row of a table as an agent.

    Attributes
    ----------
    row
        Row in the table; it never changes.
    key
        The row's stable identity, to which random draws are tied.
    kind
        ``"community"``, ``"provider"``, ``"group"`` or ``"worker"``.
    """

    kind: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    shown: ClassVar[tuple[str, ...]]

    def __init__(self, roster: Roster, row: int, holder: int) -> None:
        self._roster = roster
        self._holder = holder
        self.row = row
        self.key = int(self._table().key[row])
        super().__init__(roster.model)

    def _table(self) -> Any:
        raise NotImplementedError

    def _present(self) -> bool:
        """Whether the row still belongs to whom this agent stands for."""
        return True

    def column(self, name: str) -> Any:
        """Return the present value of a column: a Python number, or a read-only array.

        Raises
        ------
        AttributeError
            If the table has no such column, or whom this agent stands for has gone.
        """
        if name not in self.columns:
            hint = did_you_mean(name, self.columns)
            raise AttributeError(f"a {self.kind} has no '{name}'{hint.en}")
        if not self._present():
            raise AttributeError(f"this {self.kind} has gone, and '{name}' with it")
        value = getattr(self._table(), name)[self.row]
        if isinstance(value, np.ndarray):
            value = value.view()
            value.flags.writeable = False
            return value
        return value.item()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # nothing of Python's own, such as copying, is a column
            raise AttributeError(name)
        return self.column(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.columns and name != "key":
            raise AttributeError(f"'{name}' is a column; the process that owns it writes it")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        shown = f"row={self.row}, key={self.key}"
        if self._present():
            values = (f"{name}={self.column(name)}" for name in self.shown)
            return f"{type(self).__name__}({', '.join((shown, *values))})"
        return f"{type(self).__name__}({shown}, gone)"


class CommunityAgent(RowAgent):
    """A community 社区; its columns are those of :class:`~sansheng.world.schema.Communities`."""

    kind = "community"
    columns = Communities._fields
    shown = ("subdistrict", "households", "seats")

    def _table(self) -> Communities:
        return self._roster.world.tables.communities


class ProviderAgent(RowAgent):
    """A living agency 社工事务所; columns as in :class:`~sansheng.world.schema.Providers`."""

    kind = "provider"
    columns = Providers._fields
    shown = ("subdistrict", "staff", "rating")

    def _table(self) -> Providers:
        return self._roster.world.tables.providers

    def _present(self) -> bool:
        return bool(self._table().alive[self.row])


class GroupAgent(RowAgent):
    """A living grassroots group or hub; columns as in :class:`~sansheng.world.schema.Groups`.

    ``group.column("kind")`` tells them apart.
    """

    kind = "group"
    columns = Groups._fields
    shown = ("district", "community")

    def _table(self) -> Groups:
        return self._roster.world.tables.groups

    def _present(self) -> bool:
        return bool(self._table().alive[self.row])


class WorkerAgent(RowAgent):
    """A person in a seat 岗位; columns as in :class:`~sansheng.world.schema.Workers`.

    A successor in the same seat is another agent. Mesa gives every agent a method ``step``, so the
    seniority step is ``worker.seniority``.
    """

    kind = "worker"
    columns = Workers._fields
    shown = ("employer", "community", "tier", "tenure")

    def _table(self) -> Workers:
        return self._roster.world.tables.workers

    def _present(self) -> bool:
        t = self._table()
        return bool(t.filled[self.row]) and int(t.generation[self.row]) == self._holder

    @property
    def person(self) -> tuple[int, int]:
        """Key of the seat and number of the person among all who have sat there."""
        return self.key, self._holder

    @property
    def seniority(self) -> int:
        """Seniority step that pay recognises, years."""
        return int(self.column("step"))


_KINDS: tuple[type[RowAgent], ...] = (
    CommunityAgent,
    ProviderAgent,
    GroupAgent,
    WorkerAgent,
)


class Roster:
    """The agents of one Mesa model, kept in step with its world by :meth:`refresh`.

    Parameters
    ----------
    model
        Where agents register.
    world
        What they look at.
    """

    def __init__(self, model: mesa.Model, world: World) -> None:
        self.model = model
        self.world = world
        self._agents: dict[Identity, RowAgent] = {}
        self.refresh(world)

    def refresh(self, world: World) -> None:
        """Let agents look at ``world``, remove those who have gone and make those who have come.

        Who stays, stays the same object. New agents register in row order.
        """
        self.world = world
        present = dict.fromkeys(_identities(world))
        for identity in [identity for identity in self._agents if identity not in present]:
            self._agents.pop(identity).remove()
        for identity in present:
            if identity not in self._agents:
                kind, row, holder = identity
                self._agents[identity] = _KINDS[kind](self, row, holder)

    def __len__(self) -> int:
        return len(self._agents)


def agents_of(model: mesa.Model, world: World) -> Roster:
    """Make an agent for every community, living organisation and person, registered in ``model``."""
    return Roster(model, world)


def _identities(world: World) -> list[Identity]:
    t = world.tables
    seats = np.flatnonzero(t.workers.filled)
    holders = t.workers.generation[seats].tolist()
    return [
        *((0, row, 0) for row in range(t.communities.key.size)),
        *((1, row, 0) for row in np.flatnonzero(t.providers.alive).tolist()),
        *((2, row, 0) for row in np.flatnonzero(t.groups.alive).tolist()),
        *((3, row, holder) for row, holder in zip(seats.tolist(), holders, strict=True)),
    ]
