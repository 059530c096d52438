"""The fake model with blocks of another behaviour."""

from fake_model import Pilot, dies_once, in_scenarios, warm_up

simulate_scenarios = in_scenarios(dies_once)

__all__ = ["Pilot", "simulate_scenarios", "warm_up"]
