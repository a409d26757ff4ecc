"""Tells what a named place is to the matter: where it is, on the way, where the caller lives or works, or an example."""

import re
from collections.abc import Sequence
from itertools import pairwise

from services.routing.model.places_named import Named, with_role
from shared.events.routing import PlaceRole

BEFORE, AFTER = 16, 12
"""Characters looked at before and behind a place, within its clause."""
BREAKS = re.compile(r"[,。!?;、…\n]")

JOINS = frozenset(("", " ", "的", "-", "/"))
"""What stands between the parts of one address."""

HOME_BEFORE = re.compile(
    r"(?:居住|租住|暂住|住|租房|租|落户|户口|户籍|户口本|老家|籍贯|来自|定居|(?:^|[我们俺咱])家(?:里)?)(?:就|都|也|现)?(?:住)?(?:在|于|是|为)?$"
    r"|(?:住址|家庭地址|联系地址|户籍地址?|身份证地址|居住地址?)(?:是|在|为)?:?\s?$"
    r"|(?:^|[我人咱俺们])(?:都|也)?(?:是|系)(?:一[名个位]|来自|住在?)?$"
)
"""I live at; my register is at; I am of."""
SPEAKER_BEFORE = re.compile(r"(?:我|本人|咱|俺|我们|作为|身为|是|系)(?:一[名个位])?(?:在|住在?)?$")
RESIDENT = r"(?:这边|那边)?的?(?:一[名个位])?(?:普通)?(?:业主|居民|村民|住户|租户|市民|群众|老百姓|商户|职工|员工|家长)"
SPEAKER_AFTER = re.compile(rf"{RESIDENT}|的?人(?!们|行|大|流|多|员|民)|的$")
REPORTER_AFTER = re.compile(rf"{RESIDENT}(?:来电|来信|向|反映|反应|投诉|咨询|举报|求助|称)")
"""A resident of there reports."""
LIVES_AFTER = re.compile(
    r"(?:这边|那边|里)?(?:上班|工作(?!人员|组|站|日|的)|打工|居住|生活|租房|住(?:了|着|[一二三四五六七八九十0-9]))|的?(?:户籍|户口)"
)

TOWARDS = re.compile(r"(?:站|镇|出发|坐车|打车|开车|骑车|走路|坐公交|坐地铁)?(?:到|至|去|往|开往|前往|飞往|回|→|~|—|-)\s?")
FROM_BEFORE = re.compile(r"(?:从|由|自)$")
SETS_OUT = re.compile(r"(?:出发|过来|坐车|上车|回来|回家|开车|打车|骑车|坐公交|坐地铁)")
PASSES_BEFORE = re.compile(r"(?:路过|经过|途径|绕道|绕行|(?<![曾已])经)$")
COMPARED_BEFORE = re.compile(r"(?:像|比|比起|不如|参照|参考|仿照|学习)$")
ERRAND_AFTER = re.compile(r"(?:看病|就诊|就医|办|挂号|缴费|交费|取|买|体检|咨询|游玩|玩|旅游|吃饭|住院|检查|医院?门诊)")
"""What one goes somewhere for makes the place where it is, not the way, the place of the matter."""


def tell_roles(folded: str, named: Sequence[Named]) -> list[Named]:
    """The places with their roles: the matter's, where nothing says otherwise. The parts of one address have the same."""
    runs = _runs(folded, named)
    roles = [_role(folded, run) for run in runs]
    for place, (run, following) in enumerate(pairwise(runs)):
        if TOWARDS.fullmatch(folded, run[-1].end, following[0].found.start):
            roles[place] = "way"
            roles[place + 1] = "matter" if ERRAND_AFTER.match(folded, following[-1].end) else "way"
    return [with_role(one, role) for run, role in zip(runs, roles, strict=True) for one in run]


def _runs(folded: str, named: Sequence[Named]) -> list[list[Named]]:
    """The named places, those that follow each other as parts of one address together."""
    runs: list[list[Named]] = []
    for one in named:
        if runs and folded[runs[-1][-1].end : one.found.start] in JOINS:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _role(folded: str, run: Sequence[Named]) -> PlaceRole:
    start, end = run[0].found.start, run[-1].end
    before = BREAKS.split(folded[max(0, start - BEFORE) : start])[-1]
    after = BREAKS.split(folded[end : end + AFTER], maxsplit=1)[0]
    if PASSES_BEFORE.search(before) or (FROM_BEFORE.search(before) and SETS_OUT.match(after)):
        return "way"
    if COMPARED_BEFORE.search(before):
        return "compared"
    if HOME_BEFORE.search(before) or LIVES_AFTER.match(after) or REPORTER_AFTER.match(after):
        return "caller"
    return "caller" if SPEAKER_BEFORE.search(before) and SPEAKER_AFTER.match(after) else "matter"
