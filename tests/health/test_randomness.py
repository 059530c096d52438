"""No draw without a key: a generator with a state would tie one agent's luck to another's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest

ALLOWED = {
    "src/sansheng/model.py",  # Mesa asks every model for a generator; the month draws nothing from it
    "src/sansheng/study/designs.py",  # points of a design belong to the study's seed; no agent draws from it
    "src/sansheng/analysis/simultaneous.py",  # directions of a test, bits of a counter under a fixed key
    "src/sansheng/study/store.py",  # names of folders that are written aside
    "src/sansheng/analysis/calibration_folder.py",  # likewise
    "src/sansheng/lab/guard.py",  # keys of the door
}

GENERATORS = {"random", "secrets", "numpy.random", "scipy.stats.qmc"}
CALLS = {"default_rng", "RandomState", "SeedSequence", "rvs", "urandom", "uuid4", "getrandbits"}
NUMPY = {"np", "numpy"}


def unkeyed(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that reach for a generator of random numbers."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(name.name in GENERATORS for name in names):
                yield node.lineno
            case ast.ImportFrom(module=module) if module in GENERATORS:
                yield node.lineno
            case ast.ImportFrom(module="numpy", names=names) if any(
                name.name == "random" for name in names
            ):
                yield node.lineno
            case ast.Attribute(value=ast.Name(id=owner), attr="random") if owner in NUMPY:
                yield node.lineno
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in CALLS:
                yield node.lineno


def test_nothing_in_the_package_draws_without_a_key(modules: Mapping[str, ast.Module]) -> None:
    found = [
        f"{path}:{line}"
        for path, tree in modules.items()
        if path not in ALLOWED
        for line in unkeyed(tree)
    ]
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from random import choice",
        "import numpy.random",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy as np\nnp.random.uniform()",
        "rng = generator.default_rng(1)",
        "scipy.stats.norm.rvs(3)",
        "os.urandom(8)",
    ],
)
def test_the_scan_sees(code: str) -> None:
    assert list(unkeyed(ast.parse(code)))


@pytest.mark.parametrize("code", ["uniform(key, 1, 2, 3, 0)", "world.random_key", "np.sort(x)"])
def test_the_scan_lets_keyed_draws_pass(code: str) -> None:
    assert not list(unkeyed(ast.parse(code)))
