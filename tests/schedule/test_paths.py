"""The critical path and those next to it."""

from __future__ import annotations

from itertools import pairwise

from pm.model import Plan, instant
from pm.schedule import compile_network, slack_paths
from tests.schedule.test_variants import PLANS

DAY = 8 * 3600


def diamond() -> Plan:
    """A → B → D is critical; C is a day short of B; E leads nowhere; F is two days short of D's end."""
    durations = {"A": 2, "B": 4, "C": 3, "D": 2, "E": 1, "F": 6}
    ids = {name: i for i, name in enumerate(durations, 1)}
    links = ["AB", "AC", "BD", "CD", "AE", "FD"]
    return Plan.from_rows(
        projects=[{"id": 1, "code": "P", "start": instant("2026-03-02T08:00")}],
        tasks=[{"id": ids[n], "project_id": 1, "name": n, "position": ids[n], "duration": d * DAY} for n, d in durations.items()],
        links=[{"id": i, "project_id": 1, "predecessor_id": ids[a], "successor_id": ids[b]} for i, (a, b) in enumerate(links, 1)],
    )


def test_paths_in_order_of_their_distance() -> None:
    plan = diamond()
    found = slack_paths(compile_network(plan))
    named = [("".join(plan.tasks[i].name for i in p.task_ids), p.slack // DAY) for p in found]
    assert named in ([("ABD", 0), ("F", 0), ("C", 1)], [("FD", 0), ("AB", 0), ("C", 1)])
    assert all(p.joins == 4 for p in found[1:])


def test_a_limit_and_a_number() -> None:
    network = compile_network(diamond())
    assert len(slack_paths(network, limit=0)) == 2
    assert len(slack_paths(network, most=1)) == 1


def test_paths_of_tangled_plans_are_chains_in_order_and_share_no_task() -> None:
    several = 0
    for seed, plan in PLANS:
        network = compile_network(plan)
        paths = slack_paths(network, most=50)
        assert [p.slack for p in paths] == sorted(p.slack for p in paths), f"seed {seed}"
        met = [i for p in paths for i in p.task_ids]
        assert len(met) == len(set(met)), f"seed {seed}"
        if paths:
            assert network.schedule.longest_path[plan.tasks.position(paths[0].task_ids[-1])], f"seed {seed}"
        direct = {(a, b) for a, b in zip(plan.links.column("predecessor_id"), plan.links.column("successor_id"), strict=True)}
        lines = {i: {i, *(plan.tasks.ids[a] for a in plan.outline.ancestors(plan.tasks.position(i)))} for i in plan.tasks.ids}
        for path in paths:
            several += len(path.task_ids) > 1
            for a, b in pairwise(path.task_ids):
                assert any((x, y) in direct for x in lines[a] for y in lines[b]), f"seed {seed}: {a} to {b}"
    assert several > 30
