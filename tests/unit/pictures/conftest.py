"""Plain stand-ins for what the pictures are given, and ways to look at a finished figure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as Artist

from sansheng.core.text import Text
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.fonts import style
from sansheng.study.config import load_study
from sansheng.study.run import run_study


@dataclass(frozen=True)
class FakeOutcome:
    text: Text
    unit: str
    unit_zh: str
    better: str
    group: str
    kind: str = "true"
    headline: bool = True


@dataclass(frozen=True)
class FakeComparison:
    outcome: str
    scenario: str
    difference: float
    low: float
    high: float
    baseline: str = "per_household"
    baseline_mean: float = 61.0
    replicates: int = 30
    zone: float = math.nan

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def mean(self) -> float:
        return self.baseline_mean + self.difference


OUTCOMES = {
    "need_met": FakeOutcome(Text("Need met", "需求满足率"), "%", "%", "higher", "service"),
    "closure": FakeOutcome(
        Text("Reported closure", "上报办结率"), "%", "%", "higher", "service", kind="reported"
    ),
    "wait": FakeOutcome(Text("Waiting time", "等待时间"), "months", "月", "lower", "service"),
    "satisfaction": FakeOutcome(
        Text("Satisfaction", "群众满意度"), "points", "分", "higher", "residents"
    ),
    "turnover": FakeOutcome(
        Text("Turnover of community workers", "社区工作者年离职率"),
        "%/year",
        "%/年",
        "lower",
        "workforce",
    ),
    "granted": FakeOutcome(
        Text("Money granted", "核拨经费"), "10,000 yuan/year", "万元/年", "neither", "money"
    ),
    "quiet": FakeOutcome(
        Text("Left out of the figure", "图中不列"), "-", "-", "higher", "money", headline=False
    ),
}

LONG = "基数加任务混合付费办法试行方案修订第二稿"
SCENARIOS = ("按任务付费", "functions borne", LONG, "$x^$", "<script>alert(1)</script>")


def comparisons(number: int) -> list[FakeComparison]:
    """Return every outcome for ``number`` scenarios: gains, losses and undecided ones."""
    pattern = itertools.cycle([(1.24, 0.93, 1.55), (-0.8, -1.1, -0.5), (0.2, -0.4, 0.8)])
    return [
        FakeComparison(outcome, scenario, *next(pattern))
        for outcome in OUTCOMES
        for scenario in SCENARIOS[:number]
    ]


@pytest.fixture(scope="session")
def outcomes() -> dict[str, FakeOutcome]:
    return OUTCOMES


@pytest.fixture(scope="session")
def compared() -> Callable[[int], list[FakeComparison]]:
    return comparisons


@pytest.fixture(scope="session")
def one() -> type[FakeComparison]:
    return FakeComparison


@pytest.fixture(scope="session")
def long_name() -> str:
    return LONG


@pytest.fixture(scope="session")
def conditions() -> Conditions:
    return Conditions(
        place=Text("Chenghua district, 2015", "成华区（2015 年）"),
        months=60,
        replicates=30,
        planned=30,
        seed=7,
        fingerprint="0123456789abcdef0123456789abcdef",
        titles={"per_household": Text("per household", "按户付费")},
        spend={"per_household": 1500.0, "functions borne": 1500.0},
    )


@pytest.fixture(scope="session")
def incomplete(conditions: Conditions) -> Conditions:
    return replace(conditions, replicates=28)


REFORM = """\
place: classroom
start: 2015-07
months: 30
replicates: 4
seed: 3
baseline: flat
equal_spend: false
scenarios:
  flat: {rule: per_household}
  duties: {rule: functions_borne}
  reform:
    rule:
      - name: per_household
      - {name: task_based, from: 2016-09}
    levers:
      - {name: certificate_allowance, from: 2017-01}
"""
MANY = """\
place: chenghua-2015
start: 2015-03
months: 4
replicates: 2
seed: 3
baseline: flat
equal_spend: false
scenarios:
  flat: {rule: per_household}
  none: {rule: no_fund}
  duties: {rule: functions_borne}
  tasks: {rule: task_based}
  split: {rule: equal_split}
  tender: {rule: tender}
  posts: {rule: posts}
  gap: {rule: gap_filling}
"""


def _results(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return run_study(load_study(path), folder / "out", workers=1)


@pytest.fixture(scope="session")
def reform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of three scenarios, one of which changes its rule and takes a lever in."""
    return _results(tmp_path_factory.mktemp("reform"), REFORM)


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of eight scenarios over a part of a year, in a district of several subdistricts."""
    return _results(tmp_path_factory.mktemp("many"), MANY)


@dataclass(frozen=True)
class Placed:
    """A text of a drawn figure: its words and its box in pixels."""

    words: str
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Placed) -> bool:
        """Whether the boxes share more than a pixel's width."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 1
            and min(self.top, other.top) - max(self.bottom, other.bottom) > 1
        )


@cache
def _placed(figure: Figure) -> list[Placed]:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    with style():
        figure.draw_without_rendering()
        renderer = canvas.get_renderer()
        found = []
        for artist in figure.findobj(Artist):
            assert isinstance(artist, Artist)
            if artist.get_visible() and artist.get_text():
                box = artist.get_window_extent(renderer)
                found.append(Placed(artist.get_text(), box.x0, box.y0, box.x1, box.y1))
    return found


@pytest.fixture(scope="session")
def placed() -> Callable[[Figure], list[Placed]]:
    """Draw a figure and return its texts with their boxes."""
    return _placed


@pytest.fixture(scope="session")
def assert_legible() -> Callable[[Figure], None]:
    """Fail where a text leaves the page, texts or axes touch, or a letter has no glyph."""
    from sansheng.pictures.fonts import characters

    def check(figure: Figure) -> None:
        texts = _placed(figure)
        assert texts
        wide, tall = figure.get_size_inches() * figure.dpi
        for text in texts:
            assert 0 <= text.left < text.right <= wide, text
            assert 0 <= text.bottom < text.top <= tall, text
            assert {ord(char) for char in text.words} - {ord("\n")} <= characters(), text
        for first, second in itertools.combinations(texts, 2):
            assert not first.meets(second), (first, second)
        boxes = [axes.get_tightbbox() for axes in figure.axes]
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))

    return check
