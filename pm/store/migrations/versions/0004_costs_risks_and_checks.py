"""Costs that were booked, earned value, uncertain durations, the risk register, checks of one's own, and three more columns."""

import sqlalchemy as sa
from alembic import op

from pm.store.migrations.language import key, tables_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_METHODS = "percent_complete physical 0/100 50/50 weighted_milestones units level_of_effort apportioned"

TABLES = {
    "cost_entries": """
        project_id whole 0 -> projects
        task_id whole null -> tasks
        resource_id whole null -> resources
        kind choice 'actual' : actual committed
        date instant null
        amount whole 0
        account text ''
        reference text ''
        notes text ''
    """,
    "earned_value_rules": f"""
        task_id whole 0 -> tasks
        method choice 'percent_complete' : {_METHODS}
        steps json
        units_planned whole 0
        units_done whole 0
        apportioned_to_id whole null -> tasks
    """,
    "estimates": """
        task_id whole 0 -> tasks
        distribution choice 'triangular' : triangular pert uniform lognormal trigen
        low whole null
        most_likely whole null
        high whole null
        low_percentile whole 1000
        high_percentile whole 9000
        fixed_cost_low whole null
        fixed_cost_high whole null
        correlation_group text ''
        branch text ''
        branch_option text ''
    """,
    "correlation_groups": """
        project_id whole 0 -> projects
        name text ''
        coefficient whole 5000
    """,
    "branch_options": """
        project_id whole 0 -> projects
        branch text ''
        name text ''
        probability whole 5000
    """,
    "risks": """
        project_id whole 0 -> projects
        position whole 0
        uid whole 0
        name text ''
        description text ''
        category text ''
        kind choice 'threat' : threat opportunity
        status choice 'open' : proposed open occurred closed rejected
        owner text ''
        probability whole 5000
        residual_probability whole null
        response choice 'none' : none avoid transfer mitigate accept exploit share enhance
        response_plan text ''
        response_cost whole 0
        due instant null
        notes text ''
        custom json
        extra json
    """,
    "risk_impacts": """
        risk_id whole 0 -> risks
        task_id whole 0 -> tasks
        delay_low whole null
        delay_likely whole 0
        delay_high whole null
        cost_low whole null
        cost_likely whole 0
        cost_high whole null
    """,
    "check_rules": """
        project_id whole 0 -> projects
        position whole 0
        code text ''
        name text ''
        query text ''
        at_most whole 0
        severity choice 'warning' : error warning note
        message text ''
        active flag true
    """,
}

_CONTOURS = "flat back_loaded front_loaded double_peak early_peak late_peak bell turtle edited"


def upgrade() -> None:
    metadata = sa.MetaData()
    for name in ("projects", "tasks", "resources"):
        sa.Table(name, metadata, sa.Column("id", key(), primary_key=True))
    made = tables_of(TABLES, metadata)
    metadata.create_all(op.get_bind(), tables=made)
    allowed = " OR ".join(f"\"spread\" = '{word}'" for word in _CONTOURS.split())
    check = f"CONSTRAINT ck_budget_lines_choice_spread CHECK ({allowed})"
    op.execute(sa.text("ALTER TABLE tasks ADD COLUMN account TEXT DEFAULT '' NOT NULL"))
    op.execute(sa.text("ALTER TABLE resources ADD COLUMN allowed_load BIGINT DEFAULT 10000 NOT NULL"))
    op.execute(sa.text(f"ALTER TABLE budget_lines ADD COLUMN spread VARCHAR(32) DEFAULT 'flat' NOT NULL {check}"))
