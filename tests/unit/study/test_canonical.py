from __future__ import annotations

import hashlib
import math
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core import kernels
from sansheng.study.canonical import decoded_hash_of, hash_of, study_hash
from sansheng.study.parquet import write_table
from sansheng.study.reading import open_study
from sansheng.study.run import run_study
from sansheng.study.shards import (
    COMMUNITIES,
    MONTHS,
    Layout,
    RunNumbers,
    checksum,
    in_memory,
    pack,
    unpack,
)

LAYOUT = Layout(
    ("每百户", "a"), 24_190, 3, ("met", "gap"), ("year", "community", "staff"), ("year",)
)


def run(scenario: str = "a", replicate: int = 0) -> RunNumbers:
    months = np.array([[0.1, np.nan], [-0.0, 3.0], [5e-324, 1e300 / (1 + replicate)]])
    homes = np.array([[2015.0, 1.0, 4.5], [2015.0, 2.0, 6.25], [2016.0, 1.0, -1.5]])
    return RunNumbers(scenario, 0, replicate, months, homes)


def test_the_checksum_is_that_of_the_layout_written_here_by_hand() -> None:
    by_hand = b"".join(
        [
            b"(3, 2)\n" + struct.pack("<6d", 0.1, math.nan, -0.0, 3.0, 5e-324, 1e300),
            b"(3, 3)\n" + struct.pack("<9d", 2015, 1, 4.5, 2015, 2, 6.25, 2016, 1, -1.5),
        ]
    )
    assert checksum(run()) == hashlib.sha256(by_hand).hexdigest()


@pytest.mark.parametrize("at", range(6))
def test_the_smallest_change_of_any_number_changes_the_hash(at: int) -> None:
    changed = run()
    changed.months.flat[at] = np.nextafter(np.nan_to_num(changed.months.flat[at]), 1.0)
    assert checksum(changed) != checksum(run())


def test_a_swap_of_two_numbers_changes_the_hash() -> None:
    changed = run()
    changed.months[[0, 1]] = changed.months[[1, 0]]
    assert checksum(changed) != checksum(run())


def test_every_bit_pattern_of_undefined_is_the_same_and_nothing_is_changed_by_hashing() -> None:
    other = run()
    other.months.view(np.uint64)[0, 1] = 0xFFF8_0000_0000_1234
    before = other.months.tobytes()
    assert checksum(other) == checksum(run())
    assert other.months.tobytes() == before


@given(st.permutations(range(12)), st.permutations(range(12)))
def test_runs_are_read_alike_whatever_the_order_of_rows(
    months: list[int], homes: list[int]
) -> None:
    runs = [run(name, replicate) for name in LAYOUT.scenarios for replicate in range(2)]
    packed = pack(runs, np.zeros((4, 2)), {}, LAYOUT)
    files: dict[str, Any] = {}
    for content, order in ((MONTHS, months), (COMMUNITIES, homes)):
        with in_memory() as file:
            file.write(packed[content])
            file.flush()
            import duckdb

            name = f"/proc/self/fd/{file.fileno()}"
            table = duckdb.from_parquet(name).fetchnumpy()
        columns = {
            key: np.ma.filled(values, np.nan) if np.ma.isMaskedArray(values) else values
            for key, values in table.items()
        }
        files[content] = in_memory()
        write_table(files[content], {key: values[order] for key, values in columns.items()})
        files[content].seek(0)
    found = {numbers.key: checksum(numbers) for numbers in unpack(files, LAYOUT)}
    for file in files.values():
        file.close()
    assert found == {one.key: checksum(one) for one in runs}


def test_the_hash_of_a_study_covers_draws_and_names(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    hashes = set()
    for number, grid in enumerate(({}, {"psi": [0.1]}, {"psi": [0.2]}, {"lam": [0.3]})):
        study = fake_model.make_study(grid=grid, replicates=1)
        out = tmp_path / str(number)
        hashes.add(study_hash(run_study(study, out, workers=1, model="fake_model")))
    assert len(hashes) == 4


def test_the_ledger_gives_the_hash_that_decoding_gives(
    fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "kernels_are_compiled", lambda: True)
    study = fake_model.make_study(grid={"psi": [0.1, 0.3]}, replicates=3)
    data = open_study(run_study(study, tmp_path / "out", workers=1, model="fake_model"))
    assert hash_of(data) == decoded_hash_of(data) == study_hash(data.folder)
    one = data.ledger[4]._replace(checksum="0" * 64)
    other = type(data)(
        data.folder, data.manifest, [*data.ledger[:4], one, *data.ledger[5:]], data.tables
    )
    assert hash_of(other) != hash_of(data)


@pytest.mark.parametrize("layout", ["layout-2", "layout-3"])
def test_a_study_of_an_earlier_layout_has_one_hash_too(layout: str, project: Path) -> None:
    data = open_study(project / "tests" / "stores" / layout)
    assert hash_of(data) == decoded_hash_of(data)
