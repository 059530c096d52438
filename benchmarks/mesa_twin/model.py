"""The month, step by step, over Mesa agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa

from benchmarks.mesa_twin.accounts import Account
from benchmarks.mesa_twin.luck import Luck
from benchmarks.mesa_twin.sums import added

JANUARY, APRIL, MAY, DECEMBER = 0, 3, 4, 11

COVERED = (
    "appropriate",
    "tender",
    "ventures",
    "needs",
    "dispatch",
    "effort",
    "deliver",
    "verify",
    "settle",
    "premises",
    "residents",
    "appraise",
    "awards",
    "workforce",
    "providers",
)
"""Steps of the month that are written here, in their order."""


class MonthModel(mesa.Model):
    """A place in a month, as objects.

    Parameters
    ----------
    p
        Parameters of the run, by name.
    luck
        Where draws come from.
    start, month
        First month of the run, and the month that comes next.
    """

    def __init__(self, p: Any, luck: Luck, start: int, month: int) -> None:
        super().__init__(rng=0)
        self.p, self.luck, self.start, self.month = p, luck, start, month
        self.finance, self.base_line, self.wages = Account(), Account(), Account()
        self.suppliers, self.other_payers = Account(), Account()
        self.categories: list[Any] = []
        self.districts: list[Any] = []
        self.subdistricts: list[Any] = []
        self.communities: list[Any] = []
        self.agencies: list[Any] = []
        self.groups: list[Any] = []
        self.seats: list[Any] = []
        self.lots: list[Any] = []

    def step(self) -> None:
        """Let a month pass."""
        self.open_month()
        for name in COVERED:
            self.run(name)
        self.month += 1

    def run(self, name: str) -> None:
        """Run a step of the month."""
        do: Callable[[], None] = getattr(self, name)
        do()

    def accounts(self) -> list[Account]:
        """Every account."""
        found = [self.finance, self.base_line, self.wages, self.suppliers, self.other_payers]
        for d in self.districts:
            found += [d.envelope_account, d.claims_account, d.escrow_account, d.capital_account]
        return found + [owner.account for owner in (*self.communities, *self.agencies)]

    def open_month(self) -> None:
        """Start counting a month's payments from nothing."""
        for account in self.accounts():
            account.open_month()
        for community in self.communities:
            community.books.returned = 0

    def appropriate(self) -> None:
        """Pay instalments; committees plan."""
        for community in self.communities:
            community.receive_instalment()
            community.plan_spending()

    def tender(self) -> None:
        """Form lots whose time is up and tender projects without a running contract."""
        for community in self.communities:
            held = community.lot.projects if community.lot is not None else []
            community.former_holders = [project.agency for project in held]
        for lot in self.lots:
            for project in lot.projects:
                project.opened = project.switched = 0
        for office in self.subdistricts:
            if self.month % 12 == JANUARY and self.p.price_index > 0:
                office.index_prices()
            office.form_lots()
        committed: dict[Any, float] = {}
        due = []
        for lot, first in zip(self.lots, self.communities, strict=True):
            for project in lot.bought if first.lot is lot else []:
                if self.month >= project.end:
                    luck = self.luck.draw("tender.opening", self.month, first.key, project.slot)
                    due.append((luck, lot, project, first.subdistrict))
                elif project.agency is not None:
                    committed[project.agency] = (
                        committed.get(project.agency, 0.0) + project.value / 12
                    )
        for _, lot, project, office in sorted(due, key=lambda opening: opening[0]):
            office.tender(lot, project, committed)
        if due:
            for community in self.communities:
                community.forget_former_holders()

    def ventures(self) -> None:
        """End small projects, call for new ones, and count whom they bring along."""
        for group in self.groups:
            group.funded = group.completed = 0
        for community in self.communities:
            community.joining = community.ventured = 0.0
            community.books.ventured = 0
        for group in self.groups:
            group.end_project()
        for district in self.districts:
            district.call_groups()
        for group in self.groups:
            if group.grant > 0:
                group.community.ventured += group.members

    def needs(self) -> None:
        """Let needs arise, be reported, be given up."""
        for community in self.communities:
            community.let_needs_pass()
            community.let_needs_arise()

    def dispatch(self) -> None:
        """Find, settle, block and release cases."""
        for community in self.communities:
            community.dispatch()
            community.give_units_hard_matters()

    def effort(self) -> None:
        """Count hours at hand and spend them."""
        for seat in self.seats:
            seat.measure_skill()
        for agency in self.agencies:
            agency.open_orders()
        for community in self.communities:
            community.order_hours()
        for agency in self.agencies:
            agency.take_orders()
            agency.look_at_staff()
        for community in self.communities:
            community.receive_hours()
            community.choose_work()

    def deliver(self) -> None:
        """Let work add up to finished attempts."""
        for community in self.communities:
            community.deliver()
            community.meet()

    def verify(self) -> None:
        """Let attempts succeed or fail; audit."""
        for community in self.communities:
            community.verify()
            community.audit()
            community.count_the_year()

    def settle(self) -> None:
        """Pay everybody."""
        for agency in self.agencies:
            agency.income_month = 0
        for district in self.districts:
            district.settle_claims()
            district.books.settled = district.books.settled_late = 0
        for community in self.communities:
            community.buy_service()
        for district in self.districts:
            district.pay_tariffs()
        for agency in self.agencies:
            agency.receive_dues()
        for community in self.communities:
            community.give_back_tariffs()
        for seat in self.seats:
            seat.set_wage()
        for district in self.districts:
            district.pay_stations()
            district.pay_for_empty_posts()
        for agency in self.agencies:
            agency.receive_other_income()
        for district in self.districts:
            district.develop_agencies()
        for agency in self.agencies:
            agency.pay_out()

    def premises(self) -> None:
        """Keep premises up and build them; let circles grow."""
        for district in self.districts:
            district.open_buildings()
            district.spread_circles()
            district.receive_capital()
            district.keep_premises_up()
            district.build()

    def residents(self) -> None:
        """Let residents judge the month and do their part."""
        homes: dict[Any, list[Any]] = {community: [] for community in self.communities}
        for group in self.groups:
            if group.community is not None:
                homes[group.community].append(group)
        for community in self.communities:
            community.groups = homes[community]
            community.judge()
            community.take_part()
            community.keep_calm()

    def appraise(self) -> None:
        """Score and rank communities, set targets, let cadres learn."""
        for district in self.districts:
            if self.month % 12 == 0:
                district.set_targets()
            for community in district.communities:
                community.score_month()
            district.rank()
            district.teach_cadres()

    def awards(self) -> None:
        """Count results, decide and pay awards."""
        to_win = any(community.funding.award for community in self.communities)
        for community in self.communities:
            community.award_stake = 0.0
            if to_win:
                community.add_score()
        for district in self.districts:
            if to_win:
                district.award()
            district.pay_awards()

    def workforce(self) -> None:
        """Pay what comes on top of wages; let people burn out, leave, move, come and learn."""
        for district in self.districts:
            district.pay_allowances()
            district.pay_projects()
            district.award_agency_staff()
        for seat in self.seats:
            seat.burn_out()
            seat.think_of_quitting()
        for community in self.communities:
            community.posted_before = community.count_posted()
        for district in self.districts:
            district.pool += added(seat.leaves for seat in district.seats())
        for seat in self.seats:
            seat.leaves = seat.left_after = seat.moved = seat.promoted = 0
            if seat.quits:
                seat.leave()
        for agency in self.agencies:
            agency.lay_off()
        for district in self.districts:
            district.keep_posts_empty()
        for agency in self.agencies:
            for seat in agency.posts:
                seat.follow_post()
        for seat in self.seats:
            if seat.at_station and not seat.filled and not seat.kept:
                seat.offer_to_agency_staff()
        for community in self.communities:
            community.fray_ties()
        self.count_staff()
        for district in self.districts:
            district.hire()
        self.count_staff()
        for agency in self.agencies:
            agency.post_people()
        for district in self.districts:
            district.hold_exam()

    def count_staff(self) -> None:
        """Count the people of each agency."""
        for agency in self.agencies:
            agency.staff = len(agency.people())

    def providers(self) -> None:
        """Let organisations plan, be judged, choose, close and be founded."""
        month = self.month % 12
        for agency in self.agencies:
            agency.served_here = []
        for community in self.communities:
            for project in community.serving():
                hours = community.hours_by[project.slot]
                if hours > 0:
                    project.agency.served_here.append((community, hours))
        for agency in self.agencies:
            agency.inspected = agency.closed = 0
            if agency.alive:
                agency.plan_staff()
                agency.judge()
                if month == APRIL and agency.luck("providers.inspect") < self.p.inspect:
                    agency.inspected, agency.rating = 1, agency.merit
                agency.learn_by_doing()
        if month == MAY:
            for district in self.districts:
                district.choose_offers()
        for agency in self.agencies:
            agency.seek_rescue()
        for agency in self.agencies:
            if agency.alive and agency.closes():
                agency.wind_up()
        self.forget_the_gone()
        for district in self.districts:
            district.renew_groups()
            district.found_agencies()
            if month == JANUARY or any(agency.founded for agency in self.agencies):
                district.link(january=month == JANUARY)
            if month == DECEMBER:
                district.share_other_income()

    def forget_the_gone(self) -> None:
        """Drop ties with agencies that have closed, and have their projects tendered anew."""
        for community in self.communities:
            for tie in community.ties:
                if tie.agency is not None and tie.agency.closed:
                    tie.agency, tie.capital = None, 0.0
        for lot in self.lots:
            for project in lot.projects:
                if project.agency is not None and project.agency.closed:
                    project.agency, project.end = None, self.month + 1
