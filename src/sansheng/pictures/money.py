"""Where public money ends, reckoned from the outcomes that a study stores.

Flows are 万元 (10,000 yuan) a year and balance by construction: whatever enters a place leaves it. What no
outcome tells by itself follows from two that do. Wages :math:`B` of community workers follow from the share of
their hours that administration takes, :math:`a`, and the share of all money that these hours are worth,
:math:`q = aB/(B+S)`, with :math:`S` the service bought: :math:`B = qS/(a-q)`. The envelope follows from the part of it
that no use was found for in a calendar year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.pictures.estimates import estimate, mean_of
from sansheng.pictures.subject import Subject


class Node(NamedTuple):
    """A place where money passes or ends.

    Parameters
    ----------
    text
        Name.
    stage
        How far it is from the public purse.
    fate
        What becomes of money there: ``passes``, ``works``, ``lost`` or ``other``.
    """

    text: Text
    stage: int
    fate: str


NODES: Mapping[str, Node] = {
    "purse": Node(Text("Public purse", "财政"), 0, "passes"),
    "wages": Node(Text("Wages of community workers", "社区工作者工资"), 1, "passes"),
    "fund": Node(Text("Service fund", "社区服务经费"), 1, "passes"),
    "administration": Node(Text("Administration", "行政事务"), 2, "lost"),
    "duty": Node(Text("Hours left for residents", "可用于服务的工时"), 2, "passes"),
    "granted": Node(Text("Granted to communities", "核拨给社区"), 2, "passes"),
    "balances": Node(Text("From balances of earlier months", "动用往期结余"), 2, "passes"),
    "ungranted": Node(Text("Never granted", "未核拨"), 2, "lost"),
    "uses": Node(Text("Other uses of the fund", "经费其他用途"), 2, "other"),
    "levers": Node(Text("Levers", "政策工具"), 2, "other"),
    "bought": Node(Text("Service bought", "购买服务"), 3, "passes"),
    "kept": Node(Text("Kept, or still on its way", "结余与在途"), 3, "lost"),
    "returned": Node(Text("Returned or taken back", "上缴与追回"), 3, "lost"),
    "idle": Node(Text("Hours without work", "闲置工时"), 4, "lost"),
    "work": Node(Text("Work on residents' needs", "投入居民需求"), 4, "works"),
}

FATES: Mapping[str, Sequence[str]] = {
    "works": ("work",),
    "idle": ("idle",),
    "administration": ("administration",),
    "unused": ("kept", "returned", "ungranted"),
    "other": ("uses", "levers"),
}
"""Where money ends, in the order in which a bar shows it."""

FATE_NAMES: Mapping[str, Text] = {
    "works": Text("work on needs", "投入需求"),
    "idle": Text("hours without work", "闲置工时"),
    "administration": Text("administration", "行政事务"),
    "unused": Text("not used", "未使用"),
    "other": Text("other uses, levers", "其他用途与工具"),
}

LINKS = (
    ("purse", "wages"),
    ("purse", "fund"),
    ("purse", "levers"),
    ("wages", "administration"),
    ("wages", "duty"),
    ("fund", "granted"),
    ("fund", "ungranted"),
    ("fund", "uses"),
    ("fund", "levers"),
    ("duty", "idle"),
    ("duty", "work"),
    ("granted", "bought"),
    ("granted", "kept"),
    ("granted", "returned"),
    ("balances", "bought"),
    ("bought", "idle"),
    ("bought", "work"),
)
"""From where to where money goes, from the top of a node to its bottom."""

Link = tuple[str, str]

READ = (
    "granted",
    "bought",
    "returned",
    "spent",
    "other_uses",
    "lever_cost_base",
    "lever_cost_envelope",
    "lever_cost_capital",
    "unspent_share",
    "admin_share",
    "admin_money_share",
    "certified_share",
    "utilisation_agency",
    "utilisation_pro",
    "utilisation_general",
)
"""Outcomes that flows are reckoned from."""


def flows(subject: Subject, scenario: str) -> dict[Link, F64]:
    """Return what goes along each link, ``float64[replicate]``, 万元 a year; NaN in replicates that do not tell all.

    Full calendar years if there are any, else all months. What communities keep is drawn from earlier balances where
    it is negative on average.
    """
    read = _Reader(subject, scenario)
    granted, bought, returned = (read.mean(name) for name in ("granted", "bought", "returned"))
    wages = read.wages()
    admin_hours = read.share("admin_share")
    administration = mean_of(admin_hours * wages)
    agency_idle = 1.0 - np.nan_to_num(read.share("utilisation_agency"), nan=1.0)
    bought_idle = mean_of(agency_idle * read.months("bought"))
    duty_idle = mean_of((1.0 - admin_hours) * wages * read.station_idle())
    uses, in_fund = read.mean("other_uses"), read.mean("lever_cost_envelope")
    besides = read.mean("lever_cost_base") + read.mean("lever_cost_capital")
    envelope = read.envelope()
    base = mean_of(wages)
    kept = granted - bought - returned
    drawn = -kept if estimate(kept).mean < 0.0 else np.zeros_like(kept)
    fund = np.where(np.isnan(envelope), granted + uses + in_fund, envelope)
    ungranted = fund - granted - uses - in_fund
    if estimate(ungranted).mean < 1e-6 * max(1.0, estimate(fund).mean):
        fund, ungranted = fund - ungranted, np.zeros_like(ungranted)
    found = {
        ("purse", "fund"): fund,
        ("purse", "wages"): base,
        ("purse", "levers"): besides,
        ("fund", "granted"): granted,
        ("fund", "uses"): uses,
        ("fund", "levers"): in_fund,
        ("fund", "ungranted"): ungranted,
        ("wages", "duty"): base - administration,
        ("wages", "administration"): administration,
        ("balances", "bought"): drawn,
        ("granted", "bought"): bought - drawn,
        ("granted", "kept"): kept + drawn,
        ("granted", "returned"): returned,
        ("bought", "work"): bought - bought_idle,
        ("duty", "work"): base - administration - duty_idle,
        ("bought", "idle"): bought_idle,
        ("duty", "idle"): duty_idle,
    }
    told = np.isfinite(list(found.values())).all(axis=0)
    return {link: np.where(told, value, np.nan) for link, value in found.items()}


def into(found: Mapping[Link, F64], node: str) -> F64:
    """Return what enters a node; of a source, what leaves it."""
    inward = [value for (_, to), value in found.items() if to == node]
    outward = [value for (start, _), value in found.items() if start == node]
    whole: F64 = np.sum(inward or outward, axis=0)
    return whole


def ends(found: Mapping[Link, F64]) -> dict[str, F64]:
    """Return where each 100 yuan end, by :data:`FATES`, ``float64[replicate]``."""
    whole = into(found, "purse") + into(found, "balances")
    return {
        fate: 100.0 * np.sum([into(found, node) for node in nodes], axis=0) / whole
        for fate, nodes in FATES.items()
    }


class _Reader:
    """What a scenario's outcomes say, month by month."""

    def __init__(self, subject: Subject, scenario: str) -> None:
        self.subject = subject
        subject.fetch(READ)
        self.row = subject.row(scenario)
        spans = [months for _, months in subject.years]
        every = np.arange(subject.data.shape[3])
        self.when = np.concatenate([every[span] for span in spans]) if spans else every

    def all_months(self, outcome: str) -> F64:
        """Return an outcome, ``float64[replicate, month]``."""
        mine: F64 = self.subject.by_month(outcome)[self.row]
        return mine

    def months(self, outcome: str) -> F64:
        """Return the months that are reckoned with."""
        mine: F64 = self.all_months(outcome)[:, self.when]
        return mine

    def mean(self, outcome: str) -> F64:
        """Return the mean of these months, ``float64[replicate]``."""
        return mean_of(self.months(outcome))

    def share(self, outcome: str) -> F64:
        """Return what is stored in per cent as a share."""
        return self.months(outcome) / 100.0

    def wages(self) -> F64:
        """Return wages of community workers; undefined in months that buy nothing."""
        hours, worth = self.share("admin_share"), self.share("admin_money_share")
        bought = self.months("bought")
        apart = np.where((hours > worth) & (bought > 0.0), hours - worth, np.nan)
        wages: F64 = worth * bought / apart
        return wages

    def station_idle(self) -> F64:
        """Return which part of community workers' hours finds no work, by headcount with and without certificate."""
        certified = self.share("certified_share")
        pro, general = (
            1.0 - np.nan_to_num(self.share(f"utilisation_{who}"), nan=1.0)
            for who in ("pro", "general")
        )
        return certified * pro + (1.0 - certified) * general

    def envelope(self) -> F64:
        """Return the yearly envelope, mean of full calendar years; NaN without one in which something was used."""
        spent = self.all_months("spent")
        used = spent - self.all_months("lever_cost_base") - self.all_months("lever_cost_capital")
        unspent = self.all_months("unspent_share") / 100.0
        found = []
        for _, span in self.subject.years:
            part = 1.0 - unspent[:, span.stop - 1]
            there = np.isfinite(part) & (part > 0.0)
            found.append(used[:, span].mean(axis=1) / np.where(there, part, np.nan))
        if not found:
            return np.full(spent.shape[0], np.nan)
        mean: F64 = np.mean(found, axis=0)
        return mean
