"""The hotline's desk: its lists, callbacks, the parts that follow what is typed, what stays beside the text, guards, hostile input."""

import itertools
import re

import pytest

from services.intake.documents import LOOK
from shared.ports import Equal, Order
from tests.builders import MONDAY
from tests.services.intake.calls import PHONE, RECORD, TEXT, answered_call, earlier_matter, end, kept, proof
from tests.services.intake.standings import DISPATCHED


@pytest.fixture
async def centre(intake):
    return await answered_call(intake)


async def test_a_call_without_a_system_is_begun_once(intake):
    intake.sign_in("agent")
    page = (await intake.client.get("/hotline")).text
    hidden = dict(re.findall(r'<input type="hidden" name="(id|csrf)" value="([^"]*)">', page))
    answers = [await intake.client.post("/hotline/calls", data=hidden | {"phone": PHONE}) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"/hotline/calls/{hidden['id']}"] * 2
    call = await kept(intake, hidden["id"])
    assert (call.login, call.answered_at, call.state) == ("li", MONDAY, "talking")
    assert "138****5678" in (await intake.client.get("/hotline")).text
    assert (await intake.form("/hotline", "/hotline/calls", {"phone": "abc"})).status_code == 422


async def test_a_missed_call_is_called_back_and_each_look_written_down(intake, centre):
    await centre.misses()
    listed = (await intake.client.get("/hotline")).text
    assert "/hotline/calls/c-2" in listed
    assert PHONE not in listed
    page = await intake.form("/hotline/calls/c-2", "/hotline/calls/c-2/number")
    assert f"+86{PHONE}" in page.text
    (stored,) = await intake.world.store.find(LOOK.name, {"number": Equal("call:c-2")}, order=Order("at"), limit=9)
    assert LOOK.parse(stored).login == "li"
    for hours in (0, 1, 1):
        intake.clock.forward(hours=hours)
        assert (await end(intake, "not_reached", "c-2")).status_code == 303
    assert (await kept(intake, "c-2")).ending.kind == "not_reached"


async def test_a_second_try_in_one_hour_is_refused(intake, centre):
    await centre.misses()
    assert [(await end(intake, "not_reached", "c-2")).status_code for _ in range(2)] == [303, 409]
    assert (await end(intake, "not_reached", "c-1")).status_code == 409
    assert (await end(intake, "case", "c-2")).status_code == 303


async def test_the_desk_lists_by_queue_and_says_who_was_missed_besides(intake, centre):
    await centre.says({"call_id": "c-3", "queue": "供电", "rang_at": "2026-03-02T08:59:00+08:00"})
    await centre.misses(queue="供电")
    everything, of_one = [(await intake.client.get(path)).text for path in ("/hotline", "/hotline?queue=供水")]
    assert all(f"/hotline/calls/c-{number}" in everything for number in (1, 2, 3))
    assert ["/hotline/calls/c-1" in of_one, "/hotline/calls/c-2" in of_one, "/hotline/calls/c-3" in of_one] == [True, False, False]
    assert "c-2" in (await intake.client.get("/hotline/calls/c-1")).text, "the caller was missed a moment ago"


async def test_fragments_of_earlier_matters_alike_ones_and_questions(intake, centre):
    await earlier_matter(intake, text=TEXT, title="柳堤路停水", place={"district": "wanglan", "address": "柳堤路 12 号院"})
    csrf = await proof(intake)
    post = intake.client.post
    assert "柳堤路停水" in (await post("/hotline/earlier", data={"csrf": csrf, "phone": PHONE})).text
    assert "柳堤路停水" not in (await post("/hotline/earlier", data={"csrf": csrf, "phone": "138"})).text
    assert "柳堤路停水" in (await post("/hotline/alike", data={"csrf": csrf, "text": TEXT, "district": "wanglan"})).text
    assert (await post("/hotline/alike", data={"csrf": csrf, "text": "\x00", "district": "x" * 500})).status_code == 200
    assert "119" in (await intake.client.get("/hotline/questions?category=gas_heat.gas")).text
    assert (await intake.client.get("/hotline/questions?category=nothing")).text.strip() == ""


async def test_the_original_stands_beside_the_edited_text(intake, centre):
    await centre.says({"call_id": "c-1", "transcript": [{"speaker": "caller", "start": 61, "text": "停水了"}]})
    await centre.says({"call_id": "c-1", "recording": {"reference": "a/8f3a.wav", "sha256": "ab" * 32}})
    await end(intake, "case", text=TEXT)
    number = (await kept(intake)).number
    page = (await intake.client.get(f"/originals/{number}")).text
    for part in (RECORD, TEXT, "停水了", "1:01", "a/8f3a.wav", "ab" * 32):
        assert part in page
    intake.sign_in("handler", department="housing")
    assert (await intake.client.get(f"/originals/{number}")).status_code == 403
    await intake.tracking_says(number, DISPATCHED)
    intake.sign_in("handler", department="water")
    assert (await intake.client.get(f"/originals/{number}")).status_code == 200
    assert (await intake.client.get("/originals/2603020000019")).status_code == 404


async def test_what_callers_say_of_themselves_is_closed_with_the_contact(intake, centre):
    await centre.says({"call_id": "c-1", "transcript": [{"speaker": "caller", "start": 61, "text": "我叫王小明"}]})
    await centre.says({"call_id": "c-1", "recording": {"reference": "a/8f3a.wav", "sha256": "ab" * 32}})
    await end(intake, "case", text=TEXT, confidential="yes")
    number = (await kept(intake)).number
    for roles, named in ((("auditor",), False), (("supervisor",), True)):
        intake.sign_in(*roles)
        page = (await intake.client.get(f"/originals/{number}")).text
        assert TEXT in page
        assert all((part in page) == named for part in (RECORD, "我叫王小明", "8f3a.wav"))


async def test_a_supervisor_looks_and_does_nothing(intake, centre):
    intake.sign_in("supervisor")
    page = await intake.client.get("/hotline/calls/c-1")
    assert page.status_code == 200
    assert "/end" not in page.text
    typed = {"csrf": await proof(intake), "which": "case", "record": RECORD}
    answer = await intake.client.post("/hotline/calls/c-1/end", data=typed)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/hotline", "/hotline/calls/c-1", "/hotline/questions", "/originals/2603020000017"])
async def test_nobody_else_gets_in(intake, path):
    answer = await intake.client.get(path)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/desk/sign-in")
    if path.startswith("/hotline"):
        intake.sign_in("handler", department="water")
        assert (await intake.client.get(path)).status_code == 403


HOSTILE = ("\x00\ud7ff", "x" * 30_000, "{{ 7*7 }}<script>x", "9" * 400 + "\u202e")


FIELDS = ("which", "record", "text", "type", "phone", "number", "code", "handed_over_at", "service", "email", "district", "address")


async def test_hostile_input_is_never_a_crash(intake, centre):
    csrf = await proof(intake)
    for field, value, which in itertools.product(FIELDS, HOSTILE, ("handed_over", "addition")):
        typed = {"csrf": csrf, "which": which, "record": RECORD, "number": "1", "service": "9", field: value}
        answer = await intake.client.post("/hotline/calls/c-1/end", data=typed)
        assert answer.status_code == 422, typed
        assert "<script>x" not in answer.text
    for key in ("%00", "x" * 3_000, "%ff", "..%2f"):
        assert (await intake.client.get(f"/hotline/calls/{key}")).status_code in (400, 404)
