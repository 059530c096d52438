"""The teacher's page: what the class does, who is there, run, show, take along, start over."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from nicegui import ui

from sansheng.core.errors import BadInput
from sansheng.core.text import Text
from sansheng.lab.classroom.game import MOST_TEAMS
from sansheng.lab.classroom.lesson import Activity, Lesson, Phase
from sansheng.lab.classroom.prediction import OUTCOMES, scores
from sansheng.lab.draft import OFFERED_RULES, YEARS, Choice, Draft
from sansheng.lab.pages.frame import Place, frame
from sansheng.lab.pages.html import button, picker, tag, told
from sansheng.lab.pages.outcome import board, board_table, predictions_table, question, verdict
from sansheng.lab.pages.parts import Part
from sansheng.lab.pages.progress import progress
from sansheng.lab.pages.settings import PLACES, place_named
from sansheng.lab.pages.share import save
from sansheng.outcomes import measures
from sansheng.policy.load import rule_class
from sansheng.report.pages import Table
from sansheng.study.export.cells import harmless

_LOOK = 0.3

ACTIVITIES = {
    "predict": Text("Predict, then see", "先预测，再看结果"),
    "game": Text("Team game", "小组竞赛"),
}


class Teacher:
    """One browser's teacher's page."""

    def __init__(self, place: Place, lesson: Lesson, link: str) -> None:
        self.place, self.lesson, self.link = place, lesson, link

    def say(self, text: Text) -> str:
        """Return words in the page's language."""
        return self.place.say(text)

    def build(self) -> None:
        """Build the page."""
        with frame(self.place, "teacher"):
            with tag("p"):
                tag("span", self.say(Text("The class opens: ", "课堂网址：")))
                tag("code", self.link, id="class-link")
            self.controls = Part(self._controls, self._set)
            self.parts = (
                self.controls,
                Part(self._question_text, lambda: (self.lesson.activity, self.lesson.question)),
                Part(self._who, lambda: (self.lesson.activity, self.lesson.version)),
                Part(self._doing, self._done),
                Part(self._tools, lambda: (self.lesson.activity, self.lesson.phase)),
            )
        ui.timer(_LOOK, self.look)

    def look(self) -> None:
        """Show what is new; who joins meanwhile takes no list from under the teacher's hand."""
        self.lesson.settle()
        for part in self.parts:
            part.look()

    def _set(self) -> tuple[Any, ...]:
        """Return what the controls say."""
        lesson = self.lesson
        shared = lesson.game.place, lesson.game.years
        return lesson.activity, lesson.phase, lesson.question, shared, lesson.problems

    def _done(self) -> tuple[Any, ...]:
        """Return how far the runs are."""
        lesson, job = self.lesson, self.lesson.job
        return lesson.activity, lesson.phase, job and (job.number, job.version)

    def _controls(self) -> None:
        lesson = self.lesson
        picker(
            self.say(Text("Activity", "活动")),
            {key: self.say(text) for key, text in ACTIVITIES.items()},
            lesson.activity,
            lambda name: self._act(lambda: lesson.begin(cast("Activity", name))),
            id="activity",
        )
        told(lesson.problems, self.place.lang)
        if lesson.phase is Phase.OPEN:
            (self._question if lesson.activity == "predict" else self._shared)()

    def _who(self) -> None:
        (self._predictors if self.lesson.activity == "predict" else self._teams)()

    def _doing(self) -> None:
        lesson = self.lesson
        predict = lesson.activity == "predict"
        if lesson.phase is Phase.OPEN:
            self._run_button(_CLOSE if predict else _RUN_ALL)
        elif lesson.phase is Phase.RUNNING:
            progress(self.place, lesson.job)
        else:
            (verdict if predict else board)(self.place, lesson)

    def _act(self, act: Any, *, shown: bool = False) -> None:
        """Do something, or say what is wrong with it; ``shown`` says that the controls show it already."""
        try:
            act()
            if shown:
                self.controls.take_as_shown()
        except BadInput as refused:
            self.lesson.problems = refused.problems
            self.lesson.version += 1
        self.look()

    # Predicting

    def _predictors(self) -> None:
        lesson = self.lesson
        handed = Text(
            f"{len(lesson.predictions)} of {len(lesson.names)} have handed in a prediction.",
            f"已加入 {len(lesson.names)} 人，{len(lesson.predictions)} 人已提交预测。",
        )
        tag("p", self.say(handed), role="status", id="handed")

    def _question_text(self) -> None:
        if self.lesson.activity == "predict":
            question(self.place, self.lesson.question)

    def _question(self) -> None:
        draft = self.lesson.question.draft
        lang = self.place.lang
        rules = {name: rule_class(name).title.get(lang) for name in OFFERED_RULES}
        with tag("fieldset"):
            tag("legend", self.say(Text("Question", "问题")))
            with tag("div", cls="pair"):
                self._place_and_years(draft)
            with tag("div", cls="pair"):
                for i, label in enumerate(
                    (Text("Baseline", "基线"), Text("Other rule", "另一办法"))
                ):
                    picker(
                        self.say(label),
                        rules,
                        draft.rules[i].name,
                        partial(self._ask_rule, i),
                        id=f"rule-{i}",
                    )
            picker(
                self.say(Text("What is predicted", "预测指标")),
                {name: measures.OUTCOMES[name].text.get(lang) for name in OUTCOMES},
                self.lesson.question.outcome,
                lambda name: self._ask(outcome=name),
                id="outcome",
            )

    def _place_and_years(self, draft: Draft) -> None:
        picker(
            self.say(Text("Place", "地区")),
            self._places(),
            draft.place,
            lambda name: self._ask(draft=replace(self.lesson.question.draft, place=name)),
            id="place",
        )
        picker(
            self.say(Text("Years", "年数")),
            {str(years): str(years) for years in YEARS[:4]},
            str(draft.years),
            lambda word: self._ask(draft=replace(self.lesson.question.draft, years=int(word))),
            id="years",
        )

    def _places(self) -> dict[str, str]:
        return {name: place_named(name).title.get(self.place.lang) for name in PLACES[:4]}

    def _ask_rule(self, i: int, name: str) -> None:
        self._ask(draft=self.lesson.question.draft.with_rule(i, Choice(name)))

    def _ask(self, **changes: Any) -> None:
        """Ask another question; what was predicted for the last one does not answer it."""

        def act() -> None:
            self.lesson.change()
            self.lesson.predictions.clear()
            self.lesson.question = replace(self.lesson.question, **changes)

        self._act(act, shown=True)

    # The team game

    def _shared(self) -> None:
        game = self.lesson.game
        with tag("fieldset"):
            tag("legend", self.say(Text("What all teams share", "各组共同条件")))
            with tag("div", cls="pair"):
                picker(
                    self.say(Text("Place", "地区")),
                    self._places(),
                    game.place,
                    lambda name: self._share(place=name),
                    id="place",
                )
                picker(
                    self.say(Text("Years", "年数")),
                    {str(years): str(years) for years in YEARS[:4]},
                    str(game.years),
                    lambda word: self._share(years=int(word)),
                    id="years",
                )

    def _teams(self) -> None:
        lesson, game = self.lesson, self.lesson.game
        ready = sum(team.ready for team in game.teams.values())
        words = Text(
            f"{len(game.teams)} of at most {MOST_TEAMS} teams have joined, {ready} have set their rule.",
            f"已有 {len(game.teams)} 个小组（至多 {MOST_TEAMS} 个），{ready} 个已确定办法。",
        )
        tag("p", self.say(words), role="status", id="teams")
        if game.teams and lesson.phase is not Phase.SHOWN:
            with tag("ul"):
                for team in game.teams.values():
                    mark = self.say(
                        Text("ready", "已确定") if team.ready else Text("thinking", "考虑中")
                    )
                    tag("li", f"{team.name} · {mark}")

    def _share(self, **changes: Any) -> None:
        def act() -> None:
            self.lesson.change()
            for name, value in changes.items():
                setattr(self.lesson.game, name, value)

        self._act(act, shown=True)

    # Running, taking along, starting over

    def _run_button(self, words: Text) -> None:
        def run() -> None:
            self.lesson.run(self.place.sessions, self.place.session.id)

        button(self.say(words), lambda: self._act(run), cls="first", id="run")

    def _tools(self) -> None:
        lesson = self.lesson
        with tag("div", cls="tools"):
            if lesson.phase is Phase.RUNNING and lesson.job is not None:
                job = lesson.job
                button(
                    self.say(Text("Stop", "停止")),
                    lambda: self.place.sessions.pool.cancel(job),
                    id="stop",
                )
            if lesson.phase is Phase.SHOWN:
                again = Text("Once more, names and teams kept", "再来一轮（保留姓名与小组）")
                button(
                    self.say(again),
                    lambda: self._act(lambda: lesson.begin(lesson.activity)),
                    id="again",
                )
                button(self.say(Text("Save as CSV", "导出 CSV")), self._export, id="export")
                button(
                    self.say(Text("Save study.yaml", "保存 study.yaml")),
                    lambda: save("study.yaml", lesson.text, "application/yaml"),
                    id="save-study",
                )
            words = Text("Reset: forget names, teams and predictions", "重置：清除姓名、小组与预测")
            button(self.say(words), lambda: self._act(lesson.reset), id="reset")

    def _export(self) -> None:
        lesson = self.lesson
        if lesson.activity == "predict":
            named = {lesson.names[key]: said for key, said in lesson.predictions.items()}
            better = measures.OUTCOMES[lesson.question.outcome].better
            table = predictions_table(scores(named, lesson.result, better))
        else:
            table = board_table(lesson.result, lesson.game.scenarios())
        save(f"{table.id}.csv", as_csv(table, self.place.lang), "text/csv")


_CLOSE = Text("Close predictions and run", "截止预测并运行")
_RUN_ALL = Text("Run all rules under the same luck", "在相同随机性下运行各组办法")


def as_csv(table: Table, lang: Any) -> str:
    """Return a table as a spreadsheet opens it, with a byte order mark and no text that it takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.title.get(lang) for column in table.columns])
    for row in table.rows:
        writer.writerow(_line(row, lang))
    return "\ufeff" + text.getvalue()


def _line(row: Sequence[Any], lang: Any) -> list[str]:
    return [
        cell.value if cell.value is not None else harmless(cell.words.get(lang)) for cell in row
    ]
