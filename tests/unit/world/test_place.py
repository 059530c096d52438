import re
from pathlib import Path

import pytest

from sansheng.core.errors import BadInput
from sansheng.core.resources import configs_dir
from sansheng.month import PARAMETERS, open_world
from sansheng.world import place as place_module
from sansheng.world.place import Place, load_place, place_names

PLACE = "chenghua-2015"


@pytest.fixture(scope="module")
def text() -> str:
    return (configs_dir() / "places" / f"{PLACE}.yaml").read_text(encoding="utf-8")


def problems_of(path: Path) -> tuple[list[str], list[str]]:
    with pytest.raises(BadInput) as caught:
        load_place(str(path))
    found = caught.value.problems
    return [problem.line("en") for problem in found], [problem.line("zh") for problem in found]


def edited(text: str, tmp_path: Path, old: str, new: str) -> Path:
    assert text.count(old) == 1, old
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_default_place_holds_the_numbers_of_its_sources(chenghua: Place) -> None:
    (district,) = chenghua.districts
    numbers = {
        name: getattr(district, name).value
        for name in (
            "subdistricts",
            "communities",
            "households",
            "community_workers",
            "certified_workers",
            "organisations",
            "hubs",
            "volunteers",
            "envelope",
        )
    }
    assert numbers == {
        "subdistricts": 14,
        "communities": 108,
        "households": 400_000,
        "community_workers": 1700,
        "certified_workers": 551,
        "organisations": 1247,
        "hubs": 46,
        "volunteers": 3000,
        "envelope": 15_000_000,
    }
    assert (chenghua.name, chenghua.year.value) == (PLACE, 2015)
    assert chenghua.title.zh.startswith("成都市成华区")


def test_the_envelope_is_the_household_rate_times_households(chenghua: Place) -> None:
    (district,) = chenghua.districts
    assert district.envelope.value * 100 == 3750 * district.households.value


def test_there_are_about_eighteen_community_workers_for_ten_thousand_residents(
    chenghua: Place,
) -> None:
    (district,) = chenghua.districts
    residents = district.households.value * district.persons_per_household.value
    assert district.community_workers.value / residents * 1e4 == pytest.approx(18.0, rel=0.05)


def test_shares_of_need_groups_are_completed_by_the_others(chenghua: Place) -> None:
    shares = chenghua.districts[0].need_groups.shares()
    assert len(shares) == 6
    assert sum(shares) == pytest.approx(1.0)
    assert shares[-1] == pytest.approx(0.46)


def test_need_by_category_lies_in_the_range_of_two_logged_communities(chenghua: Place) -> None:
    logged = {
        ("security",): (0.157, 0.241),
        ("environment",): (0.034, 0.138),
        ("health",): (0.076, 0.089),
        ("relief",): (0.048, 0.084),
        ("population",): (0.037, 0.056),
        ("facilities",): (0.051, 0.061),
        ("employment", "social_security", "affairs"): (0.218, 0.266),
        ("culture",): (0.030, 0.274),
    }
    rates = {category.id: category.rate.value for category in chenghua.categories}
    assert sorted(name for names in logged for name in names) == sorted(chenghua.category_ids)
    for names, (low, high) in logged.items():
        assert low <= sum(rates[name] for name in names) <= high, names


def test_culture_is_the_most_and_relief_the_least_visible_category(chenghua: Place) -> None:
    visible = {category.id: category.visible.value for category in chenghua.categories}
    assert max(visible, key=lambda name: visible[name]) == "culture"
    assert min(visible, key=lambda name: visible[name]) == "relief"


@pytest.mark.parametrize("name", place_names())
def test_every_place_that_comes_with_the_package_loads(name: str) -> None:
    assert load_place(name).name == name


def test_a_place_cannot_be_changed(chenghua: Place) -> None:
    with pytest.raises(ValueError, match="frozen"):
        chenghua.name = "elsewhere"


def test_a_place_is_loaded_by_name_or_path(chenghua: Place, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"{PLACE}.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_place(str(path)) == chenghua


def test_an_unknown_place_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(
        BadInput, match=r"unknown place 'chenghua-2051'.*did you mean 'chenghua-2015'"
    ):
        load_place("chenghua-2051")


@pytest.mark.parametrize("name", ["../places/chenghua-2015", "/etc/passwd", ""])
def test_a_name_never_becomes_a_path(name: str) -> None:
    with pytest.raises(BadInput, match="unknown place"):
        load_place(name)


WRONG = {
    "an unknown key": (
        "    volunteers: {",
        "    volunters: 1\n    volunteers: {",
        "volunters",
        "did you mean 'volunteers'",
        "volunters",
    ),
    "a number below its range": (
        "subdistricts: {value: 14",
        "subdistricts: {value: 0",
        "value: 0, source: S-C03",
        "1",
        "1",
    ),
    "an empty list of sources": (
        "source: [S-Z27, S-Z28]",
        "source: []",
        "[]",
        "0 items; allowed: 1 to 12",
        "共 0 项；须为 1 至 12 项",
    ),
    "a number without a source": (
        "hubs: {value: 46, source: S-C09}",
        "hubs: {value: 46}",
        "hubs: {value: 46}",
        "source",
        "source",
    ),
    "text where a number belongs": (
        "volunteers: {value: 3000,",
        'volunteers: {value: "3000",',
        '"3000"',
        "3000",
        "3000",
    ),
    "a source that does not exist": (
        "source: S-C07",
        "source: S-C0",
        "S-C0}",
        r"unknown source 'S-C0'; .*did you mean 'S-C\d\d'",
        "未知来源“S-C0”",
    ),
    "a number both assumed and sourced": (
        "source: [S-Z27, S-Z28]",
        "source: [S-Z27, assumed]",
        "assumed]",
        "either assumed or has sources",
        "不能兼有",
    ),
    "more certified than community workers": (
        "value: 551",
        "value: 1701",
        "1701",
        "1701 certified workers are more than the 1700 community workers .* allowed: 0 to 1700, as all",
        "持证人数 1701 多于社区工作者总数 1700",
    ),
    "fewer communities than subdistricts": (
        "subdistricts: {value: 14,",
        "subdistricts: {value: 109,",
        "108, source",
        "108 communities are fewer than the 109 subdistricts",
        "社区数 108 少于街道数 109",
    ),
    "too few households": (
        "value: 400000",
        "value: 21599",
        "21599",
        "21599 households are too few; allowed: at least 200 per community, 21600 here",
        "户数 21599 过少",
    ),
    "too few community workers": (
        "community_workers: {value: 1700, source: S-C05}\n    certified_workers:\n      value: 551",
        "community_workers: {value: 431, source: S-C05}\n    certified_workers:\n      value: 51",
        "431, source",
        "431 community workers; allowed: 4 to 60 per community, 432 to 6480 here",
        "社区工作者 431 人",
    ),
    "too many community workers": (
        "community_workers: {value: 1700,",
        "community_workers: {value: 6481,",
        "6481, source",
        "6481 community workers; allowed: 4 to 60 per community, 432 to 6480 here",
        "社区工作者 6481 人",
    ),
    "fewer organisations than agencies and hubs": (
        "organisations: {value: 1247,",
        "organisations: {value: 75,",
        "75, source",
        "75 organisations are fewer than the 30 agencies and 46 hubs",
        "社会组织总数 75 少于其中的机构 30 家与枢纽型组织 46 家之和",
    ),
    "need groups of more than everybody": (
        "migrant: {value: 0.15,",
        "migrant: {value: 0.65,",
        "elderly: {value: 0.18",
        "shares of need groups may sum to 1 at most, not 1.04",
        "需求群体占比之和至多为 1，现为 1.04",
    ),
    "more villages than communities": (
        "villages: {value: 0,",
        "villages: {value: 109,",
        "value: 109",
        "109 villages; allowed: 0 to 108",
        "村 109 个；允许范围 0 至 108",
    ),
    "grids without grid staff": (
        "      value: 648",
        "      value: 1300",
        "dedicated:",
        "1279 grid staff for 1300 grids; allowed: 1300 to 26000, .* S-B04, S-T05",
        "1300 个网格共有网格力量 1279 人；允许范围 1300 至 26000",
    ),
    "grid staff without grids": (
        "      value: 648",
        "      value: 0",
        "dedicated:",
        "1279 grid staff and no grids; say in 'grids' how many grids there are .at least 64., or set .* to 0",
        "没有网格却有网格力量 1279 人；请在 grids 写明网格数（至少 64），或将 .*均设为 0",
    ),
    "premises below the standard that exceed it": (
        "area: {value: 200,",
        "area: {value: 350,",
        "area: {",
        "350 m2 .* allowed: 20 to less than 350 .S-Z16",
        "允许范围 20 至 350",
    ),
    "a share of communities above one": (
        "service_circles: {value: 0.6,",
        "service_circles: {value: 1.2,",
        "service_circles",
        "from 0 to 1, got 1.2",
        "0 至 1",
    ),
    "legal standing below nothing": (
        "      value: 0.0\n",
        "      value: -0.1\n",
        "-0.1",
        "standing.value must be a number from 0 to 1, got -0.1",
        "0 至 1",
    ),
    "more party members than residents": (
        "      value: 8000\n",
        "      value: 960001\n",
        "960001",
        "960001 party members who report; allowed: 0 to 960000, the residents",
        "允许范围 0 至 960000",
    ),
    "certificates of less than everybody": (
        "middle: 0.18",
        "middle: 0.08",
        "assistant: 0.35",
        "shares of certificates must sum to 1, not 0.9",
        "证书等级占比之和须为 1，现为 0.9",
    ),
    "an unknown list of categories": (
        "categories: service-directory",
        "categories: service-directories",
        "service-directories",
        "unknown list of categories .*did you mean 'service-directory'",
        "未知服务类别表",
    ),
    "a list of categories that is a path": (
        "categories: service-directory",
        "categories: ../categories/service-directory",
        "../categories",
        "",
        "",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_line_tells_where_and_what_is_wrong_with(what: str, text: str, tmp_path: Path) -> None:
    old, new, at, en, zh = WRONG[what]
    path = edited(text, tmp_path, old, new)
    line = path.read_text(encoding="utf-8").split(at)[0].count("\n") + 1
    (english,), (chinese,) = problems_of(path)
    for shown, expected in ((english, en), (chinese, zh)):
        assert shown.isprintable()
        assert shown.startswith(f"{path}:{line}:")
        assert re.search(expected, shown), shown


SETTINGS = {
    "an unknown name": (
        "lamb: {value: 0.3, source: assumed}",
        r"unknown parameter 'lamb'; did you mean 'lam'\?",
        "未知参数“lamb”",
    ),
    "a value outside the range of the parameter": (
        "w_rel: {value: 1.2, source: S-B12}",
        r"w_rel 1.2 is outside 0.45..1 ratio \(source: S-B12, S-B13\)",
        "w_rel 1.2 超出范围 0.45..1",
    ),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_settings_of_a_place_are_held_against_the_model_s_parameters(
    what: str, text: str, tmp_path: Path
) -> None:
    written, en, zh = SETTINGS[what]
    path = edited(text, tmp_path, "settings:\n", f"settings:\n  {written}\n")
    line = path.read_text(encoding="utf-8").split(written)[0].count("\n") + 1
    with pytest.raises(BadInput) as caught:
        load_place(str(path), PARAMETERS)
    (problem,) = caught.value.problems
    assert re.search(rf":{line}:\d+: {en}", problem.line("en"))
    assert zh in problem.line("zh")


def test_a_setting_stands_in_for_the_default_and_a_study_goes_before_it(
    text: str, tmp_path: Path
) -> None:
    setting = "settings:\n  w_rel: {value: 0.9, source: S-B12}\n"
    place = load_place(str(edited(text, tmp_path, "settings:\n", setting)), PARAMETERS)
    assert open_world(place, {}, 1, 0, 0).parameters.w_rel == 0.9
    assert open_world(place, {"w_rel": 0.5}, 1, 0, 0).parameters.w_rel == 0.5
    assert open_world(place, {}, 1, 0, 0).parameters.psi == PARAMETERS["psi"].default


def test_an_unknown_setting_is_refused_when_a_world_is_opened_at_the_latest(
    text: str, tmp_path: Path
) -> None:
    setting = "settings:\n  lamb: {value: 0.3, source: assumed}\n"
    place = load_place(str(edited(text, tmp_path, "settings:\n", setting)))
    with pytest.raises(BadInput, match="unknown parameter 'lamb'; did you mean 'lam'"):
        open_world(place, {}, 1, 0, 0)


def test_equal_districts_divide_a_total_and_nothing_is_lost() -> None:
    place = load_place("beijing-2018")
    (total,) = place.districts
    assert len(place.parts) == 16
    for name in ("communities", "villages", "households", "grids", "envelope", "party_members"):
        values = [getattr(part, name).value for part in place.parts]
        assert sum(values) == getattr(total, name).value
        assert max(values) - min(values) <= 1
    assert sum(part.grid_staff.total() for part in place.parts) == 82_500
    assert {part.mean_wage.value for part in place.parts} == {100_000}
    assert {part.halls.value for part in place.parts} == {0.84}
    assert all(part.copies is None for part in place.parts)


def test_what_fails_only_where_a_total_is_divided_is_told(text: str, tmp_path: Path) -> None:
    copies = "    copies: {value: 15, source: assumed}\n    subdistricts: {value: 14,"
    (english,), (chinese,) = problems_of(
        edited(text, tmp_path, "    subdistricts: {value: 14,", copies)
    )
    assert "14 subdistricts cannot be divided among 15 districts; allowed: at least 15" in english
    assert "街道 14 个" in chinese


BEIJING = {
    "communities": 7014,
    "villages": 3837,
    "grids": 41_800,
    "community_workers": 35_000,
    "agencies": 609,
    "party_members": 692_000,
}


@pytest.mark.parametrize("year", [2018, 2019])
def test_beijing_holds_the_numbers_of_its_sources(year: int) -> None:
    place = load_place(f"beijing-{year}", PARAMETERS)
    (city,) = place.districts
    assert {name: getattr(city, name).value for name in BEIJING} == BEIJING
    assert city.communities.value - city.villages.value == 3177
    assert place.year.value == year
    assert place.settings["w_rel"].value == 1.0


def test_tongzhou_and_chenghua_of_2013_hold_the_numbers_of_their_sources() -> None:
    (tongzhou,) = load_place("tongzhou-2013", PARAMETERS).districts
    assert (tongzhou.grids.value, tongzhou.grid_staff.total()) == (1809, 15_082)
    assert (tongzhou.community_workers.value, tongzhou.certified_workers.value) == (1159, 281)
    assert tongzhou.persuaders.value == 1085
    assert tongzhou.volunteers.value < 110_000
    (earlier,) = load_place("chenghua-2013", PARAMETERS).districts
    assert earlier.certified_workers.value == 79


def test_two_districts_of_one_name_are_refused(text: str, tmp_path: Path) -> None:
    head, district = text.split("districts:\n")
    path = tmp_path / "twice.yaml"
    path.write_text(f"{head}districts:\n{district}{district}", encoding="utf-8")
    (english,), _ = problems_of(path)
    assert english.endswith("'chenghua' is used twice")
    assert int(english.split(":")[1]) > text.count("\n")


def test_every_contradiction_of_a_place_is_told_at_once(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        text.replace("value: 551", "value: 1800").replace("source: S-C09", "source: S-C99"),
        encoding="utf-8",
    )
    english, _ = problems_of(path)
    assert len(english) == 2


CATEGORIES = {
    "rates that do not add up": ("value: 0.21, source: B62", "value: 0.2, source: B62", "0.99"),
    "duty rates that do not add up": (
        "duty_rate: {value: 0.04,",
        "duty_rate: {value: 0.05,",
        "duty rates .* 1.01",
    ),
    "a category twice": ("id: affairs", "id: culture", "'culture' is used twice"),
    "a season without need": (
        "season: {values: [1.1, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]",
        "season: {values: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        "some month",
    ),
    "a season of eleven months": (
        "season: {values: [1.1, 0.9, 1.0, 1.0,",
        "season: {values: [1.1, 0.9, 1.0,",
        "11 items; allowed: 12$",
    ),
    "need of nobody": (
        "{elderly: 0.9, low_income: 1.3, disabled: 1.1, migrant: 1.8, minor: 0.7, other: 0.9,",
        "{elderly: 0, low_income: 0, disabled: 0, migrant: 0, minor: 0, other: 0,",
        "some group",
    ),
}


@pytest.mark.parametrize("what", CATEGORIES)
def test_a_list_of_categories_is_refused_with(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, expected = CATEGORIES[what]
    text = (configs_dir() / "categories" / "service-directory.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    for folder in ("places", "categories"):
        (tmp_path / folder).mkdir()
    path = tmp_path / "categories" / "service-directory.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    place = (configs_dir() / "places" / f"{PLACE}.yaml").read_text(encoding="utf-8")
    (tmp_path / "places" / f"{PLACE}.yaml").write_text(place, encoding="utf-8")
    monkeypatch.setattr(place_module, "configs_dir", lambda: tmp_path)
    with pytest.raises(BadInput) as caught:
        load_place(PLACE)
    (problem,) = caught.value.problems
    assert problem.line().startswith(f"{path}:")
    assert re.search(expected, problem.line())


def test_the_classroom_is_chenghua_in_small(chenghua: Place) -> None:
    (large,) = chenghua.districts
    (small,) = load_place("classroom").districts
    for name in ("community_workers", "certified_workers", "organisations", "envelope"):
        per_household = [getattr(d, name).value / d.households.value for d in (large, small)]
        assert per_household[1] == pytest.approx(per_household[0], rel=0.01)
    assert small.envelope.value == 37.5 * small.households.value


def test_nothing_in_the_classroom_claims_a_source() -> None:
    text = (configs_dir() / "places" / "classroom.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"source: ([^\s,}]+)", text)) == {"assumed"}


def test_china_adds_up_to_its_totals_district_by_district() -> None:
    place = load_place("china-2022", PARAMETERS)
    (whole,) = place.districts
    assert whole.copies is not None
    assert len(place.parts) == len(place.markets) == whole.copies.value == 2843
    for name in ("communities", "organisations", "community_workers", "agencies", "envelope"):
        assert sum(getattr(part, name).value for part in place.parts) == getattr(whole, name).value
    assert sum(part.premises.area.value for part in place.parts) == pytest.approx(2843 * 200)
    assert whole.communities.value == place.communities == 607_000
    assert whole.organisations.value == 891_300
    # about five million who work: community workers, and agencies' people of 7.5 at the median
    assert 4.9e6 < whole.community_workers.value + 12.4 * whole.agencies.value < 5.1e6


def test_equal_copies_that_get_the_same_are_one_object() -> None:
    place = load_place("china-2022", PARAMETERS)
    assert len({id(part) for part in place.parts}) < 40
    assert [market.first_district for market in place.markets[:3]] == [0, 1, 2]


def test_a_market_is_a_place_of_its_own(text: str) -> None:
    place = load_place("beijing-2018", PARAMETERS)
    assert [market.parts for market in place.markets] == [(part,) for part in place.parts]
    assert {market.name for market in place.markets} == {"beijing-2018"}
    assert place.markets[3].markets == (place.markets[3],)


def test_more_districts_than_have_keys_are_refused(text: str, tmp_path: Path) -> None:
    copies = "    title: {en: Chenghua District, zh: 成华区}\n"
    path = edited(text, tmp_path, copies, f"{copies}    copies: {{value: 4097, source: assumed}}\n")
    (en,), _ = problems_of(path)
    assert "2 to 4096" in en or "4096" in en


def test_one_district_of_more_communities_than_any_has_is_refused(tmp_path: Path) -> None:
    source = (configs_dir() / "places" / "china-2022.yaml").read_text(encoding="utf-8")
    path = edited(source, tmp_path, "value: 2843", "value: 12")
    en, zh = problems_of(path)
    assert any("50,584 communities in one district; allowed: at most 50,000" in line for line in en)
    assert any("一个区的社区数为 50,584；至多 50,000" in line for line in zh)
