"""Random plans that use every table and every kind of field, and helpers to compare plans."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pm.model import ENTITIES, Kind, Plan, Table, fields_of
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT, FieldInfo
from pm.model.project import COUNTED

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def values(field: FieldInfo) -> st.SearchStrategy[Any]:
    """Values of a field that refers to nothing."""
    kinds: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.INSTANT: st.integers(FIRST_INSTANT, LAST_INSTANT),
        Kind.TEXT: WORDS,
        Kind.FLAG: st.booleans(),
        Kind.DATA: JSON,
        Kind.CHOICE: st.sampled_from([str(c) for c in field.choices or ("",)]),
    }
    return kinds.get(field.kind, NUMBERS)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan whose references hold; its ids have gaps, its tasks are a forest within projects."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, model in ENTITIES.items():
        count = draw(st.integers(1 if name == "projects" else 0, 3))
        ids = sorted(draw(st.sets(st.integers(1, 10**6), min_size=count, max_size=count)))
        rows: list[dict[str, Any]] = []
        for row_id in ids:
            row: dict[str, Any] = {"id": row_id}
            plain = sorted(f.name for f in fields_of(model).values() if f.ref is None and f.name not in COUNTED | {"id"})
            filled = draw(st.sets(st.sampled_from(plain), max_size=6))
            for field in fields_of(model).values():
                if field.ref is None:
                    if field.name in filled:
                        row[field.name] = draw(values(field))
                    continue
                # Rows of the same table refer to earlier ones: no tree bites its tail.
                targets = [r["id"] for r in (rows if field.ref == name else tables.get(field.ref, []))]
                if not targets and not field.optional:
                    break
                row[field.name] = draw(st.sampled_from(targets) | st.none() if field.optional and targets else _one(targets))
            else:
                rows.append(row)
        tables[name] = rows
    by_id = {row["id"]: row for row in tables["tasks"]}
    for row in tables["tasks"]:
        if row["parent_id"] is not None:
            row["project_id"] = by_id[row["parent_id"]]["project_id"]
    for row in tables["projects"]:
        row["code"] = f"P{row['id']}"
    return Plan.from_rows(**tables)


def _one(targets: list[int]) -> st.SearchStrategy[int | None]:
    return st.sampled_from(targets) if targets else st.none()


def renumbered(plan: Plan, like: Plan) -> Plan:
    """Return `plan` with the ids that its rows have in `like`, where they stand in the same order."""
    ids = {name: dict(zip(table.ids, like.tables[name].ids, strict=True)) | {None: None} for name, table in plan.tables.items()}
    tables = {}
    for name, model in ENTITIES.items():
        columns: dict[str, list[Any]] = {}
        for field in fields_of(model).values():
            column = list(plan.tables[name].column(field.name))
            target = name if field.name == "id" else field.ref
            columns[field.name] = column if target is None else [ids[target][v] for v in column]
        tables[name] = Table(model, columns)
    return Plan(tables)


def content(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `plan` by table, in order of id, without what the store counts up."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, table in plan.tables.items():
        rows = [table.row(i) for i in sorted(table.ids)]
        found[name] = [{k: v for k, v in row.items() if not (name == "projects" and k in COUNTED)} for row in rows]
    return found


def differences(expected: dict[str, list[dict[str, Any]]], found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return what differs between two plans' contents, one sentence a field."""
    listed: list[str] = []
    for name, rows in expected.items():
        others = {row["id"]: row for row in found[name]}
        if others.keys() != {row["id"] for row in rows}:
            listed.append(f"{name}: {sorted(row['id'] for row in rows)} became {sorted(others)}")
            continue
        for row in rows:
            other = others[row["id"]]
            listed += [
                f"{name} {row['id']}: {key} was {row.get(key)!r}, became {other.get(key)!r}"
                for key in sorted(row.keys() | other.keys())
                if row.get(key) != other.get(key)
            ]
    return listed
