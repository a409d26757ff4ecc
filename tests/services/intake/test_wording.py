"""What notices say: every kind in every language and channel, with nothing in it that does not belong there."""

import json
from itertools import product

import pytest

from services.intake.model.codes import group as group_code
from services.intake.model.codes import query_code
from services.intake.model.noticing import ALONE, WHYS
from services.intake.model.numbers import group
from services.intake.notice_templates import LANGUAGES
from services.intake.phrasebook import LIMITS, sms_length
from services.intake.wording import word

from .joined import told
from .notices import ADDRESS, ANSWER, ASKED, CHANNEL, LONGEST, NUMBER, SECRETS, matter, notice


@pytest.fixture
async def door(open_intake, tmp_path):
    return (await open_intake(public_url=ADDRESS, **told(tmp_path))).door


GUARDED = ("S1", "S2", "S3", "confidential")


def every(door, channels=("email", "sms"), guarded=("",)):
    """Each notice there can be, with its words: (notice, subject, text)."""
    for kind, language, follower, channel, how in product(WHYS, LANGUAGES, (None, "f"), channels, guarded):
        if follower and kind in ALONE:
            continue
        for why in WHYS[kind]:
            one = notice(kind, channel, language=language, follower=follower, why=why)
            worded = word(door, matter(door, guarded=how), one)
            yield one, worded.subject, worded.text


async def test_no_notice_says_more_than_it_must(door):
    code = group_code(query_code(door.code_key, NUMBER))
    for one, subject, text in every(door, guarded=("", "S2", "confidential")):
        said = f"{subject}\n{text}"
        assert group(NUMBER) in said, one.kind
        assert not [secret for secret in SECRETS if secret in said], one.kind
        assert (code in text) == (one.kind == "receipt")
        assert ("/rate/" in text) == (one.kind == "answered" and not one.follower)
        assert ("/progress" in text) == (not one.follower) or one.channel == "sms"
        assert not (one.follower and "http" in text)
        assert "\n" not in subject
        assert "!" not in said
        assert "！" not in said


async def test_a_sensitive_matter_gives_nothing_away(door):
    """Neither who handles it, nor why, nor anybody's words: only that there is news, and by when something is due."""
    names = {door.world.places.name(LONGEST, language) for language in LANGUAGES} | {LONGEST}
    reasons = {door.phrases.why(kind, why, language) for kind in ("extended", "overdue") for why in WHYS[kind] for language in LANGUAGES}
    for one, subject, text in every(door, ("email", "sms", "webhook"), GUARDED):
        said = f"{subject}\n{text}"
        hidden = {*names, *reasons, *ANSWER.split("\n"), ASKED, CHANNEL, "不在本市范围内"}
        assert not [words for words in hidden if words in said], one.kind


async def test_an_sms_is_one_part_for_the_receipt_and_two_at_most_for_the_rest(door):
    for one, subject, text in every(door, ("sms",)):
        assert subject == ""
        assert sms_length(text) <= LIMITS[one.kind] == (70 if one.kind == "receipt" else 134), text
        assert "\n" not in text


async def test_an_sms_does_without_the_links_that_do_not_fit(open_intake, tmp_path):
    long = await open_intake(public_url=f"https://{'a' * 50}.example.gov.cn", **told(tmp_path))
    longer = await open_intake(public_url=f"https://{'a' * 60}.{'b' * 60}.example.gov.cn", **told(tmp_path))
    assert "/progress" in word(long.door, matter(long.door), notice(channel="sms")).text
    for house in (long, longer):
        texts = [text for _, _, text in every(house.door, ("sms",))]
        assert all(sms_length(text) <= 134 and "/rate/" not in text for text in texts)
    assert not any("http" in text for text in texts)


async def test_an_answer_by_mail_is_whole_and_asks_whether_it_was_solved(door):
    worded = word(door, matter(door), notice())
    assert worded.subject == "您反映的事有了答复（260302-000001-7）"
    assert worded.text.startswith(f"市城市管理和综合执法局的答复：\n\n{ANSWER}\n\n这件事解决了吗？由您说了算：\n{ADDRESS}/rate/")
    assert "3月17日（周二）09:00前有效" in worded.text


@pytest.mark.parametrize(("publish", "seen"), [(True, True), (False, False)])
async def test_who_joined_reads_only_what_may_be_published(door, publish, seen):
    reply = "王小明女士家（3栋）的水管已经换好，电话 13812345678。"
    progress = matter(door).progress.model_copy(update={"reply": reply})
    text = word(door, matter(door, publish=publish, progress=progress), notice(follower="f")).text
    assert ("的水管已经换好" in text) == seen
    assert not [words for words in ("王小明", "3栋", "13812345678") if words in text]
    assert "您加入的事" in word(door, matter(door), notice(follower="f")).subject


async def test_what_is_asked_for_and_where_else_to_go_is_said_to_the_complainant_alone(door):
    assert ASKED in word(door, matter(door), notice("asked")).text
    declined = word(door, matter(door), notice("closed", why="declined")).text
    assert f"原因：不在本市范围内。\n\n可以这样办：\n{CHANNEL}" in declined
    assert CHANNEL not in word(door, matter(door), notice("closed", why="declined", follower="f")).text
    assert CHANNEL not in word(door, matter(door), notice("closed", why="solved")).text


async def test_a_mail_can_be_answered_where_answers_are_read(open_intake, tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    house = await open_intake(mailbox_url=f"maildir:{tmp_path / 'box'}", **told(tmp_path))
    deaf = await open_intake(**told(tmp_path))
    assert "回复这封信" in word(house.door, matter(house.door), notice("asked")).text
    assert "回复这封信" not in word(deaf.door, matter(deaf.door), notice("asked")).text
    assert "回复" not in word(house.door, matter(house.door), notice("asked", channel="sms")).text


async def test_an_answer_that_was_taken_back_or_rated_is_not_asked_about(door):
    progress = matter(door).progress.model_copy(update={"may": (), "reply": ""})
    text = word(door, matter(door, progress=progress), notice()).text
    assert "/rate/" not in text
    assert "请在进度页上看全文" in text


@pytest.mark.parametrize(("publish", "guarded"), [(True, ""), (False, ""), (True, "S2")])
async def test_a_program_is_told_in_codes(door, publish, guarded):
    said = json.loads(word(door, matter(door, publish=publish, guarded=guarded), notice(channel="webhook")).text)
    answer = {"answer": ANSWER} if publish and not guarded else {}
    assert said == answer | {
        "number": NUMBER, "kind": "answered", "state": "awaiting_callback", "department": None if guarded else LONGEST,
        "due_at": "2026-03-07T01:00:00+00:00", "at": "2026-03-02T01:00:00+00:00",
    }  # fmt: skip


async def test_who_has_no_department_yet_is_told_of_the_centre(door):
    text = word(door, matter(door), notice("answered", department=None)).text
    assert text.startswith("市民热线服务中心的答复")
    assert "The answer (the hotline centre)" in word(door, matter(door), notice("answered", department=None, language="en")).text


def test_rare_characters_and_pictures_take_the_room_of_two():
    assert [sms_length(text) for text in ("水管", "𠮷", "🙂")] == [2, 2, 2]
