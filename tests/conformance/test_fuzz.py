"""A few damaged versions of every file of the corpus; `python -m tests.conformance.fuzz` makes many more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.corpus import STORED, WHY_NONE
from tests.conformance.fuzz import BAD, damages, outcome

COUNT = 2
LARGE = 1_000_000
"""A file of more bytes is damaged half as often."""


@pytest.mark.skipif(not STORED, reason=WHY_NONE)
@pytest.mark.parametrize("path", STORED, ids=[p.stem for p in STORED])
def test_no_damage_gives_a_traceback_a_hang_or_a_wrong_date_without_a_word(path: Path) -> None:
    count = COUNT // 2 if path.stat().st_size > LARGE else COUNT
    found = {damage.what: outcome(damage) for damage in damages(path, count)}
    assert not {what: (how, detail) for what, (how, detail) in found.items() if how in BAD}
