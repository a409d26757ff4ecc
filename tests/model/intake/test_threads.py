"""Threads: tokens and Message-IDs find their matter again, and only with our key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.threads import (
    COMPLAINANT,
    message_id,
    read_message_id,
    read_reply_addresses,
    read_reply_token,
    reply_address,
    reply_token,
)

KEY, OTHER = b"k" * 32, b"o" * 32
NUMBER = "2603020000017"
FOLLOWER = "01940000-0000-7000-8000-00000000000f"
NOTICE = "01940000-0000-7000-8000-000000000001"
numbers = st.integers(10**12, 10**18 - 1).map(str)
recipients = st.just(COMPLAINANT) | st.uuids().map(str)


@given(numbers, recipients)
def test_a_token_is_read_back_whatever_its_case(number, recipient):
    token = reply_token(KEY, number, recipient)
    assert read_reply_token(KEY, token) == (number, recipient)
    assert read_reply_token(KEY, token.upper()) == (number, recipient)
    assert token == token.lower()


@given(numbers, recipients, st.data())
def test_a_token_with_one_sign_changed_opens_nothing(number, recipient, data):
    token = reply_token(KEY, number, recipient)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567").filter(lambda sign: sign != token[place]))
    assert read_reply_token(KEY, token[:place] + other + token[place + 1 :]) is None


@given(st.text(max_size=80))
def test_whatever_comes_as_a_token_is_read_without_a_fault(text):
    assert read_reply_token(KEY, text) is None
    assert read_message_id(KEY, text) is None
    assert read_reply_addresses(KEY, [text]) is None


def test_a_token_is_bound_to_key_number_and_recipient():
    token = reply_token(KEY, NUMBER, FOLLOWER)
    assert read_reply_token(OTHER, token) is None
    assert token != reply_token(KEY, NUMBER, COMPLAINANT)
    assert token != reply_token(KEY, "2603020000025", FOLLOWER)


def test_a_recipient_that_is_nobodys_id_is_refused():
    with pytest.raises(ValueError, match="UUID"):
        reply_token(KEY, NUMBER, "somebody")


def test_the_address_carries_the_token_behind_a_plus():
    token = reply_token(KEY, NUMBER)
    address = reply_address("12345@city.example", token)
    assert address == f"12345+{token}@city.example"
    assert read_reply_addresses(KEY, ["somebody@else.example", f"<{address.upper()}>"]) == (NUMBER, COMPLAINANT)


def test_an_address_without_a_token_of_ours_leads_nowhere():
    foreign = reply_token(OTHER, NUMBER)
    assert read_reply_addresses(KEY, ["12345@city.example", f"12345+{foreign}@city.example", "12345+@city.example", ""]) is None


def test_an_address_that_no_server_would_take_is_refused():
    with pytest.raises(ValueError, match="too long"):
        reply_address(f"{'n' * 40}@city.example", reply_token(KEY, NUMBER))


def test_the_longest_token_fits_beside_a_hotlines_number():
    assert len(reply_address("12345@city.example", reply_token(KEY, "9" * 18, FOLLOWER)).split("@")[0]) <= 64


def test_a_message_id_is_read_back_from_a_list_of_references():
    ours, other = message_id(KEY, NOTICE, "city.example"), message_id(KEY, NOTICE.replace("1", "2"), "city.example")
    assert read_message_id(KEY, f"<a@b.example> {other}\r\n {ours} <c@d.example>") == NOTICE
    assert read_message_id(KEY, ours.upper()) == NOTICE


def test_a_message_id_that_somebody_made_up_names_no_notice():
    assert read_message_id(KEY, message_id(OTHER, NOTICE, "city.example")) is None
    assert read_message_id(KEY, f"<{NOTICE}@city.example>") is None
    assert read_message_id(KEY, f"<{NOTICE}.aaaaaaaaaaaaaaaa@city.example>") is None
