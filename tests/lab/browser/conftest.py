"""A lab as its visitors meet it: started from the command line, looked at in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.lab_driver import PATHS, Door, Lab, free_port, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """A folder that holds the results of one small study."""
    from sansheng.study.config import load_study
    from sansheng.study.progress import Progress
    from sansheng.study.run import run_study

    folder = tmp_path_factory.mktemp("lab") / "results"
    study = load_study(project / "experiments/classroom/study.yaml")
    small = study.with_overrides(replicates=6).model_copy(update={"months": 12, "warm_up": 0})
    run_study(small, folder / "small", workers=1, progress=Progress(quiet=True))
    return folder


@pytest.fixture(scope="session")
def lab(results: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab that all tests of a process share."""
    folder = tmp_path_factory.mktemp("empty")
    words = [str(results), "--port", str(free_port())]
    with running_lab(*words, paths=PATHS, cwd=folder) as started:
        yield started
        assert started.complaints.read_text(encoding="utf-8") == ""


@pytest.fixture
def door(browser: Browser, lab: Lab) -> Iterator[Door]:
    """Lets visitors in; whatever a page complains of, or asks of others, fails the test."""
    made = Door(browser, lab)
    try:
        yield made
        for visitor in made.inside:
            assert visitor.complaints == []
            assert visitor.elsewhere() == []
    finally:
        made.close()
