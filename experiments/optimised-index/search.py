"""Search for the weights of the optimised index: ``python experiments/optimised-index/search.py [FOLDER]``.

What is maximised is the share of needs truly met in the second and third year after the index takes over from money
per household, the mean of a few replicates on common draws. A Sobol sample of the weights comes first, then Nelder and
Mead's search from the best of them; what is found is then compared with equal weights and with money per household on
replicates that the search has not seen. Writes ``tried.csv`` and ``found.json`` into the folder (by default its own).
"""

from __future__ import annotations

import csv
import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import qmc

from sansheng.month import open_world, pass_months
from sansheng.outcomes.measures import OUTCOMES, Record, fixed_of, outcome_matrix
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule, rule_class
from sansheng.study.simulate import place_named
from sansheng.world.world import World

PLACE, START, SEED = "chenghua-2015", 2015 * 12, 20150101
YEARS = 3
SEARCHED, FRESH = range(6), range(1000, 1030)
SAMPLE, STEPS = 128, 120
NAMES = tuple(q.name for q in rule_class("optimised_index").quantities)
OUTCOME = list(OUTCOMES).index("need_met")


@cache
def past(replicate: int) -> World:
    """Return a world after a year of money per household."""
    world = open_world(place_named(PLACE), {}, SEED, replicate, START - 12)
    record = make_recorder(START - 12, 12, world.tables.communities.key.shape[0])
    pass_months(world, make_rule("per_household"), record, 12)
    return world


def need_met(rule: str, options: dict[str, float], replicate: int) -> float:
    """Return the needs truly met in all years but the first, %."""
    world = past(replicate).copy()
    record = make_recorder(START, 12 * YEARS, world.tables.communities.key.shape[0])
    fixed = fixed_of(world.tables)
    pass_months(world, make_rule(rule, options), record, 12 * YEARS, new_rule=True)
    months = outcome_matrix(Record(record.monthly, record.yearly, fixed, START))
    return float(np.nanmean(months[12:, OUTCOME]))


def weights(point: np.ndarray) -> dict[str, float]:
    """Return weights that sum to one: the absolute values of a point over their sum."""
    share = np.abs(point) / max(1e-9, np.abs(point).sum())
    return dict(zip(NAMES, share.tolist(), strict=True))


def main(folder: Path) -> None:
    """Search, compare and write."""
    tried: list[dict[str, float]] = []

    def lost(point: np.ndarray) -> float:
        chosen = weights(point)
        met = [need_met("optimised_index", chosen, replicate) for replicate in SEARCHED]
        tried.append({**chosen, "need_met": float(np.mean(met))})
        return -tried[-1]["need_met"]

    # Exponential spacings of uniform points are uniform on the simplex.
    sample = -np.log(1.0 - qmc.Sobol(len(NAMES), seed=SEED).random(SAMPLE))
    best = min(sample, key=lost)
    minimize(lost, best / best.sum(), method="Nelder-Mead", options={"maxfev": STEPS})
    found = {name: round(max(tried, key=lambda row: row["need_met"])[name], 2) for name in NAMES}
    equal = dict.fromkeys(NAMES, 1.0 / len(NAMES))
    fresh = {
        "found": [need_met("optimised_index", found, r) for r in FRESH],
        "equal": [need_met("optimised_index", equal, r) for r in FRESH],
        "per_household": [need_met("per_household", {}, r) for r in FRESH],
    }
    gains = {name: np.subtract(fresh["found"], fresh[name]) for name in ("equal", "per_household")}
    with (folder / "tried.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*NAMES, "need_met"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: round(v, 4) for k, v in row.items()} for row in tried)
    result = {
        "place": PLACE,
        "weights": found,
        "need_met": {name: round(float(np.mean(met)), 3) for name, met in fresh.items()},
        "gain_over": {
            name: {
                "mean": round(float(gain.mean()), 3),
                "standard_error": round(float(gain.std(ddof=1) / len(gain) ** 0.5), 3),
            }
            for name, gain in gains.items()
        },
        "fresh_replicates": len(FRESH),
    }
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (folder / "found.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
