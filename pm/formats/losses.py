"""What a file of a format cannot hold of a plan, said to whoever writes one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pm.formats.result import Problem, Severity

Losses = Counter[str]
"""How often each thing was not written, by what it is in words; ``{n}`` in them stands for how often."""

UNHELD: Mapping[str, str] = {
    "budget_lines": "{n} budget line(s)",
    "cost_entries": "{n} booked cost(s)",
    "earned_value_rules": "{n} rule(s) of earned value",
    "estimates": "{n} estimate(s) of low and high",
    "correlation_groups": "{n} correlation group(s)",
    "branch_options": "{n} branch option(s)",
    "risks": "{n} risk(s) of the register",
    "check_rules": "{n} check rule(s)",
    "portfolios": "{n} portfolio(s)",
}
"""Tables that no other tool's file has a place for, in words."""


def as_problems(losses: Losses, code: str, subject: str) -> tuple[Problem, ...]:
    """Return a warning with `code` for each thing of `losses`; `subject` is what was written."""
    return tuple(Problem(Severity.WARNING, code, f"not written: {text}", subject) for text in _sentences(losses))


def _sentences(losses: Losses) -> Iterator[str]:
    for words, count in losses.items():
        if count:
            yield words.replace("{n}", str(count)).replace("(s)", "" if count == 1 else "s")
