"""A reply cut into clauses, and what is left of it when everything is taken out that tells the complainant nothing."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice

from services.tracking.model.reply_gate.knowledge import ClauseKind, ReplyKnowledge

READ = 2_000
"""Characters of a reply in which an answer is looked for; who has not answered by then will not."""
MOST = 400
"""Clauses looked at; what has more in that length is no text."""
CLAUSE = re.compile(r"[^，。；：！？,;:!?\n]+?(?:如下|(?=[，。；：！？,;:!?\n])|\Z)")
"""What stands between two marks of punctuation; "如下" ends one too, for the colon behind it is often missing."""
GREETING = re.compile(r"^.{0,60}?[您你]好")
ADDRESS = re.compile(r"^.{0,40}(?:网友|网民|市民|朋友|同志|先生|女士)[\W_]*$|^\W*[“\"][^”\"]{0,40}[”\"]?\W*$|^\W*[a-z]{1,3}\d{3,}\W*$")
DATE = r"\W*(?:\d{2,4}\W?[年./-]\W?)?\d{1,2}\W?[月./-]\W?\d{1,2}\W?[日号]?\W*"
ONLY_DATE = re.compile(f"^{DATE}$")
SIGNED = re.compile(f"^\\W*[\u4e00-\u9fffa-z\\d]{{2,24}}(?:局|办|委|厅|处|中心|公司|大队|支队|政府|办公室|管委会|站|院|部)(?:{DATE})?$")
"""Who signs, with the date or without."""
RESTATED = re.compile(
    r"[您你]们?所?(?:反映|反应|咨询|提出|提到|投诉|举报|关心|询问)[^。！？\n]{0,80}?(?:问题|一事|情况|诉求|建议|事项|事宜)"
)
"""What the reply says that the complainant said."""
QUOTED = re.compile(r"[“\"《「][^”\"》」\n]{0,80}[”\"》」]")
MASKS = re.compile(r"〔[^〕\n]{0,8}〕|\*{3,}|https?://[!-~]{1,100}|\d{3,4}-\d{0,8}|\b\d{7,12}\b|\b12\d{3}\b")
"""Numbers to call and addresses of pages: they lead to an answer and are none."""
LETTER = re.compile(r"[\u3400-\u9fff\w]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with where it stands in the folded reply. `kind` says why it tells nothing; None for one that may tell something."""

    start: int
    end: int
    kind: ClauseKind | None
    rest: str


def clauses_of(folded: str, known: ReplyKnowledge) -> list[Clause]:
    """The clauses of a reply as it is read, in order; `rest` is what one tells beside empty words, '' where it tells nothing."""
    text = RESTATED.sub(_blank, folded[:READ])
    kinds = _Kinds(text, known)
    found = list(islice(CLAUSE.finditer(text), MOST))
    clauses = [_clause(one.start(), one.end(), one[0], kinds.of(one.start(), one.end()), known) for one in found]
    while found and ONLY_DATE.match(found[-1][0]):
        found.pop()
        clauses.pop()
    if found and SIGNED.match(found[-1][0]):
        clauses[-1] = Clause(found[-1].start(), found[-1].end(), None, "")
    return clauses


def _clause(start: int, end: int, text: str, kind: ClauseKind | None, known: ReplyKnowledge) -> Clause:
    if kind is not None or ONLY_DATE.match(text) or ADDRESS.match(text):
        return Clause(start, end, kind, "")
    told = MASKS.sub(" ", GREETING.sub(" ", text))
    return Clause(start, end, None, told if LETTER.search(known.empty.sub("", told)) else "")


class _Kinds:
    """Where in a text the words stand by which clauses tell nothing, found in one pass for each kind."""

    def __init__(self, text: str, known: ReplyKnowledge) -> None:
        plain = QUOTED.sub(_blank, text)
        self._places = {kind: _starts(pattern, text) for kind, pattern in known.clauses.items()}
        self._kept = _starts(known.keeps, plain)

    def of(self, start: int, end: int) -> ClauseKind | None:
        """Why the clause tells nothing. What it says of results and times keeps it, save where it is mere thanks or has come in."""
        kind = next((kind for kind, places in self._places.items() if _any_within(places, start, end)), None)
        return None if kind not in ("courtesy", "receipt") and _any_within(self._kept, start, end) else kind


def _blank(found: re.Match[str]) -> str:
    """As many blanks, so that every place stays where it is."""
    return " " * len(found[0])


def _starts(pattern: re.Pattern[str], text: str) -> list[int]:
    return [found.start() for found in pattern.finditer(text)]


def _any_within(places: list[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end
