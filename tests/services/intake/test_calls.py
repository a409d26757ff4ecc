"""The API for a call centre's system: parts in any order, the caller never in the open, the screen pop, and what is refused."""

import itertools
import random

import pytest

from services.intake.documents.call import CALL
from tests.services.intake.calls import Centre, kept
from tests.services.intake.standings import DISPATCHED

PHONE = "13812345678"
RING = {"call_id": "c-1", "caller": PHONE, "queue": "供水", "rang_at": "2026-03-02T08:50:00+08:00"}
ANSWER = {"call_id": "c-1", "agent_login": "li", "agent_number": "8001", "answered_at": "2026-03-02T08:50:12+08:00"}
END = {"call_id": "c-1", "hung_up_at": "2026-03-02T08:53:10+08:00", "recording": {"reference": "a/8f3a.wav", "sha256": "0" * 64}}
SAID = {"call_id": "c-1", "transcript": [{"speaker": "caller", "start": 1.5, "text": "停水了"}]}
SAID_MORE = {"call_id": "c-1", "transcript": [{"speaker": "agent", "start": 0, "text": "您好"}, *SAID["transcript"]]}
PARTS = (RING, ANSWER, END, SAID, SAID_MORE)


@pytest.fixture
def centre(intake):
    return Centre(intake)


async def test_a_call_from_ringing_to_its_end(intake, centre):
    answers = [await centre.says(part) for part in PARTS]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    assert [answer.json()["state"] for answer in answers] == ["ringing", "talking", "talking", "talking", "talking"]
    call = await kept(intake)
    assert (call.queue, call.login, call.extension, call.began_at) == ("供水", "li", "8001", call.rang_at)
    assert [one.text for one in call.transcript] == ["您好", "停水了"]
    assert call.recording is not None


async def test_any_order_and_repetition_give_the_same_call(intake, centre):
    chance = random.Random(12345)  # noqa: S311 - an order, not a secret
    orders = chance.sample(list(itertools.permutations(PARTS)), 12)
    seen = set()
    for number, order in enumerate(orders):
        key = f"order-{number}"
        for part in (*order, chance.choice(order)):
            assert (await centre.says({**part, "call_id": key})).status_code in (200, 201)
        seen.add((await kept(intake, key)).model_copy(update={"key": "", "caller": ""}))
    assert len(seen) == 1


async def test_the_same_again_writes_nothing(intake, centre):
    await centre.says(RING)
    version = (await intake.world.store.get(CALL.name, ["c-1"]))["c-1"].version
    assert (await centre.says(RING)).status_code == 200
    assert (await intake.world.store.get(CALL.name, ["c-1"]))["c-1"].version == version


async def test_a_contradiction_is_a_conflict_and_changes_nothing(intake, centre):
    await centre.says(RING)
    before = await kept(intake)
    for other in ({"rang_at": "2026-03-02T08:51:00+08:00"}, {"caller": "13900000000"}, {"queue": "供电"}):
        answer = await centre.says({"call_id": "c-1", **other})
        assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
        assert answer.json()["field"] == next(iter(other))
    assert await kept(intake) == before


async def test_the_caller_is_never_in_the_open(intake, centre):
    answers = [await centre.says(part) for part in PARTS] + [await centre.asks("c-1")]
    files = b"".join(path.read_bytes() for path in intake.folder.glob("*.db*"))
    assert PHONE not in "".join(answer.text for answer in answers)
    assert PHONE.encode() not in files
    assert (await kept(intake)).person == intake.door.contacts.pseudonym(f"+86{PHONE}")


@pytest.mark.parametrize("caller", ["anonymous", "未知号码", "", "12"])
async def test_a_withheld_number_is_nobody_to_call_back(intake, centre, caller):
    answer = await centre.says({**RING, **END, "caller": caller})
    assert answer.json()["state"] == "missed"
    assert (await kept(intake)).caller is None


@pytest.mark.parametrize("caller", ["8001", "+999123456", "sip:13812345678@gw"])
async def test_a_number_of_no_plan_is_kept_as_it_is_shown(intake, centre, caller):
    assert (await centre.says({**RING, **END, "caller": caller})).json()["state"] == "to_call_back"


async def test_the_screen_pop_knows_what_the_caller_brought_before(intake, centre):
    first = await intake.submit(title="小区停水", contact={"phone": PHONE})
    secret = await intake.submit(contact={"phone": PHONE}, confidential=True)
    await intake.tracking_says(first["number"], DISPATCHED)
    await centre.says(RING)
    body = (await centre.asks("c-1")).json()
    assert [(one["number"], one["state"], one["title"]) for one in body["earlier"]] == [(first["number"], "dispatched", "小区停水")]
    assert body["earlier_hidden"] == 1
    assert body["number"] is None
    assert body["desk_url"].endswith("/hotline/calls/c-1")
    supervisor = (await Centre(intake, "supervisor").asks("c-1")).json()
    assert {one["number"] for one in supervisor["earlier"]} == {first["number"], secret["number"]}


async def test_what_cannot_be_a_call_is_said_by_field(centre):
    to_come = {"rang_at": "2026-03-02T09:20:00+08:00"}
    for bad, field in [(to_come, "rang_at"), ({"call_id": "own-1"}, "call_id"), ({"agent_login": "L I"}, "agent_login")]:
        answer = await centre.says({**RING, **bad})
        assert answer.status_code == 422
        assert field in answer.text
        assert PHONE not in answer.text
    assert (await centre.asks("c-2")).status_code == 404


async def test_only_agents_say_and_only_officers_of_the_hotline_ask(intake, centre):
    await centre.says(RING)
    assert (await intake.client.post("/api/v1/calls", json=RING)).status_code == 401
    assert (await intake.client.get("/api/v1/calls/c-1")).status_code == 401
    supervisor, clerk = Centre(intake, "supervisor"), Centre(intake, "clerk")
    assert [(await who.says(RING)).status_code for who in (supervisor, clerk)] == [403, 403]
    assert [(await who.asks("c-1")).status_code for who in (supervisor, clerk)] == [200, 403]


async def test_while_nothing_can_be_written_the_call_centre_is_asked_to_come_again(centre, away):
    with away():
        answer = await centre.says(RING)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await centre.says(RING)).status_code == 201
