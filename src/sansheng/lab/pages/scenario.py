"""One scenario's controls: its rule with options, and the reforms beside it."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from sansheng.core.errors import BadInput
from sansheng.core.quantities import Quantity
from sansheng.core.text import Text
from sansheng.lab.draft import OFFERED_RULES, Choice, Draft, check_choice
from sansheng.lab.pages.controls import number_control
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import button, noted, picker, tag
from sansheng.policy.load import lever_class, lever_names, rule_class

_MOST_LEVERS = 4
"""Levers of one scenario; more are for a study file."""

_SHOWN = 3
"""Options of a rule that are in sight at once."""


class ScenarioControls:
    """What a browser says of one scenario.

    What is built anew after a choice is what depends on it and no more: the browser may already have sent the next
    choice, and what it sends of an element that is gone is lost.

    Parameters
    ----------
    place
        Whose controls they are.
    i
        Which scenario, the baseline first.
    """

    def __init__(self, place: Place, i: int) -> None:
        self.place, self.i = place, i
        self.client = ui.context.client
        self._picker()
        self.rest = tag("div")
        self._rest()

    def say(self, text: Text) -> str:
        """Return words in the page's language."""
        return self.place.say(text)

    @property
    def draft(self) -> Draft:
        """What all controls say now."""
        return self.place.session.draft

    @property
    def rule(self) -> Choice:
        """The rule as it is chosen now."""
        return self.draft.rules[self.i]

    @property
    def levers(self) -> tuple[Choice, ...]:
        """The reforms beside it."""
        return self.draft.levers[self.i]

    def _take(self, kind: str, choice: Choice, draft: Draft) -> bool:
        """Take a rule or a lever, or say what is wrong with it."""
        try:
            check_choice(kind, choice)
        except BadInput as refused:
            self.place.session.refuse(refused)
            return False
        self.place.session.change(draft)
        return True

    def _picker(self) -> None:
        lang = self.place.lang
        names = list(OFFERED_RULES) + [self.rule.name] * (self.rule.name not in OFFERED_RULES)
        box = picker(
            self.say(Text("Funding rule", "拨付办法")),
            {name: rule_class(name).title.get(lang) for name in names},
            self.rule.name,
            self._choose,
            id=f"rule-{self.i}",
        )
        self.about = noted(box, rule_class(self.rule.name).about.get(lang))

    def _choose(self, name: str) -> None:
        self.place.session.change(self.draft.with_rule(self.i, Choice(name)))
        self.about.text = rule_class(name).about.get(self.place.lang)
        self._rest()

    def _rest(self) -> None:
        self.rest.clear()
        with self.rest:
            self._options()
            self._levers()

    def _options(self) -> None:
        quantities = rule_class(self.rule.name).quantities
        first = [q for q in quantities if q.role == "lever"][:_SHOWN]
        others = [q for q in quantities if q not in first]
        for quantity in first:
            self._option(quantity)
        if others:
            with tag("details"):
                tag("summary", self.say(Text("More settings", "更多设置")))
                for quantity in others:
                    self._option(quantity)

    def _option(self, quantity: Quantity) -> None:
        def take(value: float) -> None:
            choice = self.rule.with_option(quantity.name, value, quantity.default)
            self._take("rule", choice, self.draft.with_rule(self.i, choice))

        value = self.rule.options.get(quantity.name, quantity.default)
        named = f"option-{self.i}-{quantity.name}"
        number_control(quantity, value, take, self.place.lang, id=named)

    def _levers(self) -> None:
        for lever in self.levers:
            self._lever(lever)
        if len(self.levers) >= _MOST_LEVERS:
            return
        held = {lever.name for lever in self.levers}
        offered = {"": self.say(Text("– add a reform –", "— 添加配套工具 —"))} | {
            name: lever_class(name).title.get(self.place.lang)
            for name in lever_names()
            if name not in held
        }
        label = self.say(Text("Reform beside it", "配套工具"))
        picker(label, offered, "", self._add, id=f"levers-{self.i}")

    def _add(self, name: str) -> None:
        more = (*self.levers, Choice(name))
        if name and self._take("lever", Choice(name), self.draft.with_levers(self.i, more)):
            self._rest()

    def _lever(self, lever: Choice) -> None:
        kind, lang = lever_class(lever.name), self.place.lang
        with tag("fieldset"):
            tag("legend", kind.title.get(lang))
            tag("p", kind.about.get(lang), cls="note")
            for quantity in kind.quantities:
                value = lever.options.get(quantity.name, quantity.default)
                number_control(quantity, value, partial(self._set, lever.name, quantity), lang)
            words = Text(f"Remove {kind.title.en}", f"移除{kind.title.zh}")
            button(self.say(words), partial(self._remove, lever.name), cls="small")

    def _set(self, name: str, quantity: Quantity, value: float) -> None:
        """Take one option of the lever of a name."""
        choice = next(lever for lever in self.levers if lever.name == name)
        choice = choice.with_option(quantity.name, value, quantity.default)
        levers = tuple(choice if lever.name == name else lever for lever in self.levers)
        self._take("lever", choice, self.draft.with_levers(self.i, levers))

    def _remove(self, name: str) -> None:
        levers = tuple(lever for lever in self.levers if lever.name != name)
        self.place.session.change(self.draft.with_levers(self.i, levers))
        self._rest()
        self.client.run_javascript(f"sanshengLab.focus('levers-{self.i}')")
