"""Makes .venv with what running takes and nothing that tests take, for the image: the lock's packages that the system itself wants."""

import re
import sys

from tools.environment import VENV, install, read_requirements, run

SYSTEM = "huiying (pyproject.toml)"
"""Who wants a package, in the words of the lock, when it is the system itself and not one of its groups."""
WHO = re.compile(r"^    # +(?:via +)?(\S.*)$", re.MULTILINE)


def needed_to_run(requirements: dict[str, str]) -> list[str]:
    """The names of the requirements that the system wants, or that such a one wants: the lock says of each who does."""
    wanted_by = {name: set(WHO.findall(entry)) for name, entry in requirements.items()}
    needed: set[str] = set()
    wave = {SYSTEM}
    while wave:
        wave = {name for name, who in wanted_by.items() if who & wave} - needed
        needed |= wave
    return sorted(needed)


def main() -> None:
    """setuptools comes with them: it builds what comes as source, and the command."""
    requirements = read_requirements()
    run(sys.executable, "-m", "venv", VENV)
    install(requirements["setuptools"])
    install(*(requirements[name] for name in needed_to_run(requirements)))


if __name__ == "__main__":
    main()
