"""What is new in a mail, separated from the mails it quotes or passes on and from the signature: rules over lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.mime import marks

LONGEST_SIGNATURE_LINES = 12
LONGEST_SIGNATURE = 1_000
LONGEST_CARD_LINES = 12
_FIELDS_NEAR = 6
_ATTRIBUTION_LINES = 3


@dataclass(frozen=True)
class Separated:
    """`new` is what the sender wrote, `quoted` what it was set above, below or between, `signature` what ends it; any may be ''.
    `forwarded`: the quoted mail is passed on rather than answered.
    """

    new: str
    quoted: str
    signature: str
    forwarded: bool


def separate(text: str) -> Separated:
    """Tells apart by the marks of mail programs, for text with plain line ends."""
    lines = [line.rstrip() for line in text.split("\n")]
    old = _find_old(lines)
    quoted = [unquote(line) for line, is_old in zip(lines, old, strict=True) if is_old]
    new, signature = _take_signature([line for line, is_old in zip(lines, old, strict=True) if not is_old])
    first = next((line for line in quoted if line and not marks.RULE_LINE.fullmatch(line)), "")
    return Separated(_join(new), _join(quoted), _join(signature), bool(marks.FORWARDED_LINE.fullmatch(first.strip()[: marks.LONGEST_MARK])))


def unquote(line: str) -> str:
    """The line without its quoting."""
    return line.lstrip("> ") if line.startswith(">") else line


def _find_old(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is history: what is marked with ">", and all that follows a mark that a mail program writes once."""
    old = [line.lstrip().startswith(">") for line in lines]
    place = 0
    while place < len(lines):
        if old[place]:
            place += 1
            continue
        if _begins_history(lines, place):
            return [*old[: _with_rule(lines, place)], *[True] * (len(lines) - _with_rule(lines, place))]
        attributing = _attribution(lines, place)
        following = place + attributing
        if attributing and not _quotes_next(old, lines, following):
            return [*old[:place], *[True] * (len(lines) - place)]
        old[place:following] = [True] * attributing
        place = max(following, place + 1)
    return old


def _begins_history(lines: Sequence[str], place: int) -> bool:
    """A line such as -----Original Message-----, or the fields of a mail written out: a sender, and near it two others."""
    line = lines[place].strip()
    if not line or len(line) > marks.LONGEST_MARK:
        return False
    if marks.ORIGINAL_LINE.fullmatch(line) or marks.FORWARDED_LINE.fullmatch(line):
        return True
    if not marks.SENDER_FIELD.match(line):
        return False
    near = [other for other in lines[place + 1 : place + 1 + 2 * _FIELDS_NEAR] if other.strip()][:_FIELDS_NEAR]
    return sum(bool(marks.OTHER_FIELD.match(other[: marks.LONGEST_MARK])) for other in near) >= 2


def _with_rule(lines: Sequence[str], place: int) -> int:
    """Where history begins when a drawn line stands right above its mark."""
    above = place - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and marks.RULE_LINE.fullmatch(lines[above].strip()) else place


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines, at most three, say who wrote what follows and when, as in "On … wrote:"; 0 when none do."""
    if not marks.ATTRIBUTION_START.match(lines[place][: marks.LONGEST_MARK]):
        return 0
    for count in range(1, _ATTRIBUTION_LINES + 1):
        said = "\n".join(line.strip() for line in lines[place : place + count])
        if len(said) > marks.LONGEST_MARK or not lines[place + count - 1 : place + count] or "\n\n" in said:
            return 0
        if marks.ATTRIBUTION_END.search(said):
            return count if marks.ATTRIBUTION_DATED.search(said) else 0
    return 0


def _quotes_next(old: Sequence[bool], lines: Sequence[str], place: int) -> bool:
    """Whether the next line that is not empty is marked with ">"."""
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place < len(lines) and old[place]


def _take_signature(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines, and those that are a signature: below the last "-- ", or written by a mail program."""
    end = _signature_start(lines)
    adding = [place >= end or _is_footer(line) for place, line in enumerate(lines)]
    for place in (place for place, line in enumerate(lines) if adding[place] and marks.CARD_END.search(line[: marks.LONGEST_MARK])):
        edges = [above for above in range(max(0, place - LONGEST_CARD_LINES), place) if marks.CARD_START.fullmatch(lines[above])]
        first = edges[0] if edges else place
        adding[first:place] = [True] * (place - first)
    kept = [line for line, added in zip(lines, adding, strict=True) if not added]
    return kept, [line for line, added in zip(lines, adding, strict=True) if added and not marks.SIGNATURE_LINE.fullmatch(line)]


def _signature_start(lines: Sequence[str]) -> int:
    """Where the last "-- " stands with something above it and not too much below it; the end when it stands nowhere."""
    places = [place for place, line in enumerate(lines) if marks.SIGNATURE_LINE.fullmatch(line)]
    if places and any(line.strip() for line in lines[: places[-1]]):
        below = lines[places[-1] :]
        if len(below) <= LONGEST_SIGNATURE_LINES and sum(map(len, below)) <= LONGEST_SIGNATURE:
            return places[-1]
    return len(lines)


def _is_footer(line: str) -> bool:
    return len(line) <= marks.LONGEST_MARK and bool(marks.FOOTER_LINE.fullmatch(line))


def _join(lines: Sequence[str]) -> str:
    """The lines without empty ones at the ends, and never two empty ones together."""
    kept = [line for place, line in enumerate(lines) if line.strip() or (place and lines[place - 1].strip())]
    return "\n".join(kept).strip("\n")
