"""Run every benchmark side by side, print a table and write ``benchmarks/results/latest.json``.

``python -m benchmarks.run [--quick] [--lang zh|en]``; see ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import compiled_part, numpy_columns, quoted
from benchmarks.decades import alone, live_decade
from benchmarks.measure import REPEATS, Timing, bandwidth, in_turn, slope
from benchmarks.mesa_twin import COVERED, take_over
from benchmarks.mesa_twin.luck import KeyedLuck, OwnLuck
from benchmarks.peak import peak_mib
from benchmarks.scaling import write as draw_scaling
from benchmarks.worlds import (
    DISTRICT,
    RULE,
    TENTH,
    agents,
    fresh,
    run,
    several,
    state_bytes,
    world_of,
)
from sansheng.cli.tables import print_table
from sansheng.core.text import Language, Text
from sansheng.month import PARAMETERS
from sansheng.study.engine import usable_cores
from sansheng.world.place import load_place
from sansheng.world.world import World

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).resolve().parent / "results"
FEBRUARY_TO_DECEMBER = 11
LARGE = ("beijing_decade_s", "china_decade_s", "china_peak_mib")
"""Measures of whole cities and countries that are promised."""

PART_RUNS = 20
"""Times that the compiled and the NumPy part of the month run under one reading of the clock."""


class Report:
    """Measures by name, and rows for people."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self.measures: dict[str, Any] = {}
        self.rows: list[list[str]] = []

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        words: Text,
        *,
        spread: float | None = None,
        ratio: float | None = None,
    ) -> None:
        """Note a measure: its value, and how far it spreads or how many times this model it takes."""
        self.measures[name] = {"value": value, "unit": unit, "spread": spread, "ratio": ratio}
        self.rows.append(
            [
                words.get(self.lang),
                shown(value),
                unit,
                "" if spread is None else f"{100 * spread:.0f}%",
                "" if ratio is None else f"{ratio:,.1f}",
            ]
        )
        print(f"  {words.get(self.lang)}: {shown(value)} {unit}", file=sys.stderr, flush=True)

    def time(
        self, name: str, timing: Timing, words: Text, *, unit: str = "ms", to: Timing | None = None
    ) -> None:
        """Note a timing, and its ratio to another of the same run."""
        scale = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
        ratio = None if to is None else timing.median / to.median
        self.add(name, timing.median * scale, unit, words, spread=timing.spread, ratio=ratio)


def shown(value: float) -> str:
    """Return a number as people read it."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def whole_month(report: Report, world: World) -> None:
    """Compare eleven months of the district, February to December, with the same as Mesa objects."""

    def compiled() -> Callable[[], object]:
        mine = fresh(world)
        return lambda: run(mine, FEBRUARY_TO_DECEMBER)

    def objects(keyed: bool) -> Callable[[], object]:
        model = take_over(world, KeyedLuck(world.key) if keyed else OwnLuck(1))

        def months() -> None:
            for _ in range(FEBRUARY_TO_DECEMBER):
                model.step()

        return months

    found = in_turn(
        {"compiled": compiled, "mesa": lambda: objects(False), "keyed": lambda: objects(True)}
    )
    month = {name: timing.per(FEBRUARY_TO_DECEMBER) for name, timing in found.items()}
    ours = month["compiled"]
    report.time(
        "month_ms", ours, Text("month of the district, this model", "一个区一个月（本模型）")
    )
    words = Text("the same as Mesa objects, own draws", "同上，Mesa 对象（普通随机数）")
    report.time("month_mesa_ms", month["mesa"], words, to=ours)
    words = Text("the same as Mesa objects, keyed draws", "同上，Mesa 对象（键控随机数）")
    report.time("month_mesa_keyed_ms", month["keyed"], words, to=ours)
    per_step = ours.median / agents(world)
    words = Text("this model, per agent and step", "本模型，每主体每步")
    report.add("ns_per_agent_step", 1e9 * per_step, "ns", words)
    words = Text("Mesa objects, per agent and step", "Mesa 对象，每主体每步")
    report.add("mesa_ns_per_agent_step", 1e9 * month["mesa"].median / agents(world), "ns", words)


def part_of_month(report: Report, world: World) -> None:
    """Compare burning out and quitting, a part of ``workforce``, by four means."""

    def compiled() -> Callable[[], object]:
        mine = fresh(world)
        return lambda: compiled_part.burn_out_and_quit(mine, PART_RUNS)

    def numpy() -> Callable[[], object]:
        mine, generator = world.copy(), np.random.default_rng(1)
        seats = mine.tables.workers.key.size

        def part() -> None:
            for _ in range(PART_RUNS):
                numpy_columns.burn_out_and_quit(mine, generator.random(seats))

        return part

    def mesa() -> Callable[[], object]:
        model = take_over(world, OwnLuck(1))

        def part() -> None:
            for seat in model.seats:
                seat.burn_out()
                seat.think_of_quitting()

        return part

    prepared: dict[str, Any] = {"compiled": compiled, "numpy": numpy, "mesa": mesa}
    if importlib.util.find_spec("agentpy") is None:
        missing = Text(
            "AgentPy is not installed (pip install -e '.[bench]'): left out",
            "未安装 AgentPy（pip install -e '.[bench]'）：略去",
        )
        print(f"  {missing.get(report.lang)}", file=sys.stderr)
    else:
        from benchmarks import agentpy_version

        prepared["agentpy"] = lambda: agentpy_version.take_over(world).step
    found = in_turn(prepared)
    for name in ("compiled", "numpy"):
        found[name] = found[name].per(PART_RUNS)
    labels = {
        "compiled": Text("burnout and quits, this model", "倦怠与离职（本模型）"),
        "numpy": Text("burnout and quits, NumPy columns", "倦怠与离职（NumPy 列）"),
        "mesa": Text("burnout and quits, Mesa objects", "倦怠与离职（Mesa 对象）"),
        "agentpy": Text("burnout and quits, AgentPy", "倦怠与离职（AgentPy）"),
    }
    for name, timing in found.items():
        to = None if name == "compiled" else found["compiled"]
        report.time(f"part_{name}_us", timing, labels[name], unit="us", to=to)


def decade(report: Report) -> None:
    """Run ten years of the district by one thread."""
    first = world_of(several(1), 0)

    def prepare() -> Callable[[], object]:
        mine = fresh(first)
        return lambda: run(mine, 120)

    timing = in_turn({"decade": prepare})["decade"]
    words = Text("ten years of the district, one thread", "一个区十年（单线程）")
    report.time("district_decade_ms", timing, words)


def sizes(report: Report, most: int) -> None:
    """See how a month of one world grows with the number of communities."""
    places = {TENTH: load_place(TENTH, PARAMETERS)}
    places |= {f"{n}_districts": several(n) for n in (1, 3, 10, 30) if n <= most}
    worlds = {name: world_of(place, 12) for name, place in places.items()}

    def prepare(world: World) -> Callable[[], Callable[[], object]]:
        def ready() -> Callable[[], object]:
            mine = fresh(world)
            return lambda: run(mine, 12)

        return ready

    found = in_turn({name: prepare(world) for name, world in worlds.items()})
    for name, timing in found.items():
        rows_here = worlds[name].tables.communities.key.size
        words = Text(f"month of {rows_here:,} communities", f"{rows_here:,} 个社区一个月")
        report.time(f"month_of_{name}_ms", timing.per(12), words)


def scaling(report: Report, *, nation: bool) -> list[dict[str, Any]]:
    """Live through a decade of places from a tenth of the district to the whole country, market by market."""
    threads = min(2, usable_cores())
    places = {TENTH: load_place(TENTH, PARAMETERS)}
    places |= {f"{n}_districts": several(n) for n in (1, 3, 10)}
    ready = {name: partial(partial, live_decade, place) for name, place in places.items()}
    points = [
        {"name": name, "communities": places[name].communities, "seconds": timing.median}
        for name, timing in in_turn(ready).items()
    ]
    large = [("beijing", "beijing-2018", 3, Text("Beijing", "北京市"))]
    if nation:
        large.append(("china", "china-2022", 1, Text("China", "全国")))
    for key, name, repeats, title in large:
        found = alone(name, threads, repeats)
        points.append({"name": name, "communities": found.communities, "seconds": found.computed})
        words = Text(
            f"ten years of {title.en}, {threads} threads", f"{title.zh}十年（{threads} 线程）"
        )
        report.add(f"{key}_decade_s", found.seconds, "s", words)
        words = Text("of which computing, all threads", "其中计算时间（各线程合计）")
        report.add(f"{key}_decade_cpu_s", found.computed, "s", words)
        if found.mib is not None:
            words = Text(f"peak memory, {title.en}", f"内存峰值，{title.zh}")
            report.add(f"{key}_peak_mib", found.mib, "MiB", words)
    words = Text(
        "slope of a decade's computing on communities, both in logs",
        "十年计算时间对社区数的双对数斜率",
    )
    rows, taken = ([float(point[name]) for point in points] for name in ("communities", "seconds"))
    report.add("size_slope", slope(rows, taken), "-", words)
    return points


def memory(report: Report, world: World) -> None:
    """Compare what a month touches with what memory could move, and tell peaks."""
    moved, state = bandwidth(), state_bytes(world)
    month = report.measures["month_ms"]["value"] / 1e3
    report.add("state_mib", state / 2**20, "MiB", Text("state of the district", "一个区的状态"))
    words = Text("bandwidth of memory (triad, one thread)", "内存带宽（triad，单线程）")
    report.add("bandwidth_gb_s", moved / 1e9, "GB/s", words)
    words = Text("state once through, a month", "每月遍历一次状态的速率")
    report.add("state_gb_s", state / month / 1e9, "GB/s", words)
    words = Text("part of the bandwidth that this is", "占内存带宽的比例")
    report.add("bandwidth_share", state / month / moved, "-", words)
    labels = {
        "nothing": Text("peak memory, one month", "内存峰值，一个月"),
        "district": Text("peak memory, ten years of a district", "内存峰值，一个区十年"),
        "ten-districts": Text("peak memory, ten years of ten districts", "内存峰值，十个区十年"),
        "mesa": Text("peak memory, Mesa objects, a quarter", "内存峰值，Mesa 对象一季度"),
    }
    for what, words in labels.items():
        most = peak_mib(what)
        if most is not None:
            report.add(f"peak_{what.replace('-', '_')}_mib", most, "MiB", words)


def study_of_decades(report: Report, decades: int) -> None:
    """Run many decades of the district through the engine and the store, on all cores."""
    from sansheng.study.config import load_study
    from sansheng.study.run import run_study

    with tempfile.TemporaryDirectory() as folder:
        file, out = decades_file(folder, decades), Path(folder) / "out"
        began = time.perf_counter()
        run_study(load_study(file), out)
        taken = time.perf_counter() - began
        stored = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    words = Text(f"{decades} decades, engine and store", f"{decades} 个区·十年（引擎与存储）")
    report.add("study_s", taken, "s", words)
    report.measures["study_s"]["decades"] = decades
    words = Text("of which each", "其中每个")
    report.add("study_decade_ms", 1e3 * taken / decades, "ms", words)
    words = Text("store, each", "存储，每个")
    report.add("study_decade_kib", stored / 1024 / decades, "KiB", words)


def decades_file(folder: str, decades: int) -> Path:
    """Return the file of a study of so many decades of the district."""
    file = Path(folder) / "study.yaml"
    file.write_text(
        f"place: {DISTRICT}\nstart: 2015-01\nmonths: 120\nwarm_up: 0\n"
        f"replicates: {decades}\nseed: 1\nbaseline: {RULE}\n"
        f"scenarios:\n  {RULE}: {{rule: {RULE}}}\n",
        encoding="utf-8",
    )
    return file


def starts(report: Report) -> None:
    """Time what people wait for: the first compilation, help, a small study."""

    def wall(*words: str, **settings: str) -> Callable[[], object]:
        command = [sys.executable, *words]
        environment = os.environ | settings
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody who waits compiles Python anew
        return lambda: subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True
        )

    with tempfile.TemporaryDirectory() as fresh:
        began, computed = time.perf_counter(), computed_by_others()
        compile_ = "from sansheng.study.simulate import warm_up; warm_up()"
        wall("-c", compile_, NUMBA_CACHE_DIR=fresh)()
        words = Text("first compilation, empty cache", "首次编译（空缓存）")
        report.add("first_compilation_s", time.perf_counter() - began, "s", words)
        words = Text("of which computing", "其中计算时间")
        report.add("first_compilation_cpu_s", computed_by_others() - computed, "s", words)
    with tempfile.TemporaryDirectory() as folder:
        study = "experiments/classroom/study.yaml"
        again = ("--quiet", "--restart", "--out")
        small = ("run", study, "--replicates", "2", *again, f"{folder}/small")
        decade = ("run", str(decades_file(folder, 1)), *again, f"{folder}/decade")
        clock = time.perf_counter
        found = in_turn(
            {
                "help": lambda: wall("-m", "sansheng", "--help"),
                "run": lambda: wall("-m", "sansheng", *small),
                "decade": lambda: wall("-m", "sansheng", *decade),
            },
            clock=clock,
        )
    words = Text("sansheng --help", "sansheng --help")
    report.time("help_ms", found["help"], words)
    words = Text("sansheng run, classroom, 2 replicates", "sansheng run，课堂示例 2 次重复")
    report.time("first_result_s", found["run"], words, unit="s")
    words = Text("sansheng run, ten years of the district", "sansheng run，一个区十年")
    report.time("district_result_s", found["decade"], words, unit="s")


def computed_by_others() -> float:
    """Return the seconds that processes started from here have computed."""
    times = os.times()
    return times.children_user + times.children_system


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    import mesa
    import numba

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "load_average": load,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "mesa": mesa.__version__,
    }


def _processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer decades and smaller places")
    parser.add_argument("--decades", type=int, help="decades of the study (1000, or 40 if quick)")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    args = parser.parse_args()
    report = Report(args.lang)
    before = machine()
    world = world_of(several(1), 13)
    whole_month(report, world)
    part_of_month(report, world)
    decade(report)
    sizes(report, 3 if args.quick else 30)
    points = scaling(report, nation=not args.quick)
    memory(report, world)
    study_of_decades(report, args.decades or (40 if args.quick else 1000))
    starts(report)
    header = {
        "zh": ["项目", "中位数", "单位", "离散（极差）", "与本模型之比"],
        "en": ["what", "median", "unit", "spread (range)", "times this model"],
    }
    load = "–" if before["load_average"] is None else f"{before['load_average']:.1f}"
    title = Text(
        f"Medians of {REPEATS}, one run; load of the machine {load}",
        f"{REPEATS} 次中位数，同一次运行；机器负载 {load}",
    )
    print_table(title.get(args.lang), header[args.lang], report.rows, {1, 3, 4})
    write(report, world, before, points)
    quoted.insert()
    if not args.quick:
        draw_scaling(points)
    return 0


def write(
    report: Report, world: World, before: dict[str, Any], points: list[dict[str, Any]]
) -> None:
    """Write the measures, the ones that are promised at the top."""
    measures = report.measures
    found = {
        "ratio_to_mesa_district": measures["month_mesa_ms"]["ratio"],
        "district_decade_ms": measures["district_decade_ms"]["value"],
        "size_slope": measures["size_slope"]["value"],
        **{name: measures[name]["value"] for name in LARGE if name in measures},
        "left_out": {name: "not measured with --quick" for name in LARGE if name not in measures},
        "scaling": points,
        "place": DISTRICT,
        "rule": RULE,
        "agents": agents(world),
        "steps_compared": list(COVERED),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": before,
        "measures": measures,
    }
    assert all(math.isfinite(measure["value"]) for measure in measures.values())
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
    (RESULTS / "latest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
