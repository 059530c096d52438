"""费随事转, ex post: a tariff for every verified task."""

from __future__ import annotations

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.quantities import quantity
from sansheng.core.tables import F64
from sansheng.core.text import Text
from sansheng.policy.allocation import DEAREST_TASK, Allocation, Tariff
from sansheng.policy.rule import Rule
from sansheng.policy.view import View


class TaskBased(Rule):
    """Pay a tariff per verified task, above an ex-ante floor per household."""

    name = "task_based"
    title = Text("Task-based", "按任务付费（费随事转·事后）")
    about = Text(
        "Part of the envelope is paid in advance per household; the rest follows the tasks that were reported "
        "and verified, by a price list of standard times. Hard tasks earn between the price of an easy one and "
        "their full standard time; claims cost paperwork and are paid in arrears.",
        "经费总额的一部分按户数预拨，其余按上报并核定的任务、依标准工时价目事后拨付。疑难任务的单价介于易办任务与其全部标准工时之间；申报需填表，款项滞后到账。",
    )
    institution = Text(
        "Money that turns with the task (费随事转) settled on verified tasks; Tongzhou's fixing of tasks, staff and "
        "money (定事、定人、定钱).",
        "费随事转按核定任务结算；通州“定事、定人、定钱”。",
    )
    source = ("S-C17", "S-T13")
    proportional = True
    uses = frozenset({"tariff"})
    quantities = (
        quantity(
            "hardness_tariff",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="how far the tariff of a hard task follows its standard time: 0 flat, 1 fully",
            zh="疑难任务单价随标准工时的程度：0 为统一单价，1 为完全随工时",
        ),
        quantity(
            "floor",
            0.4,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the envelope paid in advance per household",
            zh="按户预拨部分占经费总额的比例",
        ),
        quantity(
            "delay",
            3.0,
            unit="months",
            low=0.0,
            high=6.0,
            source="assumed",
            role="lever",
            en="months between a claim and its payment",
            zh="申报到拨付的月数",
        ),
        quantity(
            "paperwork",
            10.0,
            unit="minutes/task",
            low=0.0,
            high=60.0,
            source="assumed",
            role="uncertainty",
            en="paperwork per claimed task",
            zh="每件任务申报表单时间",
        ),
        quantity(
            "pass_through",
            0.3,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of an agency's pay that follows the tariff (contracts back to back)",
            zh="机构报酬随任务单价的比例（背靠背合同）",
        ),
        quantity(
            "open_ended",
            0.0,
            unit="0 or 1",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="whether every claim is paid in full (from 0.5), or claims are cut to the pot and share it out",
            zh="任务款是否据实结算（0.5 及以上为是），否则按总额比例折算并分完",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Grant the floor per household; price tasks so that last year's would use up the rest."""
        floor = round(self.option("floor") * view.budget)
        pot = view.budget - floor
        homes = view.households.astype(np.float64)
        price = self._price_list(view)
        volume = view.closed_last.sum(axis=0).astype(np.float64)
        if not volume.any():
            volume = self._expected_volume(view)
        value = float((volume * price).sum()) * view.months / 12.0
        if (
            value == 0.0
        ):  # no tasks are known and nobody is there to do any: there is nothing to price
            return Allocation(split_fen(view.budget, homes))
        pay = np.rint(np.minimum(price * (pot / value), DEAREST_TASK)).astype(np.int64)
        tariff = Tariff(
            pay=np.broadcast_to(pay, (view.communities, *pay.shape)).copy(),
            pot=pot,
            delay=round(self.option("delay")),
            paperwork=self.option("paperwork"),
            pass_through=self.option("pass_through"),
            open_ended=self.option("open_ended") >= 0.5,
        )
        return Allocation(split_fen(floor, homes), tariff)

    def _price_list(self, view: View) -> F64:
        """Relative price of a task by category and hardness, shape ``(category, 2)``."""
        easy = view.standard_minutes[:, 0]
        hard = view.standard_minutes[:, 1]
        follow = self.option("hardness_tariff")
        return np.stack([easy, easy + follow * (hard - easy)], axis=1)

    def _expected_volume(self, view: View) -> F64:
        """Tasks expected where no year has been recorded: half of staff time, one in five hard."""
        minutes = view.staff.sum() * 0.5 * 1600.0 * 60.0
        mix = np.array([0.8, 0.2])
        mean = float((view.standard_minutes.mean(axis=0) * mix).sum())
        per_kind = minutes / mean / view.standard_minutes.shape[0]
        return np.broadcast_to(per_kind * mix, view.standard_minutes.shape).copy()
