"""The facade that the command line, the screen and sync stand on: plans, schedules, commands, undo, and the journal."""

from pm.workspace.facade import Applied, JournalEntry, Workspace

__all__ = ["Applied", "JournalEntry", "Workspace"]
