"""The board: five figures, departments with their sizes, the list behind each figure, its export."""

import csv
import re
from datetime import timedelta

import pytest

from services.tracking.actions.figures import HEAD, Figures
from services.tracking.model.decisions import apply
from services.tracking.model.life import Who
from services.tracking.model.sweeping import due_marks
from shared.events import Actor
from tests.builders import MONDAY, case_in, judged, proposal, reading, registered, take, the_rules

SUPERVISOR = Who(frozenset({"supervisor"}), None, "supervisor1")
SWEEP = Actor(kind="machine", id="sweep")


def swept(case, at):
    return apply(case, due_marks(case, at, the_rules()), at, SWEEP, the_rules())[0]


def numbered(case, number):
    return case.model_copy(update={"number": f"2603020{number:05}1"})


def some_cases():
    """One overdue, one redone and one U1 with water; one closed on housing; one that nobody has."""
    late = swept(judged(registered()), MONDAY + timedelta(days=3))
    redone = take(case_in("awaiting_callback"), "rate", MONDAY, solved="no", satisfied=1)[0]
    critical = judged(registered(), read=reading(urgency="U1"))
    closed = judged(registered(), proposed=proposal("housing"))
    for step in ("accept", "contact", "reply"):
        closed = take(closed, step, MONDAY)[0]
    closed = take(closed, "rate", MONDAY, solved="partly", satisfied=3)[0]
    return [numbered(case, number) for number, case in enumerate((late, redone, critical, closed, case_in("waiting")))]


def figure_of(page, name):
    found = re.search(rf'class="figure[^"]*" href="/board/cases\?figure={name}".*?class="value">([^<]+)<', page.text, re.DOTALL)
    assert found, page.text
    return found[1]


async def test_the_five_figures_count_what_their_lists_show(house, clock):
    await house.keep(*some_cases())
    browser = house.browser("supervisor1")
    page = await browser.get("/board")
    counted = {name: int(figure_of(page, name)) for name in HEAD}
    assert counted == {"open": 4, "overdue": 1, "due_today": 2, "unsolved": 1, "critical": 1}
    for name, number in counted.items():
        assert (await browser.get("/board/cases", figure=name)).text.count("<tr data-row>") == number
    assert "截至 3月2日（周一）09:00" in page.text


async def test_departments_show_their_numerators_and_sizes(house):
    await house.keep(*some_cases())
    board = await house.desk.figures.board(SUPERVISOR)
    housing, water = board.departments
    assert (housing.department, housing.open, housing.overdue) == ("housing", 0, 0)
    assert (housing.on_time.value, housing.on_time.of) == (1, 1)
    assert (housing.resolved.value, housing.resolved.of) == (0.5, 1)
    assert (housing.satisfied.value, housing.satisfied.of) == (0.8, 1)
    assert (water.open, water.overdue, water.resolved.value, water.resolved.of) == (3, 1, 0, 1)
    page = await house.browser("supervisor1").get("/board")
    assert "0.5 / 1" in page.text
    assert "%" not in re.sub(r"\s", "", page.text), "no percentage of fewer than 30"


async def test_thirty_make_a_percentage_that_keeps_its_size(house):
    def closed(number, solved):
        case = case_in("awaiting_callback")
        return numbered(take(case, "rate", MONDAY, solved=solved, satisfied=5 if solved == "yes" else 2)[0], number)

    await house.keep(*(closed(number, "yes" if number < 27 else "partly") for number in range(30)))
    page = await house.browser("supervisor1").get("/board")
    assert re.search(r'95 % <span class="aside">28.5 / 30</span>', page.text)
    assert re.search(r'90 % <span class="aside">27 / 30</span>', page.text)


async def test_only_the_period_counts_for_measures(house, clock):
    await house.keep(*some_cases())
    clock.forward(days=91)
    board = await house.desk.figures.board(SUPERVISOR)
    assert sum(row.resolved.of for row in board.departments) == 0
    assert board.head["open"] == 4


async def test_handed_back_cases_are_counted_once(house):
    back = take(case_in("handed_back"), "refuse_hand_back", MONDAY)[0]
    await house.keep(numbered(take(back, "hand_back", MONDAY)[0], 1))
    (water,) = (await house.desk.figures.board(SUPERVISOR)).departments
    assert water.handed_back == 1


async def test_figures_are_kept_for_a_few_seconds(house, clock):
    figures = Figures(house.world.store, clock, house.desk.figures.zone, 90, 5.0)
    assert (await figures.board(SUPERVISOR)).head["open"] == 0
    await house.keep(case_in("in_hand"))
    clock.forward(seconds=4)
    assert (await figures.board(SUPERVISOR)).head["open"] == 0
    clock.forward(seconds=1)
    assert (await figures.board(SUPERVISOR)).head["open"] == 1


async def test_due_today_is_of_the_citys_day(house, clock):
    case = judged(registered(), read=reading(urgency="U2"))
    await house.keep(case)
    assert case.due_at.date() == MONDAY.date()
    assert (await house.desk.figures.board(SUPERVISOR)).head["due_today"] == 1
    clock.moment = MONDAY.replace(hour=16, minute=30)  # past midnight in Shanghai
    assert (await house.desk.figures.board(SUPERVISOR)).head["due_today"] == 0


async def test_the_administrator_is_shown_no_restricted_case(house):
    secret = numbered(judged(registered(title="受限的事"), read=reading(urgency="U1", sensitivity="S2")), 1)
    await house.keep(secret)
    page = await house.browser("admin").get("/board")
    assert figure_of(page, "critical") == "0"
    assert "受限的事" not in page.text
    assert figure_of(await house.browser("supervisor1").get("/board"), "critical") == "1"


@pytest.mark.parametrize("login", ["water1", "agent1", "clerk1", "reviewer1"])
async def test_the_board_is_not_for_everybody(house, login):
    for path in ("/board", "/board/cases", "/board/cases.csv"):
        assert (await house.browser(login).get(path)).status_code == 403


@pytest.mark.parametrize("query", [{"figure": "moon"}, {"figure": "open", "department": "moon"}, {"figure": "open", "after": "x"}])
async def test_a_list_that_is_not_there_is_400(house, query):
    assert (await house.browser("supervisor1").get("/board/cases", **query)).status_code == 400


async def test_the_export_has_codes_and_names_and_nothing_that_was_said(house):
    secret = numbered(judged(registered(), read=reading(sensitivity="S3")), 9)
    await house.keep(*some_cases(), secret)
    answer = await house.browser("supervisor1").get("/board/cases.csv", figure="open", department="water")
    assert answer.headers["content-disposition"] == 'attachment; filename="open-water.csv"'
    text = answer.content.decode("utf-8-sig")
    head, *rows = csv.reader(text.splitlines())
    assert len(rows) == 3
    assert {row[head.index("department")] for row in rows} == {"市水务局"}
    assert {row[head.index("received_at")] for row in rows} == {"2026-03-02 09:00:00"}
    assert "停水" not in text
    assert secret.number not in text


@pytest.mark.parametrize(("login", "path"), [("supervisor1", "/board"), ("dispatcher1", "/board"), ("admin", "/desk/parked")])
@pytest.mark.parametrize(("language", "title"), [("zh-CN", "有学习得到的模型没有启用"), ("en", "A learned model is not in use")])
async def test_a_learned_model_that_was_refused_is_said_with_its_cause(house, login, path, language, title):
    browser = house.browser(login)
    browser.client.headers["Accept-Language"] = language
    assert title not in (await browser.get(path)).text
    house.app.state.remarks = {"models": ["category.json:1: is not a card of this version"]}
    page = (await browser.get(path)).text
    assert title in page
    assert "<code>category.json:1: is not a card of this version</code>" in page
