"""Measuring: CPU time of repeated runs, figures asked and measured, a table and a JSON document.

CPU time (user and system) is what is compared: the machines that run this are shared. Every run starts after a full
garbage collection with the collector on, as it is for users.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("<!-- figures -->", "<!-- end -->")
GC_STATE = "collector on, full collection before each run"


@dataclass(frozen=True)
class Sample:
    """CPU seconds of each run."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median run, seconds."""
        return statistics.median(self.runs)

    @property
    def best(self) -> float:
        """The quickest run, seconds."""
        return min(self.runs)


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        asked: The most it may be (the least, where `at_least`); None where nothing is asked.
        measured: The value that is compared with `asked`, in `unit`; for times the median.
        best: The quickest run in `unit`, None for what is no time.
    """

    name: str
    measured: float
    unit: str = "ms"
    asked: float | None = None
    at_least: bool = False
    best: float | None = None
    runs: int = 1

    @property
    def met(self) -> bool | None:
        """Whether it is as asked; None where nothing is asked."""
        if self.asked is None:
            return None
        return self.measured >= self.asked if self.at_least else self.measured <= self.asked


def timed(name: str, sample: Sample, *, asked_ms: float | None = None) -> Figure:
    """Return the figure of a sample in milliseconds."""
    return Figure(name, sample.median * 1e3, asked=asked_ms, best=sample.best * 1e3, runs=len(sample.runs))


def measure(
    action: Callable[[T], object], *, setup: Callable[[], T], runs: int = 7, clean_up: Callable[[T], object] | None = None
) -> Sample:
    """Return the CPU time of `action`, run on what `setup` makes; only `action` is measured."""
    taken = []
    for _ in range(runs):
        subject = setup()
        gc.collect()
        began = time.process_time()
        result = action(subject)
        taken.append(time.process_time() - began)
        del result
        if clean_up is not None:
            clean_up(subject)
    return Sample(tuple(taken))


def measure_process(command: Sequence[str], *, runs: int = 9) -> Sample:
    """Return the CPU time of a program from its start to its end; one run before the measured ones warms the disk cache.

    Raises:
        RuntimeError: the program failed.
    """
    taken = []
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PM_", "PYTHONDONTWRITEBYTECODE"))}
    for _ in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()[-300:]}")
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Sample(tuple(taken[1:]))


def machine() -> dict[str, str]:
    """Say what this runs on."""
    model = platform.machine()
    memory = "?"
    cpus, info = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpus.exists():
        names = [line.split(":", 1)[1].strip() for line in cpus.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    if info.exists():
        memory = f"{int(info.read_text().split()[1]) / 2**20:.0f} GB"
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "memory": memory,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "collector": GC_STATE,
    }


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| what | asked | median | best | runs | |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for f in figures:
        sign = "≥" if f.at_least else "≤"
        asked = "" if f.asked is None else f"{sign} {_number(f.asked)} {f.unit}"
        best = "" if f.best is None else f"{_number(f.best)} {f.unit}"
        met = {None: "", True: "met", False: "**missed**"}[f.met]
        lines.append(f"| {f.name} | {asked} | {_number(f.measured)} {f.unit} | {best} | {f.runs} | {met} |")
    return "\n".join(lines)


def report(figures: Sequence[Figure]) -> str:
    """Return the machine and the figures as Markdown."""
    about = "\n".join(f"- {key}: {value}" for key, value in machine().items())
    return f"{about}\n\n{table(figures)}\n"


def document(figures: Sequence[Figure]) -> str:
    """Return the machine and the figures as a JSON document."""
    content = {
        "schema": "pm.benchmarks/1",
        "machine": machine(),
        "figures": [{**asdict(f), "met": f.met} for f in figures],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def write_into(path: Path, text: str) -> None:
    """Replace what stands between the marks ``<!-- figures -->`` and ``<!-- end -->`` of a Markdown file.

    Raises:
        ValueError: the file has no such marks.
    """
    before, first, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, last, after = rest.partition(MARKS[1])
    if not first or not last:
        raise ValueError(f"{path} has no {' and '.join(MARKS)}")
    path.write_text(f"{before}{first}\n\n{text}\n{last}{after}", encoding="utf-8")
