"""考前培训: training for the certificate exam."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, extra, share_of
from sansheng.world.schema import Tables

_HIGHEST = 4
"""Grade beyond which there is no exam."""


class ExamTraining(Lever):
    """Train a share of those who could sit the certificate exam."""

    name = "exam_training"
    title = Text(
        "Exam training",
        "考前培训",
    )
    about = Text(
        "Each June a share of those who could sit the certificate exam is trained for it. The "
        "trained sit more often and pass more often.",
        "每年六月为可报考人员中的一定比例提供考前培训；受训者更愿报考、更易通过。",
    )
    institution = Text(
        "Tongzhou: yearly exam training, called most effective for certificates.",
        "通州：每年举办考前培训班，对取证最为有效。",
    )
    source = (
        "S-T36",
        "S-Z35",
    )
    line = "base"
    cost = Text(
        "what this June's training cost, for the share of people trained beyond the former share",
        "六月培训支出中超出原培训比例的部分",
    )
    channel = (
        "districts.training_cost",
        "workers.certified",
    )
    booked = True
    quantities = (
        quantity(
            "share",
            1.0,
            unit="share/year",
            low=0.0,
            high=1.0,
            source="S-T36",
            status="assumed",
            role="lever",
            en="staff trained for the exam, of those who could sit it",
            zh="可报考人员中接受考前培训的比例",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"training": self.option("share")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what processes have paid for those trained beyond the former share."""
        more = extra(p.training, before.parameters.training)
        return share_of(t.districts.training_cost, more)

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect June's training of those who could sit now, spread over the year."""
        w = t.workers
        least = 12.0 + 12.0 * p.tier_years * w.tier
        could = (w.filled == 1) & (w.tier < _HIGHEST) & (w.service >= least)
        more = max(0.0, p.training - before.parameters.training)
        return each(t, p.train_cost * more / 12.0, could, w.district)
