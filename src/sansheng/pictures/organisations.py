"""Births and deaths of social organisations: founded and closed in each year, and how many there are."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.pictures.estimates import Band, band, changes_told, differences, estimate, scale_for
from sansheng.pictures.page import Page, ticks_for
from sansheng.pictures.subject import Subject
from sansheng.pictures.trajectories import months_axis, plot_band
from sansheng.pictures.workforce import dots, not_below_zero

READ = ("agencies_founded", "agencies_closed", "agencies")
_TALL = 1.6


def sentence(subject: Subject) -> str:
    """Say how many organisations begin and end in a year under the baseline, and what others change in who ends."""
    base = subject.baseline
    founded, closed = (estimate(subject.per_run(name, base)) for name in READ[:2])
    more = differences({name: subject.paired("agencies_closed", name) for name in subject.others})
    unit = Text("closures a year", "家/年退出")
    named = subject.named(more)
    scale = scale_for(
        [more[name] for name in named], unit, Text("", ""), subject.lang, [founded, closed]
    )
    lang = subject.lang
    born, died = (
        scale.number(one.mean) + scale.interval(*one.ends, lang) for one in (founded, closed)
    )
    title = subject.title(base)
    first = Text(
        f"{title}: {born} organisations founded and {died} closed a year",
        f"{title}：每年新设 {born}家、退出 {died}家机构",
    )
    rest = changes_told(more, named, scale, lang)
    return ("；" if lang == "zh" else "; ").join([first.get(lang), *rest])


def by_year(subject: Subject, outcome: str, scenario: str) -> Band:
    """Return how many there were in each full calendar year; outcomes are yearly rates by month."""
    months = subject.by_month(outcome)[subject.row(scenario)]
    found = [months[:, span].sum(axis=1) / 12.0 for _, span in subject.years]
    return not_below_zero(band(np.array(found)))


def net(subject: Subject, scenario: str) -> F64:
    """Return founded less closed a year, ``float64[replicate]``."""
    return subject.per_run("agencies_founded", scenario) - subject.per_run(
        "agencies_closed", scenario
    )


def draw(subject: Subject) -> Figure:
    """Draw births and deaths a year, and the number of organisations month by month."""
    subject.fetch(READ)
    page = Page(subject)
    page.head(sentence(subject))
    names = [subject.baseline, *subject.shown]
    page.legend(names)
    if subject.years:
        y = bottom = page.y
        kinds = {
            "agencies_founded": Text("Founded in the year", "当年新设（家）"),
            "agencies_closed": Text("Closed in the year", "当年退出（家）"),
        }
        for number, (outcome, words) in enumerate(kinds.items()):
            x, wide = page.columns(2)[number]
            page.y = bottom if page.narrow else y
            page.heading(words, x, wide)
            found = {name: by_year(subject, outcome, name) for name in names}
            dots(page, x, wide, found, outcome)
            bottom = page.below(1.5) + 0.06
        page.y = bottom + 0.04
    page.heading(Text("Organisations alive, month by month", "存续机构数（家，按月）"))
    levels = {name: band(subject.by_month("agencies")[subject.row(name)].T) for name in names}
    ends = np.concatenate([part for one in levels.values() for part in one[:3]])
    axes = page.axes(
        page.left, page.wide, _TALL, ticks_for(ends, most=4), months_axis(subject, page.wide)
    )
    for name, one in levels.items():
        plot_band(axes, one, subject.marks[name], f"band-agencies-{name}")
    page.y = page.below(_TALL) + 0.1
    growth = {name: estimate(net(subject, name)) for name in names}
    scale = scale_for(growth.values(), Text("", ""), Text("", ""), subject.lang)
    zh = subject.lang == "zh"
    parts = [
        f"{subject.title(name)} {scale.change(one.mean)}{scale.interval(*one.ends, subject.lang)}"
        for name, one in growth.items()
    ]
    page.note(
        ("每年净增（家）：" if zh else "Founded less closed a year: ")
        + ("，" if zh else ", ").join(parts),
        Text(
            "Whiskers, bands and brackets: 95% intervals of the mean over replicates, each by itself; differences are"
            " paired, and their intervals hold together. Full calendar years.",
            "误差线、色带与括号：重复均值的 95% 区间，各自单独计算；差值为配对差值，其区间同时成立。按完整日历年统计。",
        ),
        subject.left_out,
    )
    return page.finish().figure
