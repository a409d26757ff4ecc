"""HTML as lines: what is seen, what is not, and markup that was made to hurt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.mime.html import LONGEST_MARKUP, MOST_TAGS, read_html, too_long, without_pictures

CASES = {
    "lines": ("<p>一</p><p>二<br>三</p>", "一\n二\n三"),
    "divs of web mail": ("<div>一</div><div><br></div><div>二</div>", "一\n\n二"),
    "inline tags": ("路<b>灯</b>坏<span>了</span>", "路灯坏了"),
    "white space": ("a\n  b\t&nbsp;c", "a b c"),
    "list": ("<ul><li>一</li><li>二</li></ul>", "- 一\n- 二"),
    "table": ("<table><tr><td>日期</td><td>1月</td></tr><tr><td>地点</td><td>东门</td></tr></table>", "日期 1月\n地点 东门"),
    "kept lines": ("<pre>a\n  b\n\nc</pre>", "a\nb\n\nc"),
    "references": ("&lt;b&gt; &amp; &#20013;&#x6587; &hellip;", "<b> & 中文 …"),
    "reference that is none": ("a&b;c &#99999999999; &#xD800;", "a&b;c &#99999999999; \ufffd"),
    "link": ('<a href="https://e.example/p">照片</a>', "照片 (https://e.example/p)"),
    "link that is its own text": ('<a href="https://e.example/">https://e.example</a>', "https://e.example"),
    "link of another kind": ('<a href="javascript:alert(1)">点</a>', "点"),
    "quote": ("一<blockquote>二<blockquote>三</blockquote></blockquote>四", "一\n> 二\n>> 三\n四"),
    "quote of web mail": ('新<div class="gmail_quote x">旧<br>旧</div>', "新\n> 旧\n> 旧"),
    "quote by id": ('新<div id="isReplyContent">旧</div>', "新\n> 旧"),
    "indented, not quoted": ('<blockquote style="margin:0 0 0 40px;border:none;padding:0px">我</blockquote>', "我"),
    "quoted with a line": ('<blockquote style="border:none;border-left:solid #ccc 1pt">我</blockquote>', "> 我"),
    "script and style": ("<style>p{}</style>a<script>b<c</script>d<title>t</title>", "ad"),
    "hidden": ('a<div style="DISPLAY: none">b</div><p hidden>c</p><span style="font-size:0px">d</span><i style="mso-hide:all">e</i>', "a"),
    "not hidden": ('<span style="font-size:0.9em">a</span><span style="font-size:10px">b</span>', "ab"),
    "comments": ("a<!-- b -->c<!--[if mso]><p>d</p><![endif]-->e<!--[if !mso]><!-->f<!--<![endif]-->", "acef"),
    "comment that does not end": ("a<!-- b", "a<!-- b"),
    "pictures": ('<img src="https://t.example/1.gif" width="1" height="1" alt="x">a', "a"),
    "office": ('<?xml version="1.0"?><!DOCTYPE html><o:p>a</o:p><w:x>b</w:x>', "ab"),
    "crooked": ("<p>a<b>b</p>c</i></b><td>d", "ab\nc d"),
    "no tags": ("a < b > c & d", "a < b > c & d"),
}


@pytest.mark.parametrize(("markup", "text"), CASES.values(), ids=CASES)
def test_what_is_seen(markup, text):
    assert read_html(markup) == text


HOSTILE = {
    "nested": "<b>" * 3_000_000,
    "nested blocks": "<div>" * 2_000_000,
    "never opened": "</b>" * 2_500_000,
    "crossed": "<b><i></b></i>" * 700_000,
    "quotes": "<blockquote>x" * 700_000,
    "cut tags": "<a " * 3_000_000,
    "cut attributes": '<a b="' * 1_500_000,
    "cut comments": "<!--" * 2_500_000,
    "cut sections": "<![CDATA[" * 1_000_000,
    "signs": "<" * 10_000_000,
    "ampersands": "&" * 10_000_000,
    "references": "&#" * 5_000_000,
    "one reference": "&#" + "9" * 5_000_000 + ";",
    "one tag": "<a " + "b=c " * 2_000_000 + ">",
    "quotation marks": "<a " + "'\"" * 4_000_000 + ">",
    "attributes": ("<a " + "b='" * 2_300 + ">") * 1_000,
    "open script": "<script>" + "</" * 4_000_000,
    "one word": "x" * 10_000_000,
    "nothing": " " * 10_000_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE)
def test_markup_made_to_hurt_is_read_soon_and_in_bounds(markup):
    assert len(read_html(markup)) <= 2 * LONGEST_MARKUP


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("markup", ["https://e.example/x", "photo.jpg", "<?xml version='1.0'?><p>x</p>", ""])
def test_nothing_is_taken_for_something_else(markup):
    assert read_html(markup) == markup.replace("<?xml version='1.0'?><p>x</p>", "x")


def test_what_is_read_is_the_beginning():
    assert read_html("路灯坏了" + "<b>" * (MOST_TAGS + 1) + "x") == "路灯坏了"
    assert too_long("<b>" * MOST_TAGS + "x" + "<b>")
    assert too_long("x" * (LONGEST_MARKUP + 1))
    assert not too_long("<p>x</p>" * 100)


def test_pictures_written_into_markup_take_no_room():
    picture = b"data:image/png;base64," + b"A" * 100_000
    assert without_pictures(b'<img src="' + picture + b'">text') == b'<img src="">text'
    assert without_pictures(b"data: none") == b"data: none"


TAGS = [
    "p",
    "div",
    "b",
    "td",
    "table",
    "blockquote",
    "a href='https://e.example/x'",
    "pre",
    "br",
    "li",
    "div style='display:none'",
    "script",
    "x:y",
]
PIECES = st.one_of(
    st.sampled_from(
        [*(f"<{tag}>" for tag in TAGS), *(f"</{tag.split()[0]}>" for tag in TAGS), "<!--", "-->", "<![", "&#", "&lt;", "<", ">", "'", '"']
    ),
    st.text(max_size=10),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_gives_text(markup):
    assert isinstance(read_html(markup).encode(), bytes)


@given(st.lists(st.sampled_from(["p", "div", "b", "table", "td", "ul", "li", "h1", "span", "font"]), max_size=30), st.booleans())
def test_what_stands_in_seen_tags_is_seen(tags, closed):
    markup = "".join(f"<{tag}>" for tag in tags) + "路灯坏了" + "".join(f"</{tag}>" for tag in reversed(tags) if closed)
    assert "路灯坏了" in read_html(markup)
