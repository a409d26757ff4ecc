"""Likeness: the laws of the scores, and hand-made pairs on both sides of the threshold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.intake.model.alike import THRESHOLD, distance, listen, scores
from tests.builders import MONDAY

SAME = [
    ("柳堤路停水了，一天没水", "", "家里停水一天了，什么时候来水？", "柳堤路12号院"),
    ("小区门口的路灯坏了，晚上很黑", "望澜家园", "路灯不亮好几天了，晚上回家看不见路", "望澜家园东门"),
    ("人民路工地夜里施工噪音太大，睡不着", "", "人民路的工地半夜还在打桩，吵得没法睡觉", ""),
    ("公交 15 路等了四十分钟不来", "", "15路公交车等很久都不来，上班迟到", ""),
    ("楼下烧烤店油烟味太大，开窗都是烟", "青石巷", "烧烤店油烟直排，熏得住户不敢开窗", "青石巷"),
    ("河边垃圾堆了很久没有人清运，臭", "", "河边的垃圾没人清理，味道很臭", ""),
    ("电梯坏了三天，老人下不了楼", "望澜家园", "我们楼电梯停运三天了没人修，老人上下楼困难", "望澜家园3栋"),
    ("Street light on Willow Road is broken, it is dark", "", "Street lights broken on Willow Road, very dark at night", ""),
]
OTHER = [
    ("柳堤路停水了，一天没水", "", "柳堤路路灯坏了，晚上很黑", ""),
    ("柳堤路停水了，一天没水", "柳堤路", "家里停水一天了，什么时候来水", "人民路"),
    ("小区门口的路灯坏了，晚上很黑", "", "小区里的狗晚上一直叫，很吵", ""),
    ("公交 15 路等了四十分钟不来", "", "停车场收费太贵，等了很久没人管", ""),
    ("楼下烧烤店油烟味太大", "", "楼下广场舞声音太大", ""),
    ("请问社保卡怎么补办，需要什么材料", "", "请问居住证怎么办理，需要什么材料", ""),
    ("希望有关部门尽快处理，谢谢。学校门口乱停车", "", "希望有关部门尽快处理，谢谢。公园的树枯死了", ""),
    ("The water is off since Monday", "", "The bus is late since Monday", ""),
]
CROWD = [
    "路面坑洼积水，车过溅一身", "学校门口乱停车，接孩子很危险", "广场舞声音太大影响休息", "停车场收费太贵",
    "快递员不送上门", "暖气不热，室温只有十四度", "树枝压到电线，怕起火", "井盖丢失，差点摔倒",
] * 10  # fmt: skip


def said(text, address="", at=MONDAY, **place):
    return listen(text, "", address, at, **place)


@pytest.mark.parametrize("crowd", [[], [said(text) for text in CROWD]], ids=["alone", "in a crowd"])
@pytest.mark.parametrize(("text", "address", "other", "there", "alike"), [(*p, True) for p in SAME] + [(*p, False) for p in OTHER])
def test_the_threshold_parts_the_same_from_the_other(text, address, other, there, alike, crowd):
    score = scores(said(text, address), [said(other, there, MONDAY - timedelta(days=1)), *crowd])[0]
    assert (score >= THRESHOLD) == alike


SOUND = st.builds(
    listen,
    st.text(st.sampled_from("停水电路灯垃圾噪音梯坏臭了的 柳堤人民"), max_size=30),
    st.just(""),
    st.sampled_from(["", "柳堤路", "人民路", "柳堤路 12 号", "柳堤路 3 号", "望澜家园 3 栋"]),
    st.integers(0, 40).map(lambda days: MONDAY - timedelta(days=days)),
    district=st.sampled_from([None, "wanglan", "binjiang"]),
    lon=st.none() | st.floats(112.9, 113.1),
    lat=st.none() | st.floats(28.1, 28.3),
)


@for_all(SOUND, st.lists(SOUND, max_size=6))
def test_every_score_is_a_share(asked, candidates):
    assert all(0 <= score <= 1 + 1e-9 for score in scores(asked, candidates))


@for_all(SOUND, st.lists(SOUND, min_size=1, max_size=6))
def test_the_order_of_the_candidates_changes_nothing(asked, candidates):
    assert scores(asked, candidates[::-1])[::-1] == pytest.approx(scores(asked, candidates))


@for_all(SOUND, SOUND)
def test_two_are_as_alike_one_way_as_the_other(one, other):
    assert scores(one, [one, other])[1] == pytest.approx(scores(other, [one, other])[0])


@for_all(SOUND.filter(lambda asked: asked.terms), st.lists(SOUND, max_size=6))
def test_what_one_says_oneself_is_the_likest(asked, candidates):
    own, *others = scores(asked, [asked, *candidates])
    assert own == pytest.approx(1)
    assert all(score <= own + 1e-9 for score in others)


@for_all(SOUND.filter(lambda asked: asked.terms))
def test_elsewhere_and_long_ago_are_less_alike(asked):
    here = replace(asked, district="wanglan", lon=113.0, lat=28.2)
    for change in ({"district": "binjiang"}, {"lat": 28.21}, {"at": asked.at - timedelta(days=2)}):
        near, far = scores(here, [here, replace(here, **change)])
        assert far < near


def test_words_that_many_say_weigh_less():
    asked = said("楼道灯坏，物业不修")
    rare, common = scores(asked, [said("楼道灯坏"), said("物业不修"), *[said("物业不修")] * 20])[:2]
    assert rare > common


def test_the_same_road_with_another_number_is_less_alike():
    asked = said("停水了", "柳堤路 12 号")
    same, other, unsaid = scores(asked, [said("停水了", "柳堤路12号"), said("停水了", "柳堤路 30 号"), said("停水了", "柳堤路")])
    assert same == unsaid > other


@pytest.mark.parametrize(("right", "wrong"), [("停水了 13812345678", "停水了 13900000000"), ("我叫王小明，停水了", "我叫李小红，停水了")])
def test_the_public_never_learns_by_guessing(right, wrong):
    """A phone, a name or a house number that fits changes no score, for what is scrubbed is not compared."""
    kept = listen("我叫王小明，电话 13812345678，停水了", "", "柳堤路 12 号", MONDAY, public=True)
    asked = [listen(guess, "", there, MONDAY, public=True) for guess in (right, wrong) for there in ("柳堤路 12 号", "柳堤路 30 号")]
    assert len({score for one in asked for score in scores(one, [kept])}) == 1


def test_a_distance_is_told_in_metres():
    assert distance(113, 28.2, 113, 28.21) == pytest.approx(1_112, abs=2)
    assert distance(113, 28.2, 113.01, 28.2) == pytest.approx(980, abs=3)
