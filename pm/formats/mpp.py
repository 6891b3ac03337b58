"""Microsoft Project's own files (.mpp, .mpt), by way of MPXJ: it turns them into MSPDI, which our reader reads.

MPXJ is Java. It runs in a process of its own (`pm.formats.mpp_worker`): a JVM cannot be ended once it was started, takes over
signals, and a damaged file could keep it busy for ever.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pm.errors import FormatError
from pm.formats import mspdi
from pm.formats.building import empty_file
from pm.formats.result import ImportResult, Source

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What every file of Microsoft's compound format starts with."""
LARGEST_FILE = 1 << 30
PATIENCE = 300
"""Seconds that MPXJ may take for a file."""
SAVE_AS_XML = "or save it as XML in Microsoft Project (File > Save As > XML)"
ERRORS = {
    "no_java": ("needs_java", "reading .mpp files needs Java", f"install a Java runtime, version 11 or later, {SAVE_AS_XML}"),
    "password": ("password", "it is protected by a password", "open it in Microsoft Project and save it without the password"),
    "no_plan": ("not_mpp", "MPXJ finds no plan in it", "is it a Microsoft Project file at all?"),
    "damaged": ("damaged", "MPXJ cannot convert it", f"open and repair it in Microsoft Project, {SAVE_AS_XML}"),
}


def read(source: Source) -> ImportResult:
    """Read the plan in `source`, as `pm.formats.mspdi.read` does once it is XML.

    Raises:
        FormatError: `mpp.needs_extra` or `mpp.needs_java`, something has to be installed first; `mpp.truncated`, it is empty;
            `mpp.not_mpp`, `mpp.password`, `mpp.damaged`, `mpp.too_large`; `mpp.failed`, MPXJ gave no answer; where `source` is
            strict any problem's code.
    """
    content = source.stream.read(LARGEST_FILE + 1)
    if not content:
        raise empty_file("mpp", source.name)
    if not content.startswith(OLE):
        hint = "save it as .mpp or as .xml in Microsoft Project"
        raise FormatError("it is not a Microsoft Project file", code="mpp.not_mpp", subject=source.name, hint=hint)
    if len(content) > LARGEST_FILE:
        raise FormatError(f"larger than {LARGEST_FILE >> 20} MB", code="mpp.too_large", subject=source.name)
    xml = to_mspdi(content, source.name)
    try:
        result = mspdi.read(Source(io.BytesIO(xml), source.name, source.strict))
    except FormatError as error:
        subject = _without_line(error.subject, source.name)
        raise FormatError(error.message, code=error.code, subject=subject, hint=error.hint) from error
    problems = tuple(replace(p, subject=_without_line(p.subject, source.name)) for p in result.problems)
    return replace(result, problems=problems)


def _without_line(subject: str, name: str) -> str:
    """Lines are those of the XML, which nobody has seen."""
    return re.sub(re.escape(name) + r":\d+", lambda _: name, subject)


def to_mspdi(content: bytes, name: str) -> bytes:
    """Return the plan in `content`, a file of any kind that MPXJ reads, as MSPDI.

    Raises:
        FormatError: as `read`.
    """
    if importlib.util.find_spec("mpxj") is None or importlib.util.find_spec("jpype") is None:
        raise FormatError(
            "reading .mpp files needs MPXJ, which is not installed",
            code="mpp.needs_extra",
            subject=name,
            hint=f"pip install 'slackline[mpp]' and a Java runtime, version 11 or later, {SAVE_AS_XML}",
        )
    with tempfile.TemporaryDirectory(prefix="slackline-") as folder:
        given, made = Path(folder, "plan"), Path(folder, "plan.xml")
        given.write_bytes(content)
        try:
            status, said = run_worker([str(given), str(made)])
        except subprocess.TimeoutExpired:
            raise _failed(name, f"it took longer than {PATIENCE} seconds") from None
        answer = _last_answer(said)
        if answer is None or (status and "error" not in answer):
            raise _failed(name, f"it ended with status {status}")
        if "error" in answer:
            code, message, hint = ERRORS[answer["error"]]
            detail = f": {answer['detail'][:200]}" if answer.get("detail") and answer["error"] == "damaged" else ""
            raise FormatError(f"{message}{detail}", code=f"mpp.{code}", subject=name, hint=hint)
        return made.read_bytes()


def run_worker(arguments: Sequence[str]) -> tuple[int, str]:
    """Run the process that holds the JVM, and return its status and what it printed.

    Raises:
        subprocess.TimeoutExpired: it took longer than `PATIENCE`.
    """
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    run = subprocess.run(
        # -P: modules are not looked for in the folder somebody happens to be in.
        [sys.executable, "-P", "-m", "pm.formats.mpp_worker", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        check=False,
        env=environment,
    )
    return run.returncode, run.stdout


def _failed(name: str, why: str) -> FormatError:
    return FormatError(f"MPXJ gave no answer: {why}", code="mpp.failed", subject=name, hint=SAVE_AS_XML.removeprefix("or "))


def _last_answer(said: str) -> dict[str, str] | None:
    """Return the worker's answer: the last line it printed, whatever else Java wrote before."""
    lines = said.strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    if not isinstance(answer, dict) or answer.get("error") not in (None, *ERRORS):
        return None
    return answer
