"""What people do on the tour of every page beside following links: pages that come after something was sent."""

from collections.abc import Callable, Mapping

from tests.browser.sample_city import SampleCity
from tests.browser.tour import Window
from tests.browser.walker import Walker

TABLE = "编号,内容,地址\n1,井盖松了，车一过就响。,月桥街 5 号\n2,,望澜路 3 号\n"
RECORD = "喂，我们小区停水，停水两天了，家里还闻到燃气味。"
LETTER = "我们巷子里的公共厕所夜里没有灯，老人去一次摔一次，请装一盏。"


def follow_as_citizen(window: Window, city: SampleCity) -> None:
    """A citizen looks round, files something, looks matters in every state up, and rates by a link."""
    window.follow_links("/", f"/join/{city.found.joinable.number}", "/joined?way=sms", "/desk/sign-in")
    file_complaint(window, city.found.joinable.text)
    for state, (number, code) in city.found.codes.items():
        window.walker.look_up(number, code)
        window.visit("/progress", f"progress-{state}")
    rate(window, city.found.rate)
    window.visit("/nowhere", "nowhere", 404)


def file_complaint(window: Window, text: str) -> None:
    """Somebody writes what others have written already, and is told so; the first attempt is refused."""
    window.walker.go("/")
    window.page.fill("[name=text]", text)
    window.page.locator("#alike a").first.wait_for()
    window.look("home-alike")
    window.page.fill("[name=phone]", "12")
    window.walker.press("提交")
    window.look("home-refused")
    window.page.fill("[name=phone]", "13800138000")
    window.walker.press("提交")
    window.visit("/said")


def rate(window: Window, path: str) -> None:
    """By the link of a notice; afterwards it is used up."""
    window.visit(path)
    for name, value in {"rate_solved": "yes", "rate_satisfied": "5", "rate_process": "4"}.items():
        window.page.locator(f"[name={name}][value='{value}']").check()
    window.walker.send()
    window.look("rated")
    window.visit(path, "rated-already", 410)


def choose_table(walker: Walker) -> None:
    walker.go("/import")
    walker.page.set_input_files("[name=table]", {"name": "街道转来.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    walker.send()


def import_table(window: Window) -> None:
    """A table is looked at before it is taken in, and after."""
    choose_table(window.walker)
    window.visit(window.path())
    window.walker.send()
    window.page.get_by_text("已完成").first.wait_for()
    window.look("import-done")


def type_letter(window: Window) -> None:
    window.walker.go("/mailbox/letters/new")
    window.page.locator("[name=kind]").first.check()
    window.page.fill("[name=text]", LETTER)
    window.walker.send()
    window.visit(window.path())


def write_down(walker: Walker) -> None:
    """The call that is going on, until the questions of its kind are shown."""
    walker.go("/hotline")
    walker.page.locator("[aria-labelledby=now] a.opens").first.click()
    walker.page.wait_for_url("**/hotline/calls/**")  # and its scripts: they hear what is typed
    walker.page.fill("#record", RECORD)
    walker.page.locator("#questions li").first.wait_for()


def take_call(window: Window) -> None:
    """The call becomes a case."""
    write_down(window.walker)
    window.look("call-written-down")
    window.walker.send()
    window.look("call-ended")


def register_app(window: Window) -> None:
    window.walker.go("/apps")
    window.page.fill("[name=name]", "随手拍")
    window.walker.send()
    window.look("app-issued")
    window.follow_links("/apps")


def clerk(window: Window) -> None:
    import_table(window)
    type_letter(window)


def administrator(window: Window) -> None:
    register_app(window)
    window.visit("/desk/components")


AT_WORK: Mapping[str, Callable[[Window], None]] = {
    "agent": take_call, "clerk": clerk, "admin": administrator, "dispatcher": lambda window: window.visit("/desk/search"),
}  # fmt: skip
"""By login, what somebody does beside following links."""
