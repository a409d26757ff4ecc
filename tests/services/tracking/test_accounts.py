"""Accounts: signing in and being kept out, the administrator's page, the first administrator, the command."""

import re
from datetime import timedelta

import pytest

from services.tracking.actions.accounts import accounts_of, ensure_administrator
from services.tracking.commands import every_account, make_token
from services.tracking.model.accounts import FREE_FAILURES, LONGEST_LOCK, locked_until
from shared.events import Actor
from shared.refusals import NotAllowed
from shared.runtime.host import House
from shared.web.identity import COOKIE, Identity, sign_session, sign_token
from shared.web.limits import Limits
from tests.builders import MONDAY

ADMIN = Actor(kind="officer", id="admin")


@pytest.fixture
async def password(house):
    return await house.desk.accounts.create("liming", "李明", ("liaison", "handler"), "water", ADMIN)


async def sign_in(house, login, password, next="/desk"):
    browser = house.browser()
    page = await browser.get("/desk/sign-in", next=next)
    return browser, await browser.send(page, "/desk/sign-in", login=login, password=password)


async def test_the_right_password_opens_the_desk_and_leads_back(house, password):
    browser, answer = await sign_in(house, " LiMing ", password, next="/desk?pile=reply")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?pile=reply")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert (await browser.get("/desk", pile="accept")).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_signing_in_never_leads_elsewhere(house, password, elsewhere):
    _, answer = await sign_in(house, "liming", password, next=elsewhere)
    assert answer.headers["location"] == "/desk"


async def test_unknown_wrong_and_closed_look_the_same(house, password):
    await house.desk.accounts.create("zhao", "赵强", ("dispatcher",), None, ADMIN)
    await house.desk.accounts.set_active("zhao", False, ADMIN)
    pages = []
    for login in ("liming", "nobody", "zhao", "Not A Login!"):
        _, answer = await sign_in(house, login, "wrong-password")
        assert answer.status_code == 422
        assert COOKIE not in answer.headers.get("set-cookie", "")
        text = re.sub(r'value="[^"]*"', "", answer.text)
        pages.append(text)
    assert len(set(pages)) == 1


async def test_the_login_stays_in_the_form_and_the_password_does_not(house, password):
    _, answer = await sign_in(house, "liming", "my-secret-guess")
    assert 'value="liming"' in answer.text
    assert "my-secret-guess" not in answer.text


async def test_five_wrong_passwords_lock_for_longer_and_longer(house, password, clock):
    for _ in range(FREE_FAILURES):
        assert await house.desk.accounts.sign_in("liming", "wrong") is None
    assert await house.desk.accounts.sign_in("liming", password) is None, "locked, even with the right password"
    clock.forward(seconds=31)
    assert await house.desk.accounts.sign_in("liming", "wrong") is None
    clock.forward(seconds=31)
    assert await house.desk.accounts.sign_in("liming", password) is None, "the second lock is longer"
    clock.forward(seconds=31)
    account = await house.desk.accounts.sign_in("liming", password)
    assert account is not None
    assert account.failures == 0


def test_the_lock_grows_and_has_an_end():
    waits = [locked_until(failures, MONDAY) for failures in range(40)]
    assert waits[: FREE_FAILURES - 1] == [None] * (FREE_FAILURES - 1)
    locked = [wait - MONDAY for wait in waits if wait]
    assert locked[0] == timedelta(seconds=30)
    assert locked == sorted(locked)
    assert locked[-1] == LONGEST_LOCK


async def test_a_password_is_only_kept_as_its_hash(house, password):
    stored = (await house.world.store.get("account", ["liming"]))["liming"]
    assert password not in stored.body
    assert "$argon2id$" in stored.body


async def test_signing_out_ends_the_session(house, password):
    browser, _ = await sign_in(house, "liming", password)
    answer = await browser.send(await browser.get("/desk", pile="accept"), "/desk/sign-out")
    assert answer.headers["location"] == "/desk/sign-in"
    answer = await browser.get("/desk")
    assert answer.headers["location"] == "/desk/sign-in?next=/desk"


async def test_an_administrator_makes_an_account_whose_password_is_shown_once(house):
    browser = house.browser("admin")
    page = await browser.get("/desk/people/new")
    answer = await browser.send(page, "/desk/people/new", login="wangfang", name="王芳", roles=["agent", "dispatcher"], department="")
    password = re.search(r'id="password">([^<]+)<', answer.text)[1]
    assert answer.headers["cache-control"] == "no-store"
    account = await house.desk.accounts.sign_in("wangfang", password)
    assert account.roles == ("agent", "dispatcher")
    again = await browser.send(page, "/desk/people/new", login="wangfang", name="王芳", roles=["agent"], department="")
    assert again.status_code == 422
    assert "这个账号已经有了" in again.text
    assert password not in (await browser.get("/desk/people/wangfang")).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"login": "x"}, "账号须以小写字母开头"),
        ({"name": ""}, "请写姓名"),
        ({"roles": []}, "请至少选一个角色"),
        ({"roles": ["handler"]}, "这些角色必须有单位"),
        ({"roles": ["handler"], "department": "moon"}, "没有这个单位"),
    ],
)
async def test_a_faulty_account_comes_back_as_typed(house, fields, words):
    browser = house.browser("admin")
    page = await browser.get("/desk/people/new")
    typed = {"login": "sunning", "name": "孙宁", "roles": ["dispatcher"], "department": ""} | fields
    answer = await browser.send(page, "/desk/people/new", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed["login"]}"' in answer.text
    assert await house.desk.accounts.find("sunning") is None


async def test_roles_and_department_change_and_the_account_is_closed_and_opened(house, password):
    browser = house.browser("admin")
    page = await browser.get("/desk/people/liming")
    answer = await browser.send(page, "/desk/people/liming", name="李明", roles=["approver"], department="housing")
    assert answer.status_code == 303
    account = await house.desk.accounts.find("liming")
    assert (account.roles, account.department) == (("approver",), "housing")
    await browser.send(await browser.get("/desk/people/liming"), "/desk/people/liming/close")
    assert await house.desk.accounts.sign_in("liming", password) is None
    assert "李明" in (await browser.get("/desk/people", closed=True)).text
    assert "李明" not in (await browser.get("/desk/people")).text
    await browser.send(await browser.get("/desk/people/liming"), "/desk/people/liming/open")
    assert await house.desk.accounts.sign_in("liming", password) is not None


async def test_a_new_password_ends_the_old_one(house, password):
    browser = house.browser("admin")
    answer = await browser.send(await browser.get("/desk/people/liming"), "/desk/people/liming/password")
    fresh = re.search(r'id="password">([^<]+)<', answer.text)[1]
    assert await house.desk.accounts.sign_in("liming", password) is None
    assert await house.desk.accounts.sign_in("liming", fresh) is not None


async def test_nobody_shuts_themselves_out(house):
    await house.desk.accounts.create("admin", "管理员", ("administrator",), None, ADMIN)
    with pytest.raises(NotAllowed, match="own_end"):
        await house.desk.accounts.set_active("admin", False, ADMIN)
    with pytest.raises(NotAllowed, match="own_role"):
        await house.desk.accounts.change("admin", "管理员", ("auditor",), None, ADMIN)


async def test_the_list_of_accounts_has_pages(house):
    for number in range(60):
        await house.desk.accounts.create(f"officer{number:02}", f"同事{number}", ("agent",), None, ADMIN)
    browser = house.browser("admin")
    first = await browser.get("/desk/people")
    assert first.text.count("<tr data-row>") == 50
    assert (await browser.get("/desk/people", after="officer49")).text.count("<tr data-row>") == 10
    assert 'href="/desk/people?after=officer49"' in first.text


@pytest.mark.parametrize("login", ["dispatcher1", "water1", "supervisor1"])
async def test_accounts_are_for_the_administrator(house, login):
    assert (await house.browser(login).get("/desk/people")).status_code == 403


async def test_the_first_administrator_is_made_once(house):
    password = await ensure_administrator(house.world)
    assert password is not None
    account = await accounts_of(house.world).sign_in("admin", password)
    assert account is not None
    assert account.roles == ("administrator",)
    assert await ensure_administrator(house.world) is None


async def test_a_token_speaks_for_an_active_account_only(house, password):
    running = House(house.world.settings, house.world.log, house.world.files, house.world.clock, house.world.keys, house.world.places)
    running.worlds["tracking"] = house.world
    token = await make_token(running, "liming", 30)
    client = house.client()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/cases", headers=headers)).status_code == 200
    house.world.clock.forward(days=31)
    assert (await client.get("/api/v1/cases", headers=headers)).status_code == 401
    await house.desk.accounts.set_active("liming", False, ADMIN)
    with pytest.raises(NotAllowed, match="unknown"):
        await make_token(running, "liming", 30)
    assert [account.active for account in await every_account(running)] == [False]


async def test_a_closed_account_is_signed_out_everywhere_at_once(house, password):
    officer = Identity("liming", "李明", frozenset({"liaison"}), "water")
    client = house.client()
    client.cookies.set(COOKIE, sign_session(officer, house.world.keys, house.world.clock.now(), 60))
    bearer = {"Authorization": f"Bearer {sign_token(officer, house.world.keys, house.world.clock.now(), 30)}"}
    assert (await client.get("/desk")).status_code == 200
    assert (await client.get("/api/v1/cases", headers=bearer)).status_code == 200
    await house.desk.accounts.set_active("liming", False, ADMIN)
    assert (await client.get("/desk")).status_code == 303
    assert (await client.get("/board")).status_code == 303
    assert (await client.get("/api/v1/cases", headers=bearer)).status_code == 401


async def test_signing_in_is_limited_by_address(house, password):
    house.app.state.limits = Limits()
    browser = house.browser()
    page = await browser.get("/desk/sign-in")
    answers = [(await browser.send(page, "/desk/sign-in", login="liming", password="wrong")).status_code for _ in range(21)]
    assert answers[:20] == [422] * 20
    assert answers[20] == 429
