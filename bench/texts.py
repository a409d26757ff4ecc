"""Messages of about 200 characters to measure with, written for this: varied, so that nothing can be remembered from one to the next."""

import random

OPENINGS = ("您好，", "尊敬的工作人员：", "我想反映一个问题。", "我是本地居民，", "麻烦帮忙看一下，")
MATTERS = (
    "我们小区从上周三开始自来水断断续续停水，早晚高峰完全没有水，家里有老人和小孩，做饭洗漱都成问题，物业说是市政管网检修，但一直没有恢复供水的通知",
    "楼下的烧烤店每天营业到凌晨两点，油烟直接排到居民楼里，噪音也特别大，孩子要上学，老人有心脏病，多次沟通老板都不理会，希望相关部门来检查一下",
    "我家门口的这条路坑坑洼洼已经有大半年了，下雨天积水很深，电动车经过的时候摔倒过好几个人，路灯也坏了三盏，晚上黑漆漆的，请尽快派人来维修",
    "公交车最近经常晚点，早上上班高峰期要等四十多分钟才来一辆，车上挤得满满的，投诉过公交公司也没有改善，希望能增加班次，方便我们上下班",
    "小区电梯三天两头出故障，上个星期还困过人，物业收了物业费却不维修，业委会也不管事，我们住在二十楼的老人根本没有办法下楼买菜看病",
    "孩子今年要上小学，想咨询一下随迁子女入学需要准备哪些材料，居住证要满多长时间，在哪里办理登记，学校是怎么划分的，什么时候可以报名",
)
CLOSINGS = ("请尽快处理，谢谢。", "希望能给一个明确的答复。", "盼回复！", "多谢你们的辛苦工作。", "等你们的消息。")


def message(number: int, length: int = 200) -> str:
    """The message of that number: always the same, `length` characters."""
    drawn = random.Random(number)
    text = drawn.choice(OPENINGS)
    while len(text) < length - 12:
        text += drawn.choice(MATTERS)[: length - 12 - len(text)] + "。"
    return (text + drawn.choice(CLOSINGS) + f"（{number}）")[:length]
