"""Microsoft Project's own files by way of MPXJ: the road, and everything that may be in its way."""

from __future__ import annotations

import importlib.util
import io
import json
import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pm.errors import FormatError
from pm.formats import mpp, mspdi, read_plan
from pm.formats.registry import find_format
from pm.formats.result import Source
from tests.conformance.corpus import ROOT
from tests.formats import jvm
from tests.formats.mspdi.documents import document, link, task

SAMPLE = ROOT / "sample_projects" / "software-launch.xml"
needs_mpxj = pytest.mark.skipif(bool(jvm.why_not()), reason=jvm.why_not() or "-")
PLAN = mpp.OLE + bytes(512)
Worker = Callable[[Sequence[str]], tuple[int, str]]


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A file that starts as Microsoft's do; what it holds is up to the worker that stands in for Java."""
    path = tmp_path / "plan.mpp"
    path.write_bytes(PLAN)
    return path


def _answering(said: str, made: str | None = None, status: int = 0) -> Worker:
    def worker(arguments: Sequence[str]) -> tuple[int, str]:
        assert Path(arguments[0]).read_bytes() == PLAN
        if made is not None:
            Path(arguments[1]).write_text(made, encoding="utf-8")
        return status, said

    return worker


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """MPXJ seems to be there, whether it is or not."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)


@pytest.mark.usefixtures("installed")
def test_what_mpxj_makes_of_it_is_read_with_its_results(monkeypatch: pytest.MonkeyPatch, plan_file: Path) -> None:
    xml = document([task(1, "<Start>2026-01-05T08:00:00</Start>"), task(2, link(1)), task(3, link(99))])
    monkeypatch.setattr(mpp, "run_worker", _answering("Java says something\n{}\n", xml))
    result = read_plan(plan_file)
    assert result.format == "mpp"
    assert [t.name for t in result.plan.tasks] == ["Task 1", "Task 2", "Task 3"]
    assert result.plan.projects.column("profile")[0] == "msproject"
    assert len(result.stored.start) == 1
    # Lines of the XML, which nobody has seen, are not named.
    assert [(p.code, p.subject) for p in result.problems] == [("mspdi.dangling_link", "task 3 'Task 3', plan.mpp")]
    with pytest.raises(FormatError) as caught:
        read_plan(plan_file, strict=True)
    assert caught.value.subject == "task 3 'Task 3', plan.mpp"


@pytest.mark.parametrize("missing", ["mpxj", "jpype"])
def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, plan_file: Path, missing: str) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else name)
    with pytest.raises(FormatError) as caught:
        read_plan(plan_file)
    assert caught.value.code == "mpp.needs_extra"
    assert "pip install 'slackline[mpp]'" in caught.value.hint
    assert "Java" in caught.value.hint
    assert "XML" in caught.value.hint


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("answer", "code", "hint"),
    [
        ({"error": "no_java"}, "mpp.needs_java", "version 11"),
        ({"error": "password", "detail": "File is password protected"}, "mpp.password", "without the password"),
        ({"error": "no_plan"}, "mpp.not_mpp", "Microsoft Project file"),
        ({"error": "damaged", "detail": "boom"}, "mpp.damaged", "repair"),
    ],
)
def test_what_java_refuses_has_a_name(
    monkeypatch: pytest.MonkeyPatch, plan_file: Path, answer: dict[str, Any], code: str, hint: str
) -> None:
    monkeypatch.setattr(mpp, "run_worker", _answering(json.dumps(answer)))
    with pytest.raises(FormatError) as caught:
        read_plan(plan_file)
    assert (caught.value.code, caught.value.subject) == (code, "plan.mpp")
    assert hint in caught.value.hint


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("said", ["", "# A fatal error has been detected by the Java Runtime", "[]", '{"error": "new"}'])
def test_a_worker_that_dies_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch, plan_file: Path, said: str) -> None:
    monkeypatch.setattr(mpp, "run_worker", _answering(said, status=134))
    with pytest.raises(FormatError) as caught:
        read_plan(plan_file)
    assert caught.value.code == "mpp.failed"
    assert "134" in caught.value.message


@pytest.mark.usefixtures("installed")
def test_a_worker_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, plan_file: Path) -> None:
    monkeypatch.setattr(mpp, "PATIENCE", 0.01)
    with pytest.raises(FormatError) as caught:
        read_plan(plan_file)
    assert (caught.value.code, caught.value.subject) == ("mpp.failed", "plan.mpp")


def test_what_is_no_file_of_theirs_starts_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    path = tmp_path / "plan.mpt"
    for content in (b"hello", SAMPLE.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(FormatError) as caught:
            read_plan(path)
        assert caught.value.code == "mpp.not_mpp"


def test_the_worker_takes_no_modules_from_the_folder_one_is_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("json", "jpype", "mpxj"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    mpp.run_worker([str(tmp_path / "none.mpp"), str(tmp_path / "none.xml")])
    assert not (tmp_path / "ran").exists()


def test_found_by_extension_and_content() -> None:
    assert find_format("PLAN.MPP").name == find_format("form.mpt").name == find_format("plan", PLAN).name == "mpp"


@needs_mpxj
def test_java_really_reads_a_plan_and_says_nothing_else() -> None:
    """There is no free writer of .mpp files: the road is driven with another format that MPXJ tells apart by itself."""
    xml = mpp.to_mspdi(SAMPLE.read_bytes(), "plan.mpp")
    made = mspdi.read(Source(io.BytesIO(xml), "plan.mpp"))
    sample = read_plan(SAMPLE)
    for column in ("name", "uid", "duration", "constraint_date", "actual_start"):
        assert list(made.plan.tasks.column(column)) == list(sample.plan.tasks.column(column)), column
    assert len(made.plan.links) == len(sample.plan.links)
    work = [[(a.task_id, a.work) for a in plan.assignments if a.resource_id] for plan in (made.plan, sample.plan)]
    assert sorted(work[0]) == sorted(work[1])
    assert made.stored.start == sample.stored.start
    status, said = mpp.run_worker([str(SAMPLE), "/nowhere/plan.xml"])
    assert (status, json.loads(said)["error"]) == (0, "damaged")


@needs_mpxj
def test_java_meets_damaged_files() -> None:
    chance = random.Random(5)
    for content in (PLAN, mpp.OLE + chance.randbytes(4096)):
        with pytest.raises(FormatError) as caught:
            mpp.to_mspdi(content, "plan.mpp")
        assert caught.value.code in ("mpp.not_mpp", "mpp.damaged")
