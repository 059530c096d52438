"""A class predicts before it sees, and teams play under the same conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sansheng.core.errors import BadInput
from sansheng.lab.brought import read_brought
from sansheng.lab.classroom.game import GAME_RULES, MOST_TEAMS, Game, Line, told_apart
from sansheng.lab.classroom.lesson import Lesson, Phase
from sansheng.lab.classroom.names import LONGEST, clean_name
from sansheng.lab.classroom.prediction import (
    LARGEST,
    Prediction,
    Truth,
    as_difference,
    prediction_of,
    scores,
)
from sansheng.lab.draft import Choice
from sansheng.lab.jobs.pool import Job, State
from sansheng.lab.sessions import Sessions


class Asked:
    """A pool that runs nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def ask(self, owner: str, name: str, *words: Any, lane: str = "looks") -> Job:
        from sansheng.lab.jobs.messages import Task

        self.jobs.append(Job(len(self.jobs), owner, Task(name, words)))
        return self.jobs[-1]

    def cancel(self, job: Job) -> None:
        job.become(State.CANCELLED)


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    made = Sessions(Asked())  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def lesson() -> Lesson:
    made = Lesson()
    made.join("a", "Anna")
    made.join("b", "Bert")
    return made


def test_a_name_is_taken_once_whatever_its_capitals(lesson: Lesson) -> None:
    with pytest.raises(BadInput):
        lesson.join("c", " anna ")
    lesson.join("a", "Anna")
    assert lesson.names == {"a": "Anna", "b": "Bert"}


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST + 1), "a\nb", "a\u202eb", None, 7])
def test_a_name_that_cannot_be_seen_is_refused(name: object) -> None:
    with pytest.raises(BadInput):
        clean_name(name, ())


def test_a_prediction_may_change_until_the_runs_begin(lesson: Lesson, sessions: Sessions) -> None:
    lesson.predict("a", Prediction("better", 1.0))
    lesson.predict("a", Prediction("worse", 2.0))
    lesson.run(sessions, "teacher")
    with pytest.raises(BadInput):
        lesson.predict("b", Prediction("better", 1.0))
    assert lesson.predictions == {"a": Prediction("worse", 2.0)}


def test_nobody_predicts_without_a_name(lesson: Lesson) -> None:
    with pytest.raises(BadInput):
        lesson.predict("stranger", Prediction("same", 0.0))


@pytest.mark.parametrize(
    ("sign", "size"),
    [
        ("best", "1"),
        (None, "1"),
        ("better", "a lot"),
        ("better", str(LARGEST + 1)),
        ("worse", "nan"),
    ],
)
def test_what_is_no_prediction_is_refused(sign: object, size: object) -> None:
    with pytest.raises(BadInput):
        prediction_of(sign, size)


def test_no_difference_has_no_size() -> None:
    assert prediction_of("same", "3") == Prediction("same", 0.0)


@pytest.mark.parametrize(
    ("sign", "better", "difference"),
    [
        ("better", "higher", 2.0),
        ("worse", "higher", -2.0),
        ("better", "lower", -2.0),
        ("worse", "lower", 2.0),
    ],
)
def test_better_means_up_or_down_as_the_outcome_says(
    sign: Any, better: str, difference: float
) -> None:
    assert as_difference(Prediction(sign, 2.0), better) == difference


def test_the_nearest_prediction_comes_first_and_its_sign_is_judged_apart() -> None:
    truth = Truth(-1.0, -1.2, -0.8, "worse")
    said = {"Anna": Prediction("same", 0.0), "Bert": Prediction("worse", 3.0)}
    found = scores(said, truth, "higher")
    assert [(score.name, score.off, score.right) for score in found] == [
        ("Anna", 1.0, False),
        ("Bert", 2.0, True),
    ]


def test_no_sign_is_right_where_the_runs_do_not_decide() -> None:
    truth = Truth(0.5, -1.0, 2.0, None)
    assert scores({"Anna": Prediction("better", 1.0)}, truth, "higher")[0].right is None


def test_results_are_shown_when_the_runs_are_over_and_not_before(
    lesson: Lesson, sessions: Sessions
) -> None:
    lesson.run(sessions, "teacher")
    assert lesson.job is not None
    assert lesson.result is None
    lesson.settle()
    assert lesson.phase is Phase.RUNNING
    lesson.job.answer = Truth(0.0, 0.0, 0.0, "same")
    lesson.job.become(State.DONE)
    lesson.settle()
    assert lesson.phase is Phase.SHOWN
    assert lesson.result == Truth(0.0, 0.0, 0.0, "same")


def test_runs_that_fail_let_the_class_go_on(lesson: Lesson, sessions: Sessions) -> None:
    lesson.run(sessions, "teacher")
    assert lesson.job is not None
    lesson.job.become(State.CANCELLED)
    lesson.settle()
    assert lesson.phase is Phase.OPEN


def test_once_more_keeps_names_and_reset_forgets_them(lesson: Lesson) -> None:
    lesson.game.join("a", "Red")
    lesson.game.set_ready("a", ready=True)
    lesson.predict("a", Prediction("better", 1.0))
    lesson.begin("game")
    assert lesson.predictions == {}
    assert lesson.names
    assert not lesson.game.teams["a"].ready
    lesson.reset()
    assert not lesson.names
    assert not lesson.game.teams


def test_every_team_is_a_scenario_of_one_study_with_one_luck() -> None:
    game = Game()
    game.join("a", "=1+1")
    game.join("b", "<b>Red</b>")
    game.set_rule("a", Choice("task_based", {"floor": 0.2}))
    study = read_brought(game.text())
    assert list(study.scenarios) == ["baseline", "team_1", "team_2"]
    assert study.scenarios["team_1"].rule.options == {"floor": 0.2}
    assert study.equal_spend
    assert "Red" not in game.text()


@pytest.mark.parametrize("rule", GAME_RULES)
def test_a_team_may_set_any_rule_of_the_game(rule: str) -> None:
    game = Game()
    game.join("a", "Red")
    game.set_rule("a", Choice(rule))
    assert read_brought(game.text()).scenarios["team_1"].rule.name == rule


@pytest.mark.parametrize(
    "choice", [Choice("full_information"), Choice("posts", {"price": 1.0}), Choice("x")]
)
def test_what_no_team_may_set_is_refused(choice: Choice) -> None:
    game = Game()
    game.join("a", "Red")
    with pytest.raises(BadInput):
        game.set_rule("a", choice)


def test_a_team_that_changes_its_rule_is_not_ready_any_more() -> None:
    game = Game()
    game.join("a", "Red")
    game.set_ready("a", ready=True)
    game.set_rule("a", Choice("posts"))
    assert not game.teams["a"].ready


def test_there_is_room_for_so_many_teams() -> None:
    game = Game()
    for i in range(MOST_TEAMS):
        game.join(str(i), f"Team {i}")
    with pytest.raises(BadInput):
        game.join("late", "Late")
    game.join("3", "Three")
    assert game.teams["3"].name == "Three"


def test_a_game_of_nobody_is_not_run(lesson: Lesson, sessions: Sessions) -> None:
    lesson.begin("game")
    lesson.run(sessions, "teacher")
    assert lesson.phase is Phase.OPEN
    assert lesson.problems


def line(scenario: str, best: int, worst: int) -> Line:
    return Line(scenario, 70.0, 80.0, 90.0, best, best, worst, 1)


def test_a_winner_is_told_apart_if_luck_leaves_one_first_place() -> None:
    assert told_apart([line("a", 1, 1), line("b", 2, 3), line("c", 2, 3)])
    assert not told_apart([line("a", 1, 2), line("b", 1, 2)])
