"""Plans survive our own formats whole, and canonical text survives byte for byte."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings

from pm.formats import native, plan_toml
from pm.formats.canonical import normalised
from pm.formats.result import ImportResult, Source
from pm.model import Plan
from tests.formats.native.plans import plans

FORMATS = pytest.mark.parametrize("module", [native, plan_toml], ids=["json", "toml"])


def read(module: ModuleType, content: bytes, *, strict: bool = False) -> ImportResult:
    reader: Callable[[Source], ImportResult] = module.read
    return reader(Source(io.BytesIO(content), "plan", strict))


def differences(a: Plan, b: Plan) -> list[str]:
    found = []
    for name, table in a.tables.items():
        other = b.tables[name]
        found += [f"{name}: {len(table)} rows, {len(other)}"] if len(table) != len(other) else []
        for i, j in zip(table.ids, other.ids, strict=False):
            if table.row(i) != other.row(j):
                found.append(f"{name}: {table.row(i)} != {other.row(j)}")
    return found


@FORMATS
@given(plan=plans())
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_plan_comes_back_whole(module: ModuleType, plan: Plan) -> None:
    content = module.write(plan)
    result = read(module, content)
    assert result.problems == ()
    assert differences(result.plan, normalised(plan)) == []
    assert result.plan == normalised(plan)
    assert module.write(result.plan) == content


@given(plan=plans())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_normalising_is_done_once_and_keeps_the_text(plan: Plan) -> None:
    once = normalised(plan)
    assert normalised(once) == once
    assert native.write(once) == native.write(plan)
