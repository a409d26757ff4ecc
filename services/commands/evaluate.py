"""`huiying evaluate`: every figure of the machine's judgement, measured on messages that are kept beside the project."""

import importlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from shared.toml_file import FileFault

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
PARTS = {
    "category": ("bench.judgement", "measure_learning"),
    "shipped": ("bench.routing", "run"),
    "urgency": ("bench.urgency", "run"),
    "duplicates": ("bench.duplicates", "measure_duplicates"),
    "replies": ("bench.replies", "measure_replies"),
    "mood": ("bench.sentiment", "run"),
    "speed": ("bench.judgement", "measure_speed"),
}
"""What is measured, and where in the benchmarks: they belong to a checkout and are not installed with the system."""


def evaluate(
    parts: Annotated[list[str] | None, typer.Argument(help=f"{', '.join(PARTS)}; none means all")] = None,
    data: Annotated[Path, typer.Option(help="the folder with the messages")] = DATA,
) -> None:
    """Prints how right, how sure and how quick the machine's judgements are, beside the goals."""
    if unknown := set(parts or ()) - PARTS.keys():
        raise FileFault("evaluate", 1, f"there is no part '{min(unknown)}'; there are {', '.join(PARTS)}")
    if not data.is_dir():
        raise FileFault(str(data), 1, "there are no messages to measure with; name their folder with --data")
    if not (ROOT / "bench").is_dir():
        raise FileFault("bench", 1, "the benchmarks are only in a checkout of the project; run this there")
    sys.path.insert(0, str(ROOT))  # a command that is installed sees only what is installed
    table = importlib.import_module("bench.table")
    for part in parts or PARTS:
        module, function = PARTS[part]
        table.show(part, getattr(importlib.import_module(module), function)(data))
