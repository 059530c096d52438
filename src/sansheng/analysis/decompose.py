r"""Why one way of paying beats another: the difference by parts of the rule, and by channels through the month.

*Parts.* Money reaches communities, is tied to something, and comes at some time. Three parts make eight hybrids of the
two scenarios: *allocation* is what every community spends in each year, with the pots for premises, grassroots groups
and organisations; *timing* is in which months of the year it does, and how much of a month's service agencies are paid
at once; *incentives* are everything else that a scenario says: tariffs, awards, paperwork, other terms, levers.

*Channels.* Each channel (:mod:`sansheng.processes.channels`) is free to follow the new scenario, or held at what
passed it in the run of the old one. With :math:`S` free, :math:`v(S)` is the outcome of the new scenario's run. What
remains when all are held, :math:`v(\emptyset)` less the old scenario's outcome, went other ways.

All runs of a replicate share its past and its luck, and no combination is scaled anew to spend as much: scenarios keep
the scales of the study.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sansheng.analysis.observe import run_in_pool
from sansheng.analysis.origin import Origin, origin_of_results
from sansheng.analysis.replications import paired_interval
from sansheng.analysis.shapley import MOST_EXACT, Game, sampled_game, whole_game
from sansheng.analysis.written import write_answer
from sansheng.core.errors import BadInput, Problem, did_you_mean, quoted
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.processes.channels import CHANNELS
from sansheng.processes.trace import ADVANCES, MONEY, Trace, hold, mean_ties
from sansheng.study.engine import Block

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.outcomes.measures import Record
    from sansheng.study.config import Study
    from sansheng.study.progress import Progress
    from sansheng.study.reading import StudyData
    from sansheng.study.simulate import Past

PARTS = (
    ("allocation", Text("allocation: who gets the money", "分配：经费给谁")),
    ("incentives", Text("incentives: what is paid for", "激励：为什么付费")),
    ("timing", Text("timing: when it arrives", "时点：何时到账")),
)
"""Parts of a scenario, by name."""

REST = ("other", Text("not through these channels", "不经由上述渠道"))
"""What remains when all channels are held."""

REPLICATES = 50
"""Paired repetitions if nobody says how many."""

BLOCK = f"{__name__}:decompose_block"


class Question(NamedTuple):
    """What is to be explained: the study as it was run, two of its scenarios, an outcome, and channels by name."""

    study: Study
    old: str
    new: str
    outcome: str
    channels: tuple[str, ...]

    def game(self, replicate: int) -> Game:
        """Return the sets of free channels that a replicate is run with."""
        if len(self.channels) <= MOST_EXACT:
            return whole_game(len(self.channels))
        return sampled_game(len(self.channels), f"{self.study.seed} {replicate}")


class Answer(NamedTuple):
    """Outcomes of a replicate's runs: of the eight hybrids, and by set of free channels."""

    hybrids: F64
    free: F64


@dataclass(frozen=True)
class Share:
    """A part of the difference, in the outcome's unit.

    Parameters
    ----------
    name
        Of the part or channel.
    text
        The same for people.
    mean, low, high
        Mean over replicates, and bounds of its 95% interval.
    percent
        Of the whole difference; NaN where there is none.
    """

    name: str
    text: Text
    mean: float
    low: float
    high: float
    percent: float

    def as_dict(self) -> dict[str, str | float | None]:
        """Return the fields as JSON can hold them."""
        percent = None if math.isnan(self.percent) else self.percent
        numbers = {"mean": self.mean, "low": self.low, "high": self.high, "percent": percent}
        return {"name": self.name, "en": self.text.en, "zh": self.text.zh, **numbers}


@dataclass(frozen=True)
class Decomposition:
    """Why one scenario beats another.

    Parameters
    ----------
    origin
        The study and the command that gives this again.
    question
        What was asked.
    answers
        Outcomes of all runs, by replicate.
    """

    origin: Origin
    question: Question
    answers: tuple[Answer, ...]

    @property
    def replicates(self) -> int:
        """Paired repetitions."""
        return len(self.answers)

    @property
    def sampled(self) -> bool:
        """Whether channels were freed in a sample of orders, and not in all combinations."""
        return len(self.question.channels) > MOST_EXACT

    @cached_property
    def total(self) -> Share:
        """The whole difference, new scenario minus old."""
        differences = np.array([a.hybrids[-1] - a.hybrids[0] for a in self.answers])
        (share,) = self._shares([("total", Text("total", "合计"))], differences[:, None])
        return share

    @cached_property
    def parts(self) -> tuple[Share, ...]:
        """Shares of allocation, incentives and timing; they add up to the total."""
        hybrids = np.stack([answer.hybrids for answer in self.answers])
        return self._shares(PARTS, whole_game(len(PARTS)).shares(hybrids))

    @cached_property
    def channels(self) -> tuple[Share, ...]:
        """Shares of the channels, and what went other ways; they add up to the total."""
        rows = []
        for replicate, answer in enumerate(self.answers):
            shares = self.question.game(replicate).shares(answer.free)
            rows.append([*shares, answer.free[0] - answer.hybrids[0]])
        texts = {channel.name: channel.text for channel in CHANNELS}
        names = [(name, texts[name]) for name in self.question.channels]
        return self._shares([*names, REST], np.array(rows))

    def _shares(self, names: Sequence[tuple[str, Text]], values: F64) -> tuple[Share, ...]:
        """Return shares; ``values`` has shape ``(replicate, share)``."""
        whole = float(np.mean([a.hybrids[-1] - a.hybrids[0] for a in self.answers]))
        means, lows, highs = paired_interval(np.ascontiguousarray(values.T))
        return tuple(
            Share(
                name,
                text,
                float(mean),
                float(low),
                float(high),
                100.0 * float(mean) / whole if whole != 0.0 else math.nan,
            )
            for (name, text), mean, low, high in zip(names, means, lows, highs, strict=True)
        )

    def frame(self) -> pd.DataFrame:
        """Return all shares as a table: ``of`` (part, channel, total), name, words, mean, low, high, percent."""
        import pandas as pd

        groups = (("part", self.parts), ("channel", self.channels), ("total", (self.total,)))
        rows = [{"of": of, **share.as_dict()} for of, shares in groups for share in shares]
        return pd.DataFrame(rows)

    def hybrids(self) -> pd.DataFrame:
        """Return the runs of hybrids: replicate, for each part whether it is the new scenario's, and the outcome."""
        return self._runs(
            [name for name, _ in PARTS],
            [(tuple(range(2 ** len(PARTS))), answer.hybrids) for answer in self.answers],
        )

    def freed(self) -> pd.DataFrame:
        """Return the runs with channels held: replicate, for each channel whether it was free, and the outcome."""
        return self._runs(
            self.question.channels,
            [(self.question.game(r).sets, answer.free) for r, answer in enumerate(self.answers)],
        )

    def _runs(
        self, players: Sequence[str], found: Sequence[tuple[Sequence[int], F64]]
    ) -> pd.DataFrame:
        import pandas as pd

        rows = [
            {
                "replicate": replicate,
                **{name: bool(mask >> i & 1) for i, name in enumerate(players)},
                "value": float(value),
            }
            for replicate, (sets, values) in enumerate(found)
            for mask, value in zip(sets, values, strict=True)
        ]
        return pd.DataFrame(rows)

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the single runs as JSON can hold it."""
        asked = self.question
        return {
            "origin": self.origin.as_dict(),
            "from": asked.old,
            "to": asked.new,
            "outcome": asked.outcome,
            "unit": _outcomes()[asked.outcome].unit,
            "replicates": self.replicates,
            "sampled": self.sampled,
            "runs": sum(len(a.hybrids) + len(a.free) - 1 for a in self.answers),
            "total": self.total.as_dict(),
            "parts": [share.as_dict() for share in self.parts],
            "channels": [share.as_dict() for share in self.channels],
        }

    def write(self, folder: Path) -> list[Path]:
        """Write ``shares.csv``, the runs as ``hybrids.csv`` and ``freed.csv``, and ``decompose.json``.

        Raises
        ------
        RunFailed
            If they cannot be written.
        """
        tables = {"shares": self.frame(), "hybrids": self.hybrids(), "freed": self.freed()}
        return write_answer(folder, "decompose", self.as_dict(), tables)


def decompose(
    data: StudyData,
    old: str,
    new: str,
    outcome: str = "need_met",
    channels: Sequence[str] | None = None,
    replicates: int = REPLICATES,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    words: Sequence[str] | None = None,
) -> Decomposition:
    """Tell why ``new`` does better or worse than ``old``.

    Parameters
    ----------
    data
        A study that has run; its scenarios run again, with the scales it found.
    old, new
        Names of scenarios. The channels are held at the run of ``old``.
    outcome
        Id; none of money, as the purse makes up what a community is held at.
    channels
        Names (see :data:`sansheng.processes.channels.CHANNELS`); left out, all. Up to six are freed in all
        combinations, more in a balanced sample of orders.
    replicates
        Paired repetitions, from the first of the study on; at least 2.
    workers
        Processes; left out, one for each usable core.
    progress
        Told how far the runs are.
    words
        Of the command, without the program's name; left out, the command that asks the same.

    Raises
    ------
    BadInput
        If a name is unknown, the study varies parameters, the outcome is one of money or is not defined in some run.
    RunFailed
        If a run fails.
    """
    from sansheng.study.verify import as_run

    names = tuple(channel.name for channel in CHANNELS)
    chosen = names if channels is None else tuple(channels)
    _check(data, old, new, outcome, chosen, replicates)
    question = Question(as_run(data), old, new, outcome, chosen)
    found: dict[int, Answer] = {}

    def keep(block: Block, answer: Answer) -> None:
        found[block.replicate] = answer

    blocks = [Block(0, replicate) for replicate in range(replicates)]
    run_in_pool(question, blocks, keep, BLOCK, workers=workers, progress=progress)
    answers = tuple(found[replicate] for replicate in range(replicates))
    if any(np.isnan(a.hybrids).any() or np.isnan(a.free).any() for a in answers):
        raise BadInput(
            Problem(
                Text(
                    f"'{outcome}' is not defined in every run, so its difference cannot be shared out",
                    f"指标 '{outcome}' 并非在每次运行中都有定义，无法分解",
                )
            )
        )
    said = ["decompose", str(data.folder), "--from", old, "--to", new, "--outcome", outcome]
    said += ["--channels", ",".join(chosen), "--replicates", str(replicates)]
    return Decomposition(origin_of_results(data, words or said), question, answers)


def _check(
    data: StudyData, old: str, new: str, outcome: str, channels: Sequence[str], replicates: int
) -> None:
    outcomes = _outcomes()
    problems = [
        _unknown(Text("scenario", "方案"), name, data.scenarios)
        for name in (old, new)
        if name not in data.scenarios
    ]
    if outcome not in outcomes:
        problems.append(_unknown(Text("outcome", "指标"), outcome, outcomes))
    elif outcomes[outcome].kind == "money":
        problems.append(
            Problem(
                Text(
                    f"'{outcome}' is money, and the purse makes up what a community is held at; choose another outcome",
                    f"'{outcome}' 是资金指标，而固定经费时差额由财政补足；请选其他指标",
                )
            )
        )
    names = [channel.name for channel in CHANNELS]
    problems += [
        _unknown(Text("channel", "渠道"), name, names) for name in channels if name not in names
    ]
    twice = sorted({name for name in channels if channels.count(name) > 1})
    problems += [
        Problem(Text(f"channel {quoted(name)} is named twice", f"渠道 {quoted(name)} 重复"))
        for name in twice
    ]
    if not channels:
        problems.append(Problem(Text("name at least one channel", "至少须指定一个渠道")))
    if data.manifest["parameters_varied"]:
        problems.append(
            Problem(
                Text(
                    "the study varies parameters; a difference is explained at one set of them",
                    "该研究含多组参数；分解须在同一组参数下进行",
                )
            )
        )
    if replicates < 2:
        problems.append(
            Problem(
                Text(
                    f"{replicates} replicate gives no interval; at least 2 are needed",
                    f"只有 {replicates} 次重复，无法给出区间；至少需要 2 次",
                )
            )
        )
    if problems:
        raise BadInput(problems)


def _unknown(what: Text, name: str, known: Sequence[str] | Mapping[str, Any]) -> Problem:
    hint = did_you_mean(name, known)
    return Problem(
        Text(
            f"unknown {what.en} {quoted(name)}{hint.en}",
            f"没有名为 {quoted(name)} 的{what.zh}{hint.zh}",
        )
    )


def _outcomes() -> Mapping[str, Any]:
    from sansheng.outcomes.measures import OUTCOMES

    return OUTCOMES


def decompose_block(question: Question, _: int, replicate: int) -> Answer:
    """Run one replicate of a question: the eight hybrids, and the new scenario with channels held."""
    from sansheng.study.simulate import Past

    past = Past(question.study, 0, replicate)
    traces = []
    ends = []
    for name in (question.old, question.new):
        trace = past.trace()
        ends.append(_value(past.run(name, trace), question.outcome))
        mean_ties(trace)
        traces.append(trace)
    hybrids = np.empty(2 ** len(PARTS))
    hybrids[0], hybrids[-1] = ends
    for mask in range(1, hybrids.size - 1):
        hybrids[mask] = _value(_hybrid(past, question, traces, mask), question.outcome)
    codes = {channel.name: channel.code for channel in CHANNELS}
    sets = question.game(replicate).sets
    free = np.empty(len(sets))
    free[-1] = ends[1]
    for i, mask in enumerate(sets[:-1]):
        held = [codes[name] for n, name in enumerate(question.channels) if not mask >> n & 1]
        free[i] = _value(past.run(question.new, hold(traces[0], held)), question.outcome)
    return Answer(hybrids, free)


def _hybrid(past: Past, question: Question, traces: Sequence[Trace], mask: int) -> Record:
    """Run a hybrid; bits of ``mask`` say which parts are the new scenario's."""
    who, what, when = (mask >> part & 1 for part in range(len(PARTS)))
    trace = money_of(traces[who], traces[when])._replace(advance=traces[when].advance)
    name = (question.old, question.new)[what]
    return past.run(name, hold(trace, [MONEY, ADVANCES]))


def money_of(who: Trace, when: Trace) -> Trace:
    """Return a trace of what communities spend in each year in one run, in the months of another.

    A year is a calendar year of the run. Each community spends in every month the part of its year that it spends in
    ``when``, the same in every month where it spends nothing there, whole fen that add up to its year in ``who``. It
    holds beyond what it spends what it holds in ``who``.
    """
    years = (who.first[0] + np.arange(who.plan.shape[0])) // 12
    plan = np.empty_like(who.plan)
    for year in np.unique(years):
        rows = years == year
        plan[rows] = _spread(who.plan[rows].sum(axis=0), when.plan[rows])
    return who._replace(plan=plan, held=who.held + (plan - who.plan))


def _spread(total: I64, like: I64) -> I64:
    """Return each column's total over the rows in proportion to ``like``, whole fen."""
    likes = np.where(like.sum(axis=0) > 0, like, 1).astype(object)  # whole numbers of any size
    so_far = np.cumsum(likes, axis=0)
    due = total.astype(object) * so_far // so_far[-1]
    spread: I64 = np.diff(due, axis=0, prepend=np.zeros((1, total.size), dtype=object)).astype(
        np.int64
    )
    return spread


def _value(record: Record, outcome: str) -> float:
    from sansheng.outcomes.aggregate import of_run

    declared = _outcomes()[outcome]
    return float(of_run(declared.compute(record)[None, :], declared.aggregate)[0])
