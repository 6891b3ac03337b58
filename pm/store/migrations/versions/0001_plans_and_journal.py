"""The tables of the first version: a plan's, and the journal's.

The list is as the model was when this was written; it does not follow the model.
"""

import sqlalchemy as sa
from alembic import op

from pm.store.migrations.language import key, tables_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = {
    "portfolios": """
        parent_id whole null -> portfolios
        position whole 0
        name text ''
        owner text ''
        notes text ''
    """,
    "projects": """
        portfolio_id whole null -> portfolios
        position whole 0
        uid whole 0
        code text ''
        name text ''
        title text ''
        manager text ''
        author text ''
        company text ''
        notes text ''
        start instant 0
        finish instant null
        schedule_from choice 'start' : start finish
        must_finish_by instant null
        status_date instant null
        calendar_id whole null -> calendars
        priority whole 500
        currency text 'EUR'
        currency_symbol text ''
        currency_digits whole 2
        minutes_per_day whole 480
        minutes_per_week whole 2400
        days_per_month whole 20
        week_start_day whole 0
        default_start whole 28800
        default_finish whole 61200
        default_task_type choice 'fixed_units' : fixed_units fixed_duration fixed_work
        critical_slack_limit whole 0
        multiple_critical_paths flag false
        honor_constraints flag true
        profile choice 'slackline' : slackline msproject primavera
        profile_overrides json
        budget whole null
        revision whole 0
        custom json
        extra json
    """,
    "calendars": """
        project_id whole null -> projects
        uid whole 0
        name text ''
        base_id whole null -> calendars
        is_base flag true
        week json
        notes text ''
        extra json
    """,
    "calendar_exceptions": """
        calendar_id whole 0 -> calendars
        position whole 0
        name text ''
        start instant 0
        finish instant 0
        shifts json
        recurrence choice 'once' : once daily weekly monthly_day monthly_weekday yearly_day yearly_weekday
        interval whole 1
        weekdays json
        ordinal whole 1
        day whole 1
        month whole 1
        occurrences whole null
        extra json
    """,
    "work_weeks": """
        calendar_id whole 0 -> calendars
        position whole 0
        name text ''
        start instant 0
        finish instant 0
        week json
        extra json
    """,
    "resources": """
        project_id whole null -> projects
        position whole 0
        uid whole 0
        name text ''
        initials text ''
        type choice 'work' : work material cost
        role text ''
        team text ''
        group text ''
        email text ''
        calendar_id whole null -> calendars
        max_units whole 10000
        material_unit text ''
        standard_rate whole 0
        overtime_rate whole 0
        cost_per_use whole 0
        accrual choice 'prorated' : start prorated end
        can_level flag true
        generic flag false
        active flag true
        blank flag false
        notes text ''
        custom json
        extra json
    """,
    "availabilities": """
        resource_id whole 0 -> resources
        start instant null
        finish instant null
        units whole 10000
        extra json
    """,
    "resource_rates": """
        resource_id whole 0 -> resources
        table choice 'A' : A B C D E
        start instant null
        finish instant null
        standard_rate whole 0
        overtime_rate whole 0
        cost_per_use whole 0
        extra json
    """,
    "tasks": """
        project_id whole 0 -> projects
        parent_id whole null -> tasks
        position whole 0
        uid whole 0
        name text ''
        wbs text ''
        milestone flag false
        activity_type choice 'task' : task start_milestone finish_milestone level_of_effort wbs_summary heading
        manual flag false
        active flag true
        duration whole 0
        duration_unit choice 'd' : m h d w mo % em eh ed ew emo e%
        estimated flag false
        work whole 0
        type choice 'fixed_units' : fixed_units fixed_duration fixed_work
        effort_driven flag false
        calendar_id whole null -> calendars
        ignore_resource_calendars flag false
        constraint_type choice 'ASAP' : ASAP ALAP SNET SNLT FNET FNLT MSO MFO MANDATORY_START MANDATORY_FINISH
        constraint_date instant null
        secondary_constraint_type choice 'ASAP' : ASAP ALAP SNET SNLT FNET FNLT MSO MFO MANDATORY_START MANDATORY_FINISH
        secondary_constraint_date instant null
        external_early_start instant null
        external_late_finish instant null
        expected_finish instant null
        deadline instant null
        manual_start instant null
        manual_finish instant null
        manual_duration whole null
        priority whole 500
        levelling_delay whole 0
        level_assignments flag true
        levelling_can_split flag true
        percent_type choice 'duration' : duration work physical
        percent_complete whole 0
        percent_work_complete whole 0
        physical_percent_complete whole 0
        actual_start instant null
        actual_finish instant null
        actual_duration whole 0
        remaining_duration whole null
        actual_work whole 0
        remaining_work whole 0
        stop instant null
        resume instant null
        splits json
        fixed_cost whole 0
        fixed_cost_accrual choice 'prorated' : start prorated end
        cost whole 0
        actual_cost whole 0
        remaining_cost whole 0
        budget whole null
        recurring flag false
        blank flag false
        external flag false
        external_project text ''
        hyperlink text ''
        notes text ''
        custom json
        extra json
    """,
    "links": """
        project_id whole 0 -> projects
        predecessor_id whole 0 -> tasks
        successor_id whole 0 -> tasks
        type choice 'FS' : FS SS FF SF
        lag whole 0
        lag_kind choice 'working' : working elapsed percent elapsed_percent
        lag_unit choice 'd' : m h d w mo % em eh ed ew emo e%
        extra json
    """,
    "assignments": """
        project_id whole 0 -> projects
        task_id whole 0 -> tasks
        resource_id whole null -> resources
        uid whole 0
        units whole 10000
        work whole 0
        delay whole 0
        levelling_delay whole 0
        drives flag true
        contour choice 'flat' : flat back_loaded front_loaded double_peak early_peak late_peak bell turtle edited
        rate_table choice 'A' : A B C D E
        percent_work_complete whole 0
        actual_start instant null
        actual_finish instant null
        stop instant null
        resume instant null
        actual_work whole 0
        remaining_work whole 0
        overtime_work whole 0
        cost whole 0
        actual_cost whole 0
        remaining_cost whole 0
        profile json
        notes text ''
        custom json
        extra json
    """,
    "baselines": """
        project_id whole 0 -> projects
        number whole 0
        name text ''
        taken_at instant null
        notes text ''
    """,
    "task_baselines": """
        task_id whole 0 -> tasks
        number whole 0
        start instant null
        finish instant null
        duration whole 0
        work whole 0
        cost whole 0
        fixed_cost whole 0
        extra json
    """,
    "assignment_baselines": """
        assignment_id whole 0 -> assignments
        number whole 0
        start instant null
        finish instant null
        work whole 0
        cost whole 0
        extra json
    """,
    "resource_baselines": """
        resource_id whole 0 -> resources
        number whole 0
        work whole 0
        cost whole 0
        extra json
    """,
    "custom_fields": """
        project_id whole 0 -> projects
        entity text 'tasks'
        key text ''
        alias text ''
        type choice 'text' : text number flag date duration cost
        extra json
    """,
    "budget_lines": """
        project_id whole 0 -> projects
        task_id whole null -> tasks
        account text ''
        kind choice 'opex' : capex opex
        period_start instant null
        period_finish instant null
        amount whole 0
        notes text ''
    """,
}


def upgrade() -> None:
    metadata = sa.MetaData()
    tables_of(TABLES, metadata)
    _journal(metadata)
    metadata.create_all(op.get_bind())
    op.execute("INSERT INTO store_state (id) VALUES (1)")


def _whole(name: str, default: str | None = "0") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default=None if default is None else sa.text(default))


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))


def _journal(metadata: sa.MetaData) -> None:
    sa.Table(
        "store_state",
        metadata,
        sa.Column("id", key(), primary_key=True, autoincrement=False),
        _whole("generation"),
        _whole("pool_revision"),
    )
    sa.Table("id_sequences", metadata, sa.Column("name", sa.Text, primary_key=True), _whole("next_id", "1"))
    sa.Table(
        "changesets",
        metadata,
        sa.Column("id", key(), primary_key=True, autoincrement=False),
        _whole("at", None),
        *(_words(name) for name in ("kind", "state", "label", "author", "reason")),
        sa.Column("target_id", sa.BigInteger, nullable=True),
        _words("projects"),
        _words("base_revision"),
        _whole("size"),
        _whole("format"),
        sa.Column("body", sa.LargeBinary, nullable=True),
    )
