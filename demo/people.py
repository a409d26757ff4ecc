"""The people of the sample city: officers in every role, and the complainants with numbers and addresses that belong to nobody."""

from demo.stage import Stage
from services.tracking.actions.passwords import Passwords
from services.tracking.documents import ACCOUNT
from services.tracking.model.accounts import Account
from services.tracking.model.life import Who
from shared.events import Actor
from shared.places import Places
from shared.runtime.work import Action

PASSWORD = "lanchuan-demo"  # noqa: S105 - the demonstration's, on this machine alone, and printed at its start
MOVED = 16
"""Every so many-th complainant has an address that the world outside does not know."""
THE_PLAY = Actor(kind="machine", id="demo")

CENTRE: dict[str, tuple[str, tuple[str, ...]]] = {
    "agent": ("话务员 林一诺", ("agent",)),
    "agent2": ("话务员 高远", ("agent",)),
    "clerk": ("信箱办理员 许慎", ("clerk",)),
    "dispatcher": ("派单员 方明", ("dispatcher",)),
    "reviewer": ("审核员 苏正", ("reviewer",)),
    "callback": ("回访员 何静", ("callback_clerk",)),
    "supervisor": ("督办员 程立", ("supervisor",)),
    "auditor": ("审计员 严实", ("auditor",)),
    "admin": ("管理员", ("administrator",)),
}


def accounts(places: Places, password: str) -> list[Account]:
    """One officer for each role of the centre; for each department one who accepts and handles, one who signs off, one who helps."""
    found = [Account(login=login, name=name, roles=roles, password=password) for login, (name, roles) in CENTRE.items()]
    for code, department in places.departments.items():
        login = code.replace("_", "-")
        found.append(
            Account(login=login, name=f"{department.zh} 经办人", roles=("liaison", "handler"), department=code, password=password)
        )
        for end, duty, role in (("head", "审批人", "approver"), ("co", "协办人", "co_handler")):
            found.append(Account(login=f"{login}-{end}", name=f"{department.zh} {duty}", roles=(role,), department=code, password=password))
    return found


async def move_in(stage: Stage) -> list[Account]:
    """Makes the accounts. All have the one password of the demonstration."""
    hashed = await Passwords().hash(PASSWORD)
    made = accounts(stage.house.places, hashed)
    for account in made:
        action = Action(stage.house.worlds["tracking"].store, stage.clock.now(), THE_PLAY)
        await action.load(ACCOUNT, account.login)
        action.apply(ACCOUNT, account.login, account)
        await action.commit()
    return made


def centre(login: str) -> Who:
    """An officer of the centre by login."""
    return Who(frozenset(CENTRE[login][1]), None, login)


def handler(department: str) -> Who:
    """The one who accepts and handles for a department."""
    return Who(frozenset({"liaison", "handler"}), department, department.replace("_", "-"))


def phone(number: int) -> str:
    """The telephone of the complainant with this number: well formed, and nobody's."""
    return f"+86138000{number:05d}"


def email(number: int) -> str:
    """Their address. Some wrote from one that takes no answers any more."""
    return f"citizen{number:03d}@{'moved' if number % MOVED == 0 else 'mail'}.example.org"
