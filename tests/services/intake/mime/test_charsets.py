"""Charsets: known sentences come out whatever they are labelled."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.mime.charsets import decode

SIMPLIFIED = [
    "我家楼下的路灯坏了三个星期，请尽快修理。",
    "您好！我是幸福路12号的居民，楼上每天半夜施工，噪音很大，孩子无法休息。",
    "投诉：小区停水两天了，没有任何通知",
    "请问老年卡在哪里办理？",
    "Re: 关于垃圾清运的问题 (第2次反映)",
]
TRADITIONAL = ["請問路燈什麼時候修理？已經壞了三個星期，謝謝。", "樓上每天半夜施工，噪音很大，孩子無法休息。"]
WRONG = ["", "utf-8", "us-ascii", "iso-8859-1", "gb2312", "gbk", "windows-1252", "x-unknown", "8bit", "utf-7", "idna"]


@pytest.mark.parametrize("label", [*WRONG, "big5"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312"])
@pytest.mark.parametrize("sentence", SIMPLIFIED)
def test_simplified_chinese_whatever_the_label(sentence, charset, label):
    assert decode(sentence.encode(charset), label) == sentence


@pytest.mark.parametrize("label", [*WRONG, "big5"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "big5hkscs"])
@pytest.mark.parametrize("sentence", TRADITIONAL)
def test_traditional_chinese_whatever_the_label(sentence, charset, label):
    assert decode(sentence.encode(charset), label) == sentence


@pytest.mark.parametrize("word", ["你好", "张三", "投诉", "停水", "路灯", "王", "谢谢", "李四", "联通", "垃圾"])
@pytest.mark.parametrize(("charset", "label"), [("gbk", "gb2312"), ("gbk", ""), ("utf-8", "utf-8"), ("utf-8", "us-ascii")])
def test_a_word_alone_as_in_names_and_subjects(word, charset, label):
    assert decode(word.encode(charset), label) == word


@pytest.mark.parametrize("label", ["big5", '"Big5"', "BIG5-HKSCS", "cp950"])
def test_labels_are_read_however_they_are_written(label):
    assert decode("喂".encode("big5"), label) == "喂"


@pytest.mark.parametrize("sentence", [*SIMPLIFIED, *TRADITIONAL, "Plain English only"])
@pytest.mark.parametrize(("charset", "label"), [("utf-16", "utf-16"), ("utf-16-le", "utf-16"), ("utf-16-be", "utf-16"), ("utf-16", "gbk")])
def test_utf_16_with_its_mark_or_its_label(sentence, charset, label):
    assert decode(sentence.encode(charset), label) == sentence


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "hz", "gb2312", "big5", ""])
def test_plain_ascii_stays_what_it_is(label):
    assert decode(b"Call me: 12345, thank you. Yours, Li Ming", label) == "Call me: 12345, thank you. Yours, Li Ming"


@pytest.mark.parametrize(
    ("sentence", "charset"),
    [
        ("Grüße aus Köln, die Straße ist gesperrt", "iso-8859-1"),
        ("Le réverbère est cassé depuis trois semaines, été comme hiver", "windows-1252"),
        ("На улице не горит фонарь, почините, пожалуйста", "koi8-r"),
        ("На улице не горит фонарь, почините, пожалуйста", "windows-1251"),
        ("家の前の街灯が三週間も壊れています。", "shift_jis"),
        ("家の前の街灯が三週間も壊れています。", "iso-2022-jp"),
        ("가로등이 삼주째 고장났습니다", "euc-kr"),
        ("请尽快修理", "hz"),
    ],
)
def test_other_languages_with_their_own_label(sentence, charset):
    assert decode(sentence.encode(charset), charset) == sentence


@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "utf-8", "windows-1252"])
def test_typographic_quotes_of_windows(label):
    sentence = "It’s broken – the “new” lamp doesn’t work."
    assert decode(sentence.encode("windows-1252"), label) == sentence


def test_what_is_broken_is_replaced_and_the_rest_is_read():
    assert decode("我家楼下的路灯坏了".encode()[:-1], "utf-8") == "我家楼下的路灯坏�"
    assert decode(b"\xff" * 10, "utf-8")


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_a_character_that_the_sample_cuts_in_two_misleads_nobody(charset, shift):
    text = "灯" * shift + "我家楼下的路灯坏了，" * 500
    assert decode(text.encode(charset), "us-ascii") == text


@given(
    st.binary(max_size=400),
    st.one_of(st.text(max_size=20), st.sampled_from(["utf-16", "hz", "utf-7", "punycode", "unicode_escape", "zlib", "undefined"])),
)
def test_any_bytes_under_any_label_give_text_that_can_be_kept(content, label):
    assert isinstance(decode(content, label).encode(), bytes)


@given(st.lists(st.sampled_from(SIMPLIFIED), min_size=1, max_size=5), st.sampled_from(["utf-8", "gb18030"]), st.text(max_size=10))
def test_sentences_come_out_under_any_label_at_all(sentences, charset, label):
    try:
        known = codecs.lookup(label).name
    except (LookupError, ValueError):
        known = ""
    if not known.startswith(("utf-16", "utf_16")):
        assert decode("".join(sentences).encode(charset), label) == "".join(sentences)
