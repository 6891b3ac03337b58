"""Comparing plans: what differs, which dates move, and what a later finish is owed to."""

from pm.comparison.baselines import BaselineComparison, Flow, FlowStep, compare_to_baseline
from pm.comparison.causes import Cause
from pm.comparison.compare import Comparison, compare
from pm.comparison.moves import difference, task_moves
from pm.comparison.slip import Part, Shift, Slip, Step, Target
from pm.comparison.telling import Line

__all__ = [
    "BaselineComparison",
    "Cause",
    "Comparison",
    "Flow",
    "FlowStep",
    "Line",
    "Part",
    "Shift",
    "Slip",
    "Step",
    "Target",
    "compare",
    "compare_to_baseline",
    "difference",
    "task_moves",
]
