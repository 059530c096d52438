"""What is compared: the place, the rules with their options and levers, years, money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.lab.draft import FACTOR, FEWEST, MOST, REPLICATES, YEARS, Draft
from sansheng.lab.pages.controls import number_control
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import OF_VALUE, button, noted, picker, tag
from sansheng.lab.pages.scenario import ScenarioControls

if TYPE_CHECKING:
    from sansheng.world.place import Place as WorldPlace

PLACES = ("classroom", "chenghua-2015", "chenghua-2013", "tongzhou-2013", "beijing-2018")
"""Places of the controls, the one that runs at once first."""

_LARGEST_SEED = 2**32 - 1


def settings(place: Place, rebuild: Callable[[str], None]) -> None:
    """Build the controls.

    Parameters
    ----------
    place
        Whose they are.
    rebuild
        Builds them anew when there are more or fewer scenarios, and gives the keyboard to what it is told.
    """
    Settings(place, rebuild).build()


class Settings:
    """The controls of one browser."""

    def __init__(self, place: Place, rebuild: Callable[[str], None]) -> None:
        self.place, self.rebuild = place, rebuild

    @property
    def draft(self) -> Draft:
        """What they say now."""
        return self.place.session.draft

    def say(self, text: Text) -> str:
        """Return words in the page's language."""
        return self.place.say(text)

    def change(self, draft: Draft) -> None:
        """Take a change."""
        self.place.session.change(draft)

    def change_all(self, draft: Draft, then: str) -> None:
        """Take a change after which there are other scenarios; ``then`` gets the keyboard."""
        self.change(draft)
        self.rebuild(then)

    def build(self) -> None:
        """Build all controls."""
        if self.place.session.brought is not None:
            tag("p", self.say(_BROUGHT), cls="warning", role="note")
            button(self.say(_BACK), lambda: self.change_all(self.draft, "place"), cls="small")
            return
        self._where()
        for i in range(len(self.draft.rules)):
            self._scenario(i)
        if len(self.draft.rules) < MOST:
            more = len(self.draft.rules)
            button(
                self.say(_ADD),
                lambda: self.change_all(self.draft.with_one_more(), f"rule-{more}"),
            )

    def _where(self) -> None:
        draft = self.draft
        with tag("fieldset"):
            tag("legend", self.say(Text("Place, time, money", "地区、时间、经费")))
            titles = {name: place_named(name).title.get(self.place.lang) for name in PLACES}
            if draft.place not in titles:
                titles[draft.place] = place_named(draft.place).title.get(self.place.lang)
            box = picker(
                self.say(Text("Place", "地区")),
                titles,
                draft.place,
                lambda name: self._change_money(replace(self.draft, place=name)),
                id="place",
            )
            self.size = noted(box, self._size())
            with tag("div", cls="pair"):
                self._years(draft)
                self._replicates(draft)
            self._seed()
            quantity = _money()
            number_control(
                quantity,
                draft.money,
                lambda value: self._change_money(replace(self.draft, money=value)),
                self.place.lang,
                id="money",
            )

    def _change_money(self, draft: Draft) -> None:
        self.change(draft)
        self.size.text = self._size()

    def _size(self) -> str:
        where = place_named(self.draft.place)
        households = sum(d.households.value for d in where.districts)
        communities = sum(d.communities.value for d in where.districts)
        envelope = sum(d.envelope.value for d in where.districts) * self.draft.money
        each = 100.0 * envelope / households
        return self.say(
            Text(
                f"{communities:,} communities, {households:,} households; envelope {envelope:,.0f} yuan a year, "
                f"{each:,.0f} yuan per 100 households",
                f"{communities:,} 个社区，{households:,} 户；经费总额 {envelope / 1e4:,.0f} 万元/年，"
                f"每百户 {each:,.0f} 元",
            )
        )

    def _years(self, draft: Draft) -> None:
        label = self.say(Text("Years", "年数"))
        options = _numbers(YEARS, draft.years)

        def take(word: str) -> None:
            self.change(replace(self.draft, years=int(word)))

        picker(label, options, str(draft.years), take, id="years")

    def _replicates(self, draft: Draft) -> None:
        label = self.say(Text("Paired repetitions", "配对重复次数"))
        options = _numbers(REPLICATES, draft.replicates)

        def take(word: str) -> None:
            self.change(replace(self.draft, replicates=int(word)))

        picker(label, options, str(draft.replicates), take, id="replicates")

    def _seed(self) -> None:
        with tag("div", cls="field"):
            label = tag("label", self.say(Text("Luck (seed)", "随机种子")))
            box = tag(
                "input", id="seed", type="number", min=0, max=_LARGEST_SEED, inputmode="numeric"
            )
            box.props["^value"] = self.draft.seed
            label.props["for"] = "seed"

        def take(event: Any) -> None:
            word = str(event.args)
            if word.isascii() and word.isdigit() and len(word) <= 10 and int(word) <= _LARGEST_SEED:
                self.change(replace(self.draft, seed=int(word)))

        box.on("change", take, js_handler=OF_VALUE)

    def _scenario(self, i: int) -> None:
        with tag("fieldset", data_scenario=i):
            tag("legend", self.say(_BASELINE if i == 0 else Text(f"Rule {i + 1}", f"办法 {i + 1}")))
            ScenarioControls(self.place, i)
            if len(self.draft.rules) > FEWEST and i > 0:
                button(
                    self.say(Text(f"Remove rule {i + 1}", f"移除办法 {i + 1}")),
                    lambda: self.change_all(self.draft.without(i), f"rule-{i - 1}"),
                    cls="small",
                )


def _numbers(offered: tuple[int, ...], now: int) -> dict[str, str]:
    """Return numbers to choose from, the present one among them."""
    return {str(number): str(number) for number in sorted({*offered, now})}


@lru_cache(maxsize=16)
def place_named(name: str) -> WorldPlace:
    """Return a place of the package, read once."""
    from sansheng.world.place import load_place

    return load_place(name)


@lru_cache(maxsize=1)
def _money() -> Quantity:
    from sansheng.processes.appropriate import PARAMETERS

    return next(q for q in PARAMETERS if q.name == FACTOR)


_BASELINE = Text("Baseline, with which the others are compared", "基线（其他办法与之比较）")
_ADD = Text("Add a rule", "增加一种办法")
_BROUGHT = Text(
    "A study of your own is loaded; it says more than these controls can.",
    "已载入自备研究，其内容超出此处控件的范围。",
)
_BACK = Text("Back to the controls", "返回控件")
