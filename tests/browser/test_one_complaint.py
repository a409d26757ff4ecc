"""In a real browser: a complaint with a photo is filed, found again, answered, rated 'not solved', redone, rated 'solved', closed."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import PICTURES
from tests.browser.walker import Walker

TEXT = "我家自来水管爆裂，小区停水三天了，自来水公司一直没有来修。\n请尽快恢复供水。"
LEAD = "water_company"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def officers(hire):
    """Those who have to do with the case, signed in."""
    centre = {role: hire(role, role) for role in ("dispatcher", "reviewer", "supervisor")}
    return centre | {"handler": hire("handler", "liaison", "handler", department=LEAD)}


def _photo(folder: Path) -> Path:
    path = folder / "pipe.jpg"
    drawn = io.BytesIO()
    Image.radial_gradient("L").resize((900, 600)).convert("RGB").save(drawn, "JPEG")
    path.write_bytes(drawn.getvalue())
    return path


def _file_complaint(citizen: Walker, photo: Path) -> tuple[str, str]:
    citizen.go("/")
    citizen.look("citizen-home")
    page = citizen.page
    page.fill("[name=text]", TEXT)
    page.fill("[name=title]", "小区停水三天")
    page.fill("[name=address]", "幸福路3号")
    page.fill("[name=phone]", "13800138000")
    page.fill("[name=name]", "王小明")
    page.set_input_files("[name=photos]", photo)
    citizen.press("提交")
    citizen.look("citizen-said")
    number, code = page.locator("#receipt dd").all_inner_texts()
    return number.replace("-", ""), code


def _answer(officers: dict[str, Walker], number: str, public: str) -> None:
    handler = officers["handler"]
    handler.take(number, "accept")
    handler.take(number, "contact", reached="yes", words="已电话说明抢修安排")
    handler.take(number, "reply", public=public, outcome="solved", internal="更换 DN100 阀门")
    handler.look("desk-case-replied")
    reviewer = officers["reviewer"]
    reviewer.go("/desk/reviews")
    reviewer.look("desk-reviews")
    reviewer.take(number, "pass_review")


def _rate(citizen: Walker, number: str, code: str, solved: str) -> None:
    for _ in range(100):
        citizen.look_up(number, code)
        if citizen.page.locator("[name=rate_solved]").count():
            break
        citizen.page.wait_for_timeout(50)
    citizen.look(f"citizen-rate-{solved}")
    citizen.page.locator(f"[name=rate_solved][value={solved}]").check()
    for question in ("rate_satisfied", "rate_process"):
        citizen.page.locator(f"[name={question}][value='{5 if solved == 'yes' else 1}']").check()
    citizen.page.fill("[name=rate_words]", "第二天又停了" if solved == "no" else "这次修好了")
    citizen.page.locator("form[action='/progress/rate'] button").click()
    citizen.look(f"citizen-rated-{solved}")


def test_one_complaint_all_the_way(system, browser, officers, tmp_path):
    citizen = Walker(browser, system.address, width=390, pictures=PICTURES)
    number, code = _file_complaint(citizen, _photo(tmp_path))
    citizen.look_up(number, code)
    citizen.look("citizen-progress")
    supervisor, handler = officers["supervisor"], officers["handler"]
    handler.see_state(number, "待签收")
    board = supervisor.figures()
    supervisor.look("board")
    assert board["在办"] == 1
    handler.go("/desk")
    handler.look("desk-queue")
    assert handler.page.get_by_text("小区停水三天").count()
    handler.open_case(number)
    handler.look("desk-case")
    assert handler.page.locator("img").count() == 1, "the photo is there"
    assert "王**" in handler.page.locator("main").inner_text()
    assert "13800138000" not in handler.page.content()
    _answer(officers, number, "已更换阀门，今天 18:00 恢复供水。")
    _rate(citizen, number, code, "no")
    handler.see_state(number, "待签收")
    assert "第二天又停了" in handler.page.content()
    _answer(officers, number, "已更换整段水管，昨晚恢复供水。")
    _rate(citizen, number, code, "yes")
    handler.see_state(number, "已办结")
    assert _eventually(lambda: supervisor.figures()["在办"] == 0)
    supervisor.look("board-after")
    citizen.look_up(number, code)
    citizen.look("citizen-closed")
    assert "已更换整段水管" in citizen.page.content()
    assert "DN100" not in citizen.page.content(), "what is internal stays inside"


def _eventually(holds, tries: int = 100) -> bool:
    for _ in range(tries):
        if holds():
            return True
        time.sleep(0.05)
    return False
