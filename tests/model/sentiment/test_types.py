"""What type of complaint a text is."""

import pytest

from tests.model.sentiment.reader import read_text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问怎么办理居住证，需要什么材料？", "enquiry"),
        ("咨询一下退休年龄的政策规定", "enquiry"),
        ("建议在西街增设一个公交站", "suggestion"),
        ("能否优化路口的红绿灯", "suggestion"),
        ("求求你们帮帮我，孩子没有学上", "help"),
        ("恳请政府给予帮助", "help"),
        ("投诉楼下烧烤店噪音扰民，没人管", "complaint"),
        ("物业不作为，电梯坏了", "complaint"),
        ("实名举报包工头偷税漏税，请查处", "report"),
        ("举报村主任贪污", "report"),
        ("表扬窗口工作人员，服务热情周到", "praise"),
        ("为抢修师傅点赞，非常满意", "praise"),
        ("路口的树倒了", "complaint"),
        ("我不是投诉，只是建议增加一趟车", "suggestion"),
    ],
)
def test_type(text: str, kind: str) -> None:
    assert read_text(text).complaint_type == kind


def test_the_words_that_made_it_are_shown() -> None:
    text = "请问居住证的事"
    assert [(text[one.start : one.end], one.value, one.rule) for one in read_text(text).evidence if one.about == "type"] == [
        ("请问", "enquiry", "cue.enquiry")
    ]


def test_a_title_says_what_somebody_has_come_for() -> None:
    text = "噪音很大，没人管，建议整治"
    assert read_text(text).complaint_type == "complaint"
    assert read_text(text, title="建议").complaint_type == "suggestion"


def test_a_small_hazard_inside_a_suggestion_is_only_suggested() -> None:
    asked, told = read_text("建议在消防通道上划线，避免违停占用，谢谢"), read_text("消防通道被占用，没人管，投诉")
    assert (asked.urgency, told.urgency) == ("U4", "U3")


def test_a_great_hazard_inside_a_question_is_still_one() -> None:
    assert read_text("请问楼上着火了打哪个电话？").urgency == "U1"
