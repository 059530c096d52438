"""What the numbers of a place must agree on: one function for each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sansheng.core.errors import did_you_mean
from sansheng.core.quantities import ASSUMED, Quantity
from sansheng.core.text import Text
from sansheng.facts import source_ids
from sansheng.world.place_file import (
    FEWEST_GRID_STAFF,
    LEAST_HOUSEHOLDS,
    LEAST_STAFF,
    MOST_DISTRICTS,
    MOST_GRID_STAFF,
    MOST_STAFF,
    SMALLEST_PREMISES,
    URBAN_PREMISES,
    CategoriesFile,
    District,
    Evidence,
    Groups,
    PlaceFile,
    StationTiers,
    Strict,
    equal_parts,
)
from sansheng.world.schema import GROUPS

Location = tuple[str | int, ...]
"""Keys and list positions that lead to a value in a file."""

Finding = tuple[Location, Text]


def _evidence(part: Any, loc: Location) -> Iterator[tuple[Location, Evidence]]:
    """Yield every piece of evidence inside a part, with where it stands."""
    if isinstance(part, Evidence):
        yield loc, part
    elif isinstance(part, Strict):
        for name in type(part).model_fields:
            yield from _evidence(getattr(part, name), (*loc, name))
    elif isinstance(part, tuple):
        for i, item in enumerate(part):
            yield from _evidence(item, (*loc, i))
    elif isinstance(part, dict):
        for name, item in part.items():
            yield from _evidence(item, (*loc, name))


def _check_sources(part: Strict) -> Iterator[Finding]:
    known = source_ids()
    for loc, evidence in _evidence(part, ()):
        for i, source in enumerate(evidence.source):
            if source == ASSUMED and len(evidence.source) > 1:
                yield (
                    (*loc, "source", i),
                    Text(
                        "a number is either assumed or has sources, not both",
                        "数值要么为假设（assumed），要么有来源，不能兼有",
                    ),
                )
            elif source != ASSUMED and source not in known:
                hint = did_you_mean(source, sorted({*known, ASSUMED}))
                yield (
                    (*loc, "source", i),
                    Text(
                        f"unknown source '{source}'; allowed: an id of the facts, or 'assumed'{hint.en}",
                        f"未知来源“{source}”；应为资料编号或 assumed{hint.zh}",
                    ),
                )


def _check_sum(
    loc: Location, what: Text, shares: Sequence[float], *, whole: bool
) -> Iterator[Finding]:
    total = sum(shares)
    if total > 1.0 + 1e-9 or (whole and total < 1.0 - 1e-9):
        must = (
            Text("must sum to 1", "之和须为 1")
            if whole
            else Text("may sum to 1 at most", "之和至多为 1")
        )
        yield (
            loc,
            Text(f"{what.en} {must.en}, not {total:g}", f"{what.zh}{must.zh}，现为 {total:g}"),
        )


def _check_groups(loc: Location, groups: Groups) -> Iterator[Finding]:
    named = [getattr(groups, group).value for group in GROUPS[:-1]]
    yield from _check_sum(loc, Text("shares of need groups", "需求群体占比"), named, whole=False)


def _check_unique(loc: Location, names: Sequence[str], key: str) -> Iterator[Finding]:
    for i, name in enumerate(names):
        if name in names[:i]:
            yield (*loc, i, key), Text(f"'{name}' is used twice", f"“{name}”重复")


def check_categories(file: CategoriesFile) -> Iterator[Finding]:
    """Yield everything that is wrong with a list of categories, and where."""
    yield from _check_sources(file)
    yield from _check_groups(("reference_population",), file.reference_population)
    yield from _check_unique(("categories",), [c.id for c in file.categories], "id")
    for field, what in (
        ("rate", Text("rates of the categories", "各类需求占比（rate）")),
        ("duty_rate", Text("duty rates of the categories", "各类职责事项占比（duty_rate）")),
    ):
        shares = [getattr(category, field).value for category in file.categories]
        yield from _check_sum(("categories",), what, shares, whole=True)
    reference = file.reference_population.shares()
    for i, category in enumerate(file.categories):
        rates = [getattr(category.group_rate, group) for group in GROUPS]
        if sum(r * s for r, s in zip(rates, reference, strict=True)) <= 0.0:
            yield (
                ("categories", i, "group_rate"),
                Text("some group of the population must have the need", "至少一个群体须有此类需求"),
            )
        if sum(category.season.values) <= 0.0:
            yield (
                ("categories", i, "season", "values"),
                Text("some month must have the need", "至少一个月须有此类需求"),
            )


def _check_tiers(loc: Location, tiers: StationTiers) -> Iterator[Finding]:
    names = [name for name in type(tiers).model_fields if name not in Evidence.model_fields]
    shares = [getattr(tiers, name) for name in names]
    yield from _check_sum(loc, Text("shares of certificates", "证书等级占比"), shares, whole=True)


def _check_district(loc: Location, d: District) -> Iterator[Finding]:
    communities, workers = d.communities.value, d.community_workers.value
    if communities < d.subdistricts.value:
        yield (
            (*loc, "communities", "value"),
            Text(
                f"{communities} communities are fewer than the {d.subdistricts.value} subdistricts",
                f"社区数 {communities} 少于街道数 {d.subdistricts.value}",
            ),
        )
    if d.households.value < LEAST_HOUSEHOLDS * communities:
        yield (
            (*loc, "households", "value"),
            Text(
                f"{d.households.value} households are too few; allowed: at least "
                f"{LEAST_HOUSEHOLDS} per community, {LEAST_HOUSEHOLDS * communities} here",
                f"户数 {d.households.value} 过少；每个社区至少 {LEAST_HOUSEHOLDS} 户，"
                f"此处至少 {LEAST_HOUSEHOLDS * communities}",
            ),
        )
    if not LEAST_STAFF * communities <= workers <= MOST_STAFF * communities:
        yield (
            (*loc, "community_workers", "value"),
            Text(
                f"{workers} community workers; allowed: {LEAST_STAFF} to {MOST_STAFF} per community, "
                f"{LEAST_STAFF * communities} to {MOST_STAFF * communities} here",
                f"社区工作者 {workers} 人；每个社区 {LEAST_STAFF} 至 {MOST_STAFF} 人，"
                f"此处为 {LEAST_STAFF * communities} 至 {MOST_STAFF * communities}",
            ),
        )
    if d.certified_workers.value > workers:
        yield (
            (*loc, "certified_workers", "value"),
            Text(
                f"{d.certified_workers.value} certified workers are more than the "
                f"{workers} community workers they are among; allowed: 0 to {workers}, as all "
                "certified people counted here are taken to be community workers: those of agencies "
                "come on top, by agency_tiers",
                f"持证人数 {d.certified_workers.value} 多于社区工作者总数 {workers}；允许范围 0 至 "
                f"{workers}：此处持证者均视为社区工作者，机构持证社工另按 agency_tiers 计",
            ),
        )
    if d.agencies.value + d.hubs.value > d.organisations.value:
        yield (
            (*loc, "organisations", "value"),
            Text(
                f"{d.organisations.value} organisations are fewer than the {d.agencies.value} "
                f"agencies and {d.hubs.value} hubs among them",
                f"社会组织总数 {d.organisations.value} 少于其中的机构 {d.agencies.value} 家"
                f"与枢纽型组织 {d.hubs.value} 家之和",
            ),
        )
    if d.villages.value > communities:
        yield (
            (*loc, "villages", "value"),
            Text(
                f"{d.villages.value} villages; allowed: 0 to {communities}, the communities they "
                "are among",
                f"村 {d.villages.value} 个；允许范围 0 至 {communities}（含在社区总数之内）",
            ),
        )
    if d.premises.area.value >= URBAN_PREMISES:
        yield (
            (*loc, "premises", "area", "value"),
            Text(
                f"{d.premises.area.value:g} m2 is the mean of premises below the standard; allowed: "
                f"{SMALLEST_PREMISES:g} to less than {URBAN_PREMISES:g} (S-Z16)",
                f"{d.premises.area.value:g} 平方米为未达标用房的平均面积；允许范围 "
                f"{SMALLEST_PREMISES:g} 至 {URBAN_PREMISES:g}（不含，S-Z16）",
            ),
        )
    yield from _check_grids(loc, d)
    yield from _check_residents(loc, d)
    yield from _check_groups((*loc, "need_groups"), d.need_groups)
    yield from _check_tiers((*loc, "station_tiers"), d.station_tiers)
    yield from _check_tiers((*loc, "agency_tiers"), d.agency_tiers)


def _check_copies(loc: Location, d: District) -> Iterator[Finding]:
    """Every district of several has a subdistrict."""
    if d.copies is not None and d.subdistricts.value < d.copies.value:
        n, copies = d.subdistricts.value, d.copies.value
        yield (
            (*loc, "copies", "value"),
            Text(
                f"{n} subdistricts cannot be divided among {copies} districts; allowed: at least {copies}",
                f"街道 {n} 个不足以分给 {copies} 个区；至少须有 {copies} 个",
            ),
        )


def _check_grids(loc: Location, d: District) -> Iterator[Finding]:
    """Grids have staff, and staff have grids."""
    grids, staff = d.grids.value, d.grid_staff.total()
    low, high = FEWEST_GRID_STAFF * grids, MOST_GRID_STAFF * grids
    if grids == 0 and staff > 0:
        yield (
            (*loc, "grid_staff"),
            Text(
                f"{staff} grid staff and no grids; say in 'grids' how many grids there are "
                f"(at least {-(-staff // MOST_GRID_STAFF)}), or set dedicated, social and specialist staff to 0",
                f"没有网格却有网格力量 {staff} 人；请在 grids 写明网格数（至少 "
                f"{-(-staff // MOST_GRID_STAFF)}），或将 dedicated、social、specialist 均设为 0",
            ),
        )
    elif not low <= staff <= high:
        yield (
            (*loc, "grid_staff"),
            Text(
                f"{staff} grid staff for {grids} grids; allowed: {low} to {high}, "
                f"{FEWEST_GRID_STAFF} to {MOST_GRID_STAFF} a grid (sources count 2 and 8: S-B04, S-T05)",
                f"{grids} 个网格共有网格力量 {staff} 人；允许范围 {low} 至 {high}，即每网格 "
                f"{FEWEST_GRID_STAFF} 至 {MOST_GRID_STAFF} 人（来源为 2 人与 8 人：S-B04、S-T05）",
            ),
        )


def _check_residents(loc: Location, d: District) -> Iterator[Finding]:
    """Who helps lives there."""
    residents = int(d.households.value * d.persons_per_household.value)
    for name, what in (
        ("volunteers", Text("active volunteers", "活跃志愿者")),
        ("party_members", Text("party members who report", "双报到党员")),
        ("persuaders", Text("members of persuasion teams", "劝导队员")),
    ):
        people = getattr(d, name).value
        if people > residents:
            yield (
                (*loc, name, "value"),
                Text(
                    f"{people} {what.en}; allowed: 0 to {residents}, the residents (households times "
                    "persons_per_household)",
                    f"{what.zh} {people} 人；允许范围 0 至 {residents}（常住人口=户数×户均人数）",
                ),
            )


_LARGEST_DISTRICT = {
    "subdistricts": (5_000, Text("subdistricts", "街道数")),
    "communities": (50_000, Text("communities", "社区数")),
    "households": (20_000_000, Text("households", "户数")),
    "community_workers": (200_000, Text("community workers", "社区工作者人数")),
    "organisations": (100_000, Text("organisations", "社会组织数")),
    "agencies": (5_000, Text("agencies", "机构数")),
    "hubs": (5_000, Text("hubs", "枢纽型组织数")),
    "grids": (1_000_000, Text("grids", "网格数")),
}
"""Most of what one district may have: rows of a district have keys of their own, and one of more is surely wrong."""


def _check_size(loc: Location, d: District) -> Iterator[Finding]:
    for name, (most, what) in _LARGEST_DISTRICT.items():
        count = getattr(d, name).value
        if count > most:
            yield (
                (*loc, name, "value"),
                Text(
                    f"{count:,} {what.en} in one district; allowed: at most {most:,}",
                    f"一个区的{what.zh}为 {count:,}；至多 {most:,}",
                ),
            )


def _check_count(file: PlaceFile) -> Iterator[Finding]:
    count = sum(d.copies.value if d.copies is not None else 1 for d in file.districts)
    if count > MOST_DISTRICTS:
        yield (
            ("districts",),
            Text(
                f"{count:,} districts; allowed: at most {MOST_DISTRICTS:,}",
                f"共 {count:,} 个区；至多 {MOST_DISTRICTS:,}",
            ),
        )


def check_place(file: PlaceFile) -> Iterator[Finding]:
    """Yield everything that is wrong with a place, and where."""
    yield from _check_sources(file)
    yield from _check_count(file)
    yield from _check_unique(("districts",), [d.name for d in file.districts], "name")
    for i, district in enumerate(file.districts):
        findings = [
            *_check_copies(("districts", i), district),
            *_check_district(("districts", i), district),
        ]
        if not findings:
            # What holds of a total may fail where it is divided; equal neighbours are one object.
            parts = {id(part): part for part in equal_parts(district)}.values()
            checks = (
                [*_check_size(("districts", i), part), *_check_district(("districts", i), part)]
                for part in parts
            )
            findings = next(filter(None, checks), [])
        yield from findings


def check_settings(file: PlaceFile, declared: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield the settings of a place that are no parameters, or outside their range, and where."""
    for name, setting in file.settings.items():
        if name not in declared:
            hint = did_you_mean(name, declared)
            yield (
                ("settings", name),
                Text(
                    f"unknown parameter '{name}'{hint.en} ({len(declared)} are known: sansheng list "
                    "parameters)",
                    f"未知参数“{name}”{hint.zh}（共 {len(declared)} 个，见 sansheng list parameters）",
                ),
            )
        elif not declared[name].contains(setting.value):
            yield ("settings", name, "value"), declared[name].refusal(setting.value)
