from __future__ import annotations

from pathlib import Path

import pytest

from sansheng.report.build import brief, report
from sansheng.report.render import render
from sansheng.study.config import load_study
from sansheng.study.progress import Progress
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study


@pytest.fixture(scope="session")
def results(project: Path, tmp_path_factory: pytest.TempPathFactory) -> StudyData:
    """A small study, with as many replicates as it takes to say who gains."""
    study = load_study(project / "experiments/classroom/study.yaml").with_overrides(replicates=24)
    folder = tmp_path_factory.mktemp("report") / "results"
    run_study(
        study.model_copy(update={"months": 24, "warm_up": 0}),
        folder,
        workers=1,
        progress=Progress(quiet=True),
    )
    return open_study(folder)


@pytest.fixture(scope="session")
def pages(results: StudyData, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report and its short form, as files."""
    folder = tmp_path_factory.mktemp("pages")
    files = {}
    for name, make in (("report", report), ("brief", brief)):
        files[name] = folder / f"{name}.html"
        files[name].write_text(render(make(results), "zh"), encoding="utf-8")
    return files
