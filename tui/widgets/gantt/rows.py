"""Which tasks stand on the chart: what is folded, where a task's row is, and searching names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection

from tui.widgets.gantt.model import GanttModel


class Rows:
    """The visible tasks after folding, as an immutable list.

    Attributes:
        positions: Position in the model of every row.
        folded: Ids of the folded summaries.
    """

    def __init__(self, model: GanttModel, folded: Collection[int] = ()) -> None:
        self.model = model
        self.folded = frozenset(folded)
        index, end = model.plan.tasks.index, model.end
        self.positions: list[int] = []
        start = 0
        for position in sorted(index[task_id] for task_id in self.folded):
            if position >= start:  # not inside a branch that is folded further up
                self.positions.extend(range(start, position + 1))
                start = end[position]
        self.positions.extend(range(start, model.count))

    def __len__(self) -> int:
        return len(self.positions)

    def row(self, position: int) -> int:
        """Return the row of a task, or of the folded summary that hides it."""
        return bisect_right(self.positions, position) - 1

    def is_folded(self, position: int) -> bool:
        """Whether the task is a summary whose branch is hidden."""
        return self.model.ids[position] in self.folded

    def toggled(self, position: int) -> Rows:
        """Return the rows with the summary at `position` folded or unfolded; itself where it is no summary."""
        if not self.model.summary[position]:
            return self
        return Rows(self.model, self.folded ^ {self.model.ids[position]})

    def all_folded(self) -> Rows:
        """Return the rows with every summary folded."""
        return self.to_level(1)

    def to_level(self, level: int) -> Rows:
        """Return the rows down to outline level `level` (1 is the top); deeper ones are folded away."""
        model = self.model
        return Rows(
            model,
            {model.ids[i] for i in model.plan.outline.summaries if model.depth[i] >= level - 1},
        )

    def unfolded(self) -> Rows:
        """Return the rows with nothing folded."""
        return Rows(self.model)

    def revealing(self, position: int) -> Rows:
        """Return the rows with every summary above `position` unfolded."""
        above = {self.model.ids[i] for i in self.model.plan.outline.ancestors(position)}
        return Rows(self.model, self.folded - above) if above & self.folded else self


def find(model: GanttModel, text: str, start: int, *, backwards: bool = False, inclusive: bool = False) -> int | None:
    """Return the position of the next task whose name or outline number matches, going round the end of the plan.

    Args:
        model: The plan.
        text: Part of a name, whatever the case; or the beginning of an outline number.
        start: Position to begin at.
        backwards: Look up instead of down.
        inclusive: The task at `start` may match itself.
    """
    wanted = text.casefold().strip()
    if not wanted or not model.count:
        return None
    step = -1 if backwards else 1
    first = start if inclusive else start + step
    for offset in range(model.count):
        position = (first + step * offset) % model.count
        if wanted in model.name(position).casefold() or model.numbers[position].startswith(wanted):
            return position
    return None
