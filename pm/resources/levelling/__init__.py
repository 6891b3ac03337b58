"""Scheduling under scarce resources, in whole periods: a problem goes in, a solution comes out."""

from pm.resources.levelling.problem import Activity, Mode, Problem, Resource, Stock
from pm.resources.levelling.solution import Solution, Status, makespan_of, violations

__all__ = ["Activity", "Mode", "Problem", "Resource", "Solution", "Status", "Stock", "makespan_of", "violations"]
