from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sansheng.report.build import brief, report
from sansheng.report.render import render
from sansheng.study.config import load_study
from sansheng.study.progress import Progress
from sansheng.study.reading import StudyData, open_study
from sansheng.study.run import run_study

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert program is not None, "Chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"], timeout=60_000
        )
        yield started
        started.close()
