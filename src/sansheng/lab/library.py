"""Folders of results that the lab was given when it started: browsers choose among them and name no path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from sansheng.study.manifest import MANIFEST

_MOST = 200


class Shelved(NamedTuple):
    """A folder of results: its number for browsers, what to call it, and where it lies."""

    id: str
    name: str
    folder: Path


class Library:
    """The folders below those that were named.

    Parameters
    ----------
    roots
        Folders of results, or folders that hold some.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = [root.resolve() for root in roots]

    def shelf(self) -> Sequence[Shelved]:
        """Return what is there now, sorted by name."""
        found = []
        for root in self._roots:
            here = [root] if (root / MANIFEST).is_file() else sorted(root.glob(f"*/{MANIFEST}"))
            for path in here:
                folder = path if path.is_dir() else path.parent
                number = hashlib.sha256(str(folder).encode("utf-8", "surrogatepass")).hexdigest()
                found.append(Shelved(number[:16], folder.name, folder))
        return sorted(found, key=lambda one: (one.name, one.id))[:_MOST]

    def find(self, number: str) -> Shelved | None:
        """Return the folder of a number; None if it is not there."""
        return next((one for one in self.shelf() if one.id == number), None)
