"""What becomes of a mail: the whole table, and laws over every sight of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.mail import Decision, MailRecord, Sight, decide, fate, language_of, text_of
from shared.refusals import NotAllowed
from tests.builders import MONDAY

MOST = 3
SIGHTS = st.builds(
    Sight,
    speaker=st.sampled_from(["person", "auto_reply", "list", "bounce", "own"]),
    reachable=st.booleans(),
    says=st.booleans(),
    answers=st.sampled_from([None, "complainant", "follower", "stranger"]),
    recent=st.integers(0, 6),
)


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({}, "opened", ""),
        ({"answers": "complainant"}, "added", ""),
        ({"answers": "complainant", "reachable": False}, "added", ""),
        ({"answers": "follower"}, "waiting", "follower"),
        ({"answers": "stranger"}, "waiting", "other_sender"),
        ({"reachable": False}, "waiting", "no_sender"),
        ({"says": False}, "waiting", "empty"),
        ({"says": False, "answers": "complainant"}, "waiting", "empty"),
        ({"recent": MOST - 1}, "opened", ""),
        ({"recent": MOST}, "waiting", "flood"),
        ({"recent": MOST, "answers": "complainant"}, "waiting", "flood"),
        ({"speaker": "list", "recent": MOST}, "aside", "list"),
        ({"speaker": "bounce", "says": False}, "aside", "bounce"),
        ({"speaker": "own", "answers": "complainant"}, "aside", "own"),
        ({"speaker": "auto_reply", "answers": "complainant"}, "aside", "auto_reply"),
    ],
)
def test_the_table(changes, state, reason):
    sight = Sight(**{"speaker": "person", "reachable": True, "says": True, "answers": None, "recent": 0} | changes)
    assert fate(sight, MOST) == (state, reason)


@given(SIGHTS)
def test_only_people_are_heard_and_only_the_complainant_adds(sight):
    state, reason = fate(sight, MOST)
    assert (state == "aside") == (sight.speaker != "person")
    assert state != "added" or sight.answers == "complainant"
    assert state != "opened" or (sight.answers is None and sight.reachable and sight.says and sight.recent < MOST)
    assert bool(reason) == (state in ("aside", "waiting"))


@given(SIGHTS)
def test_more_mails_never_open_more(sight):
    later = Sight(sight.speaker, sight.reachable, sight.says, sight.answers, sight.recent + 1)
    assert fate(sight, MOST)[0] in ("opened", "added") or fate(later, MOST)[0] not in ("opened", "added")


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [("停水", "两天了", "两天了"), ("停水", " \n ", "停水"), ("", "", "（正文为空，内容见附件。）")],
)
def test_something_is_always_said(subject, text, said):
    assert text_of(subject, text, "zh-CN") == said


@pytest.mark.parametrize(
    ("texts", "language"), [(("Lamp", "路灯坏了"), "zh-CN"), (("Lamp", "broken"), "en"), (("", ""), "en"), (("㐂",), "zh-CN")]
)
def test_the_language_is_the_one_it_is_written_in(texts, language):
    assert language_of(*texts) == language


def record(**facts):
    return MailRecord(id="a" * 64, arrived_at=MONDAY, size=10, **facts)


@pytest.mark.parametrize("to", ["opened", "added", "aside", "kept"])
@pytest.mark.parametrize("state", ["kept", "opened", "added", "aside", "waiting"])
def test_a_clerk_decides_what_waits_or_was_put_aside_and_nothing_else(state, to):
    mail, decision = record(state=state, reason="empty", tries=3), Decision(to, "other", "2603020000017")
    if state in ("waiting", "aside"):
        after = decide(mail, decision)
        assert (after.state, after.reason, after.number, after.tries) == (to, "other", "2603020000017", 0)
    else:
        with pytest.raises(NotAllowed, match=r"mail\.decided"):
            decide(mail, decision)


def test_what_is_only_a_head_is_not_sorted_again():
    with pytest.raises(NotAllowed, match=r"mail\.only_head"):
        decide(record(state="waiting", whole=False), Decision("kept"))
