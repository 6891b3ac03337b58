"""What a command is: it looks at a plan and says what would change; it changes nothing itself."""

from __future__ import annotations

from typing import Protocol

from pm.model import Changeset, Plan


class Command(Protocol):
    """A thing a user can do to a plan. Implementations are frozen dataclasses, one module for each thing that changes."""

    def changeset(self, plan: Plan) -> Changeset:
        """Return what doing it would change.

        New rows take ids from ``plan.next_id(table)``; storing them in a database gives them their final ids.

        Raises:
            PMError: it cannot be done; the message says why.
        """
        ...
