"""Look for plans that the engine and the brute-force oracle schedule differently: ``python -m tests.schedule.hunt GROUP N``.

The tests run the same examples every time; this looks at others, as many as asked for, and prints the smallest plan that differs.
GROUP is one of those in `groups.py`, or ``all``.
"""

from __future__ import annotations

import argparse
import random
import sys

from hypothesis import HealthCheck, find, settings
from hypothesis.errors import NoSuchExample

from pm.model import Plan, iso
from pm.model.kinds import HOUR
from pm.schedule import Network, compile_network
from tests.schedule.comparing import against_oracle
from tests.schedule.groups import GROUPS
from tests.schedule.plans import Rules, plans


def smallest(rules: Rules, count: int, seed: int) -> Plan | None:
    """Return the smallest plan found in `count` random ones that the two schedule differently.

    Each is compiled with what still holds of the one before, its calendars above all: those take most of the time.
    """
    before: list[Network | None] = [None]

    def differs(plan: Plan) -> bool:
        network = before[0] = compile_network(plan, before[0])
        return bool(against_oracle(plan, network))

    limits = settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    try:
        return find(plans(rules), differs, settings=limits, random=random.Random(seed))
    except NoSuchExample:
        return None


def described(plan: Plan) -> str:
    """Return the rows of a plan and what differs, a line each; instants and amounts as a person reads them."""
    rows = [
        f"{name} {row_id}: " + ", ".join(f"{k}={shown(k, v)}" for k, v in table.row(row_id).items())
        for name, table in plan.tables.items()
        if name not in ("calendars", "calendar_exceptions")
        for row_id in table.ids
    ]
    return "\n".join([*rows, *(against_oracle(plan) or ["no difference where the plan is the first to be compiled"])])


def shown(name: str, value: object) -> object:
    """Return a value of a row: instants as dates, amounts in hours."""
    if isinstance(value, int) and abs(value) > 10**9:
        return iso(value)
    return f"{value / HOUR:g}h" if isinstance(value, int) and name in ("duration", "lag", "work") else value


def main() -> int:
    """Hunt, and return 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.schedule.hunt", description=__doc__)
    parser.add_argument("group", choices=[*GROUPS, "all"])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    args = parser.parse_args()
    found = 0
    for group in GROUPS if args.group == "all" else [args.group]:
        plan = smallest(GROUPS[group], args.count, args.seed)
        found += plan is not None
        print(f"{group}, {args.count} plans, seed {args.seed}:", "no difference" if plan is None else described(plan), flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
