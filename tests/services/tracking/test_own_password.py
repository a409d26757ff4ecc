"""Officers change their own password: with the old one, twice the new one, and only what is not easily guessed."""

import pytest

from services.tracking.model.accounts import FREE_FAILURES, LONGEST_PASSWORD
from shared.events import Actor

ADMIN = Actor(kind="officer", id="admin")
NEW = "三号桥的路灯 2026"


@pytest.fixture
async def old(house):
    return await house.desk.accounts.create("water1", "李明", ("liaison", "handler"), "water", ADMIN)


async def change(house, old, new, again=None):
    browser = house.browser("water1")
    page = await browser.get("/desk/password")
    return await browser.send(page, "/desk/password", old=old, new=new, again=new if again is None else again)


async def signs_in(house, password):
    return await house.desk.accounts.sign_in("water1", password) is not None


async def test_the_new_password_opens_the_desk_and_the_old_one_no_more(house, old):
    answer = await change(house, old, NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/password?saved=true")
    assert await signs_in(house, NEW)
    assert not await signs_in(house, old)
    assert "密码已修改" in (await house.browser("water1").get("/desk/password?saved=true")).text


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [("tooshort7", None, "new"), ("x" * (LONGEST_PASSWORD + 1), None, "new"), ("Water1-water1", None, "new"), ("aaaaaaaaaaaa", None, "new"),
     (NEW, NEW + "x", "again")],
)  # fmt: skip
async def test_what_is_easily_guessed_or_mistyped_is_refused_and_not_shown(house, old, new, again, field):
    answer = await change(house, old, new, again)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert new not in answer.text
    assert await signs_in(house, old)


async def test_a_wrong_old_password_counts_as_at_signing_in(house, old):
    for _ in range(FREE_FAILURES):
        answer = await change(house, "not it at all", NEW)
        assert (answer.status_code, "现在的密码不对" in answer.text) == (422, True)
    assert (await house.desk.accounts.find("water1")).locked_until is not None
    assert (await change(house, old, NEW)).status_code == 422, "locked for a while"


async def test_nobody_but_officers(house):
    assert (await house.client().get("/desk/password")).status_code == 303
