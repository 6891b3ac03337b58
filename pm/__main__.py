"""``python -m pm``."""

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    from pm.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
