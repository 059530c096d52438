"""What a month takes grows with the place, not with its square: counted in lines run, not in seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNTED = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import small_world
from sansheng.month import pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule

FILES = ("tender.py", "moving.py", "hiring.py", "workforce.py")
lines = dict.fromkeys(FILES, 0)

def trace(frame, event, arg):
    name = Path(frame.f_code.co_filename).name
    if name not in lines:
        return None
    def count(frame, event, arg):
        lines[name] += event == "line"
        return count
    return count

for n in (4, 16):
    districts = [small_world.district(f"d{i}", communities=4, community_workers=24,
                 certified_workers=8, grids=24, subdistricts=1, agencies=2, organisations=20)
                 for i in range(n)]
    restless = {"q0": 0.25, "station_share": 0.2, "known_months": 3.0}
    world = small_world.world(small_world.place(*districts), restless, start=2015 * 12 + 6)
    record = make_recorder(world.month, 3, 4 * n)
    lines = dict.fromkeys(FILES, 0)
    sys.settrace(trace)
    pass_months(world, make_rule("per_household"), record, 3)
    sys.settrace(None)
    print(*(lines[name] for name in FILES))
"""


@pytest.fixture(scope="module")
def lines(project: Path) -> list[list[int]]:
    """Lines run by file, of four districts and of sixteen."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, str(project / "tests" / "properties")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 0, done.stderr
    return [[int(word) for word in line.split()] for line in done.stdout.splitlines()]


def test_four_times_as_many_districts_take_four_times_as_many_lines(
    lines: list[list[int]],
) -> None:
    few, many = lines
    for before, after in zip(few, many, strict=True):
        assert before > 0
        assert (
            after <= 6.0 * before
        )  # districts differ by luck; their square would be sixteen times as much
