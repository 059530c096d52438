"""What runs are called in a ledger."""

from __future__ import annotations


def run_id(scenario: int, draw: int, replicate: int) -> str:
    """Return the id of a run, in digits that sort as the numbers do.

    Parameters
    ----------
    scenario
        Its number in the study.
    draw, replicate
        Which.
    """
    return f"{scenario:02d}-{draw:05d}-{replicate:06d}"
