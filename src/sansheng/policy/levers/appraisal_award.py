"""服务考评: awards for the best staff of projects."""

from __future__ import annotations

from typing import Any

from sansheng.core.quantities import quantity
from sansheng.core.tables import I64
from sansheng.core.text import Text
from sansheng.policy.levers.lever import Before, Lever, each, extra, share_of
from sansheng.world.schema import Tables


class AppraisalAward(Lever):
    """Award the best of the agency staff who serve a subdistrict, once a year."""

    name = "appraisal_award"
    title = Text(
        "Yearly appraisal with awards",
        "年度服务考评奖励",
    )
    about = Text(
        "Each December subdistricts appraise the agency staff posted with them and pay the best "
        "an award. Those awarded quit less in the year that follows; all bend effort to what "
        "an appraiser sees.",
        "每年十二月街道考评落地项目社工，优秀者获奖；获奖者次年较少离职，而全体的工作都偏向考评者"
        "看得见之事。",
    )
    institution = Text(
        "Beijing: a yearly appraisal by the subdistrict where a project is carried out, with "
        "material and moral rewards, was proposed.",
        "北京：建议每年以落地项目所在街道为单位对社工进行服务考评，给予物质和精神奖励。",
    )
    source = ("S-P10",)
    line = "base"
    cost = Text(
        "awards paid this month, for what goes beyond the former practice",
        "当月实发奖金中超出原有做法的部分",
    )
    channel = (
        "communities.stake_agency",
        "workers.award",
    )
    booked = True
    quantities = (
        quantity(
            "share",
            0.2,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="agency staff posted in a subdistrict who get an award",
            zh="街道内落地社工中获奖的比例",
        ),
        quantity(
            "yuan",
            6000.0,
            unit="yuan/year",
            low=0.0,
            high=20000.0,
            source="S-P10",
            status="assumed",
            role="lever",
            en="award",
            zh="奖金",
        ),
    )

    def parameters(self) -> dict[str, float]:
        """Set what processes read."""
        return {"award_share": self.option("share"), "award": self.option("yuan")}

    def monthly(self, t: Tables, p: Any, before: Before) -> I64:
        """Count what processes have paid beyond the former practice."""
        former = before.parameters.award * before.parameters.award_share
        return share_of(t.districts.awards, extra(p.award * p.award_share, former))

    def ahead(self, t: Tables, p: Any, before: Before) -> I64:
        """Expect December's awards for those who are posted now, spread over the year."""
        w = t.workers
        posted = (w.home < 0) & (w.filled == 1) & (w.community >= 0)
        former = before.parameters.award * before.parameters.award_share
        return each(t, (p.award * p.award_share - former) / 12.0, posted, w.district)
