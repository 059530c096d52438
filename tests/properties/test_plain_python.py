"""The compiled month against the same functions as plain Python."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from numba.core import config

MONTHS = """
import hashlib
from sansheng.month import open_world, pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.world.place import load_place

world = open_world(load_place("classroom"), {}, 1, 1, 24185)
pass_months(world, make_rule("task_based"), make_recorder(24185, 2, 8), 2)
for table in world.tables:
    for name, values in zip(table._fields, table, strict=True):
        if values.dtype.kind == "i":
            print(type(table).__name__, name, hashlib.sha256(values.tobytes()).hexdigest()[:12])
"""


def whole_numbers(**env: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", MONTHS],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **env},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_two_months_as_plain_python_count_every_case_person_and_fen_alike() -> None:
    compiled = whole_numbers()
    assert len(compiled) > 80
    assert whole_numbers(NUMBA_DISABLE_JIT="1") == compiled
