"""``sansheng exchange``: the money by which a rule makes up for being worse, or saves by being better."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sansheng.cli.parser import Parser, add_path, add_runs
from sansheng.core.text import Language, Text

if TYPE_CHECKING:
    from sansheng.analysis.exchange import ExchangeRate, ExchangeRates
    from sansheng.analysis.scale_search import Money
    from sansheng.study.config import Study

SUMMARY = Text(
    "tell how much more money a rule needs to match the baseline, or saves",
    "求各办法要多花（或可节省）多少钱才与基线等效",
)

REPLICATES = 20


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    add_path(
        parser,
        "study",
        "study file (YAML), or folder of its results\n研究文件（YAML）或其结果文件夹",
    )
    parser.add_argument(
        "--scenario",
        action="append",
        metavar="NAME",
        help="scenario that is to match, may be repeated (default: all but the baseline)\n"
        "要与基线等效的方案，可重复给出（默认为基线以外的全部方案）",
    )
    parser.add_argument(
        "--baseline",
        metavar="NAME",
        help="scenario that is matched, at its own money (default: the study's)\n"
        "基线方案，经费不变（默认为研究所设）",
    )
    parser.add_argument(
        "--outcome",
        default="need_met",
        metavar="ID",
        help="what is matched (default need_met)\n以何指标为准（默认 need_met）",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for tables (CSV), exchange.json and the figure in both languages\n"
        "保存表格（CSV）、exchange.json 及中英文图的文件夹",
    )
    add_runs(parser, REPLICATES)


def execute(args: argparse.Namespace) -> int:
    """Solve, and print a table, or JSON."""
    from sansheng.analysis.exchange import exchange_rate
    from sansheng.cli.questions import print_origin, study_at, titles_of
    from sansheng.study.progress import Progress

    lang: Language = args.lang or "zh"
    study = study_at(args.study)
    found = exchange_rate(
        study,
        args.scenario,
        baseline=args.baseline,
        outcome=args.outcome,
        replicates=args.replicates,
        workers=args.workers,
        progress=Progress(lang=lang, quiet=args.quiet),
    )
    written = [] if args.out is None else [*found.write(args.out), *_draw(found, study, args.out)]
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    titles = titles_of(study)
    _print_table(found, titles, lang)
    for rate in found.rates:
        print(_sentence(found, rate, titles).get(lang))
    print()
    print_origin(found.origin, lang)
    for path in written:
        print(path)
    return 0


def _draw(found: ExchangeRates, study: Study, folder: Path) -> list[Path]:
    from sansheng.cli.drawing import conditions_of, in_both_languages
    from sansheng.pictures.exchange import draw_exchange

    conditions = conditions_of(study, found.replicates, found.origin.hash)

    def draw(lang: Language) -> list[Path]:
        stem = folder / f"exchange-{lang}"
        return draw_exchange(found, conditions=conditions, lang=lang, stem=stem)

    return in_both_languages(draw, folder)


_VERDICTS: Mapping[str, Text] = {
    "identical": Text("identical", "完全相同"),
    "matched": Text("can match", "可以等效"),
    "undetermined": Text("undetermined", "无法确定"),
    "never": Text("cannot at any money", "多少钱都不能"),
    "always": Text("with next to no grants", "几乎不拨款即可"),
}


def _print_table(found: ExchangeRates, titles: Mapping[str, Text], lang: Language) -> None:
    from sansheng.cli.tables import print_table
    from sansheng.outcomes.measures import OUTCOMES

    name = OUTCOMES[found.outcome].text
    base = titles[found.baseline]
    header = (
        Text("scenario", "方案"),
        Text("matches?", "能否等效"),
        Text("really spent more", "多支出"),
        Text("95% interval", "95% 区间"),
        Text("of the baseline's", "占基线支出"),
        Text("granted more", "多拨款"),
        Text("95% interval", "95% 区间"),
        Text("money ×", "经费倍数"),
    )
    rows = [
        (
            titles[rate.scenario].get(lang),
            _VERDICTS[rate.verdict].get(lang),
            _yuan(rate.spent.value),
            _interval(rate.spent, lang),
            "–" if math.isnan(rate.share) else _signed(100.0 * rate.share, 1) + "%",
            _yuan(rate.granted.value),
            _interval(rate.granted, lang),
            "–" if math.isnan(rate.scale) else f"{rate.scale:.3g}",
        )
        for rate in found.rates
    ]
    title = Text(
        f"Money to match {base.en} on {name.en}, yuan per 100 households a year"
        f" ({found.replicates} paired replicates)",
        f"在{name.zh}上与{base.zh}等效所需的钱，元/百户·年（{found.replicates} 对重复）",
    )
    print_table(title.get(lang), [words.get(lang) for words in header], rows, {2, 3, 4, 5, 6, 7})
    print(
        Text(
            f"{base.en} spends {found.spent:,.0f} and is granted {found.granted:,.0f};"
            " granted money that cannot be spent buys nothing.",
            f"{base.zh}支出 {found.spent:,.0f}，获拨 {found.granted:,.0f}；拨而未支的钱不产生服务。",
        ).get(lang),
        end="\n\n",
    )


def _sentence(found: ExchangeRates, rate: ExchangeRate, titles: Mapping[str, Text]) -> Text:
    """Say what was found of a scenario."""
    from sansheng.outcomes.measures import OUTCOMES

    who, base = titles[rate.scenario], titles[found.baseline]
    name = OUTCOMES[found.outcome].text
    said = _answer(found, rate)
    turn = Text("", "")
    if not math.isnan(rate.peak):
        turn = Text(
            f" More money does not always help: it does best near × {rate.peak:.3g} and worse beyond.",
            f"钱多未必更好：约 {rate.peak:.3g} 倍时最佳，更多反而变差。",
        )
        if rate.verdict == "matched":
            turn = Text(
                f"{turn.en} This is the smallest money that matches.",
                f"{turn.zh}此处为等效所需的最少的钱。",
            )
    return Text(
        f"{who.en}, to match {base.en} on {name.en}: {said.en}.{turn.en}",
        f"{who.zh}要在{name.zh}上与{base.zh}等效：{said.zh}。{turn.zh}",
    )


def _answer(found: ExchangeRates, rate: ExchangeRate) -> Text:
    spent = rate.spent
    match rate.verdict:
        case "identical":
            return Text("the rules are identical, 0 exactly", "两方案完全相同，差额恰为 0")
        case "matched":
            return _amount(spent)
        case "never":
            return _never(found, rate)
        case "always":
            return _always(rate)
        case _:
            return _undetermined(rate)


def _amount(spent: Money) -> Text:
    what = Text("needs", "需多花") if spent.value >= 0.0 else Text("saves", "可节省")
    value, *ends = (x if spent.value >= 0.0 else -x for x in spent)
    low, high = sorted(ends)
    plus = "+" if spent.value >= 0.0 else ""
    return Text(
        f"{what.en} {plus}¥{value:,.0f} ({_number(low)} to {_number(high)}) per 100 households a year",
        f"{what.zh} {value:,.0f} 元/百户·年（{_number(low)}～{_number(high)}）",
    )


def _always(rate: ExchangeRate) -> Text:
    least, most = f"{rate.curve[0].scale:.3g}", rate.spent.high
    if most > 0.0:
        return Text(
            f"it does better even with its money × {least}; ¥{most:,.0f} more per 100 households a year is enough",
            f"经费仅 {least} 倍时仍更好；至多多花 {most:,.0f} 元/百户·年即可",
        )
    return Text(
        f"it does better even with its money × {least}, and saves at least ¥{-most:,.0f} per 100 households a year",
        f"经费仅 {least} 倍时仍更好，至少节省 {-most:,.0f} 元/百户·年",
    )


def _never(found: ExchangeRates, rate: ExchangeRate) -> Text:
    from sansheng.outcomes.measures import OUTCOMES
    from sansheng.pictures.wording import units

    best = rate.nearest
    assert best is not None  # or nothing would be known of it
    outcome = OUTCOMES[found.outcome]
    en, zh = (units(outcome, "en")[0], units(outcome, "zh")[0])
    more = best.money[0] >= 0.0
    spent = f"{abs(best.money[0]):,.0f}"
    return Text(
        f"it cannot at any money, up to × {rate.curve[-1].scale:.3g}; at best, × {best.scale:.3g} and"
        f" ¥{spent} {'more' if more else 'less'} spent, it is behind by {-best.gain:.3g} {en}"
        f" ({-best.high:.3g} to {-best.low:.3g})",
        f"多少钱都不能（已试至 {rate.curve[-1].scale:.3g} 倍）；最接近时（{best.scale:.3g} 倍，"
        f"{'多' if more else '少'}支出 {spent} 元）仍差 {-best.gain:.3g} {zh}（{-best.high:.3g}～{-best.low:.3g}）",
    )


def _undetermined(rate: ExchangeRate) -> Text:
    spent = rate.spent
    if all(map(math.isnan, spent)):
        return Text(
            f"undetermined: these replicates tell no scale up to × {_most(rate)} apart from a match",
            f"无法确定：现有重复在直至 {_most(rate)} 倍的各种经费下均不能区分",
        )
    about = Text("", "")
    if not math.isnan(spent.value):
        about = Text(
            f", about {_yuan(spent.value)} yuan per 100 households a year",
            f"，约 {_yuan(spent.value)} 元/百户·年",
        )
    low, high = (None if math.isnan(x) else _yuan(x) for x in (spent.low, spent.high))
    if low is not None:
        return Text(
            f"undetermined{about.en}: at least {low}, with no upper end up to × {_most(rate)}",
            f"无法确定{about.zh}：至少 {low} 元，上限直至 {_most(rate)} 倍仍未找到",
        )
    end = "–" if high is None else high
    return Text(
        f"undetermined{about.en}: at most {end}, with no lower end",
        f"无法确定{about.zh}：至多 {end} 元，下限未找到",
    )


def _most(rate: ExchangeRate) -> str:
    return f"{rate.curve[-1].scale:.3g}" if rate.curve else "–"


def _interval(money: Money, lang: Language) -> str:
    if math.isnan(money.low) and math.isnan(money.high):
        return "–"
    low = "−∞" if math.isnan(money.low) else _yuan(money.low)
    high = "∞" if math.isnan(money.high) else _yuan(money.high)
    return f"{low}～{high}" if lang == "zh" else f"{low} to {high}"


def _yuan(value: float) -> str:
    return "–" if math.isnan(value) else _signed(value, 0)


def _signed(value: float, digits: int) -> str:
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def _number(value: float) -> str:
    """Write a number with a true minus sign and no plus."""
    return _signed(value, 0).removeprefix("+")
