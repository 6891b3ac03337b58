"""What tests of drawing share: looks, models, frames, and lines as text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from textual.strip import Strip

from pm.model import Plan
from pm.schedule import compute_schedule
from tests.tui.atlas import TODAY, atlas
from tui.glyphs import ASCII, UNICODE
from tui.theme import DARK
from tui.widgets.gantt.frame import Frame, Look, scale_for
from tui.widgets.gantt.model import GanttModel
from tui.widgets.gantt.painter import Shown
from tui.widgets.gantt.rows import Rows
from tui.widgets.outline.columns import columns_for

PLAIN = Look(DARK, UNICODE)
TYPED = Look(DARK, ASCII)


@cache
def atlas_model(holidays: bool = False) -> GanttModel:
    return GanttModel(*atlas(holidays))


def model_of(plan: Plan) -> GanttModel:
    return GanttModel(plan, compute_schedule(plan))


def frame_of(
    model: GanttModel,
    *,
    zoom: str = "week",
    width: int = 126,
    outline: int = 64,
    look: Look = PLAIN,
    folded: Iterable[int] = (),
    shown: Shown | None = None,
    offset: int = 0,
) -> Frame:
    scale = scale_for(model, zoom, width)[0]
    columns = columns_for(outline, years=model.years_shown)
    frame = Frame(model, Rows(model, frozenset(folded)), columns, scale, look, shown or Shown(), TODAY)
    frame.look_at(offset, width)
    return frame


def lines(frame: Frame) -> list[Strip]:
    return [frame.axis_line(0), frame.axis_line(1), *(frame.line(row) for row in range(len(frame.rows) + 1))]
