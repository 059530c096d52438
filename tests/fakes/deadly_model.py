"""The fake model with blocks of another behaviour."""

from fake_model import Pilot, warm_up
from fake_model import dies_at_1 as simulate_block

__all__ = ["Pilot", "simulate_block", "warm_up"]
