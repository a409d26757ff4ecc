"""A small city and a small catalogue for the tests of routing's rules."""

from services.routing.model.places_named import build_place_names
from services.routing.model.proposal import Knowledge
from services.routing.model.rules import DISTRICT, Rule, build_catalogue
from shared.places import Category, Department, District, Places

LANDMARKS = ("门口", "附近")

RULES = (
    Rule("water.cut", "water.cut", "waterworks", "供水职责", strong=("停水", "没有水"), weak=("自来水", "水压"), unless=("工厂停水泵",)),
    Rule("water.bill", "water.bill", "waterworks", "水费职责", strong=("水费",), weak=("自来水",)),
    Rule("school", "school", "education", "教育职责", strong=("小学", "补课"), weak=("老师", "家长")),
    Rule("school.bus", "school.bus", "transport", "校车职责", strong=("小学校车",)),
    Rule("noise.works", "noise", "urban", "施工噪声职责", strong=("噪音",), objects=("工地", "施工")),
    Rule("building", "building", DISTRICT, "违建职责", strong=("违建",), otherwise="urban"),
    Rule("heating", "heating", "heat", "供热职责", strong=("暖气",), districts=("north",)),
    Rule("bus", "bus", "transport", "公交职责", strong=("公交",), weak=("wifi",)),
    Rule("bus.fares", "bus", "transport", "票价职责，与价格部门分担", strong=("票价",), shared=True),
)


def city() -> Places:
    """Two districts with an office each, a street in each, and the departments that the rules name."""
    plain = [Department(code=code, zh=code, en=code, kind="city") for code in ("waterworks", "education", "transport", "urban", "heat")]
    offices = [
        Department(code="north_office", zh="北城区人民政府", en="North", kind="district", district="north"),
        Department(code="south_office", zh="南城区人民政府", en="South", kind="district", district="south"),
        Department(code="bridge_street", zh="石桥街道办事处", en="Bridge", kind="street", district="north"),
        Department(code="mill_town", zh="磨坊镇人民政府", en="Mill", kind="street", district="south"),
    ]
    districts = [
        District(code="north", zh="北城区", en="North", also=("北新区", "老城")),
        District(code="south", zh="南城区", en="South", also=("老城",)),
    ]
    categories = [Category(code=code, zh=code, en=code) for code in ("water", "school", "noise", "building", "heating", "bus", "other")]
    return Places(
        {department.code: department for department in [*plain, *offices]},
        {district.code: district for district in districts},
        {category.code: category for category in categories},
    )


def knowledge(sure: float = 0.9) -> Knowledge:
    places = city()
    return Knowledge(places, build_place_names(places), build_catalogue("test", RULES, LANDMARKS), sure)
