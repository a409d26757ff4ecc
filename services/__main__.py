"""python -m services [name …]: runs the named services in this process, or all of them."""

import sys

from services.house import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
