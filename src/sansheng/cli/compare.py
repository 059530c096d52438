"""``sansheng compare``: paired differences of a finished study, as tables or as JSON."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any, Literal

from sansheng.cli.parser import Parser, add_language, add_partial, add_path, whole_number
from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.answers import Answers
    from sansheng.analysis.comparisons import Comparisons
    from sansheng.analysis.over_draws import Spread
    from sansheng.analysis.standing import Place
    from sansheng.study.reading import StudyData

SUMMARY = Text(
    "compare the scenarios of a finished study, replicate by replicate",
    "逐次配对比较已完成研究的各方案",
)

RANKED = "need_met"


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(parser, "dir", "folder of results\n结果文件夹")
    parser.add_argument(
        "--baseline",
        metavar="NAME",
        help="scenario to compare with (default: the study's)\n基线方案（默认为研究所设）",
    )
    parser.add_argument(
        "--outcomes",
        type=_names,
        metavar="ID,ID",
        help="outcomes whose intervals hold together (default: true headline outcomes; others are shown after them)\n"
        "区间须同时成立的指标（默认为主要真实指标，其他指标列于其后）",
    )
    parser.add_argument(
        "--indifference",
        type=_zones,
        metavar="ID=X,ID=X",
        help="differences up to X do not matter, in the outcome's unit (default: those declared)\n"
        "不超过 X 的差异无关紧要，单位同指标（默认用所声明者）",
    )
    parser.add_argument(
        "--rank",
        metavar="ID",
        help=f"true outcome that ranks scenarios (default {RANKED})\n用于排序的真实指标（默认 {RANKED}）",
    )
    parser.add_argument(
        "--draw",
        type=_draw,
        metavar="N|all",
        help="one draw of the parameters, or the mean over draws that are a sample\n"
        "某一参数组；或抽样各参数组的均值（all）",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of tables\n输出 JSON")
    add_partial(parser)
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Print the comparison."""
    from sansheng.analysis.compare import compare
    from sansheng.study.reading import open_study

    data = open_study(args.dir, allow_partial=args.allow_partial)
    found = compare(
        data,
        args.baseline,
        args.draw,
        outcomes=args.outcomes,
        indifference=args.indifference,
        words=args.words,
    )
    pooled = _pooled(data, args)
    places = _places(data, args)
    spread = _spread(data, args, found)
    if args.json:
        print(
            json.dumps(
                _told(found, pooled, places, spread), ensure_ascii=False, indent=2, allow_nan=False
            )
        )
    else:
        _show(data, args, found, pooled, places, spread)
    return 0


def _names(word: str) -> list[str]:
    return [name.strip() for name in word.split(",") if name.strip()]


def _zones(word: str) -> dict[str, float]:
    zones = {}
    for part in _names(word):
        name, _, number = part.partition("=")
        try:
            zones[name.strip()] = float(number)
        except ValueError:
            raise BadInput(
                Problem(
                    Text(
                        f"--indifference must be like need_met=0.5, not {quoted(part)}",
                        f"--indifference 须写作 need_met=0.5，而不是 {quoted(part)}",
                    )
                )
            ) from None
    return zones


def _draw(word: str) -> int | Literal["all"]:
    return "all" if word == "all" else whole_number("--draw", 0)(word)


def _pooled(data: StudyData, args: argparse.Namespace) -> Comparisons | None:
    """Return the mean over draws beside the draws themselves, where draws are a sample."""
    from sansheng.analysis.compare import compare
    from sansheng.analysis.runs import NOT_SAMPLED

    design = data.manifest.get("design", "grid")
    if args.draw is not None or data.shape[1] < 2 or design in NOT_SAMPLED:
        return None
    return compare(
        data,
        args.baseline,
        "all",
        outcomes=args.outcomes,
        indifference=args.indifference,
        words=args.words,
    )


def _places(data: StudyData, args: argparse.Namespace) -> Answers[Place] | None:
    """Return the ranking, where there is one draw to rank by, or all are a sample."""
    from sansheng.analysis.runs import NOT_SAMPLED
    from sansheng.analysis.standing import rank

    draw = args.draw
    if draw is None and data.shape[1] > 1:
        if data.manifest.get("design", "grid") in NOT_SAMPLED and args.rank is None:
            return None
        draw = "all"
    if args.rank is None and (RANKED not in data.outcomes or _nowhere(data, RANKED)):
        return None
    return rank(data, args.rank or RANKED, draw, words=args.words)


def _nowhere(data: StudyData, outcome: str) -> bool:
    import numpy as np

    return bool(np.isnan(data.per_run(outcome)).all())


def _spread(
    data: StudyData, args: argparse.Namespace, found: Comparisons
) -> Answers[Spread] | None:
    """Return what parameters and luck do, where parameters vary and several draws are compared."""
    from sansheng.analysis.over_draws import spread_over_draws

    if data.shape[1] < 2 or isinstance(args.draw, int) or not len(found):
        return None
    return spread_over_draws(data, args.baseline, outcomes=args.outcomes)


def _told(
    found: Comparisons,
    pooled: Comparisons | None,
    places: Answers[Place] | None,
    spread: Answers[Spread] | None,
) -> dict[str, Any]:
    from sansheng.analysis.answers import as_json

    over = pooled or ()
    families = (*found.families, *(pooled.families if pooled is not None else ()))
    return {
        **found.origin.as_dict(),
        "families": [as_json(family) for family in families],
        "comparisons": [row.as_dict() for row in (*found, *over)],
        "ranking": [row.as_dict() for row in places or ()],
        "spread": [row.as_dict() for row in spread or ()],
    }


def _show(
    data: StudyData,
    args: argparse.Namespace,
    found: Comparisons,
    pooled: Comparisons | None,
    places: Answers[Place] | None,
    spread: Answers[Spread] | None,
) -> None:
    from sansheng.analysis.compare import spend_table
    from sansheng.analysis.titles import scenario_titles
    from sansheng.cli import comparing, summary
    from sansheng.outcomes.measures import OUTCOMES

    lang: Language = args.lang or "zh"
    titles = scenario_titles(data)
    summary.print_warnings(data, lang)
    first = pooled if pooled is not None else found
    single = pooled is not None or len({row.draw for row in found}) == 1
    family = next(iter(first.families), None)
    chosen = {name: OUTCOMES[name] for name in (family.outcomes if family is not None else ())}
    if single:
        summary.print_comparison(
            [row for row in first if row.outcome in chosen], chosen, titles, lang, family
        )
    if places is not None:
        comparing.print_places(places, OUTCOMES[places[0].outcome], titles, lang)
    if single:
        comparing.print_reported(first, OUTCOMES, titles, lang)
        comparing.print_precision(first, chosen, titles, lang)
    if spread is not None:
        comparing.print_spread(spread, OUTCOMES, titles, lang)
    if pooled is not None or not single:
        shown = chosen if args.outcomes else summary.headline_outcomes(found)
        summary.print_varied(data, found, shown, titles, lang)
    elif args.outcomes is None:
        others = {name: outcome for name, outcome in OUTCOMES.items() if name not in chosen}
        summary.print_comparison(found, others, titles, lang)
    summary.print_spend(data, spend_table(data), titles, lang)
    origin = found.origin
    print(Text(f"Hash of the results: {origin.hash}", f"结果校验值：{origin.hash}").get(lang))
    print(Text(f"Command: {origin.command}", f"命令：{origin.command}").get(lang))
