"""Random projects that share resources, small enough to look at."""

from __future__ import annotations

from hypothesis import strategies as st

from pm.resources.levelling import Activity, Mode, Problem, Resource


@st.composite
def problems(draw: st.DrawFn, most: int = 7, *, steps: bool = True, largest: int = 5) -> Problem:
    """A project of one mode each; capacities may rise and fall, but the last ones admit every activity."""
    size = draw(st.integers(1, most))
    count = draw(st.integers(0, 3))
    demands = [tuple(draw(st.integers(0, largest)) for _ in range(count)) for _ in range(size)]
    activities = tuple(
        Activity(
            str(place + 1),
            (Mode(draw(st.integers(0, 4)), demands[place]),),
            tuple(later for later in range(place + 1, size) if draw(st.integers(0, 2)) == 0),
        )
        for place in range(size)
    )
    resources = []
    for place in range(count):
        final = max(row[place] for row in demands) + draw(st.integers(0, largest))
        changes = draw(st.lists(st.integers(0, 2 * largest), max_size=2)) if steps else []
        periods = [0, *sorted(draw(st.sets(st.integers(1, 8), min_size=len(changes), max_size=len(changes))))]
        resources.append(Resource(f"R {place + 1}", tuple(zip(periods, [*changes, final], strict=True))))
    return Problem(activities, tuple(resources))
