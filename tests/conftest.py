"""What every test shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine; a first example may wait for a compiler.
settings.register_profile("sansheng", derandomize=True, deadline=None)
settings.load_profile("sansheng")


@pytest.fixture(scope="session")
def project() -> Path:
    """Root of the source tree."""
    return Path(__file__).parents[1]
