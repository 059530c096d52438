"""The waterfall of a decomposition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sansheng.analysis.decompose import Answer, Decomposition, Question
from sansheng.analysis.origin import Origin
from sansheng.core.text import Language, Text
from sansheng.outcomes.measures import OUTCOMES
from sansheng.pictures.conditions import Conditions
from sansheng.pictures.waterfall import draw_waterfall, waterfall, waterfall_sentence
from sansheng.processes.channels import CHANNELS
from sansheng.study.config import Study

ALL = tuple(channel.name for channel in CHANNELS)
SIX = ALL[:6]
PARTS = (0.1, -1.6, 0.04)
EFFECTS = (-0.11, 0.02, 0.0, 0.0, 0.3, -0.95)


def found(
    parts: tuple[float, ...] = PARTS,
    effects: tuple[float, ...] = EFFECTS,
    channels: tuple[str, ...] = SIX,
    outcome: str = "need_met",
    noise: float = 0.05,
    names: tuple[str, str] = ("per_household", "functions borne"),
) -> Decomposition:
    """A decomposition whose parts and channels add up, but for luck; what is not in channels went other ways."""
    rng = np.random.default_rng(3)
    study = cast(Study, SimpleNamespace(seed=3))
    asked = Question(study, *names, outcome, channels)
    answers = []
    for replicate in range(20):
        level = 61.0 + rng.normal()
        luck = noise * rng.normal(size=3)
        mine = np.array(parts) + luck * (np.array(parts) != 0)
        hybrids = np.array([level + mine @ [m >> i & 1 for i in range(3)] for m in range(8)])
        sets = asked.game(replicate).sets
        own = np.array(effects) + noise * rng.normal(size=len(effects)) * (np.array(effects) != 0)
        rest = hybrids[-1] - level - own.sum()
        free = np.array(
            [level + rest + own @ [m >> i & 1 for i in range(len(channels))] for m in sets]
        )
        free[-1] = hybrids[-1]
        answers.append(Answer(hybrids, free))
    return Decomposition(Origin("s", "0" * 64, "sansheng decompose"), asked, tuple(answers))


def marked(figure: Figure, gid: str) -> list[Any]:
    """What the panels show under a name, from the top."""
    return [a for axes in figure.axes for a in (*axes.lines, *axes.patches) if a.get_gid() == gid]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("outcome", ["need_met", "wait", "closure_reported"])
@pytest.mark.parametrize("channels", [ALL[:1], SIX, ALL])
def test_texts_stay_on_the_page_keep_apart_and_have_glyphs(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    channels: tuple[str, ...],
    outcome: str,
    lang: Language,
) -> None:
    answer = found(
        effects=tuple(np.linspace(-1, 1, len(channels))), channels=channels, outcome=outcome
    )
    assert_legible(waterfall(answer, conditions=conditions, lang=lang))


def test_long_and_hostile_names_are_drawn_literally(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    placed: Callable[[Figure], list[Any]],
    long_name: str,
) -> None:
    hostile = "$x^$ <script> %s {who}\n\u202e" + long_name
    figure = waterfall(found(names=(hostile, long_name * 3)), conditions=conditions, lang="zh")
    assert_legible(figure)
    assert r"$x^$ <script> %s {who}\n\u202e" in "".join(text.words for text in placed(figure))


def test_every_bar_goes_on_where_the_one_above_ends_and_the_last_level_is_the_new_scenarios(
    conditions: Conditions,
) -> None:
    answer = found()
    figure = waterfall(answer, conditions=conditions, lang="en")
    start = float(np.mean([a.hybrids[0] for a in answer.answers]))
    end = float(np.mean([a.hybrids[-1] for a in answer.answers]))
    for axes, shares in zip(figure.axes, (answer.parts, answer.channels), strict=True):
        at = start
        for share in shares:
            (bar,) = (p for p in axes.patches if p.get_gid() == f"share-{share.name}")
            assert isinstance(bar, Rectangle)
            left, right = sorted((at, at + share.mean))
            assert bar.get_x() == pytest.approx(left)
            assert bar.get_x() + bar.get_width() == pytest.approx(right)
            (whisker,) = (line for line in axes.lines if line.get_gid() == f"interval-{share.name}")
            assert whisker.get_xdata() == pytest.approx([at + share.low, at + share.high])
            at += share.mean
        assert at == pytest.approx(end)
        first, last = (line for line in axes.lines if line.get_gid() == "level")
        assert first.get_xdata() == pytest.approx([start])
        assert last.get_xdata() == pytest.approx([end])
        (whole,) = (line for line in axes.lines if line.get_gid() == "interval-total")
        assert whole.get_xdata() == pytest.approx(
            [start + answer.total.low, start + answer.total.high]
        )
        low, high = axes.get_xlim()
        assert all(
            low < x < high for line in axes.lines for x in np.asarray(line.get_xdata(), float)
        )


@pytest.mark.parametrize(("outcome", "up"), [("need_met", "better"), ("wait", "worse")])
def test_better_is_filled_worse_is_hatched_and_what_cannot_be_told_is_empty(
    conditions: Conditions, outcome: str, up: str
) -> None:
    answer = found(parts=(1.0, -0.5, 0.001), outcome=outcome)
    figure = waterfall(answer, conditions=conditions, lang="en")
    gain, loss, neither = (
        marked(figure, f"share-{name}")[0] for name in ("allocation", "incentives", "timing")
    )
    good, bad = (gain, loss) if up == "better" else (loss, gain)
    assert not good.get_hatch()
    assert bad.get_hatch()
    assert not neither.get_hatch()
    assert neither.get_facecolor()[:3] == (1.0, 1.0, 1.0)
    assert good.get_facecolor()[:3] != (1.0, 1.0, 1.0)


def test_the_sentence_names_the_largest_shares_on_the_side_of_the_total(
    conditions: Conditions,
) -> None:
    # The largest share of all pulls the other way.
    answer = found(parts=(2.0, -1.5, -1.4), effects=(-0.4, 0.0, 0.0, 0.0, 2.0, -1.5))
    said = waterfall_sentence(answer, conditions=conditions, lang="en")
    total = answer.total
    assert total.high < 0.0
    name = OUTCOMES["need_met"].text.en
    assert said.startswith(f"{name}: functions borne, against per household, −0.")
    assert f"−{abs(total.mean):.2f}\u00a0percentage points" in said
    assert ", worse; " in said
    assert f"of its parts, incentives most (−{abs(answer.parts[1].mean):.2f})" in said
    assert f"of the channels, {answer.channels[5].text.en} most" in said
    zh = waterfall_sentence(answer, conditions=conditions, lang="zh")
    assert f"各组成部分中，激励贡献最大（−{abs(answer.parts[1].mean):.2f}）" in zh


def test_a_difference_that_cannot_be_told_is_not_called_better_or_worse(
    conditions: Conditions,
) -> None:
    answer = found(parts=(0.5, -0.5, 0.0), effects=(0.0,) * 6)
    said = waterfall_sentence(answer, conditions=conditions, lang="en")
    assert "cannot tell; of its parts, up most by allocation (+0.5" in said
    assert ", down most by incentives (−0.49" in said
    assert "better" not in said
    assert "worse" not in said
    assert said.endswith("of the channels none can be told from 0")


def test_what_went_other_ways_is_not_called_a_channel(conditions: Conditions) -> None:
    answer = found(effects=(0.0,) * 6)
    assert "the largest share went other ways (−1.4" in waterfall_sentence(
        answer, conditions=conditions, lang="en"
    )
    assert "贡献最大者不经由上述渠道（−1.4" in waterfall_sentence(
        answer, conditions=conditions, lang="zh"
    )


def test_rules_that_do_the_same_have_exactly_nothing_to_share_out(
    conditions: Conditions,
    assert_legible: Callable[[Figure], None],
    placed: Callable[[Figure], list[Any]],
) -> None:
    answer = found(parts=(0.0,) * 3, effects=(0.0,) * 6)
    assert waterfall_sentence(answer, conditions=conditions, lang="zh").endswith("恰为 0")
    figure = waterfall(answer, conditions=conditions, lang="zh")
    assert_legible(figure)
    assert sum(text.words == "恰为 0" for text in placed(figure)) == 10


def test_three_formats_are_written_and_the_same_every_time(
    conditions: Conditions, tmp_path: Path
) -> None:
    named = replace(conditions, titles={"per_household": Text("per household", "按户付费")})
    written = [
        draw_waterfall(found(), conditions=named, lang="zh", stem=tmp_path / name)
        for name in ("a", "b")
    ]
    assert [path.name for path in written[0]] == ["a.png", "a.svg", "a.pdf"]
    first, second = ([path.read_bytes() for path in paths] for paths in written)
    assert first == second
