"""Controls of the lab: a slider or a switch for every declared number, with its range and source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sansheng.core.quantities import ASSUMED, Quantity
from sansheng.core.text import Language, Text
from sansheng.core.units import unit_in_chinese
from sansheng.facts import citation
from sansheng.lab.pages.html import OF_CHECK, OF_VALUE, tag
from sansheng.lab.sliders import STEPS, Slider

_NO_UNIT = ("-", "0-1", "1", "score", "share")
"""Units that say nothing beside the number and what it is of."""

_SHORT = {"ratio": Text(" ×", " 倍"), "× the place's": Text(" ×", " 倍")}


def number_control(
    quantity: Quantity,
    value: float,
    change: Callable[[float], Any],
    lang: Language,
    *,
    id: str | None = None,
) -> None:
    """Build a slider or a switch for a quantity.

    Parameters
    ----------
    quantity
        What is set.
    value
        What it is now.
    change
        Told the new value, when it is let go.
    lang
        Of all words.
    id
        By which the page finds it again when it is built anew.
    """
    slider = Slider(quantity)
    if slider.switch:
        _switch(quantity, value, change, lang)
        return
    with tag("div", cls="field", title=sources(quantity, lang)):
        label = tag("label", _sentence(quantity.text.get(lang)))
        shown = tag("output", said(quantity, value, lang))
        bar = tag(
            "input",
            id=id,
            type="range",
            min=0,
            max=STEPS,
            step=1,
            aria_valuetext=said(quantity, value, lang),
        )
        bar.props["^value"] = slider.position(
            value
        )  # as an attribute, or every change of the page would set it anew
        label.props["for"] = shown.props["for"] = id or bar.html_id
        bar.props["aria-describedby"] = tag("span", about(quantity, lang), cls="note").html_id

    def moved(event: Any) -> None:
        now = slider.value(_whole(event.args))
        shown.text = said(quantity, now, lang)
        bar.props["aria-valuetext"] = shown.text

    def left(event: Any) -> None:
        moved(event)
        change(slider.value(_whole(event.args)))

    bar.on("input", moved, js_handler=OF_VALUE, throttle=0.1)
    bar.on("change", left, js_handler=OF_VALUE)


def _switch(
    quantity: Quantity, value: float, change: Callable[[float], Any], lang: Language
) -> None:
    with tag("div", cls="field", title=sources(quantity, lang)):
        label = tag("label")
        with label:
            box = tag("input", type="checkbox", checked=value >= 0.5)
            tag("span", _sentence(quantity.text.get(lang)))
        box.props["aria-describedby"] = tag("span", about(quantity, lang), cls="note").html_id
    box.on("change", lambda event: change(1.0 if event.args is True else 0.0), js_handler=OF_CHECK)


def _whole(said_by_browser: Any) -> int:
    """Return the position that a browser says, whatever it says."""
    try:
        return min(STEPS, max(0, int(said_by_browser)))
    except (TypeError, ValueError):
        return 0


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].replace("`", "")


def said(quantity: Quantity, value: float, lang: Language) -> str:
    """Return a value with its unit; shares as per cent."""
    if quantity.unit == "share":
        return f"{100.0 * value:.4g}%"
    number = f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"
    if quantity.unit in _NO_UNIT:
        return number
    long = Text(f" {quantity.unit}", f" {unit_in_chinese(quantity.unit)}")
    return number + _SHORT.get(quantity.unit, long).get(lang)


def about(quantity: Quantity, lang: Language) -> str:
    """Return the range, the default and the source of a quantity in a line."""
    low, high, default = (
        said(quantity, end, lang) for end in (quantity.low, quantity.high, quantity.default)
    )
    source = _source(quantity, lang)
    return Text(
        f"{low} to {high}; default {default}; source: {source}",
        f"{low}～{high}；默认 {default}；来源：{source}",
    ).get(lang)


def sources(quantity: Quantity, lang: Language) -> str:
    """Return what is known of a quantity, with what its sources say: one line each."""
    cited = [citation(one) for one in quantity.source if one != ASSUMED]
    told = [
        ", ".join(
            part for part in (f"{fact.id}: {fact.text} {fact.value}".strip(), fact.source) if part
        )
        for fact in cited
    ]
    return "\n".join([about(quantity, lang), *told])


def _source(quantity: Quantity, lang: Language) -> str:
    assumed = Text("assumed", "假定").get(lang)
    ids = [one for one in quantity.source if one != ASSUMED]
    if not ids:
        return assumed
    listed = ", ".join(ids)
    return f"{listed} ({assumed})" if quantity.status == "assumed" else listed
