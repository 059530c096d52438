"""What became of those who were there when the record began: organisations, and workers in groups.

Scenarios share the past, so whoever is there when they part is there in all of them. Later comers are not: what
they do differently cannot be laid to a rule. An agency has a row of its own. People are added up in groups by what
they were then: employer, certificate and seniority.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import F64, I32, I64
from sansheng.core.text import Text
from sansheng.outcomes.measures import Record
from sansheng.outcomes.stored import StoredColumn
from sansheng.world.accounts import provider_account
from sansheng.world.schema import GRASSROOTS, OUTSIDE, Tables

SOCIAL_ORGANISATION, ENTERPRISE, GRASSROOTS_GROUPS = 0, 1, 2
"""Kinds of organisation in the table."""

STATION_STAFF, AGENCY_STAFF = 0, 1
"""Kinds of employer in the table."""

TIERS = 5
SENIORITY = (0, 24, 60, 120)
"""Months in such work from which each band of seniority begins (assumed; five years are what ladders reckon with)."""

ORGANISATION_COLUMNS = (
    StoredColumn(
        "organisation",
        Text("Agency, 0 all grassroots groups together", "机构，0为全部社区社会组织合计"),
        "-",
        "-",
        integer=True,
    ),
    StoredColumn(
        "kind",
        Text(
            "0 agency, social organisation; 1 agency, enterprise; 2 grassroots groups",
            "0社会组织类机构，1企业类机构，2社区社会组织",
        ),
        "-",
        "-",
        integer=True,
    ),
    StoredColumn(
        "outside", Text("1 from outside the district", "1为区外机构"), "-", "-", integer=True
    ),
    StoredColumn(
        "organisations",
        Text("Organisations there when the record began", "记录开始时的组织数"),
        "organisations",
        "家",
        integer=True,
    ),
    StoredColumn(
        "staff_start", Text("Their staff then", "当时在职人数"), "people", "人", integer=True
    ),
    StoredColumn(
        "alive",
        Text(
            "Of them still there at the end; of grassroots groups, all that are there",
            "其中期末存续；社区社会组织为期末全部存续数",
        ),
        "organisations",
        "家",
        integer=True,
    ),
    StoredColumn(
        "staff",
        Text("Their staff at the end, 0 if gone", "期末在职人数，退出为0"),
        "people",
        "人",
        integer=True,
    ),
    StoredColumn(
        "income",
        Text(
            "Income from all payers over all months recorded, nothing once gone; of grassroots groups, grants",
            "全部记录月份自各方所得收入，退出后为零；社区社会组织为微创投资助",
        ),
        "yuan/month",
        "元/月",
    ),
    StoredColumn(
        "cash", Text("Cash at the end, nothing if gone", "期末现金，退出为零"), "yuan", "元"
    ),
)
"""Columns of the table of organisations, in order."""

WORKER_COLUMNS = (
    StoredColumn("group", Text("Group of people", "人员组别"), "-", "-", integer=True),
    StoredColumn(
        "employer",
        Text("0 community workers, 1 agency staff", "0社区工作者，1机构社工"),
        "-",
        "-",
        integer=True,
    ),
    StoredColumn(
        "tier",
        Text(
            "Certificate when the record began: 0 none, 1 assistant, 2 junior, 3 middle, 4 senior",
            "记录开始时的证书：0无，1员级，2初级，3中级，4高级",
        ),
        "-",
        "-",
        integer=True,
    ),
    StoredColumn(
        "seniority",
        Text(
            "Years in such work then: 0 under 2, 1 from 2, 2 from 5, 3 from 10",
            "当时从业年限：0不满2年，1满2年，2满5年，3满10年",
        ),
        "-",
        "-",
        integer=True,
    ),
    StoredColumn(
        "people",
        Text("People there when the record began", "记录开始时的人数"),
        "people",
        "人",
        integer=True,
    ),
    StoredColumn(
        "in_post",
        Text("Of them still in the same post at the end", "其中期末仍在原岗位"),
        "people",
        "人",
        integer=True,
    ),
    StoredColumn(
        "pay",
        Text(
            "Mean pay of these at the end: wage, allowance, project pay, a twelfth of the yearly award",
            "其期末人均应发：工资、津贴、项目绩效与年度奖金的十二分之一",
        ),
        "yuan/month",
        "元/月",
    ),
    StoredColumn(
        "owed", Text("Mean wages owed to these at the end", "其期末人均欠薪"), "yuan", "元"
    ),
    StoredColumn(
        "burnout", Text("Mean burnout of these at the end", "其期末平均职业倦怠"), "SD", "标准差"
    ),
)
"""Columns of the table of workers, in order."""


@dataclass(frozen=True, slots=True)
class Incumbents:
    """Who was there when a record began.

    Parameters
    ----------
    agencies
        Rows of agencies alive then.
    staff, kind, outside
        Their staff, whether they are social organisations or enterprises, and whether they come from outside the
        district, shape ``(agency,)``.
    grassroots
        Grassroots groups alive then.
    seats
        Rows of seats filled then.
    generation
        How many people had sat there before, shape ``(seat,)``; it tells whether the same person does later.
    group
        Of each of these people, shape ``(seat,)``, see :func:`group_of`.
    """

    agencies: NDArray[np.intp]
    staff: I32
    kind: I64
    outside: NDArray[np.bool_]
    grassroots: int
    seats: NDArray[np.intp]
    generation: I32
    group: I64


def group_of(employer: int | I64, tier: int | I64, seniority: int | I64) -> int | I64:
    """Return the number of a group of people: by employer, then certificate, then band of seniority."""
    return (employer * TIERS + tier) * len(SENIORITY) + seniority


def those_there(tables: Tables) -> Incumbents:
    """Return who is there now."""
    providers, workers, groups = tables.providers, tables.workers, tables.groups
    agencies = np.flatnonzero(providers.alive)
    seats = np.flatnonzero(workers.filled)
    employer = np.where(workers.employer[seats] >= 0, AGENCY_STAFF, STATION_STAFF)
    band = np.searchsorted(SENIORITY, workers.service[seats], side="right") - 1
    return Incumbents(
        agencies=agencies,
        staff=providers.staff[agencies],
        kind=np.where(providers.enterprise[agencies] == 1, ENTERPRISE, SOCIAL_ORGANISATION),
        outside=providers.subdistrict[agencies] == OUTSIDE,
        grassroots=int(((groups.kind == GRASSROOTS) & (groups.alive == 1)).sum()),
        seats=seats,
        generation=workers.generation[seats],
        group=np.asarray(group_of(employer, workers.tier[seats].astype(np.int64), band)),
    )


def organisation_rows(there: Incumbents, tables: Tables, record: Record) -> F64:
    """Return a row for all grassroots groups and one an agency, shape ``(row, column)``.

    Parameters
    ----------
    there
        Taken when the record began.
    tables
        At the end of the record.
    record
        That kept agencies' income.
    """
    o, a = tables.providers, there.agencies
    # A row that was taken again is younger than the record.
    alive = (o.alive[a] == 1) & (o.age[a] >= record.months)
    first = provider_account(tables.districts.key.shape[0], tables.communities.key.shape[0], 0)
    by_name = {
        "organisation": 1 + a,
        "kind": there.kind,
        "outside": there.outside,
        "organisations": np.ones(a.size),
        "staff_start": there.staff,
        "alive": alive,
        "staff": np.where(alive, o.staff[a], 0),
        "income": record.yearly.income[:, a].sum(axis=0) / 100.0 / record.months,
        "cash": np.where(alive, tables.money.balance[first + a] / 100.0, 0.0),
    }
    agencies = np.stack([by_name[c.id].astype(np.float64) for c in ORGANISATION_COLUMNS], axis=1)
    return np.concatenate([_grassroots(there, tables, record), agencies])


def _grassroots(there: Incumbents, tables: Tables, record: Record) -> F64:
    groups = tables.groups
    values = {
        "kind": GRASSROOTS_GROUPS,
        "organisations": there.grassroots,
        "alive": ((groups.kind == GRASSROOTS) & (groups.alive == 1)).sum(),
        "income": record.yearly.ventured.sum() / 100.0 / record.months,
    }
    return np.array([[float(values.get(c.id, 0)) for c in ORGANISATION_COLUMNS]])


_GROUPS = 2 * TIERS * len(SENIORITY)


def worker_sums(there: Incumbents, tables: Tables) -> F64:
    """Return of each group its people, those still in post, and sums of their pay, wages owed and burnout.

    Money is fen; shape ``(group, 5)``.

    Parameters
    ----------
    there
        Taken when the record began.
    tables
        At the end of the record.
    """
    w, seats = tables.workers, there.seats
    stayed = (w.filled[seats] == 1) & (w.generation[seats] == there.generation)
    here, group = seats[stayed], there.group[stayed]
    pay = w.wage[here] + w.allowance[here] + w.bonus[here] + w.award[here] / 12.0

    def total(values: F64 | I64) -> F64:
        sums: F64 = np.bincount(group, weights=values, minlength=_GROUPS).astype(np.float64)
        return sums

    return np.stack(
        [
            np.bincount(there.group, minlength=_GROUPS).astype(np.float64),
            np.bincount(group, minlength=_GROUPS).astype(np.float64),
            total(pay),
            total(w.owed[here]),
            total(w.burnout[here]),
        ],
        axis=1,
    )


def worker_rows(sums: F64) -> F64:
    """Return one row for each group that had people, shape ``(row, column)``; NaN of those nobody is left of.

    Parameters
    ----------
    sums
        See :func:`worker_sums`; those of several markets add up.
    """
    people, in_post, pay, owed, burnout = sums.T

    def mean(total: F64) -> F64:
        none: F64 = np.full(_GROUPS, np.nan)
        np.divide(total, in_post, out=none, where=in_post > 0)
        return none

    number = np.arange(_GROUPS)
    by_name = {
        "group": number,
        "employer": number // (TIERS * len(SENIORITY)),
        "tier": number // len(SENIORITY) % TIERS,
        "seniority": number % len(SENIORITY),
        "people": people,
        "in_post": in_post,
        "pay": mean(pay) / 100.0,
        "owed": mean(owed) / 100.0,
        "burnout": mean(burnout),
    }
    some = people > 0
    rows: F64 = np.stack([by_name[c.id][some].astype(np.float64) for c in WORKER_COLUMNS], axis=1)
    return rows
