""""Is it one of these?": what citizens are shown of the matters of others, and what officers find."""

from datetime import timedelta

import pytest

from services.intake.actions.alike import alike
from services.intake.actions.looking import Viewer
from shared.events import Actor

from .joined import CLOSED, SENSITIVE, public
from .standings import DISPATCHED

TYPED = "我们柳堤路这里停水一天了，做不了饭"


async def shown(house, htmx=True, **typed):
    page = (await house.client.get("/")).text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    headers = {"HX-Request": "true"} if htmx else {}
    return await house.client.post("/alike", data={"csrf": csrf, "text": TYPED, **typed}, headers=headers)


async def test_what_is_alike_is_shown_scrubbed_with_where_it_stands(intake):
    number = await public(intake)
    answer = await shown(intake, district="wanglan")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    for part in (f"/join/{number}", "柳堤路 ***号院停水一天了", "望澜区", "3月2日（周一）收到", "承办单位正在办理"):
        assert part in answer.text
    for secret in ("13812345678", "12 号", "3 栋"):
        assert secret not in answer.text


async def test_without_scripts_the_page_comes_back_as_it_was_typed(intake):
    number = await public(intake)
    answer = await shown(intake, htmx=False, title="没水了", phone="13900001111", publish="yes", photos="sink.jpg")
    assert answer.status_code == 200
    for part in (f"/join/{number}", TYPED, 'value="没水了"', 'value="13900001111"', 'name="publish" value="yes" checked'):
        assert part in answer.text
    assert "没有找到相同的事" in (await shown(intake, htmx=False, text="公园里的长椅坏了，没有地方坐")).text
    assert len(await intake.outgoing()) == 1, "looking hands nothing in"


async def test_little_text_and_other_matters_show_nothing(intake):
    await public(intake)
    for text in ("停水", "", "     停水    ", "公园里的长椅坏了，没有地方坐"):
        assert (await shown(intake, text=text)).text.strip() == ""


@pytest.mark.parametrize(
    ("body", "events"),
    [
        ({"publish": False}, ()),
        ({"confidential": True}, ()),
        ({}, (SENSITIVE,)),
        ({}, (DISPATCHED, CLOSED)),
    ],
    ids=["no consent", "confidential", "sensitive", "closed"],
)
async def test_what_is_not_public_and_open_is_not_shown(intake, body, events):
    await public(intake, TYPED, *events, **body)
    assert "/join/" not in (await shown(intake)).text


async def test_before_a_dispatch_has_said_that_it_is_not_sensitive_nobody_else_sees_it(intake):
    await intake.submit(text=TYPED, publish=True)
    assert "/join/" not in (await shown(intake)).text


async def test_old_ones_and_other_districts_are_not_looked_at(intake):
    await public(intake)
    assert "/join/" in (await shown(intake, district="nowhere")).text
    assert "/join/" not in (await shown(intake, district="beiqiao")).text
    intake.clock.forward(days=31)
    assert "/join/" not in (await shown(intake)).text


async def test_at_most_three_and_the_likest_first(intake):
    for number in range(5):
        await public(intake, f"柳堤路这里停水，第{number}次")
    best = await public(intake, TYPED)
    text = (await shown(intake)).text
    assert text.count("/join/") == 3
    assert text.index(best) == min(text.index(part) for part in text.split("/join/")[1:])


async def test_looking_is_limited(open_intake):
    house = await open_intake({"alike": "2/hour"}, rate_limits="on")
    answers = [(await shown(house)).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


async def test_hostile_text_is_shown_as_text(intake):
    await public(intake, "柳堤路停水了<script>alert(1)</script>'\"&")
    answer = await shown(intake, text="柳堤路停水了，alert 怎么办呢")
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


async def test_whatever_is_typed_is_answered(intake):
    await public(intake)
    for text in ("\x00" * 50, "停" * 20_000, "<>&'\"" * 100, "a" * 5_000, "1 " * 5_000, "\ufffe\uffff" * 30):
        assert (await shown(intake, text=text)).status_code == 200


async def found(house, viewer=None, **asked):
    return [one.number for one in await alike(house.door, text=TYPED, public_only=False, viewer=viewer, **asked)]


def agent(*roles):
    return Viewer(Actor(kind="officer", id="li"), frozenset(roles), centre=True)


async def test_officers_find_what_they_may_see(intake):
    open_to_all = await public(intake, TYPED, publish=False)
    restricted = await public(intake, TYPED, SENSITIVE, publish=False)
    closed = await public(intake, TYPED, DISPATCHED, CLOSED)
    fresh = (await intake.submit(text=TYPED))["number"]
    assert set(await found(intake)) == {open_to_all, fresh} == set(await found(intake, agent("agent")))
    assert set(await found(intake, agent("agent", "supervisor"))) == {open_to_all, fresh, restricted}
    assert closed not in await found(intake, agent("supervisor"))


async def test_officers_find_by_house_number_as_well(intake):
    twelve = await public(intake, "停水了", publish=False)
    thirty = await public(intake, "停水了", publish=False, place={"district": "wanglan", "address": "柳堤路 30 号"})
    hits = await alike(intake.door, text="停水了", address="柳堤路 30 号", district="wanglan", public_only=False)
    assert [one.number for one in hits] == [thirty, twelve]
    assert hits[0].address == "柳堤路 30 号"


async def test_those_without_a_district_are_candidates_everywhere(intake):
    number = (await intake.submit(text=TYPED))["number"]
    assert await found(intake, district="wanglan") == [number]


async def test_a_nearer_and_newer_one_comes_first(intake):
    far = await public(intake, "停水了", place={"district": "wanglan", "lon": 113.02, "lat": 28.2})
    near = await public(intake, "停水了", place={"district": "wanglan", "lon": 112.98, "lat": 28.2})
    intake.clock.moment += timedelta(days=5)
    newer = await public(intake, "停水了", place={"district": "wanglan", "lon": 112.98, "lat": 28.2})
    hits = await alike(intake.door, text="停水了", lon=112.98, lat=28.2, district="wanglan", public_only=False)
    assert [one.number for one in hits] == [newer, near, far]
