"""The fake model with blocks of another behaviour."""

from fake_model import Pilot, in_scenarios, slow, warm_up

simulate_scenarios = in_scenarios(slow)

__all__ = ["Pilot", "simulate_scenarios", "warm_up"]
