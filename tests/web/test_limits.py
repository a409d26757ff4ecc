"""How often: counted by name and key; whose address counts."""

import pytest
from fastapi import Request

from shared.runtime.settings import Settings, SettingsError
from shared.web.limits import Limits, client_address, read_proxies
from shared.web.problems import TooMany
from tests.web.browsing import browser
from tests.web.sample import SetClock, make_app


def test_the_try_above_the_rate_is_refused_and_told_when_to_come_back() -> None:
    limits = Limits()
    for _ in range(3):
        limits.check("progress", "203.0.113.9", "3/minute")
    with pytest.raises(TooMany) as refused:
        limits.check("progress", "203.0.113.9", "3/minute")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 120


def test_names_and_keys_are_counted_apart() -> None:
    limits = Limits()
    limits.check("progress", "a", "1/minute")
    limits.check("progress", "b", "1/minute")
    limits.check("sign_in", "a", "1/minute")
    with pytest.raises(TooMany):
        limits.check("progress", "a", "1/minute")


def test_switched_off_nothing_is_counted() -> None:
    limits = Limits(off=True)
    for _ in range(100):
        limits.check("progress", "a", "1/day")


async def test_people_are_told_how_long_to_wait(clock: SetClock) -> None:
    client = browser(make_app(clock, rate_limits="on"))
    assert [(await client.get("/sample/limited")).status_code for _ in range(3)] == [200, 200, 429]
    refused = await client.get("/sample/limited")
    assert "操作太频繁" in refused.text
    assert refused.headers["retry-after"] in refused.text


def request(address: str, forwarded: str, proxies: str) -> Request:
    settings = Settings(trusted_proxies=proxies)
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    app = type("App", (), {"state": type("State", (), {"proxies": read_proxies(settings)})})
    return Request({"type": "http", "client": (address, 1), "headers": headers, "app": app})


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "counted"),
    [
        ("203.0.113.9", "", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "192.0.2.1, 198.51.100.1, 10.0.0.3", "10.0.0.2, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.2", "10.0.0.2", "10.0.0.2", "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", "", "", "2001:db8:1:2::/64"),
        ("10.0.0.2", "nonsense", "10.0.0.2", "nonsense"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours_counts(address: str, forwarded: str, proxies: str, counted: str) -> None:
    assert client_address(request(address, forwarded, proxies)) == counted


def test_a_proxy_that_is_no_address_is_told_at_start() -> None:
    with pytest.raises(SettingsError, match="HUIYING_TRUSTED_PROXIES"):
        read_proxies(Settings(trusted_proxies="proxy.internal"))


def test_what_weighs_more_counts_for_more() -> None:
    limits = Limits()
    limits.check("megabytes", "a", "10/hour", 7)
    limits.check("megabytes", "a", "10/hour", 3)
    with pytest.raises(TooMany):
        limits.check("megabytes", "a", "10/hour", 1)
    with pytest.raises(TooMany):
        limits.check("megabytes", "b", "10/hour", 11)
