"""Plan-as-code: what people write, their comments, and errors that name the line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pm.errors import FormatError, PMError
from pm.formats.canonical import normalised
from pm.formats.plan_toml import read, update_toml, write
from pm.formats.result import ImportResult, Source
from pm.model import Change, Changeset, Plan, instant

PLAN = """\
# Renovation of the town hall
schema = "pm.plan/1"

# Kept short on purpose.
[project]
code = "HALL"  # as in accounting
name = "Town hall"
start = 2026-09-01
calendar = "Site"

[[calendar]]
name = "Site"
mon-fri = "07:00-12:00, 13:00-16:00"

# Public holidays of the region.
[calendar.exceptions]
"2026-12-24" = "07:00-12:00 Christmas Eve"
# Agreed with the crew.
"2026-12-25..2027-01-03" = "Christmas"  # until Epiphany?
"2026-10-01..2027-06-30" = {name = "Site meeting", recurrence = "weekly", weekdays = "mon, thu", shifts = "09:00-12:00"}

[[calendar]]
name = "Night"
base = "Site"
fri-sat = "off"
sun = "22:00-06:00"

[[resource]]
name = "Crew"
calendar = "Night"
standard_rate = 85.50

[[resource]]
name = "Lime plaster"
type = "material"
standard_rate = 12

# Phase one
#
# needs the permit

[[task]]
id = 1
name = "Ground floor"

  # Ask Ana before changing this.
  [[task]]
  id = 2
  level = 2
  name = "Strip plaster"
  duration = "5d"  # was 4d
  resources = "Crew 50%, Lime plaster 12.5"
  deadline = 2026-09-30

  [[task]]
  id = 7
  level = 2
  name = "Dry out"
  duration = "10ed"
  # two days for the floor
  after = "2, 2SS+2d"
  constraint = "FNLT 2026-10-30"
  notes = \"\"\"
Measure twice.
Then ventilate.\"\"\"

[[task]]
id = 3
name = "Done"
milestone = true
after = "7"

# That is all.
"""


def load(text: str, *, strict: bool = False) -> ImportResult:
    return read(Source(io.BytesIO(text.encode()), "plan.toml", strict))


def canonical(text: str) -> str:
    return write(load(text).plan).decode()


def uncommented(plan: Plan) -> Plan:
    """The plan without what `extra` keeps of its file."""
    return Plan({n: t.changed({i: {"extra": None} for i in t.ids}) if "extra" in t.stored else t for n, t in plan.tables.items()})


def edited(plan: Plan, table: str, row: int, **values: object) -> Plan:
    before = {name: plan.tables[table].value(row, name) for name in values}
    return plan.apply(Changeset("edit", (Change(table, row, before, values),)))


def test_a_person_writes_it_and_it_means_what_it_says() -> None:
    result = load(PLAN, strict=True)
    plan = result.plan
    project = plan.project()
    assert project.start == instant("2026-09-01T08:00")
    assert plan.calendars[project.calendar_id or 0].week[0] == [[25200, 43200], [46800, 57600]]
    assert plan.calendars[2].week == [None, None, None, None, [], [], [[79200, 108000]]]
    assert [(e.name, e.shifts) for e in plan.calendar_exceptions][:2] == [("Christmas Eve", [[25200, 43200]]), ("Christmas", [])]
    meeting = plan.calendar_exceptions[3]
    assert (meeting.recurrence, meeting.weekdays, meeting.shifts) == ("weekly", [0, 3], [[32400, 43200]])
    assert plan.tables["resources"][1].standard_rate == 855_000
    strip, dry = plan.task(2), plan.task(3)
    assert (strip.uid, strip.parent_id, strip.duration, strip.deadline) == (2, 1, 144_000, instant("2026-09-30T17:00"))
    assert (dry.duration, dry.duration_unit) == (864_000, "ed")
    assert (dry.constraint_type, dry.constraint_date) == ("FNLT", instant("2026-10-30T17:00"))
    assert dry.notes == "Measure twice.\nThen ventilate."
    assert [(a.task_id, a.resource_id, a.units, a.work) for a in plan.assignments] == [
        (2, 1, 5000, 72_000),
        (2, 2, 125_000, 0),
    ]
    assert (strip.work, strip.remaining_work) == (72_000, 72_000)
    assert [(x.predecessor_id, x.successor_id, x.type, x.lag) for x in plan.links] == [
        (2, 3, "FS", 0),
        (2, 3, "SS", 57_600),
        (3, 4, "FS", 0),
    ]


def test_the_example_in_the_guide_is_canonical() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
    example = guide.partition("```toml\n")[2].partition("```")[0]
    assert load(example, strict=True).problems == ()
    assert canonical(example) == example


def test_text_is_put_into_our_form_once() -> None:
    once = canonical(PLAN)
    assert canonical(once) == once
    assert load(once).plan == load(PLAN).plan
    loose = PLAN.replace("\n  ", "\n").replace(" = ", "=").replace("\n", "\r\n").replace('"07:00-12:00, 13', '"07:00-12:00,13')
    assert canonical(loose) == once


def test_every_comment_is_kept_where_it_was() -> None:
    lines = [line.strip() for line in canonical(PLAN).split("\n")]
    assert lines[:5] == ["# Renovation of the town hall", 'schema = "pm.plan/1"', "", "# Kept short on purpose.", "[project]"]
    assert 'code = "HALL"  # as in accounting' in lines
    assert lines[lines.index("[calendar.exceptions]") - 1] == "# Public holidays of the region."
    assert '"2026-12-25..2027-01-03" = "Christmas"  # until Epiphany?' in lines
    at = lines.index("# Phase one")
    assert lines[at + 1 : at + 4] == ["#", "# needs the permit", "[[task]]"]
    assert lines[lines.index("# Ask Ana before changing this.") + 1] == "[[task]]"
    assert 'duration = "5d"  # was 4d' in lines
    assert lines[lines.index("# two days for the floor") + 1] == 'after = "2, 2SS+2d"'
    assert lines[-2:] == ["# That is all.", ""]
    assert sum("#" in line for line in lines) == sum("#" in line for line in PLAN.split("\n"))


def test_comments_survive_edits_made_elsewhere() -> None:
    plan = load(PLAN).plan
    bare = uncommented(plan)
    assert "Ask Ana" not in write(bare).decode()
    assert update_toml(PLAN, bare) == canonical(PLAN)
    moved = edited(edited(bare, "tasks", 2, name="Strip all plaster", duration=28_800), "tasks", 3, parent_id=None)
    text = update_toml(PLAN, moved)
    assert '  # Ask Ana before changing this.\n  [[task]]\n  id = 2\n  level = 2\n  name = "Strip all plaster"' in text
    assert 'duration = "1d"  # was 4d' in text
    assert '[[task]]\nid = 7\nname = "Dry out"' in text
    assert "# two days for the floor\nafter" in text
    assert update_toml(text, moved) == text


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=12))
@settings(deadline=None, max_examples=60)
def test_comments_anywhere_are_kept_once(places: list[tuple[int, bool]]) -> None:
    lines = canonical(PLAN).split("\n")
    inside = range(next(i for i, x in enumerate(lines) if x.endswith('"""')) + 1, lines.index('Then ventilate."""') + 1)
    marks = []
    for n, (place, trailing) in enumerate(places):
        at = place % len(lines)
        if at in inside or (trailing and (at + 1 in inside or lines[at].count("#") or not lines[at])):
            continue
        marks.append(f"# mark {n}.")
        lines[at] = f"{lines[at]} {marks[-1]}" if trailing else f"   {marks[-1]}\n{lines[at]}"
    once = canonical("\n".join(lines))
    assert all(once.count(mark) == 1 for mark in marks)
    assert once.count("#") == "\n".join(lines).count("#")
    assert canonical(once) == once
    assert update_toml(once, load(PLAN).plan) == once


def test_comments_inside_lists_and_signs_inside_text() -> None:
    text = """\
[project]
code = "A"

[[resource]]
name = "Ana # 1"
availability = [
  # until the summer
  {finish = 2026-06-30},  # then less
  {start = 2026-07-01, units = "50%"},
]  # agreed
notes = \'\'\'
# not a comment
[[task]]\'\'\'
[[task]]
name = 'x # y'
[project.extra]
# inside
source = "z"
"""
    once = canonical(text)
    assert canonical(once) == once
    assert "# until the summer\n# then less\navailability = [\n" in once
    assert "\n]  # agreed\n" in once
    assert "# inside\n[project]\n" in once
    plan = load(once).plan
    assert plan.tables["resources"][1].notes == "# not a comment\n[[task]]"
    assert len(plan.tasks) == 1
    assert plan.project().extra["source"] == "z"


def test_the_comment_of_a_key_that_is_gone_stays_with_its_entry() -> None:
    text = write(edited(load(PLAN).plan, "tasks", 2, duration=0)).decode()
    assert "  # was 4d\n  # Ask Ana before changing this.\n  [[task]]\n  id = 2\n" in text
    assert canonical(text) == text


def test_the_comment_of_an_entry_that_is_gone_goes_with_it() -> None:
    plan = load(PLAN).plan
    rows = {n: [dict(t.row(i)) for i in t.ids] for n, t in plan.tables.items()}
    rows["tasks"] = [t for t in rows["tasks"] if t["uid"] != 2]
    rows["links"] = [x for x in rows["links"] if x["predecessor_id"] != 2]
    rows["assignments"] = []
    text = update_toml(PLAN, Plan.from_rows(**rows))
    assert "Ask Ana" not in text
    assert "# That is all." in text


def test_a_comment_from_elsewhere_cannot_become_code() -> None:
    plan = load('[project]\ncode = "A"\n').plan
    evil = {"toml": {"comment": {"": ['# ok\nname = "x"', "# a\n# b"], "code": ["no comment", "\x1b[2J"], "x": 5}, "file": 3}}
    text = write(edited(plan, "projects", 1, extra=evil)).decode()
    assert text == 'schema = "pm.plan/1"\n\n[project]\ncode = "A"\n'


@pytest.mark.parametrize(
    ("line", "code", "at"),
    [
        ('duration = "5 dogs"', "toml.bad_value", 8),
        ("deadline = 12", "toml.bad_value", 8),
        ('constraint = "SOMETIME 2026-01-01"', "toml.bad_value", 8),
        ('after = "99"', "toml.dangling", 8),
        ('after = "1SS+x"', "toml.dangling", 8),
        ('after = "1FS+2x"', "toml.bad_value", 8),
        ('after = "2"', "toml.self_link", 8),
        ('resources = "Nobody"', "toml.dangling", 8),
        ("colour = 1", "toml.unknown_key", 8),
        ("level = 4", "toml.bad_level", 8),
        ("assignments = 3", "toml.bad_table", 8),
        ('type = "fixed"', "toml.bad_value", 8),
        ('calendar = "Moon"', "toml.bad_value", 8),
        ('progress = "half"', "toml.bad_value", 8),
        ("fixed_cost = 1.005", "toml.bad_value", 8),
        ("fixed_cost = 1e400", "toml.bad_value", 8),
        ("priority = 99999999999999999999", "toml.bad_value", 8),
        ('extra = "no json"', "toml.bad_value", 8),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line(line: str, code: str, at: int) -> None:
    text = f'[project]\ncode = "A"\n[[task]]\nid = 1\n\n[[task]]\nid = 2\n{line}\nname = "Second"\n'
    result = load(text)
    assert [(p.code, p.subject) for p in result.problems] == [(code, f"plan.toml:{at}")]
    assert list(result.plan.tasks.column("name")) == ["", "Second"]
    with pytest.raises(FormatError) as error:
        load(text, strict=True)
    assert (error.value.code, error.value.subject) == (code, f"plan.toml:{at}")


def test_exceptions_that_make_no_sense_are_left_out() -> None:
    text = (
        '[project]\n[[calendar]]\nname = "A"\n[calendar.exceptions]\n"2026-02-30" = "Leap"\nyesterday = "x"\n"2026-02-03" = 5\n'
    )
    result = load(text)
    assert [p.subject for p in result.problems] == ["plan.toml:5", "plan.toml:6", "plan.toml:7"]
    assert len(result.plan.calendar_exceptions) == 0


@pytest.mark.parametrize(
    ("text", "code", "subject"),
    [
        ('[project]\nname = "x\n', "toml.syntax", "plan.toml:2"),
        ("[project\n", "toml.syntax", "plan.toml:1"),
        ("[project]\ncode = 1\ncode = 2\n", "toml.syntax", "plan.toml:3"),
        ("x = " + "[" * 100_000, "toml.syntax", None),
        ("[tool]\na = 1\n", "toml.not_a_plan", "plan.toml"),
        ("\n", "toml.not_a_plan", "plan.toml"),
        ('schema = "pm.plan/2"\n[project]\n', "toml.newer", "plan.toml"),
        ('schema = "other"\n[project]\n', "toml.not_a_plan", "plan.toml"),
    ],
)
def test_what_is_no_plan_is_refused(text: str, code: str, subject: str | None) -> None:
    with pytest.raises(FormatError) as error:
        load(text)
    assert error.value.code == code
    assert subject is None or error.value.subject == subject


def test_bytes_that_are_no_text_are_refused_with_the_line() -> None:
    with pytest.raises(FormatError) as error:
        read(Source(io.BytesIO(b"[project]\nname = '\xff'\n"), "plan.toml"))
    assert (error.value.code, error.value.subject) == ("toml.encoding", "plan.toml:2")


def test_several_projects_share_one_pool() -> None:
    text = """\
[[portfolio]]
name = "All"

[[resource]]
name = "Ana"

[[project]]
code = "A"
portfolio = "All"
[[project.own_resource]]
name = "Ana"
[[project.task]]
name = "First"
resources = "Ana"

[[project]]
code = "B"
[[project.task]]
name = "Second"
after = "A:1+1d"
resources = "Ana"
"""
    plan = load(text, strict=True).plan
    assert [(r.project_id, r.name) for r in plan.tables["resources"]] == [(None, "Ana"), (1, "Ana")]
    assert [a.resource_id for a in plan.assignments] == [2, 1]
    assert [(x.project_id, x.predecessor_id, x.successor_id) for x in plan.links] == [(2, 1, 2)]
    once = write(plan).decode()
    assert 'after = "A:1FS+1d"' in once
    assert canonical(once) == once


def test_an_entry_without_id_takes_the_next_free_number() -> None:
    plan = load("[project]\n[[task]]\n[[task]]\nid = 4\n[[task]]\n").plan
    assert list(plan.tasks.column("uid")) == [5, 4, 6]


def test_names_are_data() -> None:
    name = 'a"\\\x1b[31m\u202e\n\'"""\x9b'
    plan = Plan.from_rows(projects=[{"id": 1, "name": name, "notes": name}], tasks=[{"id": 1, "project_id": 1, "name": name}])
    text = write(plan).decode()
    assert text.replace("\n", "").isprintable()
    assert load(text, strict=True).plan == normalised(plan)


PIECES = st.sampled_from(
    [
        "[project]", "[[project]]", "[[task]]", "[[project.task]]", "[[calendar]]", "[calendar.exceptions]", "[[resource]]",
        "[[portfolio]]", "[[baseline]]", "[[budget_line]]", "[[custom_field]]", "id = 1", "level = 2", 'name = "x"', "# c",
        'duration = "3d"', "after = 1", 'after = "1"', 'resources = "x 5"', "baseline = {}", "links = [{}]", "[project.extra]",
        'assignments = [{resource = "x"}]', '"2026-01-01" = "off"', 'mon-fri = "8"', "exceptions = []", "week = 'null'",
        "code = 2", "start = 2026-01-01", "parent = 'x'", "base = 'x'", "amount = 1.5", "default_start = 99", "extra = 'null'",
        "currency_digits = 7", "minutes_per_day = -1", "[a", "x = '''", "notes = 1979-05-27T07:32:00Z", "extra = {toml = 1}",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=14))
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_is_worse_than_an_error_of_ours(pieces: list[str]) -> None:
    found = outcome("\n".join(pieces))
    if isinstance(found, PMError):
        assert found.code.startswith("toml.")
        return
    once = write(found).decode()
    assert canonical(once) == once
    assert uncommented(load(once).plan) == uncommented(found)


def outcome(text: str) -> Plan | PMError:
    try:
        return read(Source(io.BytesIO(text.encode(errors="replace")), "plan.toml")).plan
    except PMError as error:
        return error
