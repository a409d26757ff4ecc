"""How calls end on the hotline's desk, without scripts: every ending, what is kept, what is refused, crashes between two commits."""

from datetime import timedelta

import pytest

from services.intake.actions.composing import Sent
from services.intake.actions.submitting import submit
from services.intake.documents.call import CALL
from services.intake.model.call import write_down
from services.intake.model.codes import query_code
from services.intake.model.submission import Contact, Submission
from shared.events import Actor
from shared.events.intake import AnsweredByAgent, HandedOver
from shared.runtime.work import Action
from tests.builders import MONDAY
from tests.services.intake.calls import PHONE, RECORD, TEXT, answered_call, complaints, earlier_matter, end, kept, proof
from tests.services.intake.standings import PASSED

AGENT = Actor(kind="officer", id="li")


@pytest.fixture
async def centre(intake):
    return await answered_call(intake)


async def test_a_call_ends_as_a_case_with_a_receipt_to_read_aloud(intake, centre):
    answer = await end(
        intake, "case", text=TEXT, wish="希望今天恢复供水。", title="停水两天", address="柳堤路 12 号院", district="wanglan", name="王小明",
        type="help", confidential="yes",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/hotline/calls/c-1")
    (complaint,) = await complaints(intake)
    assert (complaint.text, complaint.title, complaint.channel) == (f"{TEXT}\n\n希望今天恢复供水。", "停水两天", "hotline")
    assert (complaint.complaint_type, complaint.confidential, complaint.place.district) == ("help", True, "wanglan")
    call = await kept(intake)
    assert complaint.received_at == call.answered_at
    assert (call.state, call.number, call.record, call.summary) == ("ended", complaint.number, RECORD, complaint.text)
    contact = intake.door.contacts.open(complaint.number, complaint.contact)
    assert (contact.name, contact.phone) == ("王小明", f"+86{PHONE}")
    assert complaint.person == call.person
    (record,) = await intake.outgoing()
    assert (record.by.kind, record.by.id, record.event.ending) == ("officer", "li", None)
    page = (await intake.client.get("/hotline/calls/c-1")).text
    code = query_code(intake.door.code_key, complaint.number)
    assert f"{code[:4]}-{code[4:]}" in page
    assert "请读给诉求人" in page


async def test_the_code_is_for_the_agent_on_the_line_and_for_minutes(intake, centre):
    await end(intake, "case")
    code = query_code(intake.door.code_key, (await kept(intake)).number)[:4] + "-"
    assert code in (await intake.client.get("/hotline/calls/c-1")).text
    intake.sign_in("agent", login="wang")
    assert code not in (await intake.client.get("/hotline/calls/c-1")).text
    intake.clock.forward(minutes=21)
    intake.sign_in("agent")
    assert code not in (await intake.client.get("/hotline/calls/c-1")).text


async def test_what_was_said_confidentially_is_not_for_other_agents(intake, centre):
    await centre.says({"call_id": "c-1", "transcript": [{"speaker": "caller", "start": 1, "text": "请保密"}]})
    await end(intake, "case", confidential="yes")
    assert RECORD in (await intake.client.get("/hotline/calls/c-1")).text
    for login, minutes in (("wang", 0), ("li", 21)):
        intake.clock.forward(minutes=minutes)
        intake.sign_in("agent", login=login)
        page = (await intake.client.get("/hotline/calls/c-1")).text
        assert RECORD not in page
        assert "请保密" not in page
    intake.sign_in("supervisor", login="chief")
    assert RECORD in (await intake.client.get("/hotline/calls/c-1")).text


async def test_the_record_is_the_text_where_nobody_edited_it(intake, centre):
    await end(intake, "case")
    (complaint,) = await complaints(intake)
    assert complaint.text == RECORD


async def test_what_is_answered_at_once_says_how(intake, centre):
    assert (await end(intake, "answered")).status_code == 422
    await end(intake, "answered", public="明天上午八点恢复供水。")
    (complaint,) = await complaints(intake)
    assert complaint.ending == AnsweredByAgent(public="明天上午八点恢复供水。")
    assert (await kept(intake)).ending.kind == "answered"


async def test_a_hand_over_says_to_whom_and_when(intake, centre):
    for wrong in ({}, {"service": "119"}, {"service": "911", "taken_by": "3 号台"}, {"taken_by": "3 号台"}):
        assert (await end(intake, "handed_over", **wrong)).status_code == 422
    for wrong in ("0001-01-01T00:00", "9999-12-31T23:59", "2026-03-02T10:00", "soon", "2026-03-02T08:00+08:00x"):
        answer = await end(intake, "handed_over", service="119", taken_by="3 号台", handed_over_at=wrong)
        assert answer.status_code == 422
    await end(intake, "handed_over", service="119", taken_by="3 号台", handed_over_at="2026-03-02T08:55")
    (complaint,) = await complaints(intake)
    moment = MONDAY - timedelta(minutes=5)
    assert complaint.ending == HandedOver(service="119", taken_by="3 号台", handed_over_at=moment)
    assert (await kept(intake)).ending.kind == "handed_over"


@pytest.mark.parametrize(("which", "kind"), [("addition", "complaint.supplemented"), ("urge", "complaint.urged")])
async def test_a_call_goes_to_a_matter_of_the_caller_in_one_commit(intake, centre, which, kind):
    number = (await earlier_matter(intake))["number"]
    page = (await intake.client.get("/hotline/calls/c-1")).text
    assert f'value="{which}:{number}"' in page
    assert (await end(intake, f"{which}:{number}", text="还是没有水。")).status_code == 303
    call = await kept(intake)
    assert (call.ending.kind, call.number, call.record, call.summary) == (which, number, RECORD, "还是没有水。")
    record = (await intake.outgoing())[-1]
    assert (record.event.type, record.case, record.by.id) == (kind, number, "li")
    assert "还是没有水。" in record.event.model_dump_json()


async def test_a_matter_of_somebody_else_needs_its_code_or_a_reason(intake, centre):
    receipt = await earlier_matter(intake, contact={"phone": "13900000000"})
    number, code = receipt["number"], receipt["query_code"]
    asked = await end(intake, f"addition:{number}")
    assert asked.status_code == 422
    assert f'value="{number}"' in asked.text, "the number of the button stands where the reason is asked for"
    assert (await end(intake, "addition", number=number, code="22222222")).status_code == 422
    assert (await end(intake, "addition", number="1" * 13)).status_code == 422
    assert (await kept(intake)).ending is None
    assert (await end(intake, "addition", number=number, reason="报出了姓名和提交日期")).status_code == 303
    assert (await kept(intake)).ending.reason == "报出了姓名和提交日期"
    await centre.misses()
    assert (await end(intake, "urge", "c-2", number=number, code=code)).status_code == 303


async def test_a_restricted_matter_is_not_shown_and_opens_by_its_code_alone(intake, centre):
    receipt = await earlier_matter(intake, confidential=True, title="举报某人")
    number, code = receipt["number"], receipt["query_code"]
    page = (await intake.client.get("/hotline/calls/c-1")).text
    assert "举报某人" not in page
    assert "另有 1 件" in page
    assert (await end(intake, f"addition:{number}")).status_code == 422
    assert (await end(intake, "addition", number=number, reason="报出了姓名")).status_code == 422
    assert (await end(intake, "addition", number=number, code=code)).status_code == 303
    assert "举报某人" not in (await intake.client.get("/hotline/calls/c-1")).text


async def test_a_matter_that_takes_no_more_refuses_and_keeps_what_was_typed(intake, centre):
    number = (await earlier_matter(intake, PASSED))["number"]
    answer = await end(intake, f"urge:{number}", text="怎么还不办？")
    assert answer.status_code == 409
    assert "怎么还不办？" in answer.text
    assert (await kept(intake)).ending is None


async def test_an_urge_has_five_hundred_characters(intake, centre):
    number = (await earlier_matter(intake))["number"]
    assert (await end(intake, f"urge:{number}", text="急" * 501)).status_code == 422
    assert (await end(intake, f"urge:{number}", text="急" * 500)).status_code == 303


@pytest.mark.parametrize("which", ["nuisance", "silent"])
async def test_nothing_comes_of_a_nuisance_but_a_reason(intake, centre, which):
    assert (await end(intake, which)).status_code == 422
    assert (await end(intake, which, record="", nothing_reason="反复拨打，不说话")).status_code == 303
    assert (await kept(intake)).ending.reason == "反复拨打，不说话"
    assert await intake.outgoing() == []


async def test_a_phone_that_is_typed_goes_before_the_one_they_call_from(intake, centre):
    await end(intake, "case", phone="13900000000", name="王小明")
    (complaint,) = await complaints(intake)
    assert intake.door.contacts.open(complaint.number, complaint.contact).phone == "+8613900000000"


async def test_who_wants_to_be_nameless_leaves_nothing(intake, centre):
    await end(intake, "case", anonymous="yes")
    (complaint,) = await complaints(intake)
    call = await kept(intake)
    assert (complaint.contact, complaint.person, call.caller, call.person) == (None, None, None, None)
    assert (await centre.says({"call_id": "c-1", "caller": PHONE})).status_code == 200
    assert (await kept(intake)).caller is None


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(intake, centre):
    answer = await end(intake, "case", phone="123", district="nowhere", type="shout", title="停水", name="王小明", wish="希望有水")
    assert answer.status_code == 422
    for typed in (RECORD, "停水", "王小明", "希望有水", 'value="123"'):
        assert typed in answer.text
    assert 'href="#phone"' in answer.text
    assert (await end(intake, "case", record="")).status_code == 422
    assert (await end(intake, "")).status_code == 422
    assert (await complaints(intake), (await kept(intake)).record) == ([], "")


async def test_while_nothing_can_be_written_the_page_keeps_what_was_typed(intake, centre, away):
    await intake.client.get("/hotline/calls/c-1")
    with away():
        answer = await end(intake, "case", title="停水")
    assert answer.status_code == 503
    assert RECORD in answer.text
    assert (await end(intake, "case", title="停水")).status_code == 303


async def cut_off(house, *, opened=True):
    """The call as a process leaves it that is killed behind the first of the three commits, or behind the second."""
    action = Action(house.world.store, house.clock.now(), AGENT)
    call = await action.load(CALL, "c-1")
    action.apply(CALL, "c-1", write_down(call, RECORD, "li"))
    await action.commit()
    if opened:
        answer = AnsweredByAgent(public="今晚来水。")
        submission = Submission(text=RECORD, contact=Contact(phone=f"+86{PHONE}"))
        await submit(house.door, Sent(submission, channel="hotline", key="c-1", by=AGENT, received_at=call.answered_at, ending=answer))


async def test_cut_off_after_the_case_was_opened_the_call_ends_when_it_is_looked_at(intake, centre):
    await cut_off(intake)
    assert (await kept(intake)).state == "talking"
    page = await intake.client.get("/hotline/calls/c-1")
    (complaint,) = await complaints(intake)
    call = await kept(intake)
    assert (call.ending.kind, call.number, call.record) == ("answered", complaint.number, RECORD)
    assert complaint.number[:6] in page.text


@pytest.mark.parametrize("opened", [True, False])
async def test_cut_off_and_sent_again_there_is_one_case(intake, centre, opened):
    typed = {"csrf": await proof(intake), "which": "answered", "record": RECORD, "public": "今晚来水。"}
    await cut_off(intake, opened=opened)
    answer = await intake.client.post("/hotline/calls/c-1/end", data=typed)
    assert answer.status_code == 303
    assert len(await complaints(intake)) == 1
    assert ((await kept(intake)).ending.kind, len(await intake.outgoing())) == ("answered", 1)


async def test_the_same_form_again_is_the_same_case_and_another_is_given_back(intake, centre):
    form = {"which": "case", "record": RECORD}
    csrf = await proof(intake)
    answers = [await intake.client.post("/hotline/calls/c-1/end", data={"csrf": csrf, **form}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert len(await complaints(intake)) == 1
    other = await intake.client.post("/hotline/calls/c-1/end", data={"csrf": csrf, **form, "text": "另外一件事"})
    assert other.status_code == 409
    assert "另外一件事" in other.text


async def test_a_part_of_the_call_that_comes_while_it_is_ended_is_kept(intake, centre):
    await end(intake, "case")
    await centre.says({"call_id": "c-1", "transcript": [{"speaker": "caller", "start": 1, "text": "停水了"}]})
    call = await kept(intake)
    assert (call.state, call.transcript[0].text, call.record) == ("ended", "停水了", RECORD)
