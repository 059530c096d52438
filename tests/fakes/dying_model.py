"""The fake model with blocks of another behaviour."""

from fake_model import dies_once as simulate_block
from fake_model import Pilot, warm_up

__all__ = ["Pilot", "simulate_block", "warm_up"]
