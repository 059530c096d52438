"""The layout of a study's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sansheng.core.months import Month
from sansheng.outcomes.incumbents import ORGANISATION_COLUMNS, WORKER_COLUMNS
from sansheng.outcomes.measures import OUTCOMES
from sansheng.study.kept import columns_kept
from sansheng.study.shards import ORGANISATIONS, WORKERS, Layout, Shape

if TYPE_CHECKING:
    from sansheng.study.config import Study


def layout_of(study: Study) -> Layout:
    """Return what the tables of a study are going to look like."""
    return Layout(
        scenarios=tuple(study.scenarios),
        start=study.start.index,
        months=study.months,
        outcomes=tuple(OUTCOMES),
        community_columns=tuple(column.id for column in columns_kept(study)),
        whole_columns=tuple(column.id for column in columns_kept(study) if column.integer),
        incumbents=tuple(
            Shape(
                content,
                tuple(column.id for column in columns),
                tuple(column.id for column in columns if column.integer),
            )
            for content, columns in (
                (ORGANISATIONS, ORGANISATION_COLUMNS),
                (WORKERS, WORKER_COLUMNS),
            )
        ),
    )


def layout_in(manifest: Mapping[str, Any]) -> Layout:
    """Return what the tables of a stored study look like."""
    return Layout(
        scenarios=tuple(scenario["name"] for scenario in manifest["scenarios"]),
        start=Month.parse(manifest["start"]).index,
        months=manifest["months"],
        outcomes=tuple(manifest["outcomes"]),
        community_columns=tuple(manifest["community_columns"]),
        whole_columns=tuple(manifest["whole_columns"]),
        incumbents=tuple(
            Shape(said["content"], tuple(said["columns"]), tuple(said["whole"]))
            for said in manifest.get("incumbents", ())  # not in what layouts 2 and 3 stored
        ),
    )
