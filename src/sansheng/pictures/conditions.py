"""The conditions that a picture states beneath its title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sansheng.core.text import Language, Text
from sansheng.pictures.wording import title_of

EQUAL_SPEND = 0.01
"""Spending that differs by more than this share is not called equal money."""

UNEQUAL = Text("UNEQUAL MONEY (equal_spend is off)", "各方案支出不等（equal_spend 未启用）")

RESULTS, STUDY = Text("results", "结果"), Text("study", "研究")


@dataclass(frozen=True)
class Conditions:
    """What was simulated.

    Parameters
    ----------
    place
        Title of the place.
    months
        Simulated months, warm-up left out.
    replicates, planned
        Replicates behind the numbers, and replicates the study asks for.
    seed
        Seed of the study.
    fingerprint
        Hash of ``hashed``; its first twelve characters are shown.
    titles
        Title of each scenario; one without a title is called by its name.
    spend
        What each scenario really spent, 万元 (10,000 yuan) a year, baseline first; empty if it is not
        to be shown.
    hashed
        What the fingerprint is of.
    equal_spend
        Whether scenarios were made to spend alike; if not, that comes first.
    assumed
        Values of the parameters that vary, where a picture is of one draw of them.
    design
        What was run, where that is not one set of paired replicates with their intervals.
    """

    place: Text
    months: int
    replicates: int
    planned: int
    seed: int
    fingerprint: str
    titles: Mapping[str, Text] = field(default_factory=dict)
    spend: Mapping[str, float] = field(default_factory=dict)
    equal_spend: bool = True
    hashed: Text = RESULTS
    assumed: str = ""
    design: Text | None = None

    def line(self, lang: Language) -> str:
        """Return :meth:`parts` as one line."""
        return " · ".join(self.parts(lang))

    def parts(self, lang: Language) -> list[str]:
        """Return place, length, pairs or design, and what identifies the results."""
        zh = lang == "zh"
        words = [
            self.place.get(lang),
            f"{self.months} 个月" if zh else f"{self.months} months",
            *([self.design.get(lang)] if self.design is not None else self._pairs(lang)),
            f"种子 {self.seed}" if zh else f"seed {self.seed}",
            f"{self.hashed.get(lang)} {self.fingerprint[:12]}",
        ]
        if self.assumed:
            words.insert(1, self.assumed)
        if not self.equal_spend:
            words.insert(0, UNEQUAL.get(lang))
        return words

    def _pairs(self, lang: Language) -> list[str]:
        part = self.replicates < self.planned
        pairs = f"{self.replicates}/{self.planned}" if part else f"{self.replicates}"
        if lang == "zh":
            incomplete = ["尚不完整"] * part
            return [f"{pairs} 对重复（共同随机数）", *incomplete, "95% 配对区间"]
        incomplete = ["incomplete"] * part
        return [
            f"{pairs} paired replicates (common random numbers)",
            *incomplete,
            "95% paired intervals",
        ]

    def spend_line(self, lang: Language) -> str:
        """Return what each scenario really spent, and whether that is equal money; or nothing."""
        if not self.spend:
            return ""
        low, high = min(self.spend.values()), max(self.spend.values())
        apart = (high - low) / high if high > 0 else 0.0
        zh = lang == "zh"
        amounts = [
            f"{title_of(name, self.titles, lang)}\u00a0{_money(spent, lang)}"
            for name, spent in self.spend.items()
        ]
        if zh:
            said = "每年实际支出（万元）：" + "，".join(amounts) + "。"
        else:
            said = "Really spent a year (million yuan): " + ", ".join(amounts) + "."
        if apart <= EQUAL_SPEND:
            return said
        percent = f"{100 * apart:.1f}%"
        if zh:
            return said + f"支出相差 {percent}：差异不只来自分配办法，也来自钱的多少。"
        return said + (
            f" Spending differs by {percent}: the differences come from how much is spent as well as from"
            " how it is divided."
        )


def _money(spent: float, lang: Language) -> str:
    return f"{spent:,.1f}" if lang == "zh" else f"{spent / 100:,.3f}"
