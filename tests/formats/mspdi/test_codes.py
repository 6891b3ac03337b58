"""The code of a project is made from its title."""

from __future__ import annotations

import pytest

from pm.formats.mspdi.reader import project_code


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("House", "HOUSE"),
        ("Customer data platform, first release", "CUSTOMER"),
        ("New building, two floors", "NEW-BUILDING"),
        ("A fine big house", "A-FINE-BIG"),
        ("Donaudampfschifffahrt", "DONAUDAMPFSC"),
        ("Ärger über Maße", "ARGER-UBER"),
        ("基礎工事", ""),
    ],
)
def test_whole_words_of_the_title(title: str, code: str) -> None:
    assert project_code(title) == code
