"""What is compared: the place, the rules with their options and levers, years, money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from sansheng.core.errors import BadInput
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.lab.draft import (
    FACTOR,
    FEWEST,
    MOST,
    OFFERED_RULES,
    REPLICATES,
    YEARS,
    Choice,
    Draft,
    check_choice,
)
from sansheng.lab.pages.controls import number_control
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import OF_VALUE, button, picker, tag
from sansheng.policy.load import lever_class, lever_names, rule_class

if TYPE_CHECKING:
    from sansheng.world.place import Place as WorldPlace

PLACES = ("classroom", "chenghua-2015", "chenghua-2013", "tongzhou-2013", "beijing-2018")
"""Places of the controls, the one that runs at once first."""

_LARGEST_SEED = 2**32 - 1
_MOST_LEVERS = 4
"""Levers of one scenario; more are for a study file."""


def settings(place: Place, rebuild: Callable[[str], None]) -> None:
    """Build the controls.

    Parameters
    ----------
    place
        Whose they are.
    rebuild
        Builds them anew, after a change of what there is to control, and puts the keyboard where it is told to.
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

    def change(self, draft: Draft, then: str | None = None) -> None:
        """Take a change; where other controls are needed after it, ``then`` gets the keyboard."""
        self.place.session.change(draft)
        if then is not None:
            self.rebuild(then)

    def choose(self, kind: str, choice: Choice, draft: Draft, then: str | None = None) -> None:
        """Take a rule or a lever, or say what is wrong with it."""
        try:
            check_choice(kind, choice)
        except BadInput as refused:
            self.place.session.refuse(refused)
            return
        self.change(draft, then)

    def build(self) -> None:
        """Build all controls."""
        if self.place.session.brought is not None:
            tag("p", self.say(_BROUGHT), cls="warning", role="note")
            button(self.say(_BACK), lambda: self.change(self.draft, "place"), cls="small")
            return
        self._where()
        for i in range(len(self.draft.rules)):
            self._scenario(i)
        if len(self.draft.rules) < MOST:
            more = len(self.draft.rules)
            button(self.say(_ADD), lambda: self.change(self.draft.with_one_more(), f"rule-{more}"))

    def _where(self) -> None:
        draft = self.draft
        with tag("fieldset"):
            tag("legend", self.say(Text("Place, time, money", "地区、时间、经费")))
            titles = {name: place_named(name).title.get(self.place.lang) for name in PLACES}
            if draft.place not in titles:
                titles[draft.place] = place_named(draft.place).title.get(self.place.lang)
            picker(
                self.say(Text("Place", "地区")),
                titles,
                draft.place,
                lambda name: self.change(replace(self.draft, place=name), "place"),
                note=self._size(),
                id="place",
            )
            with tag("div", cls="pair"):
                self._years(draft)
                self._replicates(draft)
            self._seed()
            quantity = _money()
            number_control(
                quantity,
                draft.money,
                lambda value: self.change(replace(self.draft, money=value), "money"),
                self.place.lang,
                id="money",
            )

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
        draft = self.draft
        rule = draft.rules[i]
        with tag("fieldset", data_scenario=i):
            tag("legend", self.say(_BASELINE if i == 0 else Text(f"Rule {i + 1}", f"办法 {i + 1}")))
            names = list(OFFERED_RULES) + [rule.name] * (rule.name not in OFFERED_RULES)
            picker(
                self.say(Text("Funding rule", "拨付办法")),
                {name: rule_class(name).title.get(self.place.lang) for name in names},
                rule.name,
                lambda name: self.change(self.draft.with_rule(i, Choice(name)), f"rule-{i}"),
                note=rule_class(rule.name).about.get(self.place.lang),
                id=f"rule-{i}",
            )
            self._options(i, rule)
            self._levers(i)
            if len(draft.rules) > FEWEST and i > 0:
                words = Text(f"Remove rule {i + 1}", f"移除办法 {i + 1}")
                button(
                    self.say(words),
                    lambda: self.change(self.draft.without(i), f"rule-{i - 1}"),
                    cls="small",
                )

    def _options(self, i: int, rule: Choice) -> None:
        quantities = rule_class(rule.name).quantities
        first = [q for q in quantities if q.role == "lever"][:_SHOWN]
        rest = [q for q in quantities if q not in first]
        for quantity in first:
            self._option(i, rule, quantity)
        if rest:
            with tag("details"):
                tag("summary", self.say(Text("More settings", "更多设置")))
                for quantity in rest:
                    self._option(i, rule, quantity)

    def _option(self, i: int, rule: Choice, quantity: Quantity) -> None:
        def take(value: float) -> None:
            choice = self.draft.rules[i].with_option(quantity.name, value, quantity.default)
            self.choose("rule", choice, self.draft.with_rule(i, choice))

        value = rule.options.get(quantity.name, quantity.default)
        number_control(quantity, value, take, self.place.lang, id=f"option-{i}-{quantity.name}")

    def _levers(self, i: int) -> None:
        levers = self.draft.levers[i]
        for j, lever in enumerate(levers):
            self._lever(i, j, lever)
        if len(levers) >= _MOST_LEVERS:
            return
        held = {lever.name for lever in levers}
        offered = {"": self.say(Text("– add a reform –", "— 添加配套工具 —"))} | {
            name: lever_class(name).title.get(self.place.lang)
            for name in lever_names()
            if name not in held
        }

        def add(name: str) -> None:
            choice = Choice(name)
            if name:
                more = self.draft.with_levers(i, (*self.draft.levers[i], choice))
                self.choose("lever", choice, more, f"levers-{i}")

        label = self.say(Text("Reform beside it", "配套工具"))
        picker(label, offered, "", add, id=f"levers-{i}")

    def _lever(self, i: int, j: int, lever: Choice) -> None:
        kind = lever_class(lever.name)
        with tag("fieldset"):
            tag("legend", kind.title.get(self.place.lang))
            tag("p", kind.about.get(self.place.lang), cls="note")

            def take(quantity: Quantity, value: float) -> None:
                old = self.draft.levers[i]
                choice = old[j].with_option(quantity.name, value, quantity.default)
                levers = (*old[:j], choice, *old[j + 1 :])
                self.choose("lever", choice, self.draft.with_levers(i, levers))

            for quantity in kind.quantities:
                value = lever.options.get(quantity.name, quantity.default)
                number_control(quantity, value, partial(take, quantity), self.place.lang)

            def remove() -> None:
                old = self.draft.levers[i]
                self.change(self.draft.with_levers(i, old[:j] + old[j + 1 :]), f"levers-{i}")

            words = Text(f"Remove {kind.title.en}", f"移除{kind.title.zh}")
            button(self.say(words), remove, cls="small")


def _numbers(offered: tuple[int, ...], now: int) -> dict[str, str]:
    """Return numbers to choose from, the present one among them."""
    return {str(number): str(number) for number in sorted({*offered, now})}


_SHOWN = 3
"""Options of a rule that are in sight at once."""


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
