"""The team game: every team sets a rule for the same place, under the same luck and with the same money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.lab.classroom.names import clean_name
from sansheng.lab.draft import START, WARM_UP, Choice, as_yaml, check_choice, rule_in_file

MOST_TEAMS = 12
BASELINE = "baseline"
GAME_RULES = (
    "per_household",
    "functions_borne",
    "task_based",
    "equal_split",
    "needs_weighted",
    "gap_filling",
    "performance_award",
    "tender",
    "posts",
    "general_transfer",
    "special_fund",
    "targeted_relief",
)
"""Rules that a team may set."""

TRUE, SERVED, REPORTED = "closure_true", "need_met", "closure_reported"
"""What the board shows: cases truly closed, needs truly met, and closures as reported."""


_FIRST = Choice(GAME_RULES[0])


@dataclass(frozen=True)
class Team:
    """A team: its name, its rule, and whether it has made up its mind."""

    name: str
    rule: Choice = _FIRST
    ready: bool = False


class Line(NamedTuple):
    """A line of the board.

    Parameters
    ----------
    scenario
        Of the study: ``baseline``, or a team's.
    served, closed, reported
        Needs met, cases truly closed and closures as reported, per cent.
    place, best, worst
        Place by needs met, and the places that luck does not tell from it.
    reported_place
        Place by closures as reported.
    """

    scenario: str
    served: float
    closed: float
    reported: float
    place: int
    best: int
    worst: int
    reported_place: int


@dataclass
class Game:
    """One game.

    Parameters
    ----------
    place, years, replicates, seed
        What all teams share.
    teams
        By the browser that set it.
    """

    place: str = "classroom"
    years: int = 3
    replicates: int = 40
    seed: int = 1
    teams: dict[str, Team] = field(default_factory=dict)

    def join(self, who: str, name: object) -> None:
        """Let a browser be a team.

        Raises
        ------
        BadInput
            If there are too many, or the name cannot be used.
        """
        others = [team.name for key, team in self.teams.items() if key != who]
        if len(others) >= MOST_TEAMS:
            text = Text(f"there are {MOST_TEAMS} teams already", f"已有 {MOST_TEAMS} 个小组")
            raise BadInput(Problem(text))
        team = self.teams.get(who, Team(""))
        self.teams[who] = replace(team, name=clean_name(name, others))

    def set_rule(self, who: str, rule: Choice) -> None:
        """Take a team's rule.

        Raises
        ------
        BadInput
            If no team may set it, or an option is out of range.
        """
        if rule.name not in GAME_RULES:
            raise BadInput(Problem(Text("no team may set this rule", "小组不能选用此办法")))
        check_choice("rule", rule)
        self.teams[who] = replace(self.teams[who], rule=rule, ready=False)

    def set_ready(self, who: str, *, ready: bool) -> None:
        """Note whether a team has made up its mind."""
        self.teams[who] = replace(self.teams[who], ready=ready)

    def scenarios(self) -> Mapping[str, Team]:
        """Return the teams by the names of their scenarios: what teams call themselves is no name of a scenario."""
        return {f"team_{i}": team for i, team in enumerate(self.teams.values(), start=1)}

    def text(self) -> str:
        """Return the study file of the game.

        Raises
        ------
        BadInput
            If there is no team.
        """
        if not self.teams:
            raise BadInput(Problem(Text("no team has joined yet", "尚无小组加入")))
        rules = {BASELINE: Choice("per_household")} | {
            name: team.rule for name, team in self.scenarios().items()
        }
        return as_yaml(
            {
                "title": {"en": "Team game", "zh": "小组竞赛"},
                "place": self.place,
                "start": START,
                "months": 12 * self.years,
                "warm_up": WARM_UP,
                "replicates": self.replicates,
                "seed": self.seed,
                "baseline": BASELINE,
                "scenarios": {name: {"rule": rule_in_file(rule)} for name, rule in rules.items()},
            }
        )


def told_apart(lines: Sequence[Line]) -> bool:
    """Whether luck leaves only one first place by needs met."""
    return sum(line.best == 1 for line in lines) == 1
