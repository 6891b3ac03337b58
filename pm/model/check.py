"""Rules of one's own that a plan is checked by."""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import Severity
from pm.model.kinds import Entity, Ref, choice, text, whole


class CheckRule(Entity):
    """A check beside the built-in ones: the tasks that a query finds are its findings.

    Attributes:
        code: A short name, unique in its project, that reports and `--fail-on` know it by.
        query: Which tasks break the rule, in the words of `pm show --where`.
        at_most: How many such tasks are still fine.
        message: What is wrong with them, in a sentence.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    position: int = whole(0)
    code: str = text()
    name: str = text()
    query: str = text()
    at_most: int = whole(0)
    severity: Severity = choice(Severity.WARNING)
    message: str = text()
    active: bool = True
