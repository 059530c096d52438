"""The month once more, as plain Mesa objects.

An independent, readable implementation of the month that ``docs/odd.md`` describes: communities, agencies, seats and
groups are agents with attributes and methods, kinds of case and projects are small objects, money is Python's whole
numbers. Nothing of the compiled kernels is used but their keyed draws, so that the two can be compared month by
month; :mod:`benchmarks.mesa_twin.handover` takes a world over at a month's boundary and gives it back.
"""

from benchmarks.mesa_twin.handover import give_back, take_over
from benchmarks.mesa_twin.model import COVERED, MonthModel

__all__ = ["COVERED", "MonthModel", "give_back", "take_over"]
