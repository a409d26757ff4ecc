"""Whether words stand in quotation marks as somebody else's."""

import pytest

from services.sentiment.model.quotes import is_quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("墙上写着“小心着火”的标语", True),
        ("招牌上「着火」二字", True),
        ("读了《着火》这本书", True),
        ('牌子上写"着火"两个字', True),
        ("我喊“着火了”没有人来", False),
        ("来电市民称“家里着火”", False),
        ("“小区”里着火了", False),
        ("着火“了”", False),
        ('"小区"着火"了"', False),
        ("“" + "长" * 60 + "着火" + "长" * 60 + "”", False),
        ("“没有关上的引号，着火了", False),
    ],
)
def test_quoted(text: str, quoted: bool) -> None:
    start = text.index("着火")
    assert is_quoted(text, start, start + 2) is quoted
