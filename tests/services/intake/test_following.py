"""Following a complaint by the API: number and code, the steps of the complainant, and tracking's events arriving in between."""

import asyncio
import statistics
import time

import pytest

from services.intake.model.numbers import compose
from shared.events import Actor
from shared.events.tracking import CaseUrged, StepRefused
from tests.builders import MONDAY

from .standings import ACCEPTED, DUE, LIFE, OPENED


async def ask(house, receipt, step="", **body):
    path = "/api/v1/progress" + (f"/{step}" if step else "")
    return await house.client.post(path, json={"number": receipt["number"], "query_code": receipt["query_code"], **body})


async def test_right_after_the_receipt(intake):
    receipt = await intake.submit(title="停水")
    body = (await ask(intake, receipt)).json()
    assert body["number"] == receipt["number"]
    assert (body["state"], body["whose_turn"], body["title"], body["may"], body["reply"]) == ("registered", "centre", "停水", [], None)
    assert [(line["event"], line["text"]) for line in body["history"]] == [("received", "已经收到")]


async def test_a_whole_life_as_it_is_told(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE)
    body = (await ask(intake, receipt)).json()
    assert [line["text"] for line in body["history"]] == ["已经收到", "已交给市水务局处理", "市水务局开始办理", "市水务局作出答复"]
    assert (body["state"], body["whose_turn"], body["who"], body["clock"]) == ("awaiting_callback", "complainant", "您", "callback")
    assert body["reply"] == body["history"][-1]["words"] == "水管已经修好，现在有水了。"
    assert body["due_at"] == body["promised_at"] == DUE.isoformat().replace("+00:00", "Z")
    assert body["may"] == ["rate", "supplement"]
    assert "承包商" not in str(body)


async def test_it_is_told_in_english_too(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE[:2])
    intake.client.headers["accept-language"] = "en"
    body = (await ask(intake, receipt)).json()
    assert body["history"][-1]["text"] == "Passed on to: Water Affairs Bureau"
    assert body["who"] == "Water Affairs Bureau"


async def test_an_unknown_number_and_a_wrong_code_are_answered_alike(intake):
    receipt = await intake.submit()
    unknown = {"number": compose(MONDAY.date(), 999_999), "query_code": receipt["query_code"]}
    cases = [unknown, receipt | {"query_code": "AAAAAAAA"}, {"number": "nonsense", "query_code": "x"}, {"number": "", "query_code": ""}]
    answers = [await ask(intake, case) for case in cases]
    bodies = [{**answer.json(), "trace": ""} for answer in answers]
    assert {answer.status_code for answer in answers} == {404}
    assert bodies == [bodies[0]] * 4
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_an_unknown_number_and_a_wrong_code_take_the_same_time(intake):
    """Both are decided from the code alone, before anything is read: the medians are of one size."""
    receipt = await intake.submit(text="水" * 20_000)
    medians = []
    for number in (receipt["number"], compose(MONDAY.date(), 999_999)):
        times = []
        for _ in range(60):
            began = time.perf_counter()
            await ask(intake, {"number": number, "query_code": "AAAAAAAA"})
            times.append(time.perf_counter() - began)
        medians.append(statistics.median(times))
    assert max(medians) < 2 * min(medians)


@pytest.mark.parametrize(
    ("life", "step", "body", "event", "key"),
    [
        (5, "rate", {"solved": "no", "satisfied": 2, "process": 4, "words": "还在漏"}, "complaint.rated", "you_rated"),
        (2, "urge", {"words": "第三天了"}, "complaint.urged", "you_urged"),
        (2, "withdraw", {"reason": "来水了"}, "complaint.withdrawn", "you_withdrew"),
        (2, "supplement", {"text": "又停了"}, "complaint.supplemented", "you_added"),
    ],
)
async def test_each_step_of_the_complainant(intake, life, step, body, event, key):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE[:life])
    answer = await ask(intake, receipt, step, **body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["history"][-1]["event"] == key
    record = (await intake.outgoing())[-1]
    assert (record.event.type, record.case, record.by) == (event, receipt["number"], Actor(kind="complainant"))
    assert record.event.model_dump() | body == record.event.model_dump()


BODIES = {"rate": {"solved": "yes", "satisfied": 5, "process": 5}, "urge": {}, "withdraw": {}, "supplement": {"text": "水"}}


@pytest.mark.parametrize(("step", "body"), BODIES.items())
async def test_a_step_out_of_turn_is_refused_with_words(intake, step, body):
    receipt = await intake.submit()
    answer = await ask(intake, receipt, step, **body)
    assert answer.status_code == 409
    assert answer.json()["code"] == f"progress.{step}_not_now"
    assert len(answer.json()["detail"]) > 5
    assert len(await intake.outgoing()) == 1


@pytest.mark.parametrize(("step", "body"), BODIES.items())
async def test_a_step_needs_the_code(intake, step, body):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE)
    assert (await ask(intake, receipt | {"query_code": "AAAAAAAA"}, step, **body)).status_code == 404
    assert len(await intake.outgoing()) == 1


async def test_a_bad_step_is_a_bad_request(intake):
    receipt = await intake.submit()
    assert (await ask(intake, receipt, "rate", solved="maybe", satisfied=9, process=0)).status_code == 422
    assert (await ask(intake, receipt, "supplement", text="")).status_code == 422
    assert (await ask(intake, receipt, "urge", words="水" * 501)).status_code == 422
    assert (await ask(intake, receipt, "dance")).status_code in (404, 405)


async def test_urging_twice_a_day_is_refused_and_tomorrow_it_is_not(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], OPENED)
    assert (await ask(intake, receipt, "urge")).status_code == 200
    again = await ask(intake, receipt, "urge")
    assert (again.status_code, again.json()["code"]) == (409, "progress.urge_once_a_day")
    intake.clock.forward(hours=15)
    assert (await ask(intake, receipt, "urge")).status_code == 200


async def test_tracking_s_echo_of_a_step_is_not_told_twice(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], OPENED)
    await ask(intake, receipt, "urge")
    await intake.tracking_says(receipt["number"], CaseUrged(number=1, standing=ACCEPTED.standing))
    body = (await ask(intake, receipt)).json()
    assert [line["event"] for line in body["history"]] == ["received", "you_urged"]
    assert body["state"] == "in_hand"


async def test_an_officer_s_urging_is_told(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], CaseUrged(number=1), by=Actor(kind="officer", id="li"))
    assert (await ask(intake, receipt)).json()["history"][-1]["event"] == "urged"


async def test_a_wish_that_tracking_refuses_is_told_with_the_reason(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], StepRefused(step="withdraw", why="withdraw.public_safety"))
    await intake.tracking_says(receipt["number"], StepRefused(step="urge", why="a.reason.of.tomorrow"))
    lines = [line["text"] for line in (await ask(intake, receipt)).json()["history"]]
    assert lines[1:] == ["没有撤回：事关公共安全，必须办到底", "这次催办没有送出：现在不能这样做"]


async def test_an_event_that_comes_again_is_told_once(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE)
    before = await intake.complaint(receipt["number"])
    await intake.world.log.append(await intake.logged())
    await intake.consume(receipt["number"])
    assert await intake.complaint(receipt["number"]) == before


async def test_steps_and_news_at_once_lose_nothing(intake):
    """The complainant adds while tracking reports: each retries on the other's write."""
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], OPENED)
    news = asyncio.create_task(intake.tracking_says(receipt["number"], *LIFE[1:3]))
    answers = await asyncio.gather(*(ask(intake, receipt, "supplement", text=f"第 {place} 条") for place in range(4)))
    await news
    assert [answer.status_code for answer in answers] == [200] * 4
    keys = [line.key for line in (await intake.complaint(receipt["number"])).progress.history]
    assert sorted(keys) == sorted(["received", *["you_added"] * 4, "dispatched", "accepted"])


async def test_lookups_are_limited_by_number_and_by_address(open_intake):
    house = await open_intake({"lookups_of_number": "2/hour", "lookups": "4/minute"}, rate_limits="on")
    one, two = await house.submit(), await house.submit()
    assert [(await ask(house, one)).status_code for _ in range(3)] == [200, 200, 429]
    assert [(await ask(house, two)).status_code for _ in range(2)] == [200, 429]


async def test_steps_are_limited_by_number(open_intake):
    house = await open_intake({"wishes_of_number": "1/day"}, rate_limits="on")
    receipt = await house.submit()
    await house.tracking_says(receipt["number"], OPENED)
    assert [(await ask(house, receipt, "supplement", text="水")).status_code for _ in range(2)] == [200, 429]


async def test_nobody_without_the_code_uses_up_the_steps_of_a_number(open_intake):
    house = await open_intake({"wishes_of_number": "1/day"}, rate_limits="on")
    receipt = await house.submit()
    await house.tracking_says(receipt["number"], OPENED)
    guess = {"number": receipt["number"], "query_code": "ABCDEFGH"}
    for _ in range(3):
        assert (await ask(house, guess, "supplement", text="水")).status_code == 404
        page = await house.form("/progress", "/progress", {"number": receipt["number"], "code": "ABCDEFGH"})
        csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        typed = {"csrf": csrf, "number": guess["number"], "code": guess["query_code"], "supplement_text": "水"}
        assert (await house.client.post("/progress/supplement", data=typed)).status_code == 404
    assert (await ask(house, receipt, "supplement", text="水")).status_code == 200
