"""Which complaints sound like the one being told: the same rare words, the same place, near in distance and time."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.model.scrubbing import scrub

WINDOW = timedelta(days=30)
"""Older ones are not looked at."""
THRESHOLD = 0.2
"""Below it they are not alike. Chosen on the hand-made pairs of tests/model/intake/test_alike.py, between the two kinds."""
LONGEST_READ = 200
"""Characters of a text that are compared: what it is about stands at its beginning."""

ELSEWHERE = 0.45
PLACE_UNKNOWN = 0.75
OTHER_NUMBER = 0.8
OTHER_DISTRICT = 0.5
OLDEST = 0.8
"""Factors on the likeness of the words. A matter in another place is mostly another matter, whatever the words."""
PUBLIC_DIGITS = 3
"""Decimals of the degrees that the public may know: some hundred metres."""
NEAR, FAR = 200.0, 3_000.0
"""Metres between which coordinates go from the same place to another one."""

_GRAMMAR = "[的了着过是在我你您他她它们这那哪就都也很还太再又把被让给和与及或对为到去从向以于吗呢吧啊呀么个些会能要想说请]"
_EMPTY = re.compile(
    "请问|您好|你好|希望|有关部门|相关部门|部门|领导|尽快|抓紧|帮忙|处理|解决|答复|反映|投诉|举报|咨询|求助|谢谢|感谢|我们|大家|居民|市民|业主|群众|"
    "什么时候|什么|怎么|如何|为什么|哪里|这里|那里|这边|附近|现在|目前|已经|一直|好几|昨天|今天|昨晚|晚上|半夜|夜里|白天|早上|每天|时候|开始|几天|天了|"
    "没有人|没人|有人|没有|小区|门口|楼下|不能|可以|需要|应该|非常|特别|严重|影响|生活|多次|问题|情况|材料|办理|补办|管理|导致|造成|因为|所以|而且|但是|"
    r"\b(?:the|and|for|are|was|has|have|had|been|not|but|our|you|your|this|that|there|from|with|since|still|very|please|can|could|would|"
    r"when|what|how|why|who|all|any|nobody|help|days?|week|today|yesterday|night|monday|tuesday|wednesday|thursday|friday)\b|" + _GRAMMAR
)
"""Words that people say whatever it is about."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z]{3,}|\d+")
_NAMED = re.compile(
    rf"((?:(?!{_GRAMMAR})[\u4e00-\u9fff]){{2}})"
    r"(大道|大街|小区|家园|花园|新村|公寓|广场|大厦|公园|学校|小学|中学|医院|市场|路(?![灯面口边段过费人])|[街巷弄村桥苑站])"
)
_ROAD = re.compile(r"([a-z]{3,}) (?:road|street|avenue|lane|estate|garden|park|bridge|station|square)")
_NUMBERED = re.compile(r"(\d{1,4}|[一二三四五六七八九十]{1,2}) ?(号|栋|幢|单元)")
_DIGITS = {sign: str(value) for value, sign in enumerate("一二三四五六七八九十", 1)}
_SAME = {"幢": "栋"}


@dataclass(frozen=True)
class Spot:
    """Where a complaint is about: the names and house numbers that it says, and WGS84 degrees."""

    places: frozenset[str]
    numbers: frozenset[str]
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True)
class Spoken(Spot):
    """What is compared of a complaint; `at` is when it was received, or is being told."""

    terms: frozenset[str]
    at: datetime
    district: str | None = None


def listen(
    text: str, title: str, address: str, at: datetime, *, public: bool = False,
    district: str | None = None, lon: float | None = None, lat: float | None = None,
) -> Spoken:  # fmt: skip
    """Reads a complaint for comparing; for the public only what is left of it when it is scrubbed, so that no guess is ever confirmed."""
    terms, places, numbers = _read(text[:LONGEST_READ], title, address, public=public)
    if public and lon is not None and lat is not None:
        lon, lat = round(lon, PUBLIC_DIGITS), round(lat, PUBLIC_DIGITS)
    return Spoken(terms=terms, places=places, numbers=numbers, at=at, district=district, lon=lon, lat=lat)


def spot(text: str, title: str, address: str, lon: float | None, lat: float | None) -> Spot:
    """Where a complaint is about, as far as it says."""
    said, where = _plain(f"{title}\n{text[:LONGEST_READ]}"), _plain(address)
    return Spot(_places(f"{where}\n{said}"), _numbers(where) or _numbers(said), lon, lat)


def nearness(one: Spot, other: Spot) -> float | None:
    """Coordinates when both have them, else the names of roads and estates, with the numbers of houses: 1 the same place, ELSEWHERE
    another one; None where one of the two says nothing.
    """
    if one.lon is not None and one.lat is not None and other.lon is not None and other.lat is not None:
        far = (distance(one.lon, one.lat, other.lon, other.lat) - NEAR) / (FAR - NEAR)
        return 1 - (1 - ELSEWHERE) * min(max(far, 0.0), 1.0)
    if not one.places or not other.places:
        return None
    if not one.places & other.places:
        return ELSEWHERE
    return OTHER_NUMBER if one.numbers and other.numbers and not one.numbers & other.numbers else 1.0


def scores(asked: Spoken, candidates: Sequence[Spoken]) -> list[float]:
    """How alike each candidate is to what is asked, from 0 to 1 (the very same words, place and moment), in their order.

    A word weighs the more the fewer of the candidates have it, so that what everybody says decides nothing.
    """
    seen = Counter[str]()
    for candidate in candidates:
        seen.update(candidate.terms)
    by_count = [1 + math.log((len(candidates) + 1) / (count + 1)) for count in range(len(candidates) + 1)]
    weights = {term: by_count[count] for term, count in seen.items()} | dict.fromkeys(asked.terms - seen.keys(), by_count[0])
    own = _weigh(asked.terms, weights)
    return [_likeness(asked.terms, own, candidate.terms, weights) * _fit(asked, candidate) for candidate in candidates]


def _likeness(one: frozenset[str], own: float, other: frozenset[str], weights: Mapping[str, float]) -> float:
    """The weighted cosine of two sets of terms; `own` is the weight of the first."""
    shared = one & other
    return _weigh(shared, weights) / math.sqrt(own * _weigh(other, weights)) if shared else 0.0


def _weigh(terms: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(map(weights.__getitem__, terms))


def _fit(one: Spoken, other: Spoken) -> float:
    """How well place and time agree, from above 0 to 1."""
    district = OTHER_DISTRICT if one.district and other.district and one.district != other.district else 1.0
    age = min(abs(one.at - other.at) / WINDOW, 1.0)
    return district * _place(one, other) * (1 - (1 - OLDEST) * age)


def _place(one: Spoken, other: Spoken) -> float:
    near = nearness(one, other)
    if near is None:
        return 1.0 if one.terms == other.terms else PLACE_UNKNOWN
    return near


def distance(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two points of one city: on a plane, with the degrees of longitude as short as they are there."""
    east = (lon - other_lon) * math.cos(math.radians((lat + other_lat) / 2))
    return 111_195 * math.hypot(east, lat - other_lat)


def _read(text: str, title: str, address: str, *, public: bool) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The terms, places and numbers."""
    said, where = _plain(f"{title}\n{text}"), _plain(address)
    if public:
        said, where = scrub(said), scrub(where)
    terms = _terms(_EMPTY.sub(" ", _NAMED.sub(" ", said)))  # a place counts as a place, not as words in common
    return terms, _places(f"{where}\n{said}"), _numbers(where) or _numbers(said)


def _plain(said: str) -> str:
    return unicodedata.normalize("NFKC", said).lower()


def _terms(told: str) -> frozenset[str]:
    """Characters and pairs of neighbouring ones of Chinese, words of other scripts."""
    terms = _WORD.findall(told)
    for run in _HAN.findall(told):
        terms += run
        terms += [run[start : start + 2] for start in range(len(run) - 1)]
    return frozenset(terms)


def _places(said: str) -> frozenset[str]:
    """Names that end as those of roads, estates and public buildings do, by their last two characters; a gazetteer would know more."""
    return frozenset(name + kind for name, kind in _NAMED.findall(said)) | frozenset(_ROAD.findall(said))


def _numbers(said: str) -> frozenset[str]:
    return frozenset(_DIGITS.get(number, number) + _SAME.get(unit, unit) for number, unit in _NUMBERED.findall(said))
