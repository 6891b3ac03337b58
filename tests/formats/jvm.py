"""MPXJ, an independent reader and writer of many formats, asked in a process of its own: its JVM cannot be ended in ours."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def why_not() -> str:
    """Return why MPXJ cannot be asked here, or an empty string."""
    if importlib.util.find_spec("mpxj") is None or importlib.util.find_spec("jpype") is None:
        return "MPXJ is not installed: pip install 'slackline[mpp]'"
    if shutil.which("java") is None:
        return "there is no Java on this machine, which MPXJ runs on"
    return ""


def ask(module: str, request: Any) -> Any:
    """Run a module of the tests that answers `request` in a JVM of its own."""
    run = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)


def start() -> None:
    """Start the JVM of this process."""
    import jpype
    import mpxj  # noqa: F401  puts MPXJ's classes where the JVM finds them

    jpype.startJVM(
        "-Xmx700m",
        "-Dlog4j2.level=OFF",
        "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
    )
