"""The process in which MPXJ runs: ``python -m pm.formats.mpp_worker IN OUT`` writes the plan in IN to OUT as MSPDI.

The last line it prints is JSON: ``{}``, or ``error`` (a key of `pm.formats.mpp.ERRORS`) with ``detail``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

JVM_OPTIONS = (
    "-Xrs",  # signals stay Python's
    "-Djava.awt.headless=true",
    "-Dlog4j2.level=OFF",
    "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
)


def convert(given: str, made: str) -> dict[str, str]:
    """Write the plan in the file `given` to `made` as MSPDI, and return the answer."""
    import jpype

    try:
        jpype.getDefaultJVMPath()
    except jpype.JVMNotFoundException:
        return {"error": "no_java"}
    import mpxj  # noqa: F401  puts MPXJ's classes where the JVM finds them

    try:
        jpype.startJVM(*JVM_OPTIONS, convertStrings=True)
        reader = jpype.JClass("org.mpxj.reader.UniversalProjectReader")()
        writer = jpype.JClass("org.mpxj.mspdi.MSPDIWriter")()
    except Exception as error:  # noqa: BLE001  too old a Java shows itself in many ways
        return {"error": "no_java", "detail": str(error)}
    return _convert(reader, writer, given, made, jpype.JClass("java.lang.Throwable"))


def _convert(reader: Any, writer: Any, given: str, made: str, throwable: Any) -> dict[str, str]:
    try:
        project = reader.read(given)
        if project is None:
            return {"error": "no_plan"}
        # Where splits and hand-edited contours lie.
        writer.setWriteTimephasedData(True)
        writer.write(project, made)
    except throwable as error:
        said = _messages(error)
        return {"error": "password" if "password" in said.casefold() else "damaged", "detail": said}
    return {}


def _messages(error: Any) -> str:
    """Return what an exception of Java and its causes say."""
    found: list[str] = []
    while error is not None and len(found) < 5:
        message = str(error.getMessage() or error.getClass().getSimpleName())
        if message not in found:
            found.append(message)
        error = error.getCause()
    return ": ".join(found)


if __name__ == "__main__":
    print(json.dumps(convert(*sys.argv[1:3])))
