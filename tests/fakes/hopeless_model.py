"""The fake model in which every block kills its process."""

from fake_model import Pilot, always_dies, in_scenarios, warm_up

simulate_scenarios = in_scenarios(always_dies)

__all__ = ["Pilot", "simulate_scenarios", "warm_up"]
