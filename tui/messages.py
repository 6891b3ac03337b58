"""What workers tell the screens. A worker never touches a widget: it posts one of these."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from pm.errors import PMError
from tui.session import Opened, ProjectSummary


@dataclass
class PlanOpened(Message):
    """A plan has been read and scheduled.

    Attributes:
        opened: The plan as it is now.
        said: What has just been done to it, for a note on screen; empty when it was only read.
    """

    opened: Opened
    said: str = ""


@dataclass
class ProjectGone(Message):
    """The project on screen is no more: what brought it has been undone."""

    said: str


@dataclass
class ProjectsListed(Message):
    """The codes and names of all projects are known; summaries follow.

    Attributes:
        undo, redo: What these would take back or do again; empty where there is nothing.
        said: What has just been done, for a note on screen.
    """

    summaries: list[ProjectSummary]
    undo: str = ""
    redo: str = ""
    said: str = ""


@dataclass
class ProjectSummarised(Message):
    """A project has been scheduled for the list."""

    summary: ProjectSummary


@dataclass
class Failed(Message):
    """Something could not be done."""

    error: PMError
