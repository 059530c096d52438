"""The page of somebody in a class, or of a team: say a name, predict or set a rule, then see."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from sansheng.core.errors import BadInput
from sansheng.core.text import Text
from sansheng.lab.classroom.game import GAME_RULES, Team
from sansheng.lab.classroom.lesson import Lesson, Phase
from sansheng.lab.classroom.names import LONGEST
from sansheng.lab.classroom.prediction import LARGEST, SIGNS, prediction_of
from sansheng.lab.draft import Choice
from sansheng.lab.pages.controls import number_control
from sansheng.lab.pages.frame import Place, frame
from sansheng.lab.pages.html import OF_VALUE, button, noted, picker, tag, told
from sansheng.lab.pages.outcome import board, question, verdict
from sansheng.lab.pages.progress import progress
from sansheng.policy.load import rule_class

_LOOK = 0.3
"""Seconds between looks at whether the class has gone on."""


class Pupil:
    """One browser's page of the class."""

    def __init__(self, place: Place, lesson: Lesson) -> None:
        self.place, self.lesson = place, lesson
        self.who = place.session.id
        self.sign: str | None = None
        self.size = "1"
        self._shown: Any = None

    def say(self, text: Text) -> str:
        """Return words in the page's language."""
        return self.place.say(text)

    def build(self) -> None:
        """Build the page."""
        with frame(self.place, "class"):
            self.problems = tag("div", id="problems")
            self.body = tag("div", id="class")
        self.look()
        ui.timer(_LOOK, self.look)

    def look(self) -> None:
        """Show what is new."""
        self.lesson.settle()
        state = self._state()
        if state != self._shown:
            self._shown = state
            self.body.clear()
            with self.body:
                self._build()

    def _state(self) -> tuple[Any, ...]:
        lesson, job = self.lesson, self.lesson.job
        mine = (
            lesson.names.get(self.who),
            lesson.predictions.get(self.who),
            lesson.game.teams.get(self.who),
        )
        running = job and lesson.phase is Phase.RUNNING and (job.number, job.version)
        activity = lesson.activity, lesson.phase, lesson.question
        result = id(lesson.result)
        return (*activity, running, result, *self._kept(mine))

    def _kept(self, mine: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what builds the page anew when it changes; moving a slider does not."""
        name, prediction, team = mine
        return name, prediction, team and (team.name, team.rule.name, team.ready)

    def _act(self, act: Any) -> None:
        """Do something, or say what is wrong with it."""
        self.problems.clear()
        try:
            act()
        except BadInput as refused:
            with self.problems:
                told(refused.problems, self.place.lang)
        self.look()

    def _build(self) -> None:
        if self.lesson.activity == "predict":
            self._predict()
        else:
            self._play()

    # A name

    def _name(self, label: Text, old: str, take: Any) -> None:
        said = [old]
        with tag("div", cls="field"):
            words = tag("label", self.say(label), for_="name")
            box = tag("input", id="name", type="text", maxlength=LONGEST, autocomplete="off")
            box.props["^value"] = old
            del words

        def typed(event: Any) -> None:
            said[0] = event.args

        box.on("input", typed, js_handler=OF_VALUE)
        button(
            self.say(Text("Join", "加入")),
            lambda: self._act(lambda: take(said[0])),
            cls="first",
            id="join",
        )

    # Predicting

    def _predict(self) -> None:
        lesson = self.lesson
        if self.who not in lesson.names:
            tag("h2", self.say(Text("Predict first, then see", "先预测，再看结果")))
            self._name(Text("Your name", "姓名"), "", lambda name: lesson.join(self.who, name))
            return
        question(self.place, lesson.question)
        if lesson.phase is Phase.OPEN:
            self._prediction()
        elif lesson.phase is Phase.RUNNING:
            tag("p", self.say(Text("The runs have begun.", "运行已开始。")))
            progress(self.place, lesson.job)
        else:
            verdict(self.place, lesson, self.who)

    def _prediction(self) -> None:
        mine = self.lesson.predictions.get(self.who)
        if mine is not None and self.sign is None:
            self.sign, self.size = mine.sign, f"{mine.size:g}"
        with tag("fieldset"):
            tag(
                "legend",
                self.say(
                    Text(
                        "Compared with the baseline, the other rule is …", "与基线相比，另一办法……"
                    )
                ),
            )
            with tag("div", cls="choices"):
                for sign, words in SIGNS.items():
                    self._sign(sign, words)
            with tag("div", cls="field"):
                tag(
                    "label",
                    self.say(Text("by how many points", "相差多少（百分点或分）")),
                    for_="size",
                )
                box = tag(
                    "input",
                    id="size",
                    type="number",
                    min=0,
                    max=LARGEST,
                    step=0.1,
                    inputmode="decimal",
                )
                box.props["^value"] = self.size

        def typed(event: Any) -> None:
            self.size = str(event.args)

        box.on("input", typed, js_handler=OF_VALUE)
        words = Text("Change my prediction", "修改预测") if mine else Text("Hand in", "提交预测")
        button(self.say(words), lambda: self._act(self._hand_in), cls="first", id="hand-in")
        if mine is not None:
            tag("p", self.say(_HANDED_IN), role="status", id="handed-in")

    def _sign(self, sign: str, words: Text) -> None:
        with tag("label"):
            box = tag("input", type="radio", name="sign", value=sign, checked=sign == self.sign)
            tag("span", self.say(words))

        def chosen(_: Any) -> None:
            self.sign = sign

        box.on("change", chosen, js_handler="() => emit()")

    def _hand_in(self) -> None:
        self.lesson.predict(self.who, prediction_of(self.sign, self.size))

    # The team game

    def _play(self) -> None:
        lesson, team = self.lesson, self.lesson.game.teams.get(self.who)
        tag("h2", self.say(Text("Team game", "小组竞赛")))
        if lesson.phase is Phase.SHOWN:
            board(self.place, lesson, self.who)
            return
        if lesson.phase is Phase.RUNNING:
            tag(
                "p",
                self.say(
                    Text("All rules run under the same luck.", "各组办法在相同随机性下运行。")
                ),
            )
            progress(self.place, lesson.job)
            return
        tag("p", self.say(_GAME))
        if team is None:
            self._name(Text("Name of the team", "小组名称"), "", self._join)
            return
        tag("p", team.name, cls="big")
        self._rule(team)

    def _join(self, name: str) -> None:
        self.lesson.change()
        self.lesson.game.join(self.who, name)

    def _rule(self, team: Team) -> None:
        kind = rule_class(team.rule.name)
        with tag("fieldset"):
            tag("legend", self.say(Text("Our rule", "本组办法")))
            box = picker(
                self.say(Text("Funding rule", "拨付办法")),
                {name: rule_class(name).title.get(self.place.lang) for name in GAME_RULES},
                team.rule.name,
                lambda name: self._act(lambda: self._set(Choice(name))),
                id="rule",
            )
            noted(box, kind.about.get(self.place.lang))
            for quantity in kind.quantities:
                if quantity.role != "lever":
                    continue

                def take(value: float, q: Any = quantity) -> None:
                    choice = self.lesson.game.teams[self.who].rule.with_option(
                        q.name, value, q.default
                    )
                    self._act(lambda: self._set(choice))

                value = team.rule.options.get(quantity.name, quantity.default)
                number_control(quantity, value, take, self.place.lang, id=f"option-{quantity.name}")
        words = _CHANGE if team.ready else _READY
        button(
            self.say(words),
            lambda: self._act(lambda: self._ready(not team.ready)),
            cls="first",
            id="ready",
        )
        if team.ready:
            tag("p", self.say(_WAIT), role="status")

    def _set(self, rule: Choice) -> None:
        self.lesson.change()
        self.lesson.game.set_rule(self.who, rule)

    def _ready(self, ready: bool) -> None:
        self.lesson.change()
        self.lesson.game.set_ready(self.who, ready=ready)


_HANDED_IN = Text(
    "Your prediction is in. You may change it until the teacher runs.",
    "预测已提交，教师运行之前可以修改。",
)
_GAME = Text(
    "Every team sets a rule for the same place. All rules run with the same money and the same luck; the board shows "
    "what truly happened beside what is reported.",
    "各组为同一地区设定拨付办法，经费相同、随机性相同；记分板同时列出真实结果与上报结果。",
)
_READY = Text("This is our rule", "确定办法")
_CHANGE = Text("Change our rule", "重新修改")
_WAIT = Text("Waiting for the teacher to run.", "等待教师运行。")
