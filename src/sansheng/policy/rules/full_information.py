r"""全信息参照: whoever knew everything would put the next yuan where it meets most need.

With :math:`D_c` the standard hours of need in community :math:`c`, :math:`B_c` the effective hours of its station and
:math:`e_c` the effective hours that a yuan buys, an hour meets need as far as there is need left that it finds, so that
grants :math:`x_c` meet

.. math:: V(x) = \sum_c D_c\left(1 - e^{-(B_c + e_c x_c)/D_c}\right)

standard hours. The rule maximises :math:`V` subject to :math:`\sum_c x_c \le budget` and
:math:`0 \le x_c \le most_c`. As :math:`V` is concave and separable, the best is where the value of the next yuan,
:math:`e_c\,e^{-(B_c + e_c x_c)/D_c}`, is the same :math:`\mu` wherever money goes:

.. math:: x_c(\mu) = \mathrm{clip}\left(\frac{D_c \ln(e_c/\mu) - B_c}{e_c},\; 0,\; most_c\right),

with :math:`\mu` such that the money is spent. Money is piecewise linear in :math:`\ln\mu`, so that interpolating
between the points where a community begins to gain and where it has enough finds it exactly.
"""

from __future__ import annotations

import math

import numpy as np

from sansheng.core.ledger import split_fen
from sansheng.core.tables import F64, I64
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.rule import Rule
from sansheng.policy.view import Truth, View


class FullInformation(Rule):
    """Put every yuan where it meets most need, knowing what nobody knows."""

    name = "full_information"
    title = Text("Full information", "全信息参照")
    about = Text(
        "A point of reference, no policy: it knows every need and every hour at hand, and divides the envelope so "
        "that most standard hours of need are met, as far as hours find need and stations can spend. The distance "
        "to it says how much of what money could do a rule achieves.",
        "参照点而非政策：掌握全部需求与可用工时，在站点支出能力之内，按“下一元钱解决最多需求”分配经费。"
        "各规则与其差距反映经费效用的实现程度。",
    )
    institution = Text("None: a benchmark of theory.", "无对应制度，为理论基准。")
    source = ("T04",)
    sees_truth = True

    def allocate(self, view: View) -> Allocation:
        """Divide the budget where the next yuan meets most need; what nobody can spend is left."""
        if view.truth is None:
            raise ValueError("full_information has to be shown the truth")
        return Allocation(best(view.budget, view.truth))


def value(grants: F64, truth: Truth) -> float:
    """Return standard hours of need that grants meet, the stations' own hours included.

    Parameters
    ----------
    grants
        Yuan by community.
    truth
        What is true of them.
    """
    needed = truth.hours_needed
    hours = truth.hours_at_hand + truth.hours_per_yuan * grants
    met = np.zeros(needed.shape)
    some = needed > 0.0
    met[some] = needed[some] * -np.expm1(-hours[some] / needed[some])
    return math.fsum(met)


def best(budget: int, truth: Truth) -> I64:
    """Return the grants of at most ``budget`` fen that meet most need, whole fen by community."""
    useful = (truth.hours_needed > 0.0) & (truth.hours_per_yuan > 0.0)
    most = np.where(useful, truth.most, 0)
    if int(most.sum()) <= budget:
        return most
    c = most > 0
    yuan, top = budget / 100.0, most[c] / 100.0
    e, needed, hours = (
        a[c] for a in (truth.hours_per_yuan, truth.hours_needed, truth.hours_at_hand)
    )
    begins = np.log(e) - hours / needed
    enough = begins - e * top / needed

    def grants(log_mu: F64) -> F64:
        return np.clip((begins - log_mu[..., None]) * needed / e, 0.0, top)

    edges = np.sort(np.concatenate([begins, enough]))[::-1]
    log_mu = np.interp(yuan, grants(edges).sum(axis=1), edges)
    shares = np.zeros(most.shape)
    shares[c] = grants(np.array(log_mu))
    return np.minimum(split_fen(budget, shares), most)
