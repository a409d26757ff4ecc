"""Whether words stand in quotation marks as somebody else's."""

import re

PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "‘": "’"}
REACH = 40
"""A quotation longer than this is the complaint itself."""

OWN_VOICE = ("我", "本人", "市民", "来电", "诉求", "反映", "喊", "求助")
"""Said right before the marks, these make the words the complainant's own."""
SPEAKER_REACH = 10


_MARKS = re.compile(f'["{"".join(PAIRS)}]')


def holds_quotes(folded: str) -> bool:
    """False for a text in which nothing can be quoted."""
    return _MARKS.search(folded) is not None


def is_quoted(folded: str, start: int, end: int) -> bool:
    """True when the nearest marks around the place open and close within REACH, and it is not the complainant who speaks in them."""
    before, after = folded[max(0, start - REACH) : start], folded[end : end + REACH]
    for opening, closing in PAIRS.items():
        opened = before.rfind(opening)
        if opened > before.rfind(closing) and closing in after:
            return not _own(folded, start - len(before) + opened)
    line = before[before.rfind("\n") + 1 :]
    if line.count('"') % 2 and '"' in after:
        return not _own(folded, start - len(line) + line.rfind('"'))
    return False


def _own(folded: str, opening: int) -> bool:
    return any(voice in folded[max(0, opening - SPEAKER_REACH) : opening] for voice in OWN_VOICE)
