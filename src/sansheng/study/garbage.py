"""How often Python looks for objects that hold on to each other, in processes of this program's own."""

from __future__ import annotations

import gc

_NEW = 50_000
"""Objects made and kept, after which Python looks through the new ones; its default is 700 or 2,000."""


def collect_seldom() -> None:
    """Look for garbage seldom.

    Loading the model makes half a million objects that stay until the end, and looking through them again and again
    is a tenth of what a small study takes. What runs make is freed without looking, as nothing in it holds on to
    itself.
    """
    gc.set_threshold(_NEW, *gc.get_threshold()[1:])
