"""Takes out of a public text what tells who somebody is, where they live or how to reach them; what is left can be shown to everybody."""

import re

MASK = "***"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊"
    "白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊殷施洪翟颜倪温芦俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂"
    "谷祁舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游裴席卫查屈鲍霍翁隋植甘景包司柏宁柯阮桂闵解强丛华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫嘉"
)
"""Those that most people have. Only they make a name of what follows 我叫, for one also calls the police and the plumber."""
_NUMERALS = "零〇一二三四五六七八九十百两"
_HOUSE = rf"(?:[\da-z]?\d{{1,4}}(?:[\-－之]\d{{1,4}})?|[{_NUMERALS}]{{1,4}})"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""Signs that are not seen and part what belongs together."""
_APART = r"[ \t\u3000.·•\-‐-―－_]"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"(?<![a-z0-9._%+\-])[a-z0-9._%+\-]++[@＠][a-z0-9\-]+(?:\.[a-z0-9\-]+)*", MASK),
        (rf"\d(?:{_APART}{{0,2}}\d){{10,}}(?:{_APART}?x)?", MASK),  # phones, identity and bank cards, however they are grouped
        (r"\d{7,}x?", MASK),
        (r"(?<!\d)0\d{2,3}[ \-－)）]{1,2}\d{3,4}[ \-－]?\d{3,4}", MASK),
        (r"[零〇一二三四五六七八九幺]{7,}", MASK),
        (r"((?:微信|wx|vx|qq)号?(?:[:：是为]|\s){0,3})[a-z0-9_\-]{5,}", rf"\1{MASK}"),
        (r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][a-z][·•. ]?[a-z0-9]{4,5}[a-z0-9挂学警港澳]", MASK),
        (r"((?:姓名|名字)(?:[:：是为叫]|\s){1,3}|(?:联系人|投诉人|举报人|诉求人)(?:[:：]|\s){1,3})[\u4e00-\u9fff·]{2,4}", rf"\1{MASK}"),
        (rf"((?:我|本人|名)叫\s?)[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}", rf"\1{MASK}"),
        (rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=先生|女士|小姐)", MASK),
        (r"((?:my name is|i am called|name:)\s{1,3})[a-z][a-z'\-]*(?: [a-z][a-z'\-]*)?", rf"\1{MASK}"),
        (r"(?<![\d\-－])(?!(?:19|20)\d\d)\d{1,4}[\-－]\d{1,3}[\-－]\d{1,5}(?![\d\-－])", MASK),  # 3-2-501: building, unit, flat
        (rf"(?<![\d月{_NUMERALS}]){_HOUSE}\s?(?=(?:号|號)(?!线|文|令)|[栋幢室弄]|单元)", MASK),
        (r"(单元\s?)\d{2,4}", rf"\1{MASK}"),
        (r"\b(no\. ?|flat |room |unit |apt\.? )\d{1,5}[a-z]?\b", rf"\1{MASK}"),
    )
)  # fmt: skip
"""In this order. House numbers, buildings and flats go as well: the form promises it."""


def scrub(text: str) -> str:
    """The text with e-mails, phones, card numbers, accounts, plates, names and house numbers masked. Scrubbing twice changes nothing.

    Names are known only where the words say that one follows; a person's consent to publish is asked for all the same.
    """
    seen = _UNSEEN.sub("", text)
    for pattern, replacement in _RULES:
        seen = pattern.sub(replacement, seen)
    return seen
