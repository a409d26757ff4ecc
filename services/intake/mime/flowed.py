"""Text of format=flowed as it was typed: lines that the sender's program broke are joined again (RFC 3676)."""

import re

_QUOTING = re.compile(r">*")
_SIGNATURE = "-- "


def join_lines(text: str, *, delete_space: bool) -> str:
    """The paragraphs in one line each, quoted ones with their ">" before; `delete_space` is the parameter DelSp."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth, content = _read(line)
        flows = content.endswith(" ") and content != _SIGNATURE
        if delete_space and flows:
            content = content[:-1]
        if open_depth != depth or content == _SIGNATURE:
            paragraphs.append([">" * depth + " " * bool(depth)])
        paragraphs[-1].append(content)
        open_depth = depth if flows else None
    return "\n".join("".join(lines) for lines in paragraphs)


def _read(line: str) -> tuple[int, str]:
    """How deep the line is quoted, and what it says without the space that was stuffed before it."""
    quoting = _QUOTING.match(line)
    depth = quoting.end() if quoting else 0
    return depth, line[depth:].removeprefix(" ")
