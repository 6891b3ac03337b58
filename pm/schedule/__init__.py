"""The engine: a plan goes in, a schedule comes out."""

from pm.schedule.engine import Network, compile_network, compute_schedule
from pm.schedule.network import check_cycles
from pm.schedule.result import MISSING, Schedule, ScheduledTask

__all__ = ["MISSING", "Network", "Schedule", "ScheduledTask", "check_cycles", "compile_network", "compute_schedule"]
