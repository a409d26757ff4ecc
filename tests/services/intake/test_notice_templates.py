"""The city's own templates: taken in place of ours, and refused at start with file and line when they cannot be used."""

import shutil
from pathlib import Path

import pytest

from services.intake.notice_templates import FACTS, HERE, LANGUAGES, TemplateFault, read_templates
from services.intake.phrasebook import open_phrasebook
from shared.places import load_places
from shared.runtime.settings import Settings
from tests.builders import MONDAY


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def opened(own: Path | None, **settings: str):
    return open_phrasebook(Settings(**settings), load_places(None), lambda: MONDAY, own)


def write(own: Path, name: str, old: str = "", new: str = "") -> list[str]:
    """Our template of that name with something changed in it; its lines."""
    text = (HERE / name).read_text()
    assert old in text
    (own / name).write_text(text.replace(old, new, 1))
    return (own / name).read_text().splitlines()


def facts(**changes: str) -> dict[str, str]:
    return dict.fromkeys((*FACTS, "code"), "") | changes


def test_our_own_can_be_used_in_any_city():
    opened(None, city_zh="黔西南布依族苗族自治州", city_en="Qianxinan Buyei and Miao Autonomous Prefecture", hotline="0859-12345")


def test_the_city_s_take_the_place_of_ours_file_by_file(own):
    write(own, "receipt.toml", 'sms = "已收到。', 'sms = "您好，已收到。')
    book = opened(own)
    assert "您好" in book.templates.say("receipt", "zh-CN", "sms", facts(number="1", code="2"))
    ours = opened(None).templates
    assert book.templates.say("answered", "en", "mail", facts(answer="Done.")) == ours.say("answered", "en", "mail", facts(answer="Done."))


def test_all_of_ours_can_be_taken_as_a_beginning(own):
    for path in HERE.glob("*.toml"):
        shutil.copy(path, own)
    opened(own)


def test_what_people_wrote_is_never_read_as_a_template(own):
    said = opened(None).templates.say("answered", "en", "mail", facts(answer="{{ code }}{% if %}"))
    assert "{{ code }}{% if %}" in said


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "words"),
    [
        ("receipt.toml", "[en]", "[de]", "# To the complainant", "needs the tables zh-CN and en"),
        ("receipt.toml", 'sms = "Received.', 'message = "Received.', "[en]", "[en] needs the texts subject, mail, sms"),
        ("receipt.toml", "查询码：{{ code }}", "查询码见短信", 'mail = """', "mail: code must be in it"),
        ("receipt.toml", "code {{ code }}", "code", "sms = ", "sms: code must be in it"),
        ("answered.toml", "{{ answer }}", "{{ anwser }}", "{{ anwser }}", "mail: there is no placeholder anwser"),
        ("answered.toml", "{{ rate_until }}前", "{{ code }}前", "{{ code }}", "mail: there is no placeholder code"),
        ("answered.toml", "{% elif progress_url %}", "{% elif %}", "{% elif %}", "mail: "),
        ("closed.toml", "{{ reason }}", "{{ reason.deep.down }}", "{{ why_words }}。", "mail cannot be filled in"),
        ("closed.toml", "{{ words }}", "{{ words.__class__.__mro__ }}", "{{ why_words }}。", "mail cannot be filled in"),
        ("closed.toml", "详情：", "详情" * 70, "sms = ", None),
        ("redo.toml", "没有解决，已退给", "没有解决，" * 20 + "已退给", "sms = ", "the SMS may be 134 signs long"),
        ("receipt.toml", "请保存", "请保存好，不要弄丢，也不要告诉别人，查进度的时候要用", "sms = ", "the SMS may be 70 signs long"),
        ("frame.toml", "编号：{{ number }}", "编号：{{ number // 2 }}", "{{ text }}", "mail cannot be filled in"),
        ("frame.toml", "{{ text }}（{{ number }}）", "{{ number }}", "subject = ", "subject: text must be in it"),
        ("redo.toml", "[zh-CN]", "[zh-CN", "[zh-CN", "not TOML"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_file_and_line(own, name, old, new, at, words):
    lines = write(own, name, old, new)
    if words is None:  # only what comes with a link is longer: the link is left out of the SMS then
        opened(own)
        return
    with pytest.raises(TemplateFault) as told:
        opened(own)
    assert words in str(told.value)
    assert told.value.file == name
    assert at in lines[told.value.line - 1], told.value


def test_a_subject_is_one_line(own):
    write(own, "redo.toml", "}}重新办理{% endif %}\"", "}}\\n重新办理{% endif %}\"")
    with pytest.raises(TemplateFault, match=r"redo\.toml:\d+: a subject is one line"):
        opened(own)


@pytest.mark.parametrize(("name", "words"), [("reciept.toml", "there is no such notice"), ("answered.en.toml", "there is no such notice")])
def test_a_file_that_would_be_passed_over_is_refused(own, name, words):
    (own / name).write_text("")
    with pytest.raises(TemplateFault, match=words):
        read_templates(own)


def test_a_folder_that_is_not_there_is_refused(own):
    with pytest.raises(TemplateFault, match="no such folder"):
        read_templates(own / "elsewhere")


async def test_the_service_does_not_start_with_words_it_cannot_say(open_intake, own):
    write(own, "asked.toml", "{{ due }}", "{{ date }}")
    with pytest.raises(TemplateFault, match="there is no placeholder date"):
        await open_intake({"notices": own})


def test_both_languages_have_every_notice():
    shipped = read_templates(None)
    for path in HERE.glob("*.toml"):
        kind = path.stem
        for language in LANGUAGES if kind != "frame" else ():
            assert shipped.say(kind, language, "subject", facts())
