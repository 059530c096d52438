"""What came of it: progress while it runs, then one tab for each way of looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sansheng.core.errors import BadInput
from sansheng.core.text import Text
from sansheng.lab.jobs.pool import Job, State
from sansheng.lab.looks import Overview
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import ChartBox, Tag, button, picker, tag, told
from sansheng.lab.pages.progress import progress
from sansheng.lab.pages.sections import chart, redraw, section
from sansheng.lab.pages.share import share
from sansheng.lab.stories import person

TABS: Mapping[str, Text] = {
    "compare": Text("Compare", "比较"),
    "gains": Text("Who gains", "谁受益"),
    "money": Text("Money", "资金流向"),
    "community": Text("One community", "一个社区"),
    "worker": Text("One worker", "一名社工"),
    "share": Text("Share", "分享"),
}


class Results:
    """The part of the page that shows results; it looks now and then whether there is anything new."""

    def __init__(self, place: Place, changed: Callable[[], None]) -> None:
        self.place, self.changed = place, changed
        self.tab = "compare"
        self.community = 1
        self.worker: int | None = None
        self.other: str | None = None
        self._shown: Any = None
        self._told: Any = None
        self._boxes: dict[str, ChartBox] = {}
        self._headed: Any = None
        self._inside: Any = None
        self._tabs: dict[str, Tag] = {}
        self._panel: Tag | None = None
        self.status = tag("div", role="status", aria_live="polite", id="status")
        self.body = tag("div", id="results")
        self.show()

    def say(self, text: Text) -> str:
        """Return words in the page's language."""
        return self.place.say(text)

    def look(self) -> None:
        """Show what is new, if anything is."""
        self.place.sessions.settle(self.place.session)
        if self._state() != self._shown:
            self.show()

    def _state(self) -> tuple[Any, ...]:
        session = self.place.session
        return session.version, self._standing(session.job), self._wanted()

    def _standing(self, job: Job | None) -> tuple[Any, ...] | None:
        """Return which job there is, how much is known of it, and what it waits for."""
        if job is None:
            return None
        pool = self.place.sessions.pool
        waits = (pool.position(job), pool.ready, pool.step) if job.state is State.WAITING else ()
        return job.number, job.version, waits

    def _wanted(self) -> tuple[Any, ...]:
        """Return what the panel shows, and how much of it is there."""
        looks = tuple((key, look.version) for key, look in self.place.session.seen.items())
        return self.tab, self.community, self.worker, self.other, looks

    def show(self) -> None:
        """Show how things stand; what stands as it did is left alone."""
        before, self._shown = self._shown, self._state()
        session, job = self.place.session, self.place.session.job
        self._tell(job)
        running = job is not None and job.state is State.RUNNING
        if running and job is not None and job.picture is not None:
            self._picture(job)
            return
        if running and (self._boxes or (before is not None and session.overview is None)):
            return
        if before is None or self._boxes or self._headed is not session.overview:
            self._build(session.overview)
        elif self._inside != self._wanted():
            self._fill(session.overview)

    def _build(self, overview: Overview | None) -> None:
        self._boxes, self._headed, self._panel = {}, overview, None
        self.body.clear()
        with self.body:
            if overview is None:
                tag("p", self.say(_NOTHING), cls="note")
            else:
                self._head(overview)
                self._panel = tag("div", role="tabpanel", id="panel")
                self._fill(overview)

    def _tell(self, job: Job | None) -> None:
        """Say how things stand, once: it is read aloud."""
        problems = self.place.session.problems or (job.problems if job is not None else ())
        done = job is not None and job.answer is self.place.session.overview
        standing = problems, self._standing(job), done
        if standing == self._told:
            return
        self._told = standing
        self.status.clear()
        with self.status:
            told(problems, self.place.lang)
            if job is not None:
                self._progress(job)

    def _progress(self, job: Job) -> None:
        if job.state is State.CANCELLED:
            tag("p", self.say(Text("Stopped.", "已停止。")))
        elif job.state is State.DONE and job.answer is self.place.session.overview:
            seconds = job.ended - job.asked
            words = Text(
                f"{job.total} runs, shown after {seconds:.1f} seconds.",
                f"{job.total} 次运行，用时 {seconds:.1f} 秒。",
            )
            tag("p", self.say(words), cls="note", id="took")
        else:
            progress(self.place, job)

    def _picture(self, job: Job) -> None:
        charts = list(job.picture)
        if self._boxes and set(self._boxes) == {one.id for one in charts}:
            redraw(self._boxes, charts, self.place.lang)
            return
        self.body.clear()
        self._boxes = {}
        with self.body, tag("section"):
            tag("h2", self.say(Text("So far", "目前结果")))
            for one in charts:
                self._boxes[one.id] = chart(one, self.place.lang)

    # Results that are there

    def _head(self, overview: Overview) -> None:
        lang = self.place.lang
        tag("h2", overview.title.get(lang))
        tag("p", overview.finding.get(lang), cls="finding", id="finding")
        for text in overview.warnings:
            tag("p", text.get(lang), cls="warning", role="note")
        tabs = tag("div", role="tablist", aria_label=self.say(Text("Ways of looking", "查看方式")))
        tabs.on("keydown", js_handler="(event) => sanshengLab.along(event)")
        with tabs:
            self._tabs = {
                name: button(
                    self.say(title),
                    partial(self._choose, name),
                    role="tab",
                    id=f"tab-{name}",
                    aria_controls="panel",
                )
                for name, title in TABS.items()
            }

    def _fill(self, overview: Overview | None) -> None:
        """Show what the chosen tab is about; the tabs stay, and with them the keyboard."""
        if overview is None or self._panel is None:
            return
        for name, made in self._tabs.items():
            chosen = name == self.tab
            made.props["aria-selected"] = "true" if chosen else "false"
            made.props["tabindex"] = "0" if chosen else "-1"
        self._panel.props["aria-labelledby"] = f"tab-{self.tab}"
        self._panel.clear()
        with self._panel:
            getattr(self, f"_{self.tab}")(overview)
            tag("p", overview.conditions.get(self.place.lang), cls="note")
        self._inside = self._wanted()

    def _choose(self, name: str) -> None:
        self.tab = name
        self.show()

    def _compare(self, overview: Overview) -> None:
        for one in overview.sections:
            section(one, self.place.lang)

    def _gains(self, overview: Overview) -> None:
        self._seen("gains")

    def _money(self, overview: Overview) -> None:
        self._seen("money")

    def _community(self, overview: Overview) -> None:
        if other := self._pick_other(overview):
            self._pick_community(overview)
            self._seen("community", self.community, other)

    def _worker(self, overview: Overview) -> None:
        if (other := self._pick_other(overview)) is None:
            return
        people = self._ask("workers", other)
        if people is None or people.answer is None:
            self._waiting(people)
            return
        if not people.answer:
            tag(
                "p",
                self.say(
                    Text("Nobody's life has much to tell here.", "此处没有可讲述的人员经历。")
                ),
            )
            return
        if self.worker not in people.answer:
            self.worker = people.answer[0]
        self._pick_worker(people.answer)
        self._seen("worker", self.worker, other)

    def _share(self, overview: Overview) -> None:
        share(self.place, overview, self.changed)

    def _pick_other(self, overview: Overview) -> str | None:
        others = list(overview.scenarios)[1:]
        if not others:
            tag("p", self.say(Text("There is nothing to compare with.", "没有可比较的方案。")))
            return None
        if self.other not in others:
            self.other = others[0]
        if len(others) > 1:
            titles = {name: overview.scenarios[name].get(self.place.lang) for name in others}
            picker(
                self.say(Text("Beside the baseline", "与基线并列")),
                titles,
                self.other,
                self._take_other,
                id="other",
            )
        return self.other

    def _take_other(self, name: str) -> None:
        self.other = name
        self.show()

    def _pick_community(self, overview: Overview) -> None:
        self.community = min(self.community, overview.communities)
        numbers = {str(i): str(i) for i in range(1, min(overview.communities, _MOST_CHOICES) + 1)}

        def take(word: str) -> None:
            self.community = int(word)
            self.show()

        picker(
            self.say(Text("Community", "社区")), numbers, str(self.community), take, id="community"
        )

    def _pick_worker(self, people: list[int]) -> None:
        names = {str(number): person(number).get(self.place.lang) for number in people}

        def take(word: str) -> None:
            self.worker = int(word)
            self.show()

        picker(self.say(Text("Social worker", "社工")), names, str(self.worker), take, id="worker")

    def _ask(self, what: str, *words: Any) -> Job | None:
        try:
            return self.place.sessions.look(self.place.session, what, *words)
        except BadInput as refused:
            self.place.session.problems = refused.problems
            return None

    def _seen(self, what: str, *words: Any) -> None:
        job = self._ask(what, *words)
        if job is None or not job.over:
            self._waiting(job)
        elif job.problems:
            told(job.problems, self.place.lang)
        elif job.answer is None:
            tag("p", self.say(Text("These results do not store it.", "该结果未保存此项内容。")))
        else:
            section(job.answer, self.place.lang)

    def _waiting(self, job: Job | None) -> None:
        if job is not None:
            tag("p", self.say(Text("One moment…", "请稍候…")), role="status")


_MOST_CHOICES = 400
"""Communities to choose from; those beyond can be told by `sansheng story`."""

_NOTHING = Text(
    "Choose rules and money on the left, then run. The first run shows how the same luck ends under each rule.",
    "请先选择办法与经费，再点击运行。各办法面对相同的随机性。",
)
