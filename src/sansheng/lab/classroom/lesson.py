"""One class: what it does now, who is there, and what came of it. Whoever shows it looks at ``version``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Literal

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.lab.classroom.game import Game
from sansheng.lab.classroom.names import clean_name
from sansheng.lab.classroom.prediction import Prediction, Question
from sansheng.lab.draft import study_text
from sansheng.lab.jobs.pool import Job, State
from sansheng.lab.sessions import Sessions

Activity = Literal["predict", "game"]


class Phase(Enum):
    """How far an activity is."""

    OPEN = auto()
    RUNNING = auto()
    SHOWN = auto()


MOST_PUPILS = 200


@dataclass(eq=False)
class Lesson:
    """The class of a lab.

    Parameters
    ----------
    activity
        What it does now.
    phase
        How far that is.
    question, predictions
        Of the prediction, by browser.
    names
        What pupils call themselves, by browser.
    game
        The team game.
    job
        The ensemble that runs, or ran.
    text
        The study that runs, or ran.
    problems
        What is wrong with it.
    """

    activity: Activity = "predict"
    phase: Phase = Phase.OPEN
    question: Question = field(default_factory=Question)
    predictions: dict[str, Prediction] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    game: Game = field(default_factory=Game)
    job: Job | None = None
    text: str = ""
    problems: tuple[Problem, ...] = ()
    version: int = 0

    def join(self, who: str, name: object) -> None:
        """Let a browser take part under a name.

        Raises
        ------
        BadInput
            If the name cannot be used, or too many take part.
        """
        others = [other for key, other in self.names.items() if key != who]
        if len(others) >= MOST_PUPILS:
            raise BadInput(Problem(Text("the class is full", "课堂人数已满")))
        self.names[who] = clean_name(name, others)
        self.version += 1

    def predict(self, who: str, prediction: Prediction) -> None:
        """Take a prediction; it may be changed until the runs begin.

        Raises
        ------
        BadInput
            If it comes too late, or from nobody.
        """
        if who not in self.names:
            raise BadInput(Problem(Text("give a name first", "请先填写姓名")))
        if self.phase is not Phase.OPEN:
            raise BadInput(Problem(Text("too late: the runs have begun", "运行已开始，不能再预测")))
        self.predictions[who] = prediction
        self.version += 1

    def change(self) -> None:
        """Note that the game, or the question, was changed.

        Raises
        ------
        BadInput
            If the runs have begun.
        """
        if self.phase is not Phase.OPEN:
            raise BadInput(Problem(Text("too late: the runs have begun", "运行已开始，不能再修改")))
        self.version += 1

    def run(self, sessions: Sessions, teacher: str) -> None:
        """Run what the class waits for."""
        self.problems = ()
        try:
            if self.activity == "predict":
                self.text = study_text(self.question.draft)
                look: tuple[str, ...] = "truth", self.question.outcome
            else:
                self.text, look = self.game.text(), ("board",)
            self.job = sessions.ask(teacher, self.text, look)
            self.phase = Phase.RUNNING
        except BadInput as refused:
            self.problems = refused.problems
        self.version += 1

    def settle(self) -> None:
        """Take over what came of the runs."""
        job = self.job
        if self.phase is not Phase.RUNNING or job is None or not job.over:
            return
        self.phase = Phase.SHOWN if job.state is State.DONE else Phase.OPEN
        self.problems = job.problems
        self.version += 1

    @property
    def result(self) -> Any:
        """What the runs said; None until they are over."""
        return self.job.answer if self.phase is Phase.SHOWN and self.job is not None else None

    def begin(self, activity: Activity) -> None:
        """Turn to an activity, from its beginning; names and teams stay."""
        self.activity = activity
        self._again()

    def reset(self) -> None:
        """Forget everything: names, predictions, teams."""
        self.names.clear()
        self.game.teams.clear()
        self._again()

    def _again(self) -> None:
        self.predictions.clear()
        self.phase, self.job, self.text, self.problems = Phase.OPEN, None, "", ()
        for who in self.game.teams:
            self.game.set_ready(who, ready=False)
        self.version += 1
