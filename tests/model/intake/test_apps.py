"""Hooks lead nowhere but where they may, and what is posted there can be verified."""

import hashlib
import hmac

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.intake.model.apps import hook_fault, signature, signature_header

PUBLIC = [
    "https://app.example.com/hook",
    "https://app.example.com:8443/hook?from=huiying",
    "https://8.8.8.8/hook",
    "https://[2001:4860:4860::8888]/hook",
    "https://xn--fiq228c.example/",
    "https://app.example.com./hook",
]
INSIDE = [
    "https://10.0.0.7/hook",
    "https://192.168.1.9",
    "https://172.16.0.1",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1",
    "https://[fd00::1]/hook",
    "https://[fe80::1]/hook",
    "https://[::ffff:10.0.0.7]/hook",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://desk/hook",
    "https://desk.local/hook",
    "https://desk.city.internal/hook",
]
HERE = ["http://127.0.0.1:9000/hook", "https://127.0.0.1/hook", "http://localhost:9000/", "http://[::1]:9000/", "http://127.8.9.1/"]
UNREADABLE = [
    "app.example.com/hook", "ftp://app.example.com", "https://", "https:///hook", "https://user:word@app.example.com", "https://a@b.example",
    "https://app.example.com/#part", "javascript:alert(1)", "https://app.example.com:99999/", "https://127.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.1/", "https://app example.com/", "https://app.example.com/\nHost: x", "https://[::1", "https://-a-/",
    "https://app.example.com/" + "a" * 500,
]  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
@pytest.mark.parametrize("trial", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_public_hosts_over_https_are_always_fine(url, trial, inside):
    assert hook_fault(url, trial=trial, inside=inside) is None
    assert hook_fault(url.replace("https", "http"), trial=trial, inside=inside) == "fault.hook_not_https"


@pytest.mark.parametrize("url", INSIDE)
def test_the_city_s_own_network_only_where_that_is_allowed(url):
    assert hook_fault(url, trial=True, inside=False) == hook_fault(url, trial=False, inside=False) == "fault.hook_inside"
    assert hook_fault(url, trial=False, inside=True) is None


@pytest.mark.parametrize("url", HERE)
def test_this_machine_only_in_a_trial(url):
    assert hook_fault(url, trial=True, inside=False) is None
    assert hook_fault(url, trial=False, inside=True) == "fault.hook_inside"


@pytest.mark.parametrize("url", UNREADABLE)
def test_what_is_no_plain_address_is_none(url):
    assert hook_fault(url, trial=True, inside=True) == "fault.hook_unreadable"


@for_all(st.text(max_size=60) | st.text(max_size=40).map("https://".__add__))
def test_any_text_is_judged(text):
    assert hook_fault(text, trial=True, inside=True) in (None, "fault.hook_unreadable", "fault.hook_not_https", "fault.hook_inside")


@for_all(st.text(min_size=1, max_size=40), st.integers(0, 2**40), st.text(max_size=200))
def test_the_signature_is_the_documented_one(secret, at, body):
    by_hand = hmac.new(secret.encode(), str(at).encode() + b"." + body.encode(), hashlib.sha256).hexdigest()
    assert signature(secret, at, body) == by_hand
    assert signature_header(secret, at, body) == f"t={at},v1={by_hand}"


def test_another_moment_body_or_secret_is_another_signature():
    signed = {signature(*changed) for changed in (("s", 1, "a"), ("t", 1, "a"), ("s", 2, "a"), ("s", 1, "b"), ("s", 11, ".a"))}
    assert len(signed) == 5
