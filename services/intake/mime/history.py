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
    written, old = _split(lines, _find_old(lines))
    new, signature = _split(written, _find_signature(written))
    quoted = [unquote(line) for line in old]
    first = next((line.strip() for line in quoted if line and not marks.RULE_LINE.fullmatch(line)), "")
    return Separated(
        new=_join(new),
        quoted=_join(quoted),
        signature=_join([line for line in signature if not marks.SIGNATURE_LINE.fullmatch(line)]),
        forwarded=bool(marks.FORWARDED_LINE.fullmatch(first[: marks.LONGEST_MARK])),
    )


def unquote(line: str) -> str:
    """The line without its quoting."""
    return line.lstrip("> ") if line.startswith(">") else line


def _split(lines: Sequence[str], marked: Sequence[bool]) -> tuple[list[str], list[str]]:
    """The lines that are not marked, and those that are."""
    pairs = list(zip(lines, marked, strict=True))
    return [line for line, is_marked in pairs if not is_marked], [line for line, is_marked in pairs if is_marked]


def _find_old(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is history: what is marked with ">", and all that follows a mark that a mail program writes once."""
    old = [line.lstrip().startswith(">") for line in lines]
    place = 0
    while place < len(lines):
        if old[place]:
            place += 1
        elif _begins_history(lines, place):
            return _old_from(old, _with_rule(lines, place))
        elif attributing := _attribution(lines, place):
            if not _quotes_next(old, lines, place + attributing):
                return _old_from(old, place)
            old[place : place + attributing] = [True] * attributing
        else:
            place += 1
    return old


def _old_from(old: Sequence[bool], place: int) -> list[bool]:
    return [*old[:place], *[True] * (len(old) - place)]


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


def _find_signature(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is of a signature: below the last "-- ", or written by a mail program."""
    end = _signature_start(lines)
    adding = [place >= end or _is_footer(line) for place, line in enumerate(lines)]
    for place, line in enumerate(lines):
        if adding[place] and marks.CARD_END.search(line[: marks.LONGEST_MARK]):
            above = range(max(0, place - LONGEST_CARD_LINES), place)
            first = next((edge for edge in above if marks.CARD_START.fullmatch(lines[edge])), place)
            adding[first:place] = [True] * (place - first)
    return adding


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
