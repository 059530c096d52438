"""What of a study is still to be run, in which portions, and what becomes of the answers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.study.engine import ENOUGH_FAILURES, Failure
from sansheng.study.failures import DIED, WORKER, LostRun, TracebackError
from sansheng.study.ledger import RunRow
from sansheng.study.naming import run_id
from sansheng.study.precision import needed
from sansheng.study.provenance import content_hash
from sansheng.study.shards import MOST_RUNS
from sansheng.study.work import Batch, Block, Task

if TYPE_CHECKING:
    from sansheng.study.config import Study
    from sansheng.study.parts import Part
    from sansheng.study.progress import Progress
    from sansheng.study.store import StudyFolder

SECONDS_A_TASK = 5.0
"""What a task should take: a kill costs each process at most twice that, where runs are slow."""

SPARE = 1.2
"""Room asked for on the disk, relative to what the first runs took."""


class StudyWork:
    """The runs that a study lacks; see :class:`sansheng.study.engine.Work`.

    Parameters
    ----------
    study
        What to run, scaled.
    folder
        Where runs are stored.
    rows
        Runs that are there already.
    inputs
        Hash of what the user gave.
    part
        The part that is to be run; None for all.
    progress
        Told of every run.
    alone
        Whether tasks run one after the other.
    """

    def __init__(
        self,
        study: Study,
        folder: StudyFolder,
        rows: Sequence[RunRow],
        inputs: str,
        part: Part | None,
        progress: Progress,
        *,
        alone: bool = False,
    ) -> None:
        self.study = study
        self.lost: list[LostRun] = []
        self.stored = sum(row.status == "done" for row in rows)
        self._folder, self._inputs, self._part, self._progress = folder, inputs, part, progress
        self._done = {
            (row.scenario, row.draw, row.replicate) for row in rows if row.status == "done"
        }
        self._attempts = Counter({row.run: row.attempts for row in rows})
        self._number = {name: i for i, name in enumerate(study.scenarios)}
        self._failed: Counter[str] = Counter()
        self._succeeded: Counter[str] = Counter(
            row.scenario for row in rows if row.status == "done"
        )
        self._dropped: set[str] = set()
        self._out: set[Block] = set()
        self._seconds = self._timed = 0.0
        self._measured = False
        self._queue: deque[Block] = deque()
        self._alone = alone
        self._enqueue(range(study.replicates))

    @property
    def total(self) -> int:
        """Runs that this call is answerable for, those that are there included."""
        draws, scenarios = len(self.study.draws()), len(self.study.scenarios)
        blocks = draws * self.study.replicates
        if self._part is not None:
            blocks = sum(self._part.has(index) for index in range(blocks))
        return blocks * scenarios

    def _enqueue(self, replicates: Iterable[int]) -> None:
        draws = range(len(self.study.draws()))
        for replicate in replicates:  # so that what is there at any moment is balanced over draws
            for draw in draws:
                if self._part is not None and not self._part.has(replicate * len(draws) + draw):
                    continue
                missing = tuple(
                    name
                    for name in self.study.scenarios
                    if (name, draw, replicate) not in self._done
                )
                if missing:
                    self._queue.append(Block(draw, replicate, missing))
        self._enqueued = len(self._queue)

    def next(self) -> Task | None:
        """Return blocks that are expected to take some seconds together."""
        if not self._queue and not self._out:
            self._go_on_if_imprecise()
        wanted = self._blocks_a_task()
        task: list[Block] = []
        runs = 0
        while self._queue and len(task) < wanted:
            block = self._tried(self._queue[0])
            if task and runs + len(block.scenarios) > MOST_RUNS:
                break
            self._queue.popleft()
            if block.scenarios:
                task.append(block)
                runs += len(block.scenarios)
        self._out.update(task)
        return tuple(task) or None

    def _tried(self, block: Block) -> Block:
        """Leave out scenarios that fail whenever they are tried."""
        kept = tuple(name for name in block.scenarios if not self._hopeless(name))
        return block._replace(scenarios=kept)

    def _hopeless(self, scenario: str) -> bool:
        often = self._failed[scenario] >= ENOUGH_FAILURES and not self._succeeded[scenario]
        return often or scenario in self._dropped

    def _blocks_a_task(self) -> int:
        if not self._timed:
            return 1
        each = self._seconds / self._timed
        # Towards the end portions get smaller, so that all workers finish at about the same time; one worker alone
        # stores quarters, after small ones by which those who watch soon see something.
        few = min(self._enqueued // 4, 3 * self._timed)
        fair = 1 + (int(few) if self._alone else len(self._queue) // 8)
        return max(1, min(fair, int(SECONDS_A_TASK / each) if each > 0.0 else MOST_RUNS))

    def _go_on_if_imprecise(self) -> None:
        """Ask for more replicates if the study's precision wants them, once all before them are there."""
        from sansheng.study.reading import open_study

        precision = self.study.precision
        if precision is None or self.lost or self.study.replicates >= precision.max:
            return
        data = open_study(self._folder.path)
        base = data.scenarios.index(self.study.baseline)
        wanted = needed(data.per_run(precision.on), base, precision)
        if wanted <= self.study.replicates:
            return
        more = range(self.study.replicates, wanted)
        self.study = self.study.model_copy(update={"replicates": wanted})
        self._folder.grow(wanted, self.study.runs)
        self._enqueue(more)
        self._progress.grow(self.total)

    def split(self, task: Task) -> Sequence[Task]:
        """Return the blocks of a task, each as a task."""
        return [(block,) for block in task]

    def done(self, task: Task, answer: Batch) -> None:
        """Store what a task left.

        Raises
        ------
        RunFailed
            If it cannot be stored.
        """
        rows = [
            RunRow(
                **self._named(run.scenario, run.draw, run.replicate),
                status="done",
                seconds=round(run.seconds, 6),
                checksum=run.checksum,
            )
            for run in answer.done
        ]
        for run in answer.done:
            self._seconds += run.seconds
            self._succeeded[run.scenario] += 1
        self._timed += len(task)
        rows += [self._lost_row(run) for run in answer.lost]
        written = self._folder.commit(rows, answer.files)
        self.stored += len(answer.done)
        self._out.difference_update(task)
        self._require_room(written, len(answer.done))
        self._progress.advance(len(rows))

    def _require_room(self, written: int, runs: int) -> None:
        if runs and not self._measured:
            self._measured = True
            rest = self.total - self.stored
            self._folder.require_space(int(SPARE * written / runs * rest))

    def failed(self, task: Task, failure: Failure) -> None:
        """Record that nothing came back of a task.

        Raises
        ------
        BadInput
            If the study proved wrong.
        RunFailed
            If nothing else has come of the whole run: more of it would not either.
        """
        if failure.problems:
            raise BadInput(failure.problems) from TracebackError(failure.reason.trace)
        self.give_up(
            LostRun(name, block.draw, block.replicate, WORKER, failure.reason)
            for block in task
            for name in block.scenarios
        )
        self._out.difference_update(task)
        hopeless = not self._succeeded and len(self.lost) >= ENOUGH_FAILURES
        if hopeless and failure.reason.text == DIED:
            raise RunFailed(Problem(failure.reason.text)) from TracebackError(failure.reason.trace)

    def drop(self, runs: Sequence[LostRun]) -> None:
        """Record scenarios that cannot be run at all, and leave them out.

        Raises
        ------
        RunFailed
            If that cannot be stored.
        """
        self._dropped.update(run.scenario for run in runs)
        self.give_up(runs)

    def give_up(self, runs: Iterable[LostRun]) -> None:
        """Record runs that failed.

        Raises
        ------
        RunFailed
            If that cannot be stored.
        """
        rows = [self._lost_row(run) for run in runs]
        if rows:
            self._folder.commit(rows, {})
            self._progress.advance(len(rows))

    def _lost_row(self, run: LostRun) -> RunRow:
        self.lost.append(run)
        self._failed[run.scenario] += 1
        reason = run.reason
        return RunRow(
            **self._named(run.scenario, run.draw, run.replicate),
            status="failed",
            stage=run.stage,
            error_en=reason.text.en,
            error_zh=reason.text.zh,
            place=":".join(map(str, reason.place)) if reason.place is not None else None,
            trace=reason.trace,
        )

    def _named(self, scenario: str, draw: int, replicate: int) -> dict[str, Any]:
        run = run_id(self._number[scenario], draw, replicate)
        self._attempts[run] += 1
        depends_on = [self._inputs, scenario, draw, replicate]
        return {
            "run": run,
            "key": content_hash(depends_on)[:32],
            "scenario": scenario,
            "draw": draw,
            "replicate": replicate,
            "attempts": self._attempts[run],
        }
