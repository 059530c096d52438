"""The fake model with blocks that note who runs them and take a moment."""

import os
import time

from fake_model import Pilot, in_scenarios, marks, simulate_block, warm_up


def noted(study, draw, replicate):
    (marks(study) / f"worker-{os.getpid()}").touch()
    time.sleep(0.02)
    return simulate_block(study, draw, replicate)


simulate_scenarios = in_scenarios(noted)

__all__ = ["Pilot", "simulate_scenarios", "warm_up"]
