"""Files of PSPLIB: what they hold, and what is said of bad ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pm.errors import CycleError, FormatError, InputError, PMError
from pm.formats.psplib import document, read_problem
from pm.resources.levelling import Solution, makespan_of, violations

SHARED = Path(os.environ.get("SLACKLINE_SHARED") or Path(__file__).parents[4] / "shared")
SET = SHARED / "conformance" / "psplib"

SMALL = """\
jobs (incl. supersource/sink ):  4
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  1   N
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        2          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  N 1
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       2    5
         2     5       1    0
  3      1     4       2    1
  4      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  N 1
    3    5
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "case.mm"
    path.write_text(text, encoding="latin-1")
    return path


def test_a_file_becomes_a_problem(tmp_path: Path) -> None:
    problem = read_problem(written(tmp_path, SMALL))
    assert [activity.name for activity in problem.activities] == ["1", "2", "3", "4"]
    assert problem.activities[0].successors == (1, 2)
    assert [(m.duration, m.demands, m.consumption) for m in problem.activities[1].modes] == [(3, (2,), (5,)), (5, (1,), (0,))]
    assert [(r.name, r.steps) for r in problem.resources] == [("R 1", ((0, 3),))]
    assert [(s.name, s.amount) for s in problem.stocks] == [("N 1", 5)]


def test_the_verifier_names_each_broken_rule(tmp_path: Path) -> None:
    problem = read_problem(written(tmp_path, SMALL))
    assert violations(problem, (0, 0, 0, 5), (0, 1, 0, 0)) == []
    assert violations(problem, (0, 0, 0, 4), (0, 1, 0, 0)) == ["activity 4 starts at 4, activity 2 finishes at 5"]
    assert violations(problem, (0, 0, 2, 6), (0, 0, 0, 0)) == [
        "resource R 1 is short of 1 at 2",
        "stock N 1 is short of 1",
    ]
    assert violations(problem, (0, -1, 0, 5), (0, 1, 0, 0)) == [
        "activity 2 starts at -1",
        "activity 2 starts at -1, activity 1 finishes at 0",
        "resource R 1 is short of 1 at -1",
    ]


def test_a_solution_is_told_in_the_numbers_of_the_file(tmp_path: Path) -> None:
    problem = read_problem(written(tmp_path, SMALL))
    told = document(problem, Solution((0, 0, 0, 5), (0, 1, 0, 0), 5, 5, 1, 0.0))
    assert (told["makespan"], told["bound"], told["gap"], told["status"]) == (5, 5, 0.0, "optimal")
    assert told["starts"] == {"1": 0, "2": 0, "3": 0, "4": 5}
    assert told["modes"] == {"1": 1, "2": 2, "3": 1, "4": 1}


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("   2        2          1           4", "   2        2          2           4", 8, "psplib.bad_line"),
        ("   2        2          1           4", "   2        2          1           x", 8, "psplib.bad_line"),
        ("   2        2          1           4", "   9        2          1           4", 8, "psplib.bad_line"),
        ("  3      1     4       2    1", "  3      1     4       2", 18, "psplib.bad_line"),
        ("  3      1     4       2    1", "  3      1     99999999999  2    1", 18, "psplib.bad_line"),
        ("  3      1     4       2    1", "  3      1     -4       2    1", 18, "psplib.bad_line"),
        ("         2     5       1    0", "         3     5       1    0", 17, "psplib.bad_line"),
        ("    3    5\n", "    3    5    6\n", 23, "psplib.bad_line"),
        ("    3    5\n", "", 22, "psplib.incomplete"),
        ("  R 1  N 1\n    3", "  R 1  R 2\n    3", 22, "psplib.bad_line"),
        ("jobnr. mode duration  R 1  N 1\n", "", 14, "psplib.bad_line"),
        ("R 1  N 1", "R 1  D 1", 23, "psplib.unsupported"),
        (":  4\n", ":  5\n", 23, "psplib.bad_line"),
        ("nonrenewable              :  1", "nonrenewable              :  2", 23, "psplib.bad_line"),
        ("   3        1          1           4", "   3        1          1           7", 23, "psplib.bad_line"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, code: str) -> None:
    assert old in SMALL
    path = written(tmp_path, SMALL.replace(old, new))
    with pytest.raises(FormatError) as refused:
        read_problem(path)
    assert (refused.value.code, refused.value.subject) == (code, f"{path}:{line}")


def test_a_loop_names_its_activities(tmp_path: Path) -> None:
    loop = SMALL.replace("   3        1          1           4", "   3        1          2           4   2").replace(
        "   2        2          1           4", "   2        2          2           4   3"
    )
    with pytest.raises(CycleError) as refused:
        read_problem(written(tmp_path, loop))
    assert sorted(refused.value.loop) == [1, 2]


def test_more_than_there_is_names_the_activity(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="activity 3 can never be done: it needs 9 of R 1 where 3 are") as refused:
        read_problem(written(tmp_path, SMALL.replace("  3      1     4       2", "  3      1     4       9")))
    assert refused.value.code == "levelling.too_much"


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, bytes(range(256)) * 64])
def test_junk_is_no_problem_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "junk.sm"
    path.write_bytes(content)
    with pytest.raises(FormatError):
        read_problem(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PMError) as refused:
        read_problem(tmp_path / "none.sm")
    assert refused.value.code == "file.not_found"


@pytest.mark.skipif(not SET.is_dir(), reason="the development set is not here: set SLACKLINE_SHARED")
def test_the_development_set_is_read() -> None:
    for path in sorted((*SET.glob("*.sm"), *SET.glob("*.mm"))):
        problem = read_problem(path)
        modes = [next(k for k, mode in enumerate(a.modes) if problem.fits(mode)) for a in problem.activities]
        one_by_one, at = [0] * problem.size, 0
        for place in problem.order:
            one_by_one[place] = at
            at += problem.activities[place].modes[modes[place]].duration
        assert [told for told in violations(problem, one_by_one, modes) if not told.startswith("stock")] == []
        assert makespan_of(problem, one_by_one, modes) == at
