"""``--engine`` and ``--scheduler``: where runs are made."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, one_of
from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.study.engine import Engine
    from sansheng.study.progress import Progress

LOCAL, DASK = "local", "dask"


def add_engine(parser: Parser) -> None:
    """Add the two arguments."""
    parser.add_argument(
        "--engine",
        type=one_of(Text("engine", "运行方式"), (LOCAL, DASK)),
        metavar="local|dask",
        help="where runs are made (default local); numbers do not depend on it\n"
        "在何处运行（默认 local，即本机），不影响结果",
    )
    parser.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="with --engine dask: the cluster (default: one on this machine, for this run)\n"
        "与 --engine dask 连用：集群地址（默认在本机临时启动）",
    )


def engine_of(args: argparse.Namespace, progress: Progress) -> Engine | None:
    """Return where runs are to be made; None for this process and its children.

    Raises
    ------
    BadInput
        If the arguments do not go together.
    RunFailed
        If no scheduler listens at the address.
    """
    if args.scheduler is not None and args.engine != DASK:
        raise BadInput(Problem(_WITHOUT_DASK))
    if args.scheduler is not None and args.workers is not None:
        raise BadInput(Problem(_WITH_WORKERS))
    if args.engine != DASK:
        return None
    from sansheng.study.cluster import DaskEngine
    from sansheng.study.run import process_count

    engine = DaskEngine(args.scheduler, process_count(args.workers), progress.say)
    engine.require_answer()
    return engine


_WITHOUT_DASK = Text(
    "--scheduler is the address of a Dask cluster and needs --engine dask",
    "--scheduler 是 Dask 集群的地址，须与 --engine dask 连用",
)

_WITH_WORKERS = Text(
    "--workers does not go with --scheduler: a cluster has its own workers",
    "--workers 不能与 --scheduler 连用：集群自有工作进程",
)
