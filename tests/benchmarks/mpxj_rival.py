"""MPXJ's scheduler on a plan of Microsoft Project XML, in a warm JVM: prints the CPU seconds of each run as JSON.

``python -m tests.benchmarks.mpxj_rival FILE RUNS``. Reading the file is not in the figures. The JVM runs in a process of its own,
whose CPU time is measured, with the collector that needs the least of it; the first runs, in which it compiles, are left out.
"""

from __future__ import annotations

import json
import sys
import time

from pm.formats.mpp_worker import JVM_OPTIONS

WARM_UP = 5


def main() -> None:
    """Measure."""
    import jpype
    import mpxj  # noqa: F401  puts MPXJ's classes where the JVM finds them

    jpype.startJVM(*JVM_OPTIONS, "-XX:+UseSerialGC", "-Xmx4g", convertStrings=True)
    project = jpype.JClass("org.mpxj.reader.UniversalProjectReader")().read(sys.argv[1])
    scheduler = jpype.JClass("org.mpxj.cpm.MicrosoftScheduler")()
    start = project.getProjectProperties().getStartDate()
    taken = []
    for _ in range(WARM_UP + int(sys.argv[2])):
        began = time.process_time()
        scheduler.schedule(project, start)
        taken.append(time.process_time() - began)
    scheduled = sum(1 for t in project.getTasks() if t.getEarlyFinish() is not None)
    print(json.dumps({"runs": taken[WARM_UP:], "scheduled": scheduled}))


if __name__ == "__main__":
    main()
