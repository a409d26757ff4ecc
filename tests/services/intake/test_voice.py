"""Progress for voice menus: a sentence to be read aloud, and the code typed on a telephone's keys, which opens less."""

import pytest

from services.intake.model.codes import KEYPAD
from services.intake.model.numbers import compose
from shared.events.tracking import CaseAsked, CaseDispatched
from tests.builders import MONDAY

from .joined import CLOSED
from .standings import DISPATCHED, LIFE, OPENED, standing

ASKED = CaseAsked(
    words="请补充楼号", until=MONDAY.replace(day=9, minute=30),
    standing=standing("in_hand", "complainant", "supplement", department="water", due_at=None),
)  # fmt: skip
NOBODY_S = {"number": compose(MONDAY.date(), 999_999), "keypad_code": "22222222"}


def typed(receipt):
    """Number and code as a caller types them."""
    return {"number": receipt["number"], "keypad_code": receipt["query_code"].translate(KEYPAD)}


async def ask(house, **body):
    return await house.client.post("/api/v1/progress", json=body)


@pytest.mark.parametrize(
    ("events", "days", "spoken"),
    [
        ((), 0, "已经收到，正在看由谁办理。"),
        ((OPENED,), 0, "已经收到，正在看由谁办理。市民热线服务中心须在 3月5日9点 前确定由谁办理。"),
        (LIFE[:3], 0, "承办单位正在办理。市水务局须在 3月5日9点 前答复。"),
        (LIFE[:3], 4, "承办单位正在办理。市水务局本应在 3月5日9点 前答复。"),
        ((*LIFE[:3], ASKED), 0, "承办单位正在办理。请您在 3月9日9点30分 前补充需要的情况。"),
        (LIFE, 0, "已经答复，等您评价。轮到您评价，我们会在 3月5日9点 前回访。"),
        ((*LIFE, CLOSED.model_copy(update={"standing": standing("closed", "nobody", due_at=None)})), 0, "已经办结。"),
    ],
)
async def test_what_is_read_aloud(intake, events, days, spoken):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *events)
    intake.clock.forward(days=days)
    by_code = await ask(intake, number=receipt["number"], query_code=receipt["query_code"])
    by_keys = await ask(intake, **typed(receipt))
    assert by_code.json()["spoken"] == by_keys.json()["spoken"] == spoken


async def test_it_is_read_in_english_too(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE[:3])
    intake.client.headers["accept-language"] = "en"
    said = (await ask(intake, **typed(receipt))).json()["spoken"]
    assert said == "The department is at work on it. Water Affairs Bureau must answer by 5 March at 09:00."


async def test_typed_digits_open_nobody_s_words(intake):
    receipt = await intake.submit(title="小区停水")
    await intake.tracking_says(receipt["number"], *LIFE, ASKED)
    answer = await ask(intake, **typed(receipt))
    body = answer.json()
    assert (body["title"], body["reply"], body["may"], body["who"]) == ("", None, [], "您")
    assert [line["event"] for line in body["history"]] == ["asked"]
    for words in ("小区停水", "水管", "请补充楼号", receipt["query_code"]):
        assert words not in answer.text


async def test_of_a_sensitive_matter_not_even_the_department(intake):
    receipt = await intake.submit()
    sensitive = CaseDispatched.model_validate(DISPATCHED.model_dump() | {"sensitivity": "S2"})
    await intake.tracking_says(receipt["number"], sensitive)
    body = (await ask(intake, **typed(receipt))).json()
    assert body["spoken"] == "已经交给承办单位。承办单位须在 3月5日9点 前接手。"
    assert "水务" not in str(body)


async def test_wrong_digits_and_an_unknown_number_are_answered_alike(intake):
    receipt = await intake.submit()
    wrong = {"number": receipt["number"], "keypad_code": "99999999"}
    letters = {"number": receipt["number"], "keypad_code": receipt["query_code"] + "2"}
    answers = [await ask(intake, **body) for body in (wrong, NOBODY_S, letters, {"number": "", "keypad_code": ""})]
    assert {answer.status_code for answer in answers} == {404}
    assert len({str({**answer.json(), "trace": ""}) for answer in answers}) == 1


async def test_one_of_the_two_codes_and_not_both(intake):
    receipt = await intake.submit()
    both = {**typed(receipt), "query_code": receipt["query_code"]}
    for body in (both, {"number": receipt["number"]}):
        assert (await ask(intake, **body)).status_code == 422


async def test_steps_are_not_taken_with_digits(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], *LIFE)
    verdict = {"solved": "yes", "satisfied": 5, "process": 5}
    answer = await intake.client.post("/api/v1/progress/rate", json={**typed(receipt), **verdict})
    assert answer.status_code == 422
    code = typed(receipt)["keypad_code"]
    answer = await intake.client.post("/api/v1/progress/rate", json={"number": receipt["number"], "query_code": code, **verdict})
    assert answer.status_code == 404 or code == receipt["query_code"]


async def test_digits_are_tried_a_few_times_a_day(open_intake):
    house = await open_intake(rate_limits="on")
    receipt, other = await house.submit(), await house.submit()
    wrong = {"number": receipt["number"], "keypad_code": "99999999"}
    assert [(await ask(house, **wrong)).status_code for _ in range(6)] == [404] * 5 + [429]
    assert (await ask(house, **typed(receipt))).status_code == 429
    assert (await ask(house, **typed(other))).status_code == 200
    assert (await ask(house, number=receipt["number"], query_code=receipt["query_code"])).status_code == 200
