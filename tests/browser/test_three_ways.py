"""The same matter three ways in, and every word back: by form, by mail and by a call; a reply, strangers, a link to rate, a callback."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PICTURES, Hire
from tests.browser.letters import answer, mail
from tests.browser.town import Town, open_town, wait_for
from tests.browser.walker import Walker
from tests.browser.ways_in import (
    GUESSER,
    HEARD,
    LI,
    PEOPLE,
    RECORD,
    RECORDING,
    SUMMARY,
    WANG,
    ZHANG,
    ZHAO,
    Receipt,
    file_by_call,
    file_by_form,
    file_by_mail,
    file_without_notices,
    receipt_in,
)
from tests.services.intake.pictures import picture

LEAD = "water_company"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("town")) as opened:
        yield opened


@pytest.fixture(scope="module")
def system(town: Town) -> Any:
    return town.system


@pytest.fixture(scope="module")
def officers(hire: Hire) -> dict[str, Walker]:
    return {
        "agent": hire("agent", "agent"),
        "centre": hire("centre", "reviewer", "callback_clerk", "clerk"),
        "handler": hire("handler", "liaison", "handler", department=LEAD),
    }


def test_one_matter_three_ways(town: Town, officers: dict[str, Walker], browser: Browser, tmp_path: Path) -> None:
    citizen = Walker(browser, town.system.address, width=390, pictures=PICTURES)
    wang = file_by_form(citizen, tmp_path)
    zhang = file_by_mail(town)
    li = file_by_call(town, officers["agent"], wang)
    zhao = file_without_notices(town)
    handler = officers["handler"]
    for one in (wang, zhang, li, zhao):
        handler.see_state(one.number, "待签收")
    notices_of_the_dispatch_come(town)
    ask_and_be_answered(town, handler, zhang)
    strangers_do_not_get_in(town, handler, zhang)
    for one in (wang, zhang, li, zhao):
        settle(officers, one, "水管已经换好，今天 18 时恢复供水。")
    rate_by_link(town, citizen, handler, wang)
    settle(officers, wang, "整段水管已经更换，水压正常。")
    rate_on_the_page(citizen, handler, wang)
    call_back(officers["centre"], handler, zhang, li, zhao)
    look_through_the_mailbox(town, officers["centre"], zhang, li)
    nothing_personal_is_told(town, wang, zhang, li, zhao)
    nothing_is_told_twice(town)


def notices_of_the_dispatch_come(town: Town) -> None:
    for to in (WANG.email, ZHANG.email, f"+86{LI.phone}"):
        town.message(to, "自来水公司")


def ask_and_be_answered(town: Town, handler: Walker, matter: Receipt) -> None:
    """The handler asks for a photo; Zhang answers that very mail, and the clock runs again."""
    handler.take(matter.number, "accept")
    handler.take(matter.number, "contact", reached="yes", words="电话联系，约好下午上门")
    handler.take(matter.number, "ask", words="请拍一张水表的照片。")
    handler.page.get_by_text("等诉求人补充材料").first.wait_for()
    handler.look("ways-asked")
    assert handler.page.locator("main img").count() == 1
    notice = town.message(ZHANG.email, "请拍一张水表的照片。")
    town.deliver(answer(notice, ZHANG.sender, "水表在这里，照片见附件。", photo=picture(size=(80, 60))))
    wait_for(lambda: "收到补充，时限接着走" in page_of(handler, matter), "the answer did not come into the case")
    assert "水表在这里，照片见附件。" in page_of(handler, matter)
    assert "写道" not in page_of(handler, matter), "what the mail quotes stays outside"
    assert handler.page.locator("main img").count() == 2
    handler.look("ways-answered-by-mail")


def page_of(officer: Walker, matter: Receipt) -> str:
    """What stands on the page of the case."""
    officer.open_case(matter.number)
    return officer.page.locator("main").inner_text()


def history_of(officer: Walker, matter: Receipt) -> str:
    officer.open_case(matter.number)
    return officer.page.locator("section[aria-labelledby=history]").inner_text()


def strangers_do_not_get_in(town: Town, handler: Walker, matter: Receipt) -> None:
    """One guesses number and token, one has got hold of a notice; a machine answers for Zhang. The case stays as it is."""
    before = history_of(handler, matter)
    notice = town.message(ZHANG.email, "请拍一张水表的照片。")
    local, domain = notice["headers"]["Reply-To"].split("@")
    guessed = f"{local[:-4]}{'aaaa' if local[-4:] != 'aaaa' else 'bbbb'}@{domain}"
    thread = {"In-Reply-To": "<019aa000-0000-7000-8000-000000000001.aaaaaaaaaaaaaaaa@lanchuan.example.org>"}
    town.deliver(mail(GUESSER.sender, guessed, f"回复：需要您补充一些情况（{matter.number}）", GUESSER.text, headers=thread))
    town.deliver(answer(notice, "某人 <somebody@example.com>", "水表不用拍了。"))
    town.deliver(answer(notice, ZHANG.sender, "我在休假，十二月回来。", headers={"Auto-Submitted": "auto-replied"}))
    theirs = receipt_in(town.message(GUESSER.email, "已经收到"))
    assert theirs.number != matter.number, "a matter of its own"
    wait_for(lambda: len(town.taken()) == 5, "the mails were not taken out")
    assert history_of(handler, matter) == before


def settle(officers: dict[str, Walker], matter: Receipt, words: str) -> None:
    """From wherever the case is to the answer that goes out."""
    handler, reviewer = officers["handler"], officers["centre"]
    if "待签收" in page_of(handler, matter):
        handler.take(matter.number, "accept")
        handler.take(matter.number, "contact", reached="yes", words="电话联系，约好下午上门")
    handler.take(matter.number, "reply", public=words, outcome="solved", internal="更换 DN100 阀门")
    reviewer.take(matter.number, "pass_review")
    handler.see_state(matter.number, "待回访")


def rate_by_link(town: Town, citizen: Walker, handler: Walker, matter: Receipt) -> None:
    """Wang says by the link that it is not solved; the link serves once; the handler sees why, and Wang is told that it is done again."""
    link = re.search(r"http\S+/rate/\S+", town.message(WANG.email, "有了答复")["text"])
    assert link
    page = citizen.page
    page.goto(link[0])
    assert "今天 18 时恢复供水。" in page.locator("main").inner_text()
    for name, value in {"rate_solved": "no", "rate_satisfied": "1", "rate_process": "2"}.items():
        page.check(f"[name={name}][value='{value}']")
    page.fill("[name=rate_words]", "接头还在漏水")
    citizen.look("ways-rate")
    citizen.press("提交评价")
    page.get_by_text("您的评价已经记下").wait_for()
    page.goto(link[0])
    page.get_by_text("已经评价过了，每次答复评价一次。").wait_for()
    citizen.look("ways-rated-already")
    handler.see_state(matter.number, "待签收")
    top = page_of(handler, matter).split("诉求内容")[0]
    assert "诉求人说没有解决，第 1 次重办" in top
    assert "接头还在漏水" in top
    handler.look("ways-redo")
    town.message(WANG.email, "重新办理")


def rate_on_the_page(citizen: Walker, handler: Walker, matter: Receipt) -> None:
    """The second answer's mail waits for tomorrow, for Wang was asked today; number and code open the progress page at once."""
    wait_for(lambda: "今天已经请本人办过一件事，改天再发" in page_of(handler, matter), "the second mail does not wait")
    citizen.go("/progress")
    page = citizen.page
    for name, value in {"rate_solved": "yes", "rate_satisfied": "5", "rate_process": "4"}.items():
        page.check(f"[name={name}][value='{value}']")
    citizen.press("提交评价")
    handler.see_state(matter.number, "已办结")
    citizen.go("/progress")
    citizen.look("ways-closed")


def call_back(clerk: Walker, handler: Walker, zhang: Receipt, li: Receipt, zhao: Receipt) -> None:
    """A link comes first: Zhang's waits for tomorrow, for he was asked for a photo today; Li has hers. Zhao, who has none, is called."""
    rows = rows_of(clerk)
    assert "评价链接还没有发出，先等它发出" in rows[zhang.number]
    assert "今天已给本人发过请其回应的消息" in rows[zhang.number]
    assert "评价链接已发，等诉求人自己评价" in rows[li.number]
    assert "现在可以打" in rows[zhao.number]
    assert "没有发出评价链接" in rows[zhao.number]
    clerk.look("ways-callbacks")
    clerk.take(li.number, "try_callback", result="no_answer")
    clerk.page.get_by_text("今天已经给这位诉求人发过请其回应的消息，请明天再打。").wait_for()
    clerk.look("ways-callback-refused")
    clerk.take(zhao.number, "try_callback", result="no_answer", words="响了一分钟")
    assert "今天中午" in rows_of(clerk)[zhao.number]
    clerk.open_case(zhao.number)
    assert "现在解决了吗" in clerk.page.locator("main").inner_text()
    clerk.look("ways-script")
    assert "响了一分钟" not in page_of(handler, zhao), "the department does not see how the callback is going"
    clerk.take(zhao.number, "rate", solved="partly", satisfied="4", process="3", words="水小了一点")
    clerk.see_state(zhao.number, "已办结")


def rows_of(clerk: Walker) -> dict[str, str]:
    """The callback clerk's queue: what stands in the row of each case."""
    clerk.go("/desk/callbacks")
    rows = clerk.page.locator("[data-row]").all()
    return {str(row.locator("a").first.get_attribute("href")).split("/")[-1].split("?")[0]: row.inner_text() for row in rows}


def look_through_the_mailbox(town: Town, clerk: Walker, zhang: Receipt, li: Receipt) -> None:
    """What needs a person, what was put aside, and how each matter came, word for word."""
    clerk.go("/mailbox")
    assert "换了地址回信" in clerk.page.locator("main").inner_text()
    clerk.look("ways-mailbox")
    clerk.go("/mailbox?tab=aside")
    assert "自动回复" in clerk.page.locator("main").inner_text()
    clerk.go(f"/originals/{zhang.number}")
    words = clerk.page.locator("main").inner_text()
    assert ZHANG.text in words
    assert "水表在这里，照片见附件。" in words
    clerk.look("ways-originals-mail")
    clerk.page.get_by_role("link", name="到信箱里看这封信").first.click()
    with clerk.page.expect_download() as download:
        clerk.press("下载原件")
    assert download.value.path().read_bytes() in town.taken()
    clerk.go(f"/originals/{li.number}")
    words = clerk.page.locator("main").inner_text()
    for part in (RECORD, SUMMARY, "希望今天修好。", HEARD, *RECORDING.values()):
        assert part in words
    clerk.look("ways-originals-call")


def nothing_personal_is_told(town: Town, *matters: Receipt) -> None:
    """Neither names, phones and addresses nor what opens a matter in the events, in any other file, in the log or in the metrics."""
    messages = town.messages()
    secrets = [part for person in PEOPLE for part in (person.name, person.phone, person.email)]
    secrets += [part for matter in matters for part in (matter.code, matter.code.replace("-", ""))]
    secrets += [token for message in messages for token in re.findall(r"/rate/(\S+)", message["text"])]
    places = {
        "events": (events_of(town), WANG.text),
        "files": (b"".join(path.read_bytes() for path in town.folder.rglob("*") if path.is_file()), WANG.text),
        "log": (town.log.read_bytes(), "info"),
        "metrics": (httpx.get(f"{town.system.address}/metrics").content, "huiying_notices_total"),
    }
    for name, (content, known) in places.items():
        assert known.encode() in content, f"{name} were looked at"
        assert [secret for secret in secrets if secret.encode() in content] == [], name


def events_of(town: Town) -> bytes:
    with closing(sqlite3.connect(town.folder / "log.db")) as log:
        return b"\n".join(raw for (raw,) in log.execute("SELECT raw FROM records"))


def nothing_is_told_twice(town: Town) -> None:
    """Nor anything to Zhao, who wants no notices."""
    sent = Counter((message["to"], message["subject"], message["text"]) for message in town.messages())
    assert set(sent.values()) == {1}
    assert town.messages(f"+86{ZHAO.phone}") == []
