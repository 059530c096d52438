"""Grassroots groups and hubs."""

from __future__ import annotations

from typing import Any

import mesa


class Group(mesa.Agent):
    """A grassroots group or a hub; attributes are the columns of ``Groups``."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def grassroots(self) -> bool:
        """Whether it is a grassroots group that exists."""
        return self.alive == 1 and self.kind == 0
