"""The engine: a plan goes in, a schedule comes out."""

from pm.schedule.engine import Network, compile_network, compute_schedule
from pm.schedule.explain import Explanation, Pause, Step, StepKind, explain
from pm.schedule.network import check_cycles
from pm.schedule.paths import SlackPath, slack_paths
from pm.schedule.result import MISSING, Schedule, ScheduledTask

__all__ = [
    "MISSING",
    "Explanation",
    "Network",
    "Pause",
    "Schedule",
    "ScheduledTask",
    "SlackPath",
    "Step",
    "StepKind",
    "check_cycles",
    "compile_network",
    "compute_schedule",
    "explain",
    "slack_paths",
]
