"""`python -m pleiad` is the command `pleiad`."""

import sys

from pleiad.cli import main

if __name__ == "__main__":
    sys.exit(main())
