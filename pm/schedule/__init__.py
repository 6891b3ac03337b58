"""The engine: a plan goes in, a schedule comes out."""

from pm.schedule.engine import Network, compile_network, compute_schedule
from pm.schedule.explain import Explanation, SlackReason, explain
from pm.schedule.network import check_cycles
from pm.schedule.paths import SlackPath, slack_paths
from pm.schedule.result import MISSING, Schedule, ScheduledTask
from pm.schedule.steps import Pause, Step, StepKind, Tie

__all__ = [
    "MISSING",
    "Explanation",
    "Network",
    "Pause",
    "Schedule",
    "ScheduledTask",
    "SlackPath",
    "SlackReason",
    "Step",
    "StepKind",
    "Tie",
    "check_cycles",
    "compile_network",
    "compute_schedule",
    "explain",
    "slack_paths",
]
