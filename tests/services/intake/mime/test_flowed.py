"""Flowed text: the lines of RFC 3676, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.mime.flowed import join_lines

CASES = {
    "joined": ("one \ntwo \nthree", "one two three", False),
    "fixed": ("one\ntwo", "one\ntwo", False),
    "deleted space": ("路灯 \n坏了", "路灯坏了", True),
    "kept space": ("路灯 \n坏了", "路灯 坏了", False),
    "stuffed": (" From here\n >no quote", "From here\n>no quote", False),
    "quoted": ("> one \n> two\n>> three", "> one two\n>> three", False),
    "depth ends it": ("> one \ntwo", "> one \ntwo", False),
    "signature": ("end \n-- \nLi", "end \n-- \nLi", False),
    "paragraphs": ("one \n\ntwo", "one \ntwo", False),
}


@pytest.mark.parametrize(("text", "joined", "delete_space"), CASES.values(), ids=CASES)
def test_lines_are_joined_as_they_were_typed(text, joined, delete_space):
    assert join_lines(text, delete_space=delete_space) == joined


@given(st.text(alphabet="甲a >-\n", max_size=200), st.booleans())
def test_every_character_stays(text, delete_space):
    joined = join_lines(text, delete_space=delete_space)
    assert joined.replace(">", "").split() == text.replace(">", "").split() or delete_space
    assert "".join(joined.replace(">", "").split()) == "".join(text.replace(">", "").split())
