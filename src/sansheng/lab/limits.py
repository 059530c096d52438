"""How much one browser, and all of them together, may ask of the machine."""

from __future__ import annotations

MOST_RUNNING = 2
"""Ensembles that run at once; each takes one core."""

MOST_WAITING = 60
"""Ensembles in the queue."""

MOST_RUNS = 4_000
"""Runs of one ensemble."""

MOST_COMMUNITY_MONTHS = 30_000_000
"""Communities times months times runs of one ensemble: some ten minutes."""

SECONDS = 900.0
"""What one ensemble may take."""

MOST_BYTES = 65_536
"""Bytes of a request, of a message of a browser, and of a study that is brought along."""

MOST_SESSIONS = 200
"""Browsers that are remembered; the one that was quiet longest is forgotten first."""

GRACE = 6.0
"""Seconds without any page after which a browser counts as closed: reloading a page takes less."""
