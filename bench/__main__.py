"""python -m bench [name …]: runs the named benchmarks, or all of them, and prints one table."""

import importlib
import sys

from bench.table import Figure, show

NAMES = (
    "start", "submissions", "pipeline", "distributed", "clients", "database", "lives", "sweep", "store", "routing", "sentiment", "urgency",
    "judgement", "duplicates", "replies", "proposals", "notices", "mail",
)  # fmt: skip


def main(names: list[str]) -> int:
    """0 when every goal was met, 1 when one was missed, 2 for a name that there is not."""
    if unknown := set(names) - set(NAMES):
        print(f"there is no benchmark '{min(unknown)}'; there are {', '.join(NAMES)}")
        return 2
    figures: list[Figure] = []
    for name in names or NAMES:
        print(f"measuring {name} …", flush=True)
        figures += importlib.import_module(f"bench.{name}").run()
    show("Huiying, measured", figures)
    return 1 if any(one.met is False for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
