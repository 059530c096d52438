"""The folder that a calibration leaves, written whole or not at all.

=========================  ===============================================================
``calibration.yaml``       the calibration as it ran
``calibration.json``       seed, versions, hashes, number of points tried and kept
``targets.csv``            the patterns: target, tolerance, sources, fitted or not
``points.csv``             every point: round, parameters, simulated patterns, distances
``ensemble.csv``           the points that meet every fitted pattern, in the same form
``prior_predictive.csv``   how often each pattern is met before anything is fitted
``profile.csv``            outcomes on a grid of parameters, if one was asked for
=========================  ===============================================================
"""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sansheng.analysis.calibrate import Fit, prior_predictive
from sansheng.analysis.calibration_file import Calibration
from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.study.ensembles import ENSEMBLE, PARAMETER
from sansheng.study.provenance import content_hash, machine, source_hash, versions

MANIFEST = "calibration.json"


def check_folder(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier calibration.

    Raises
    ------
    BadInput
        If something else is there.
    """
    if out.exists() and not (
        out.is_dir() and (not any(out.iterdir()) or (out / MANIFEST).is_file())
    ):
        raise BadInput(
            Problem(
                Text(
                    f"{out} exists and does not hold an earlier calibration; name another folder",
                    f"{out} 已存在，且不是先前的校准结果；请另选文件夹",
                )
            )
        )


def write_folder(out: Path, fit: Fit, points: Sequence[Mapping[str, float]], outcomes: F64) -> None:
    """Write a calibration aside, flush it and put it in place of an earlier one.

    Parameters
    ----------
    out
        The folder.
    fit
        Points tried.
    points, outcomes
        The profile, as :func:`sansheng.analysis.calibrate.profile` gives it.

    Raises
    ------
    RunFailed
        If it cannot be written; what was there is then unchanged.
    """
    check_folder(out)
    texts = _texts(fit, points, outcomes)
    aside = out.parent / f".sansheng-calibration-{secrets.token_hex(8)}"
    try:
        aside.mkdir(parents=True)
        for name, text in texts.items():
            with (aside / name).open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        if out.exists():
            shutil.rmtree(out)
        aside.rename(out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunFailed(
            Problem(Text(f"cannot write {out}: {reason}", f"无法写入 {out}：{reason}"))
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _texts(fit: Fit, points: Sequence[Mapping[str, float]], outcomes: F64) -> dict[str, str]:
    calibration = fit.calibration
    rows = _points(fit)
    texts = {
        "calibration.yaml": calibration.source,
        "targets.csv": _csv(_TARGETS, _targets(calibration)),
        "points.csv": _csv(_head(calibration), rows),
        ENSEMBLE: _csv(_head(calibration), [rows[i] for i in fit.kept]),
        "prior_predictive.csv": _csv(_PRIOR, _prior_rows(fit)),
    }
    if calibration.profile is not None:
        grid, names = list(calibration.profile.grid), calibration.profile.outcomes
        profiled = [
            [*(_number(point[name]) for name in grid), *map(_number, values)]
            for point, values in zip(points, outcomes.tolist(), strict=True)
        ]
        texts["profile.csv"] = _csv([*grid, *names], profiled)
    manifest = {
        "versions": versions(),
        "platform": machine(),
        "source_sha256": source_hash(),
        "inputs_sha256": content_hash(calibration.model_dump(mode="json", exclude={"source"})),
        "seed": calibration.seed,
        "fitted": list(calibration.fit),
        "parameters": list(calibration.names),
        "points": len(rows),
        "kept": len(fit.kept),
    }
    texts[MANIFEST] = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return texts


_TARGETS = (
    "id", "place", "start", "months", "measure", "target", "low", "high", "unit", "split", "fitted", "sources",
)  # fmt: skip
_PRIOR = ("id", "target", "low", "high", "points", "hits", "q05", "q50", "q95")


def _targets(calibration: Calibration) -> list[list[str]]:
    return [
        [
            p.id,
            p.place,
            str(p.start),
            str(p.months),
            p.measure.name,
            _number(p.target),
            _number(p.low),
            _number(p.high),
            p.unit,
            p.split,
            str(int(p.id in calibration.fit)),
            " ".join(p.sources),
        ]
        for p in calibration.patterns
    ]


def _prior_rows(fit: Fit) -> list[list[str]]:
    return [
        [
            row.pattern.id,
            *map(_number, (row.pattern.target, row.pattern.low, row.pattern.high)),
            str(row.points),
            str(row.hits),
            *map(_number, (row.low, row.median, row.high)),
        ]
        for row in prior_predictive(fit)
    ]


def _head(calibration: Calibration) -> list[str]:
    parameters = [*calibration.names, *calibration.fixed]
    ids = [pattern.id for pattern in calibration.patterns]
    return [
        "point",
        "round",
        "implausibility",
        *(f"{PARAMETER}{name}" for name in parameters),
        *(f"simulated:{name}" for name in ids),
        *(f"distance:{name}" for name in ids),
    ]


def _points(fit: Fit) -> list[list[str]]:
    fixed = list(map(_number, fit.calibration.fixed.values()))
    worst = fit.implausibility
    return [
        [
            str(i),
            str(int(fit.round[i])),
            _number(worst[i]),
            *map(_number, fit.values[i].tolist()),
            *fixed,
            *map(_number, fit.simulated[i].tolist()),
            *map(_number, fit.distance[i].tolist()),
        ]
        for i in range(len(fit.round))
    ]


def _number(value: float) -> str:
    """Return a number that reads back the same; what is undefined is empty."""
    return "" if value != value else repr(float(value))


def _csv(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
