"""Speech as it was meant: what recognition leaves of fillers, stutters and repeated words is passed over, with the way back."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from shared.events import Evidence
from shared.events.base import Channel
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import LONGEST_DEMAND, ComplaintRead, Demand

Judged = TypeVar("Judged", ComplaintRead, DepartmentProposed)

SPOKEN: frozenset[Channel] = frozenset({"hotline"})
"""Channels whose texts were spoken."""

PAUSE = "，,、。.；;…~—\\s"
SOUNDS = "嗯呃唔哦噢喔诶欸哎唉呣啊"
"""Sounds that mean nothing and are part of no word."""
PHRASES = (
    "那个", "这个", "就是说", "就是", "然后呢", "然后", "怎么说呢", "怎么讲呢", "我跟你说", "我跟你讲", "你知道吧", "你知道吗", "对吧",
    "是吧", "反正", "额", "喂", "哈", "呀",
)  # fmt: skip
"""What is a filler only where it stands alone between pauses; elsewhere it may mean something (这个月, 金额, 喂养)."""
MEANT_TWICE = frozenset(
    "天妈爸爷奶哥姐弟妹叔舅姑婆公太宝娃常往刚仅渐慢偷谢看问试想听说谈等个人家户年月日夜处时种多好大小高长远轻重明早晚统足默白纷频屡层条"
    "通源滚哗嗡轰隆吱呜呵哈嘻乖点样句步面代世区草匆久深急快真很最太双两三八六九零一二四五七十"
)
"""Characters that are said twice on purpose (天天, 谢谢), and numbers."""

_HAN = r"\u3400-\u9fff"
_SOUND = re.compile(f"[{SOUNDS}]+")
_ALONE = re.compile(rf"(?:(?<=[{PAUSE}])|^)(?:{'|'.join(PHRASES)})+(?=[{PAUSE}]|$)")
_PAUSES = re.compile(rf"(?<=[{PAUSE}])[{PAUSE}]+")
_PHRASE_AGAIN = re.compile(rf"([{_HAN}]{{2,8}}?)(?:[{PAUSE}]?\1)+")
_CHARACTER_AGAIN = re.compile(rf"([{_HAN}])\1+")


@dataclass(frozen=True)
class Spoken:
    """What was meant, and for each of its characters the place in what was recognised."""

    source: str
    text: str
    origins: tuple[int, ...]

    def written(self, evidence: Iterable[Evidence], before: int = 0) -> tuple[Evidence, ...]:
        """The evidence as it stands in the source. `before` characters (a title and its line break) were read in front of the text."""
        return tuple(one.model_copy(update=self._placed(one.start, one.end, before)) for one in evidence)

    def asked(self, demands: Iterable[Demand], before: int = 0) -> tuple[Demand, ...]:
        """The demands likewise."""
        return tuple(one.model_copy(update=self._placed(one.start, one.end, before, LONGEST_DEMAND)) for one in demands)

    def _placed(self, start: int, end: int, before: int, longest: int = sys.maxsize) -> dict[str, object]:
        """What changes of something that stands at these places of what was read; nothing where it stands in the title."""
        start, end = start - before, end - before
        if not 0 <= start < end <= len(self.origins):
            return {}
        start, end = self.origins[start], self.origins[end - 1] + 1
        end = min(end, start + longest)
        return {"words": self.source[start:end], "start": start + before, "end": end + before}


def hear(source: str) -> Spoken:
    """Passes over sounds, fillers between pauses, and what is said again at once. The same again on what was heard changes nothing."""
    spoken = Spoken(source, source, tuple(range(len(source))))
    while True:
        heard = _hear_once(spoken)
        if heard.text == spoken.text:
            return heard
        spoken = heard


def _hear_once(spoken: Spoken) -> Spoken:
    for pattern in (_SOUND, _ALONE, _PAUSES):
        spoken = _without(spoken, [match.span() for match in pattern.finditer(spoken.text)])
    spoken = _without(spoken, [(match.end(1), match.end()) for match in _PHRASE_AGAIN.finditer(spoken.text)])
    return _without(spoken, [_again(match) for match in _CHARACTER_AGAIN.finditer(spoken.text)])


def _again(match: re.Match[str]) -> tuple[int, int]:
    """What is too much of one character said several times."""
    return match.start() + (2 if match[1] in MEANT_TWICE else 1), match.end()


def _without(spoken: Spoken, spans: list[tuple[int, int]]) -> Spoken:
    if not spans:
        return spoken
    kept = [(end, start) for (_, end), (start, _) in zip([(0, 0), *spans], [*spans, (len(spoken.text), 0)], strict=True)]
    return Spoken(
        spoken.source,
        "".join(spoken.text[start:end] for start, end in kept),
        tuple(origin for start, end in kept for origin in spoken.origins[start:end]),
    )


def as_meant(channel: Channel, title: str, text: str, judge: Callable[[str], Judged]) -> Judged:
    """What `judge` makes of a text, by the channel it came through: speech is judged as it was meant, and the evidence points into what
    was recognised. Evidence counts in title, line break and text.
    """
    if channel not in SPOKEN:
        return judge(text)
    spoken = hear(text)
    found = judge(spoken.text)
    before = len(title) + 1 if title else 0
    placed: dict[str, object] = {"evidence": spoken.written(found.evidence, before)}
    if isinstance(found, ComplaintRead):
        placed["demands"] = spoken.asked(found.demands, before)
    return found.model_copy(update=placed)
