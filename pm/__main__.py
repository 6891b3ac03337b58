"""``python -m pm``."""

import gc
import sys


def main() -> int:
    """Run the command line and return its exit status."""
    from pm.cli.main import run

    status = run(sys.argv[1:])
    gc.freeze()  # what is left goes with the process: the interpreter's last collection need not walk it
    return status


if __name__ == "__main__":
    raise SystemExit(main())
