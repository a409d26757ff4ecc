"""Other apps: registered by administrators, known by a key that is kept nowhere, told by webhooks that they can verify."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from services.intake.actions.apps import app_of, list_apps
from services.intake.actions.notifying import Sender
from services.intake.documents.notice import NOTICE
from services.intake.wording import word
from shared.ports import Equal, Order
from tests.adapters.web_office import open_web_office, reply

from .standings import ACCEPTED, DISPATCHED, PASSED, REPLIED

CODES = re.compile(r"<code>([^<]+)</code>")


async def register(house, name="随手拍", hook=""):
    """The key of the new app, and the signing secret when it has a hook."""
    house.sign_in("administrator")
    answer = await house.form("/apps", "/apps", {"name": name, "hook": hook})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return CODES.findall(answer.text)


async def file(house, key, **body):
    answer = await house.client.post("/api/v1/complaints", json={"text": "柳堤路停水了", **body}, headers={"Huiying-App": key})
    return answer


async def only_app(house):
    (app,) = await list_apps(house.door)
    return app


async def send(house):
    """Sends what is due to apps, as the job does."""
    sender = Sender(house.door, "webhook", word)
    await house.outgoing()
    (app,) = await list_apps(house.door)
    for number in {record.case for record in await house.logged()}:
        await house.consume(number)
    while await sender.step():
        continue
    return app


def genuine():
    """The example of docs/running.md, as it stands there."""
    text = (Path(__file__).parents[3] / "docs/running.md").read_text(encoding="utf-8")
    example = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def genuine" in block)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - what is printed for others has to work
    return names


def verify(secret, headers, body, now):
    names = genuine()
    names["time"] = SimpleNamespace(time=lambda: now)
    return names["genuine"](secret, headers["huiying-signature"], body)


async def test_the_key_is_shown_once_and_lies_nowhere(intake):
    key, secret = await register(intake, hook="https://app.example.com/hook")
    pages = [(await intake.client.get(path)).text for path in ("/apps", f"/apps/{(await only_app(intake)).id}")]
    assert all("随手拍" in page and "https://app.example.com/hook" in page for page in pages)
    written = b"".join(path.read_bytes() for path in intake.folder.rglob("*") if path.is_file())
    for shown in (key, secret):
        assert len(shown) > 30
        assert all(shown not in page for page in pages)
        assert shown.encode() not in written


async def test_the_same_form_sent_twice_registers_one_app(intake):
    intake.sign_in("administrator")
    page = (await intake.client.get("/apps")).text
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|id)" value="([^"]*)">', page.split('action="/apps"')[1]))
    first, second = [await intake.client.post("/apps", data={**hidden, "name": "随手拍"}) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 409)
    assert "同一张表提交了两次" in second.text
    assert len(await list_apps(intake.door)) == 1


async def test_only_administrators_see_apps(intake):
    await register(intake)
    app = await only_app(intake)
    paths = ("/apps", f"/apps/{app.id}")
    for roles in (("supervisor",), ("agent", "clerk", "auditor")):
        intake.sign_in(*roles)
        assert {(await intake.client.get(path)).status_code for path in paths} == {403}
    intake.client.cookies.clear()
    assert {(await intake.client.get(path)).status_code for path in paths} == {303}


async def test_a_slip_gives_the_form_back(intake):
    intake.sign_in("administrator")
    for typed in ({"name": ""}, {"name": " "}, {"name": "x" * 81}, {"name": "a", "hook": "https://10.0.0.7/"}):
        answer = await intake.form("/apps", "/apps", typed)
        assert answer.status_code == 422
        assert 'class="error"' in answer.text
        assert typed.get("hook", "") in answer.text
    assert await list_apps(intake.door) == []


async def test_a_renewed_key_opens_and_the_old_one_does_not(intake):
    (old,) = await register(intake)
    app = await only_app(intake)
    answer = await intake.form(f"/apps/{app.id}", f"/apps/{app.id}/key")
    (new,) = CODES.findall(answer.text)
    assert await app_of(intake.door, old) is None
    assert (await app_of(intake.door, new)).id == app.id
    assert [step.step for step in (await only_app(intake)).steps] == ["registered", "key"]


async def test_a_stopped_app_files_nothing_until_it_is_started(intake):
    (key,) = await register(intake)
    app = await only_app(intake)
    for active, status in (("no", 403), ("yes", 201)):
        answer = await intake.client.post(f"/apps/{app.id}/active", data={"csrf": await csrf(intake, app), "active": active})
        assert answer.status_code == 303
        assert (await file(intake, key)).status_code == status
    assert "已启用" in (await intake.client.get(answer.headers["location"])).text


async def csrf(house, app):
    return (await house.client.get(f"/apps/{app.id}")).text.split('name="csrf" value="')[1].split('"')[0]


async def test_a_hook_is_changed_with_a_new_secret_and_taken_away(intake):
    _, old = await register(intake, hook="https://app.example.com/hook")
    app = await only_app(intake)
    page = f"/apps/{app.id}"
    (new,) = CODES.findall((await intake.form(page, f"{page}/hook", {"hook": "https://app.example.com/other"})).text)
    assert new != old
    wrong = await intake.form(page, f"{page}/hook", {"hook": "https://desk.local/"})
    assert wrong.status_code == 422
    assert "https://desk.local/" in wrong.text
    assert (await only_app(intake)).hook == "https://app.example.com/other"
    gone = await intake.form(page, f"{page}/hook", {"hook": ""})
    assert gone.headers["location"] == f"{page}?done=no_hook"
    assert (await only_app(intake)).hook is None


async def test_the_city_s_own_network_is_open_where_the_setting_says_so(open_intake):
    house = await open_intake(hooks_inside=True)
    await register(house, hook="https://desk.city.internal/hook")


async def test_a_page_of_an_app_that_is_none_is_not_there(intake):
    intake.sign_in("administrator")
    for path in ("/apps/0123456789abcdef", "/apps/x", "/apps/%00"):
        assert (await intake.client.get(path)).status_code == 404


async def test_what_an_app_files_is_known_as_its_own(intake):
    (key,) = await register(intake)
    receipt = (await file(intake, key)).json()
    complaint = await intake.complaint(receipt["number"])
    assert (complaint.app, complaint.notify) == ((await only_app(intake)).id, "none")
    assert (await intake.complaint((await intake.submit())["number"])).app is None


async def test_another_key_is_refused_and_counted(open_intake):
    house = await open_intake({"submissions": "4/hour"}, rate_limits="on")
    answers = [(await file(house, key)).status_code for key in ("", "no key", "hy_" + "x" * 32, "x" * 3_000, "one more")]
    assert answers == [403, 403, 403, 403, 429]


async def test_an_app_has_a_limit_of_its_own(open_intake):
    house = await open_intake({"submissions": "1/hour", "submissions_of_app": "3/hour"}, rate_limits="on")
    (key,) = await register(house)
    assert [(await file(house, key)).status_code for _ in range(4)] == [201, 201, 201, 429]


async def test_two_apps_may_use_the_same_idempotency_key(intake):
    keys = [(await register(intake, name))[0] for name in ("一", "二")]
    answers = [
        await intake.client.post("/api/v1/complaints", json={"text": "停水"}, headers={"Huiying-App": key, "Idempotency-Key": "1"})
        for key in (*keys, keys[0])
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert answers[0].json() == answers[2].json()


async def test_an_app_with_a_hook_is_told_and_can_verify_it(intake):
    async with open_web_office() as office:
        key, secret = await register(intake, hook=office.url)
        number = (await file(intake, key, publish=True)).json()["number"]
        await intake.tracking_says(number, DISPATCHED, ACCEPTED, REPLIED, PASSED)
        await send(intake)
        kinds = {}
        for asked in office.asked:
            assert verify(secret, asked.headers, asked.body, intake.clock.now().timestamp())
            assert not verify("another", asked.headers, asked.body, intake.clock.now().timestamp())
            assert not verify(secret, asked.headers, asked.body + b" ", intake.clock.now().timestamp())
            assert not verify(secret, asked.headers, asked.body, intake.clock.now().timestamp() + 600), "an old one sent again"
            kinds[asked.headers["huiying-delivery"]] = asked.body
        assert len(kinds) == len(office.asked) >= 2
        assert any("水管已经修好".encode() in body for body in kinds.values())


async def test_deliveries_are_shown_tried_again_and_sent_again_by_hand(intake):
    async with open_web_office() as office:
        office.answers = [reply(500, "busy"), reply(410, "gone")]
        key, secret = await register(intake, hook=office.url)
        number = (await file(intake, key)).json()["number"]
        app = await send(intake)
        page = f"/apps/{app.id}"
        shown = (await intake.client.get(page)).text
        assert f"{number[:6]}-{number[6:-1]}-{number[-1]}" in shown
        assert "排队中" in shown
        intake.clock.forward(minutes=2)
        await send(intake)
        shown = (await intake.client.get(page)).text
        assert "没有送到" in shown
        assert "410 gone" in shown
        first = office.asked[0].headers["huiying-delivery"]
        answer = await intake.form(page, f"{page}/resend", {"notice": first})
        assert answer.headers["location"] == f"{page}?done=resent"
        await send(intake)
        again = office.asked[-1]
        told, retold = (json.loads(asked.body) for asked in (office.asked[0], again))
        assert {**told, "at": ""} == {**retold, "at": ""}
        assert again.headers["huiying-delivery"] != first
        assert verify(secret, again.headers, again.body, intake.clock.now().timestamp())
        shown = (await intake.client.get(page)).text
        assert "已收下" in shown
        assert (first in shown, again.headers["huiying-delivery"] in shown) == (False, True), "what was sent again is not sent a third time"


async def test_a_delivery_of_another_app_cannot_be_sent_again_here(intake):
    async with open_web_office() as office:
        key, _ = await register(intake, hook=office.url)
        await file(intake, key)
        app = await send(intake)
        (notice,) = [NOTICE.parse(one) for one in await notices(intake, app)]
        await register(intake, "另一个")
        other = next(one for one in await list_apps(intake.door) if one.id != app.id)
        data = {"csrf": await csrf(intake, other), "notice": notice.id}
        assert (await intake.client.post(f"/apps/{other.id}/resend", data=data)).status_code == 404


async def notices(house, app):
    return await house.world.store.find(NOTICE.name, {"app": Equal(app.id)}, order=Order("queued_at"), limit=10)


async def test_an_app_that_lost_its_hook_is_told_nothing_and_the_notice_ends(intake):
    async with open_web_office() as office:
        key, _ = await register(intake, hook=office.url)
        await file(intake, key)
        app = await only_app(intake)
        await intake.form(f"/apps/{app.id}", f"/apps/{app.id}/hook", {"hook": ""})
        await send(intake)
        assert office.asked == []
        (notice,) = [NOTICE.parse(one) for one in await notices(intake, app)]
        assert (notice.state, notice.next_at) == ("given_up", None)


async def test_users_who_wish_otherwise_are_told_as_they_wish(intake):
    key, _ = await register(intake, hook="https://app.example.com/hook")
    number = (await file(intake, key, notify="none")).json()["number"]
    assert (await intake.complaint(number)).notify == "none"
    number = (await file(intake, key)).json()["number"]
    assert (await intake.complaint(number)).notify == "webhook"
