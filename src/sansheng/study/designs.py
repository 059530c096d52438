"""Draws of a study: the points at which parameters that vary are tried, other than a grid's.

=================================================  =========================================================
``{sobol: 64, over: [psi, lam]}``                  a scrambled Sobol sequence
``{lhs: 100, over: {psi: [0.2, 0.8], lam: }}``     a Latin hypercube
``{list: [{psi: 0.2}, {psi: 0.3}]}``               points as they are written
``{ensemble: ensemble.csv, most: 30}``             points that a calibration kept
=================================================  =========================================================

Points depend on this and the study's seed, and on nothing else: not on how the file orders names, on replicates, or
on who asks.
"""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sansheng.study.checks import MOST_DRAWS
from sansheng.study.ensembles import ENSEMBLE, ensemble_text, parse_ensemble
from sansheng.study.strict import Strict

if TYPE_CHECKING:
    from sansheng.core.tables import F64
    from sansheng.study.config import Study

Point = tuple[float, ...]


class Range(Strict):
    """A parameter and where it varies, in its own unit."""

    name: str
    low: float
    high: float


class Spread(Strict):
    """Points spread over ranges, which are sorted by name."""

    kind: Literal["sobol", "lhs"]
    count: int
    ranges: tuple[Range, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Parameters that vary."""
        return tuple(one.name for one in self.ranges)

    def points(self, seed: int) -> tuple[Point, ...]:
        """Return the points in the order in which the sequence gives them."""
        return tuple(
            tuple(
                # Rounding may carry a value past the end of its range.
                min(one.high, one.low + (one.high - one.low) * float(u))
                for one, u in zip(self.ranges, row, strict=True)
            )
            for row in _units(self.kind, self.count, len(self.ranges), seed)
        )


class Listed(Strict):
    """Points as they were written; names are sorted."""

    kind: Literal["list"] = "list"
    names: tuple[str, ...]
    rows: tuple[Point, ...]

    def points(self, seed: int) -> tuple[Point, ...]:
        """Return the points in the order of the file; the seed does not matter."""
        return self.rows


class Ensemble(Strict):
    """Points of a calibrated ensemble, by the text of its table, so that nothing but the study travels."""

    kind: Literal["ensemble"] = "ensemble"
    names: tuple[str, ...]
    text: str = Field(repr=False)
    most: int | None

    def points(self, seed: int) -> tuple[Point, ...]:
        """Return the points in the order of the table; the seed does not matter."""
        return parse_ensemble(self.text, ENSEMBLE).spread(self.most).rows


Design = Spread | Listed | Ensemble


@functools.lru_cache(maxsize=16)
def points_of(design: Design, seed: int) -> tuple[Point, ...]:
    """Return the points of a design, shape ``(draw, name)``; every run of a study asks for them."""
    return design.points(seed)


def _units(kind: Literal["sobol", "lhs"], count: int, size: int, seed: int) -> F64:
    """Return points in the unit cube, shape ``(draw, parameter)``."""
    import numpy as np
    from scipy.stats import qmc

    engine = {"sobol": qmc.Sobol, "lhs": qmc.LatinHypercube}[kind]
    # SciPy 1.15 renamed the keyword, and seeds an integer otherwise than before; a generator gives the same
    # points whichever it is.
    keyword = "rng" if "rng" in inspect.signature(engine).parameters else "seed"
    units: F64 = engine(size, **{keyword: np.random.default_rng(seed)}).random(count)
    return units


_Names = Annotated[list[str], Field(min_length=1)]
_Bounds = Annotated[list[float], Field(min_length=2, max_length=2)]
_Point = Annotated[dict[str, float], Field(min_length=1)]
_Points = Annotated[list[_Point], Field(min_length=1, max_length=MOST_DRAWS)]


class DrawsInFile(Strict):
    """The keys under ``draws``; which go together is checked with what they mean."""

    sobol: Annotated[int, Field(ge=2, le=MOST_DRAWS)] | None = None
    lhs: Annotated[int, Field(ge=2, le=MOST_DRAWS)] | None = None
    over: _Names | dict[str, _Bounds | None] | None = None
    listed: _Points | None = Field(default=None, alias="list")
    ensemble: str | None = None
    most: Annotated[int, Field(ge=1, le=MOST_DRAWS)] | None = None


def design_of(written: DrawsInFile, folder: Path) -> Design:
    """Return what a checked file means.

    Parameters
    ----------
    folder
        Where the study lies, to which the path of an ensemble is relative.

    Raises
    ------
    BadInput
        If an ensemble cannot be used any more.
    """
    if written.ensemble is not None:
        file, text = ensemble_text(folder / written.ensemble)
        names = parse_ensemble(text, str(file)).names
        return Ensemble(names=names, text=text, most=written.most)
    if written.listed is not None:
        named = tuple(sorted(written.listed[0]))
        rows = tuple(tuple(point[name] for name in named) for point in written.listed)
        return Listed(names=named, rows=rows)
    over = written.over or {}
    bounds = over if isinstance(over, dict) else dict.fromkeys(over)
    ranges = tuple(_range(name, bounds[name]) for name in sorted(bounds))
    if written.sobol is not None:
        return Spread(kind="sobol", count=written.sobol, ranges=ranges)
    return Spread(kind="lhs", count=written.lhs or 0, ranges=ranges)


def _range(name: str, bounds: list[float] | None) -> Range:
    from sansheng.month import PARAMETERS

    low, high = bounds or (PARAMETERS[name].low, PARAMETERS[name].high)
    return Range(name=name, low=low, high=high)


def attachments_of(study: Study) -> dict[str, str]:
    """Return what a study needs beside its own text to be read again, by the name under which it is stored."""
    return {ENSEMBLE: study.design.text} if isinstance(study.design, Ensemble) else {}


def with_stored_ensemble(study: Study, written: Any) -> bool:
    """Let a study's data name its ensemble as it lies in the folder of results.

    Parameters
    ----------
    written
        Mappings and lists as the file has them; changed in place.

    Returns
    -------
    bool
        Whether anything changed.
    """
    if not isinstance(study.design, Ensemble) or written["draws"]["ensemble"] == ENSEMBLE:
        return False
    written["draws"]["ensemble"] = ENSEMBLE
    return True
