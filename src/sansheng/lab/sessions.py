"""What the lab remembers of each browser, so that another page or another language finds the work where it was."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sansheng.core.errors import BadInput, Problem
from sansheng.lab.draft import Draft, study_text
from sansheng.lab.guard import Role
from sansheng.lab.jobs.pool import Job, Pool, State
from sansheng.lab.limits import GRACE, MOST_SESSIONS


@dataclass(eq=False)
class Session:
    """One browser.

    Parameters
    ----------
    id
        Known to that browser alone.
    role
        As whom it came in.
    draft
        What its controls say.
    brought
        A study that it brought along and that the controls cannot say; None while they say it.
    problems
        What is wrong with what it asked for.
    job
        The ensemble that it asked for last.
    folder
        Results that it looks at.
    overview
        Their first page.
    seen
        Other looks at them, by what and which.
    pages
        Numbers of its pages that are open.
    quiet_since
        When the last of them was opened or closed.
    version
        Counts what has changed in any of this.
    """

    id: str
    role: Role
    draft: Draft = field(default_factory=Draft)
    brought: str | None = None
    problems: tuple[Problem, ...] = ()
    job: Job | None = None
    folder: Path | None = None
    overview: Any = None
    seen: dict[tuple[Any, ...], Job] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    quiet_since: float = field(default_factory=time.monotonic)
    version: int = 0

    def text(self) -> str:
        """Return the study that would run now."""
        return self.brought if self.brought is not None else study_text(self.draft)

    def change(self, draft: Draft) -> None:
        """Take what the controls say now."""
        self.draft, self.brought, self.problems = draft, None, ()
        self.version += 1

    def refuse(self, refused: BadInput) -> None:
        """Take what is wrong with what was asked for."""
        self.problems = refused.problems
        self.version += 1


class Sessions:
    """All browsers, and the folders of their results.

    Parameters
    ----------
    pool
        Where their ensembles run.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._all: OrderedDict[str, Session] = OrderedDict()
        self._root = Path(tempfile.mkdtemp(prefix="sansheng-lab-"))
        self._number = 0
        self._made: dict[Path, Job] = {}

    def of(self, id: str, role: Role) -> Session:
        """Return a browser's session, a new one if it has none."""
        session = self._all.get(id)
        if session is None or session.role != role:
            session = self._all[id] = Session(id, role)
            while len(self._all) > MOST_SESSIONS:
                quiet = min(self._all.values(), key=lambda one: (bool(one.pages), one.quiet_since))
                self.forget(quiet)
        return session

    def ask(self, owner: str, text: str, *then: Any) -> Job:
        """Ask for a study to be run into a folder of its own; see :func:`sansheng.lab.jobs.tasks.run`.

        Raises
        ------
        BadInput
            If too many wait already.
        """
        self._number += 1
        folder = self._root / f"study-{self._number}"
        job = self.pool.ask(owner, "run", text, str(folder), *then, lane="ensembles")
        self._made[folder] = job
        return job

    def run(self, session: Session) -> None:
        """Run the study that a browser's controls say, instead of what it ran before."""
        self.stop(session)
        session.problems = ()
        try:
            session.job = self.ask(session.id, session.text())
        except BadInput as refused:
            session.refuse(refused)
        session.version += 1

    def stop(self, session: Session) -> None:
        """Stop a browser's ensemble."""
        if session.job is not None and not session.job.over:
            self.pool.cancel(session.job)
            session.version += 1

    def settle(self, session: Session) -> None:
        """Take over the results of an ensemble that is done."""
        job = session.job
        if job is not None and job.state is State.DONE and job.answer is not session.overview:
            self._drop(session.folder)
            self.open(session, Path(job.task.words[1]), job.answer)

    def open(self, session: Session, folder: Path, overview: Any) -> None:
        """Let a browser look at results."""
        session.folder, session.overview = folder, overview
        session.seen.clear()
        session.version += 1

    def look(self, session: Session, what: str, *words: Any) -> Job:
        """Return a look at the browser's results, asked for once."""
        key = (what, *words)
        if key not in session.seen:
            if len(session.seen) >= _MOST_LOOKS:
                session.seen.clear()
            session.seen[key] = self.pool.ask(session.id, "look", str(session.folder), what, *words)
        return session.seen[key]

    def opened(self, session: Session, page: str) -> None:
        """Note that a page of a browser was opened."""
        session.pages.add(page)
        session.quiet_since = time.monotonic()

    def left(self, session: Session, page: str) -> None:
        """Note that a page of a browser was closed, or lost for the moment."""
        session.pages.discard(page)
        session.quiet_since = time.monotonic()

    def sweep(self) -> None:
        """Stop the ensembles of browsers that have been closed, and remove what stopped ones left."""
        now = time.monotonic()
        for session in self._all.values():
            if not session.pages and now - session.quiet_since > GRACE:
                self.pool.cancel_all(session.id)
        for folder, job in list(self._made.items()):
            if job.over:
                del self._made[folder]
                if job.state is not State.DONE:
                    self._drop(folder)

    def forget(self, session: Session) -> None:
        """Forget a browser and remove what it ran."""
        self.stop(session)
        self._drop(session.folder)
        self._all.pop(session.id, None)

    def close(self) -> None:
        """Remove all that was run."""
        shutil.rmtree(self._root, ignore_errors=True)

    def _drop(self, folder: Path | None) -> None:
        """Remove results that the lab made; those that it was given stay."""
        if folder is not None and folder.parent == self._root:
            shutil.rmtree(folder, ignore_errors=True)


_MOST_LOOKS = 60
"""Looks that are kept for one browser."""
