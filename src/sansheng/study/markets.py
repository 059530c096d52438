"""A place lived through market by market.

Districts share no organisation, worker, money or luck. So each can be opened, lived through and forgotten by itself:
its tables fit the processor's cache, several live side by side in threads, and no more than these are held at
once. What they leave is taken in the order of the place, whoever comes first, so that sums have the same bits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from sansheng.core.errors import BadInput
from sansheng.core.text import Text
from sansheng.outcomes.events.log import EventLog
from sansheng.outcomes.incumbents import organisation_rows, those_there, worker_sums
from sansheng.outcomes.measures import Record, fixed_of
from sansheng.outcomes.together import Left, rows_in
from sansheng.study.failures import SIMULATION, WARM_UP, LostRun, Reason, reason_of
from sansheng.study.lives import continued, warmed_up
from sansheng.study.schedule import schedule
from sansheng.world.place import Place

if TYPE_CHECKING:
    from sansheng.study.config import Study

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")

AHEAD = 2
"""Markets handed out for each thread, so that none waits for the next and few answers wait for the first."""


def in_order(
    function: Callable[[ItemT], AnswerT], items: Iterable[ItemT], threads: int
) -> Iterator[AnswerT]:
    """Yield ``function`` of every item, in the order of the items, several worked on at a time.

    At most ``AHEAD * threads`` answers exist that were not yet taken.
    """
    if threads == 1:
        yield from map(function, items)
        return
    waiting: deque[Future[AnswerT]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="market")
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= AHEAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def live(
    study: Study,
    parameters: Mapping[str, float],
    draw: int,
    replicate: int,
    scenarios: Sequence[str],
    market: Place,
) -> Iterator[Left | LostRun]:
    """Yield what a market leaves of each scenario, or why it failed there.

    Rules and levers are made for the market alone: whatever one of them keeps in mind is of no other.
    ``parameters`` are those of the draw.

    Raises
    ------
    BadInput
        If the study proves wrong.
    """
    try:
        first = study.scenarios[study.baseline].rule.make()
        past = warmed_up(study, market, first, parameters, replicate)
    except BadInput:
        raise
    except (Exception, SystemExit) as error:  # which is everybody's past
        reason = _during("warm-up" if study.warm_up else study.baseline, error)
        yield from (LostRun(name, draw, replicate, WARM_UP, reason) for name in scenarios)
        return
    for name in scenarios:
        try:
            changes = schedule(study.scenarios[name], study.start, first, study.scales.get(name))
            world = past if name == scenarios[-1] else past.copy()
            there, fixed = those_there(world.tables), fixed_of(world.tables)
            log = EventLog(world) if replicate in study.events else None
            kept = continued(world, changes, study.months, log)
        except BadInput:
            raise
        except (Exception, SystemExit) as error:
            yield LostRun(name, draw, replicate, SIMULATION, _during(name, error))
            continue
        record = Record(kept.monthly, kept.yearly, fixed, kept.start)
        yield Left(
            record,
            kept.spread,
            organisation_rows(there, world.tables, record),
            worker_sums(there, world.tables),
            log.table() if log is not None else None,
            rows_in(world.tables),
        )


def _during(what: str, error: BaseException) -> Reason:
    reason = reason_of(error)
    text = Text(f"{what}: {reason.text.en}", f"{what}：{reason.text.zh}")
    return reason._replace(text=text)
