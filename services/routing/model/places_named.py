"""Finds the places that a text names, one pass, the longest name at each place."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from services.routing.model.words import SHORTEST, Found, fold
from shared.events.routing import PlaceKind, PlaceRole
from shared.gazetteer import Gazetteer, street_names
from shared.places import Places

NUMERAL = "[0-9a-z零一二三四五六七八九十百]{1,5}"
HOUSE = re.compile(rf"(?:\s?第?{NUMERAL}\s?(?:号院|号楼|号|弄|栋|幢|座|单元|室|层|楼|期|组|排)){{1,6}}")
"""House, building, entrance, room."""
BESIDE = re.compile(
    r"的?(?:附近|对面|斜对面|旁边|旁|边上|周边|一带|门口|门前|楼下|楼上|楼顶|院内|后面|前面|里面|外面|路口|交叉口|交汇处|段|沿线"
    r"|[往向朝以][东南西北]{1,2}(?:方向)?(?:走?[0-9一二三四五六七八九十百]{1,5}米)?|[东南西北]{1,2}(?:侧|边|面|门|口))"
)
"""Where exactly, seen from a place that was named."""

UNKNOWN = re.compile(r"(?:小区|街道|大道|路)(?![上面口灯边段过基政费人况程])")
NO_NAME = frozenset(
    "的在是住到从去了我们你您他她它这那一二两三个来往和与及跟于对边有被把为向该每各某本整全条段上下里过中由也都就又还没不"
    "走修让问带绕堵拦赶铺开马公铁道线网电思出半岔套泥石青土油山水村乡同归"
)
NOT_NAMES = frozenset(
    ["老旧", "高档", "安置", "住宅", "居民", "商品房", "封闭", "开放", "回迁", "拆迁", "生活", "主干", "高速", "快速", "乡村"]
)
LONGEST_UNKNOWN = 4
"""What may stand before 小区 or 路 as a name: two to four characters, none of which begins or ends something else."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for. Several districts: a road through them, or a name that they share."""

    kind: PlaceKind
    districts: frozenset[str] = frozenset()
    street: str | None = None
    department: str | None = None

    def beside(self, other: "Meaning") -> "Meaning":
        """What a name means that stands for this and for the other: of their codes only what is the same."""
        return Meaning(
            self.kind,
            self.districts | other.districts,
            self.street if self.street == other.street else None,
            self.department if self.department == other.department else None,
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A name at `found`; `end` is behind its house number and the words that say where exactly."""

    found: Found
    end: int
    meaning: Meaning
    role: PlaceRole = "matter"


@dataclass(frozen=True)
class PlaceNames:
    """Every name with its meaning; by their first two characters the lengths of names, longest first. `heads` finds such beginnings."""

    meanings: Mapping[str, Meaning]
    lengths: Mapping[str, tuple[int, ...]]
    heads: re.Pattern[str]

    def find(self, folded: str) -> list[Named]:
        """The names in a folded text from left to right, none inside another. Time is linear in the text."""
        found: list[Named] = []
        reached = 0
        for head in self.heads.finditer(folded):
            start = head.start()
            if start < reached:
                continue
            for length in self.lengths.get(folded[start : start + SHORTEST], ()):
                name = folded[start : start + length]
                if name in self.meanings:
                    reached = start + len(name)
                    found.append(Named(Found(name, start, reached), _whole_end(folded, reached), self.meanings[name]))
                    break
        return found


def build_place_names(places: Places, gazetteer: Gazetteer = ()) -> PlaceNames:
    """The names of the city's districts and street offices, and those of its gazetteer."""
    meanings: dict[str, Meaning] = {}
    for written, meaning in _meanings(places, gazetteer):
        name = fold(written)
        if len(name) >= SHORTEST:
            known = meanings.get(name)
            meanings[name] = meaning if known is None else known.beside(meaning) if known != meaning else known
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for name in meanings:
        lengths[name[:SHORTEST]].add(len(name))
    return PlaceNames(meanings, {head: tuple(sorted(some, reverse=True)) for head, some in lengths.items()}, _heads(lengths))


def _heads(heads: Iterable[str]) -> re.Pattern[str]:
    """Finds each place where a first character of a name stands before a second one."""
    first, second = ("".join(sorted({re.escape(head[place]) for head in heads})) for place in (0, 1))
    return re.compile(f"[{first}](?=[{second}])") if first else re.compile("(?!)")


def _meanings(places: Places, gazetteer: Gazetteer) -> Iterable[tuple[str, Meaning]]:
    for district in places.districts.values():
        yield from ((name, Meaning("district", frozenset({district.code}))) for name in (district.zh, *district.also))
    for office in places.departments.values():
        if office.kind == "street" and office.district:
            yield from ((name, Meaning("street", frozenset({office.district}), office.code)) for name in street_names(office.zh))
    for entry in gazetteer:
        meaning = Meaning(entry.kind, frozenset(entry.districts), entry.street, entry.department)
        yield from ((name, meaning) for name in entry.names)


def _whole_end(folded: str, end: int) -> int:
    for detail in (HOUSE, BESIDE):
        found = detail.match(folded, end)
        end = found.end() if found else end
    return end


def find_unknown(folded: str, named: Iterable[Named], most: int) -> list[Found]:
    """Words that look like the name of an estate, a road or a street that nobody has told us, `most` at most."""
    covered = {place for one in named for place in range(one.found.start, one.end)}
    found: list[Found] = []
    for ending in UNKNOWN.finditer(folded):
        start = ending.start()
        while start and ending.start() - start < LONGEST_UNKNOWN and _may_name(folded[start - 1]) and start - 1 not in covered:
            start -= 1
        name = folded[start : ending.start()]
        if len(name) >= SHORTEST and name not in NOT_NAMES and ending.start() not in covered:
            found.append(Found(folded[start : ending.end()], start, ending.end()))
            if len(found) == most:
                break
    return found


def _may_name(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and character not in NO_NAME


def with_role(named: Named, role: PlaceRole) -> Named:
    """The same with its role told."""
    return replace(named, role=role)
