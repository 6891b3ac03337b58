"""Let MPXJ write XER files as PMXML. Run by `tests.formats.jvm.ask`."""

from __future__ import annotations

import json
import sys

from tests.formats import jvm


def main() -> None:
    """Answer for every pair of files of the request."""
    jvm.start()
    from org.mpxj.primavera import PrimaveraPMFileWriter, PrimaveraXERFileReader

    for xer, pmxml in json.load(sys.stdin):
        PrimaveraPMFileWriter().write(PrimaveraXERFileReader().read(xer), pmxml)
    json.dump({}, sys.stdout)


if __name__ == "__main__":
    main()
