"""What a message asks for: its several matters as spans of the folded text. Background is left out."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from shared.language.normalise import Text

MOST = 12
MOST_CUES, MOST_ITEMS = 250, 100
"""Words that may ask for something, and numbers of lists, weighed in one text. Of 11,000 letters none had 110 and 50."""
WHOLE = 300
"""Characters of a message taken as its one demand where nothing else tells what it asks for."""

Span = tuple[int, int]

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_ITEM = re.compile(
    rf"\({_NUMBER}\)[、.,:]?|(?:(?<=[\n。;:!?,\s])|^)(?:{_NUMBER}(?:、|[.:)](?!\d))|第{_NUMBER}(?:点|个问题|件事)?(?:[,、:]|是)"
    rf"|其[一二三四五六][,、:是]|[一二三四五六]是|首先[,是]?|其次[,是]?|再次[,是]?|再者[,]?|最后[,是])"
)
_SENTENCE = re.compile(r"[^。;!?\n]+[。;!?\n]*")
_CLAUSE = re.compile(r"[^,]+,*")

_ASKING = """
请问 想问 问一下 咨询 想知道 想了解 请告知 请告诉 请解释 请说明 是否 能否 可否 能不能 可不可以 行不行 要不要 需不需要 有没有 该不该
什么时候 何时 怎么 如何 为什么 为何 哪里 哪些 哪个 多少 多久 几年 到底 究竟 该谁 归谁 该找谁 吗 ?
希望 请 恳求 要求 建议 盼 望尽快 望领导 望政府 望有关 望贵 望相关 望能 望给 望予 望解决 望查 望协调 求求 求助 呼吁 麻烦 帮忙 帮我 帮帮
帮助 敦促 督促 应该把 应该给 应该由 应该安排 应该增 赔偿 退还 不能因此 表扬 举报 投诉 责令 查处 减免 恢复 道歉 并对 并查 并把 并将
并书面 要退 要给 要把 要还
"""
ASKING = tuple(_ASKING.split())
"""Words by which a clause may ask for something."""
ANOTHER = ("另外", "此外", "还有", "顺便", "再就是", "除此之外", "再有", "再一个")
ALSO = (*ANOTHER, "同时", "并且")
"""Words that begin another matter; the last two may only go on with one."""
FIRST_MATTER = (6, 120)
"""Characters, at least and at most, that are a matter themselves where nothing in them asks but another one begins behind them."""
_FOLLOWED = {word[0]: "|".join(other[1:] for other in (*ASKING, *ALSO) if other[0] == word[0]) for word in (*ASKING, *ALSO)}
_CUE = re.compile("|".join(f"{re.escape(first)}(?={rest})" for first, rest in _FOLLOWED.items()))
"""The first character of any of those, told by what follows: that way a word inside another is found too."""

_LISTED = re.compile(r"一、|1、|1\.|1\)|\(1|\(一|首先|其次|其一|一是|第一")
"""A text without any of these holds no numbered list."""
_NOT_ASKING = re.compile("请(?:来了|客|假|示|进|了)|投诉(?:过|了)|恢复了")
_RHETORIC = re.compile(r"难道|何在|凭什么|岂|天理|公平吗|合理吗|你们管不管|没人管吗|不管吗|良心|怎么能|像话|谁来管|有没有王法|还有没有")
_COURTESY = re.compile(
    r"(?:恳请|敬请|希望|请求|请|望|盼|求|强烈要求|要求|麻烦|帮忙|帮助|予以|给予|尽快|早日|及时|认真|高度|积极|能够|能|一下|我们|我|你们|您|贵|各级|上级|有关|相关|主管|职能"
    r"|市|县|区|镇|政府|领导|部门|单位|老师|同志|给|个|为|一个|满意|合理|明确|的|说法|重视|关注|答复|回复|处理|解决|办理|核实|查处|调查|协调|反馈|督办|落实|帮|来|管|管一管|做主|老百姓|百姓|群众|谢谢|感谢"
    r"|非常|万分|核查|查|想问|想咨询|咨询|请问|想|问|那个|这个|就是|呃|嗯|喂|啊|说|事|不胜|此致|敬礼|您好|你好|并|且|也|把|此事|这件事|该|问题|情况|事情|到|予|和|与|、|,|。|!|\s)+"
)
LONGEST_COURTESY = 30
LITTLE = 1
"""Characters that are left of a courtesy when its set words are taken out."""
SHORT, CLOSE = 14, 45
"""A demand as short as this needs the rest of its sentence to be understood, if that is no longer than CLOSE."""


class Found(NamedTuple):
    """A span that asks for something; `plain` when its words say what, rather than only that something be done."""

    start: int
    end: int
    plain: bool


def find_demands(text: Text, title_end: int) -> tuple[Span, ...]:
    """The demands as folded places (end left out), from left to right, at most MOST; none only where there is nothing to read.

    `title_end`: where the title ends in the folded text; its words count only where the text itself asks for nothing.
    """
    folded = text.folded
    courtesies: list[Span] = []
    spans: list[Span] = []
    for one in _find(folded, title_end):
        (spans if one.plain else courtesies).append((one.start, one.end))
        if len(spans) == MOST:
            break
    spans = spans or courtesies[:1] or [_whole(folded, title_end)]
    trimmed = [_trim(folded, start, end) for start, end in [*_before_another(folded, title_end, spans[0][0]), *spans][:MOST]]
    return tuple(span for span in trimmed if span[0] < span[1])


def _find(folded: str, begin: int) -> Iterator[Found]:
    """The items of lists, and between them the sentences that ask for something."""
    cues = [cue.start() for cue in islice(_CUE.finditer(folded, begin), MOST_CUES)]
    at = begin
    for start, end in _items(folded, begin):
        yield from _sentences(folded, at, start, cues)
        yield from _item(folded, start, end, cues)
        at = end
    yield from _sentences(folded, at, len(folded), cues)


def _items(folded: str, begin: int) -> list[Span]:
    """Where the items of numbered lists stand, their numbers left out; a single number makes no list."""
    if not _LISTED.search(folded):
        return []
    marks = list(islice(_ITEM.finditer(folded, begin), MOST_ITEMS))
    if len(marks) < 2:
        return []
    starts = [mark.end() for mark in marks]
    last = _SENTENCE.match(folded, starts[-1])
    return list(zip(starts, [*(mark.start() for mark in marks[1:]), last.end() if last else starts[-1]], strict=True))


def _item(folded: str, start: int, end: int, cues: Sequence[int]) -> Iterator[Found]:
    """An item is a demand, told by its sentences that ask for something or else by its first one."""
    asking = list(_sentences(folded, start, end, cues))
    if asking:
        yield from asking
    elif first := _SENTENCE.search(folded, start, end):
        yield Found(first.start(), first.end(), plain=True)


def _sentences(folded: str, start: int, end: int, cues: Sequence[int]) -> Iterator[Found]:
    """What the sentences between two places ask for, by the cues that stand in them."""
    inside = cues[bisect_left(cues, start) : bisect_left(cues, end)]
    if not inside:
        return
    spans = [sentence.span() for sentence in _SENTENCE.finditer(folded, start, end)]
    asking: defaultdict[Span, list[int]] = defaultdict(list)
    for cue in inside:
        number = bisect_right(spans, (cue, end)) - 1
        if number >= 0:  # a sign that ends a sentence may stand before the first
            asking[spans[number]].append(cue)
    for span, own in asking.items():
        yield from _demands_of(folded, *span, own)


def _demands_of(folded: str, start: int, end: int, cues: Sequence[int]) -> Iterator[Found]:
    """The clauses of a sentence that ask, each with those behind it that only go on; the whole sentence where they alone say little."""
    sentence = folded[start:end]
    if sentence.lstrip(" 嗯呃啊,").startswith(ALSO):
        yield Found(start, end, plain=True)
        return
    clauses = [(start + clause.start(), start + clause.end()) for clause in _CLAUSE.finditer(sentence)]
    asking = sorted({bisect_right(clauses, (cue, end)) - 1 for cue in cues if not _NOT_ASKING.match(folded, cue)})
    if not asking or _RHETORIC.search(sentence):
        return
    plain = [number for number in asking if not _is_courtesy(folded[clauses[number][0] : clauses[number][1]])]
    if not plain:
        yield Found(start, end, plain=not _is_courtesy(sentence))
    elif len(plain) == 1 and plain[0] and end - clauses[plain[0]][0] <= SHORT and end - start <= CLOSE:
        yield Found(start, end, plain=True)
    else:
        for number, following in zip(plain, [*plain[1:], len(clauses)], strict=True):
            yield Found(clauses[number][0], clauses[following - 1][1], plain=True)


def _is_courtesy(words: str) -> bool:
    return len(words) <= LONGEST_COURTESY and len(_COURTESY.sub("", words).strip(" ,。;!?\n")) <= LITTLE


def _before_another(folded: str, begin: int, first: int) -> list[Span]:
    """The matter told before the first demand where that begins with words for another one."""
    start, end = _trim(folded, begin, first)
    least, most = FIRST_MATTER
    told = folded.startswith(ANOTHER, first) and least <= end - start <= most and not _is_courtesy(folded[start:end])
    return [(start, end)] if told else []


def _whole(folded: str, title_end: int) -> Span:
    """The title where there is one, else the beginning of the text."""
    return (0, title_end) if title_end else (0, min(len(folded), WHOLE))


def _trim(folded: str, start: int, end: int) -> Span:
    while start < end and folded[start] in " ,。;:!?\n、":
        start += 1
    while start < end and folded[end - 1] in " ,。;:!?\n、":
        end -= 1
    return start, end
