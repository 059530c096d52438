"""What a class sees when the runs are over: predictions beside what happened, and the board of a game."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sansheng.core.text import Text
from sansheng.lab.classroom.game import BASELINE, Line, Team, told_apart
from sansheng.lab.classroom.lesson import Lesson
from sansheng.lab.classroom.prediction import SIGNS, Question, Score, Truth, scores
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import ChartBox, TableBox, tag
from sansheng.lab.pages.settings import place_named
from sansheng.outcomes.measures import OUTCOMES
from sansheng.policy.load import rule_class
from sansheng.report.pages import Column, Table, number, words
from sansheng.report.said import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def question(place: Place, asked: Question) -> None:
    """Build what a class is asked."""
    draft, outcome = asked.draft, OUTCOMES[asked.outcome]
    base, other = (rule_class(rule.name).title for rule in draft.rules[:2])
    where = place_named(draft.place).title
    tag("h2", place.say(Text("Predict first, then see", "先预测，再看结果")))
    years = "one year" if draft.years == 1 else f"{draft.years} years"
    text = Text(
        f'{where.en}, {years}, the same money, the same luck. Instead of "{base.en}", communities are paid by '
        f'"{other.en}". By how many {unit_of(outcome).en} does "{outcome.text.en}" change?',
        f"{where.zh}，{draft.years} 年，经费相同、随机性相同。若由“{base.zh}”改为“{other.zh}”，"
        f"{outcome.text.zh}会变化多少{unit_of(outcome).zh}？",
    )
    tag("p", place.say(text), cls="finding", id="question")


def verdict(place: Place, lesson: Lesson, who: str | None = None) -> None:
    """Build what the runs say beside what was predicted.

    Parameters
    ----------
    place, lesson
        Where, and of which class.
    who
        The browser whose own prediction is told; left out, nobody's is.
    """
    truth: Truth = lesson.result
    asked = lesson.question
    outcome = OUTCOMES[asked.outcome]
    named = {
        lesson.names[key]: said for key, said in lesson.predictions.items() if key in lesson.names
    }
    found = scores(named, truth, outcome.better)
    unit = unit_of(outcome)
    sign = (
        Text("the runs do not decide", "运行结果无法判定")
        if truth.sign is None
        else SIGNS[truth.sign]
    )
    mid, low, high = map(_signed, truth[:3])
    text = Text(
        f"The runs say: {mid} {unit.en} ({low} to {high}), {sign.en}.",
        f"运行结果：{mid} {unit.zh}（{low}～{high}），{sign.zh}。",
    )
    tag("p", place.say(text), cls="finding", id="truth")
    mine = next((score for score in found if who and score.name == lesson.names.get(who)), None)
    if mine is not None:
        tag("p", place.say(_mine(mine)), id="mine")
    if not found:
        tag("p", place.say(Text("Nobody handed in a prediction.", "没有人提交预测。")), cls="note")
        return
    counted = Counter(score.prediction.sign for score in found)
    said = Text(
        "; ".join(f"{SIGNS[one].en}: {counted[one]}" for one in SIGNS),
        "；".join(f"{SIGNS[one].zh} {counted[one]} 人" for one in SIGNS),
    )
    tag("p", place.say(Text(f"The class said: {said.en}.", f"全班预测：{said.zh}。")))
    ChartBox(*_chart(place, found, truth, unit))
    TableBox(predictions_table(found), place.lang)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _mine(score: Score) -> Text:
    right = {
        True: Text("your direction was right", "方向正确"),
        False: Text("your direction was not right", "方向不对"),
        None: Text("the direction is not decided", "方向无法判定"),
    }[score.right]
    return Text(
        f"You said {_signed(score.difference)}: {score.off:.2f} off; {right.en}.",
        f"你的预测为 {_signed(score.difference)}，相差 {score.off:.2f}；{right.zh}。",
    )


def _chart(
    place: Place, found: Sequence[Score], truth: Truth, unit: Text
) -> tuple[Mapping[str, object], str, int]:
    ordered = sorted(found, key=lambda score: score.difference)
    spec = {
        "kind": "guesses",
        "unit": {"en": unit.en, "zh": unit.zh},
        "names": [score.name for score in ordered],
        "values": [score.difference for score in ordered],
        "mid": truth.difference,
        "low": truth.low,
        "high": truth.high,
        "truth": {"en": "what the runs say, with its interval", "zh": "运行结果及区间"},
    }
    label = place.say(Text("Predictions, and what the runs say", "各人预测与运行结果"))
    return spec, label, 96 + 26 * len(ordered)


_RIGHT = {
    True: (Text("right", "正确"), "better"),
    False: (Text("not right", "不正确"), "worse"),
    None: (Text("not decided", "无法判定"), ""),
}
"""Whether a direction was right, and how that looks."""


def predictions_table(found: Sequence[Score]) -> Table:
    """Return predictions as a table, the nearest first."""
    columns = [
        Column(Text("Name", "姓名")),
        Column(Text("Direction", "方向")),
        Column(Text("Right?", "是否正确")),
        Column(Text("Predicted difference", "预测差值"), number=True),
        Column(Text("Off by", "相差"), number=True),
    ]
    rows = [
        [
            words(score.name),
            words(SIGNS[score.prediction.sign]),
            words(*_RIGHT[score.right]),
            number(score.difference, 2),
            number(score.off, 2),
        ]
        for score in found
    ]
    return Table(
        "predictions", Text("Predictions, the nearest first", "各人预测（由近到远）"), columns, rows
    )


def board(place: Place, lesson: Lesson, who: str | None = None) -> None:
    """Build the board of a game; the team of ``who`` is told its own places."""
    lines: Sequence[Line] = lesson.result
    teams = lesson.game.scenarios()
    tag("p", place.say(_winner(lines, teams)), cls="finding", id="winner")
    mine = lesson.game.teams.get(who) if who else None
    line = next(
        (one for one in lines if mine is not None and teams.get(one.scenario) == mine), None
    )
    if line is not None:
        text = Text(
            f"Your team: place {line.place} by needs truly met, place {line.reported_place} by reported closures.",
            f"本组：按真实满足需求为第 {line.place} 名，按上报办结率为第 {line.reported_place} 名。",
        )
        tag("p", place.say(text), id="mine")
    TableBox(board_table(lines, teams), place.lang)
    ChartBox(*_bars(place, lines, teams))
    tag("p", place.say(_RANGE), cls="note")


def _winner(lines: Sequence[Line], teams: Mapping[str, Team]) -> Text:
    first = lines[0]
    reported = min(lines, key=lambda line: line.reported_place)
    name, liked = _called(first.scenario, teams), _called(reported.scenario, teams)
    sure = Text("", "") if told_apart(lines) else _NOT_SURE
    also = (
        Text("It also leads by what is reported.", "其上报办结率亦居首。")
        if reported.scenario == first.scenario
        else Text(
            f"By what is reported, {liked.en} leads.", f"若看上报办结率，则为{liked.zh}居首。"
        )
    )
    return Text(
        f"Most needs truly met: {name.en}, {first.served:.1f}%{sure.en}. {also.en}",
        f"真实满足需求最多：{name.zh}，{first.served:.1f}%{sure.zh}。{also.zh}",
    )


_NOT_SURE = Text(" (luck does not rule out others)", "（随机性尚不能排除其他方案）")


def _called(scenario: str, teams: Mapping[str, Team]) -> Text:
    if scenario == BASELINE:
        return Text("the baseline (per household)", "基线（按户拨付）")
    name = teams[scenario].name
    return Text(f'"{name}"', f"“{name}”")


def board_table(lines: Sequence[Line], teams: Mapping[str, Team]) -> Table:
    """Return the board as a table, the best by needs truly met first."""
    columns = [
        Column(Text("Place", "名次"), number=True),
        Column(Text("Team", "小组")),
        Column(Text("Rule", "办法")),
        Column(Text("Needs truly met, %", "需求满足率（真实，%）"), number=True),
        Column(Text("Places luck leaves open", "随机性内的名次"), number=True),
        Column(Text("Truly closed, %", "真实办结率（%）"), number=True),
        Column(Text("Reported closed, %", "上报办结率（%）"), number=True),
        Column(Text("Place by reports", "按上报的名次"), number=True),
        Column(Text("Reported beyond true, points", "上报高出真实（百分点）"), number=True),
    ]
    rows = []
    for line in lines:
        rule = "per_household" if line.scenario == BASELINE else teams[line.scenario].rule.name
        span = f"{line.best}" if line.best == line.worst else f"{line.best}–{line.worst}"
        rows.append(
            [
                number(line.place, 0),
                words(_plain_name(line.scenario, teams)),
                words(rule_class(rule).title),
                number(line.served, 1),
                words(span),
                number(line.closed, 1),
                number(line.reported, 1),
                number(line.reported_place, 0),
                number(line.reported - line.closed, 1),
            ]
        )
    return Table("board", Text("Board: true and reported", "记分板：真实与上报"), columns, rows)


def _plain_name(scenario: str, teams: Mapping[str, Team]) -> Text:
    if scenario == BASELINE:
        return Text("baseline", "基线")
    return Text(teams[scenario].name, teams[scenario].name)


def _bars(
    place: Place, lines: Sequence[Line], teams: Mapping[str, Team]
) -> tuple[Mapping[str, object], str, int]:
    spec = {
        "kind": "pairs",
        "unit": {"en": "% of cases closed", "zh": "办结率（%）"},
        "names": [
            {"en": "truly closed", "zh": "真实办结"},
            {"en": "reported closed", "zh": "上报办结"},
        ],
        "rows": [
            {
                "label": _plain_name(line.scenario, teams)._asdict(),
                "a": line.closed,
                "b": line.reported,
            }
            for line in lines
        ],
    }
    label = place.say(Text("Closures, true and reported", "真实与上报的办结率"))
    return spec, label, 100 + 34 * len(lines)


_RANGE = Text(
    "Places luck leaves open: with 95% all teams lie within theirs at once. Reported figures are what officials see.",
    "随机性内的名次：全部小组以 95% 的把握同时位于各自范围内。上报数据为管理者所见。",
)
