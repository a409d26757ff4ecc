"""The marks by which mail programs set off what is quoted, what is passed on and what they add themselves, as many of them write them."""

import re

LONGEST_MARK = 300
"""Characters of a line that can be a mark."""


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_EDGE = r"[-_=*—–\s]{2,}"
_ORIGINAL = _any(
    r"(?:回复的)?原(?:始)?(?:邮件|郵件|信件|訊息|消息)",
    r"回复的?邮件",
    r"邮件原件",
    r"original(?: (?:message|mail|appointment))?",
    r"reply message",
)
_FORWARDED = _any(
    r"(?:被|已)?转发的?(?:原)?(?:邮件|消息|信息)(?:信息)?",
    r"已?轉寄的?(?:郵件|訊息)",
    r"forwarded (?:message|mail)",
    r"forwarded by .{1,80}",
)
ORIGINAL_LINE = _whole(rf"{_EDGE}{_ORIGINAL}{_EDGE}")
FORWARDED_LINE = _whole(rf"{_EDGE}{_FORWARDED}{_EDGE}[:：]?|begin forwarded message[:：]|(?:开始|下面是)(?:被)?转发的?邮件[:：]")
RULE_LINE = re.compile(r"[-_=—]{5,}")

_GAP = r"[*\s\u3000]*"
_TIME_FIELD = _any(r"发送(?:时间|日期)", rf"(?:传送|寄件)?日{_GAP}期", rf"时{_GAP}间", r"傳送時間", r"sent", r"date")
_RECEIVER_FIELD = _any(rf"收{_GAP}件{_GAP}[人者]", rf"抄{_GAP}送", r"副本", r"to", r"cc")
_SUBJECT_FIELD = _any(rf"主{_GAP}[题題旨]", r"subject")
SENDER_FIELD = _whole(rf"[*|\s]*{_any(rf'发{_GAP}件{_GAP}人', rf'寄{_GAP}件{_GAP}[人者]', 'from')}{_GAP}[:：|]")
OTHER_FIELD = _whole(rf"[*|\s]*{_any(_TIME_FIELD, _RECEIVER_FIELD, _SUBJECT_FIELD)}{_GAP}[:：|]")

_DAY = _any(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}",
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    r"\d{1,2}\.? [A-Za-z]{3,9}\.?,? \d{4}",
    r"[A-Za-z]{3,9}\.? \d{1,2},? \d{4}",
)
_CLOCK = r"\d{1,2}\s*[:：时點点]\s*\d{2}"
_MAILBOX = r"[^\s<>@]{1,64}@[^\s<>@]+"
ATTRIBUTION_START = _whole(rf"[\s>*]*{_any('在', '于', '於', 'on ', 'at ', 'le ', 'am ', _DAY)}|[^@]+@")
ATTRIBUTION_END = _whole(r"(?:写道|寫道|写到|寫到|wrote|writes|a écrit|schrieb.{0,80})\s*[:：]?[\s*-]*$")
ATTRIBUTION_DATED = re.compile(rf"{_DAY}.{{0,60}}{_CLOCK}|{_MAILBOX}", re.IGNORECASE | re.DOTALL)

_DEVICE = _any(
    *("iphone", "ipad", "ipod", "apple watch", "mac", "android", "安卓", "手机", "手機", "移动设备", "平板"),
    *("华为", "huawei", "荣耀", "honor", "小米", "xiaomi", "红米", "redmi", "oppo", "vivo", "三星", "samsung", "galaxy"),
    *("魅族", "meizu", "一加", "oneplus", "outlook", "windows", "foxmail", "yahoo", "雅虎", "gmail", "mail"),
    *("qq邮箱", "qq郵箱", "网易邮箱", "網易郵箱", "新浪邮箱", "阿里邮箱", "139邮箱", "189邮箱", "邮箱大师"),
)
_FROM_MY = _any("发自", "發自", "发送自", "傳送自", "寄自", "来自", "來自") + rf"(?:我的)?\s*{_DEVICE}"
_MODEL = r"(?:\s*[a-z0-9+]+){0,4}(?:\s*版?(?:手机|手機|平板|邮箱|郵箱|大师|客户端|邮件|郵件|应用){1,3})?"
_LINK = r"(?:\s*[(<（\[]?https?://\S+)?"
_FOOTER = _any(
    rf"{_FROM_MY}{_MODEL}{_LINK}\s*[。.]?",
    rf"(?:从|從|通过|透過|由|用)\s*(?:我的)?\s*{_DEVICE}.{{0,20}}(?:发送|發送|傳送|发出){_LINK}",
    rf"sent (?:from|via|with) (?:my )?.{{0,20}}{_DEVICE}.{{0,40}}{_LINK}",
    rf"get outlook for .{{1,20}}{_LINK}",
    rf"(?:获取|下载|取得)\s*(?:适用于.{{1,20}}的\s*)?outlook.{{0,20}}{_LINK}",
    r"签名由\s*网易邮箱大师\s*定制",
    r"envoyé de mon .{1,20}",
    r"von meinem .{1,20} gesendet",
)
FOOTER_LINE = _whole(rf"[\s|]*{_FOOTER}[\s|]*")
CARD_END = re.compile(r"签名由\s*网易邮箱大师")
CARD_START = re.compile(r"\|[\s|]*")
"""The edges of the visiting card that NetEase's mail program puts below a mail."""
SIGNATURE_LINE = re.compile(r"--\s*")

FORWARDED_SUBJECT = _whole(r"\s*\[?(?:fwd?|wg|tr|转发|转|轉寄|轉發|轉)\s*[:：]")
_HTML = r"(?<![a-z])html(?![a-z])"
EMPTY_PROMISE = re.compile(
    rf"{_HTML}.{{0,60}}(?:view|display|client|message|mail|格式|查看|浏览|显示|阅读)|(?:view|display|支持|显示|read).{{0,60}}{_HTML}",
    re.IGNORECASE | re.DOTALL,
)
"""What a plain part says that only points at the other one."""
