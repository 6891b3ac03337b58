"""The numbers a project has given away, and the columns that databases made by the first builds of this version lack.

Those builds stamped their databases 0001 or 0002 before the columns below were in 0001: SQLite would take the name of a column
that is not there for a text, so they are added wherever they are missing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIRST_INSTANT, LAST_INSTANT = -62135596800, 253402300799
_CONSTRAINTS = "ASAP ALAP SNET SNLT FNET FNLT MSO MFO MANDATORY_START MANDATORY_FINISH"

COLUMNS = f"""
    projects.must_finish_by instant
    projects.last_uids json
    tasks.activity_type task : task start_milestone finish_milestone level_of_effort wbs_summary heading
    tasks.secondary_constraint_type ASAP : {_CONSTRAINTS}
    tasks.secondary_constraint_date instant
    tasks.external_early_start instant
    tasks.external_late_finish instant
    tasks.expected_finish instant
    tasks.percent_type duration : duration work physical
    assignments.drives flag
"""


def upgrade() -> None:
    there = sa.inspect(op.get_bind())
    for line in COLUMNS.strip().splitlines():
        path, kind, *words = line.split()
        table, name = path.split(".")
        if name not in {column["name"] for column in there.get_columns(table)}:
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {name} {_definition(table, name, kind, words[1:])}"))


def _definition(table: str, name: str, kind: str, words: list[str]) -> str:
    postgres = op.get_bind().dialect.name == "postgresql"
    if kind == "json":
        return "JSON" if postgres else "TEXT"
    if kind == "flag":
        return f"BOOLEAN DEFAULT {'true' if postgres else '1'} NOT NULL"
    if kind == "instant":
        allowed = f'"{name}" BETWEEN {FIRST_INSTANT} AND {LAST_INSTANT}'
        return f"BIGINT CONSTRAINT ck_{table}_instant_{name} CHECK ({allowed})"
    allowed = " OR ".join(f"\"{name}\" = '{word}'" for word in words)
    return f"VARCHAR(32) DEFAULT '{kind}' NOT NULL CONSTRAINT ck_{table}_choice_{name} CHECK ({allowed})"
