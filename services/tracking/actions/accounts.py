"""Officers' accounts: signing in, making and changing them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from services.tracking.actions.passwords import Passwords, make_password
from services.tracking.documents import ACCOUNT
from services.tracking.model.accounts import Account, check, check_password, locked_until
from shared import telemetry
from shared.events import Actor
from shared.ports import Clock, Conflict, Cursor, Equal, Order, Store
from shared.refusals import NotAllowed
from shared.runtime.service import World
from shared.runtime.work import Action, until_written

FIRST_LOGIN = "admin"
THE_SYSTEM = Actor(kind="machine", id="accounts")

log = telemetry.logger(__name__)


@dataclass(frozen=True)
class Accounts:
    """The accounts of this city. `departments` are the codes that an account may belong to."""

    store: Store
    clock: Clock
    departments: Collection[str]
    passwords: Passwords = field(default_factory=Passwords)

    async def find(self, login: str) -> Account | None:
        return (await self.named([login])).get(login)

    async def named(self, logins: Collection[str]) -> dict[str, Account]:
        """The accounts that exist among these, active or not."""
        found = await self.store.get(ACCOUNT.name, list(logins))
        return {login: ACCOUNT.parse(stored) for login, stored in found.items()}

    async def page(self, *, active: bool, limit: int, after: str | None = None) -> list[Account]:
        """Accounts by login, behind `after`."""
        cursor = Cursor(after, after) if after else None
        return await ACCOUNT.find(self.store, {"active": Equal(active)}, order=Order("login"), limit=limit, after=cursor)

    async def sign_in(self, login: str, password: str) -> Account | None:
        """The account, or None: unknown, wrong password, locked and inactive take the same work and look the same from outside."""
        account = await self.find(login)
        right = await self.passwords.is_right(account.password if account else None, password)
        now = self.clock.now()
        if account is None or not account.active or (account.locked_until and now < account.locked_until):
            return None
        if not right:
            await self._change(login, THE_SYSTEM, lambda one: _failed(one, now))
            log.warning("wrong password", login=login)
            return None
        if account.failures:
            return await self._change(login, THE_SYSTEM, lambda one: one.model_copy(update={"failures": 0, "locked_until": None}))
        return account

    async def create(self, login: str, name: str, roles: tuple[str, ...], department: str | None, by: Actor) -> str:
        """Makes an account and gives its password, which is not kept. Raises NotAllowed with an 'account.' code."""
        check(login, name, roles, department, self.departments)
        password = make_password()
        account = Account(login=login, name=name, roles=roles, department=department, password=await self.passwords.hash(password))
        action = Action(self.store, self.clock.now(), by)
        if await action.load(ACCOUNT, login) is not None:
            raise NotAllowed("account.login_taken")
        action.apply(ACCOUNT, login, account)
        try:
            await action.commit()
        except Conflict:
            raise NotAllowed("account.login_taken") from None
        log.info("account made", login=login, roles=roles, department=department, by=by.id)
        return password

    async def change(self, login: str, name: str, roles: tuple[str, ...], department: str | None, by: Actor) -> Account:
        """Gives an account another name, other roles or another department; it holds from the next sign-in."""
        check(login, name, roles, department, self.departments)
        if by.id == login and "administrator" not in roles:
            raise NotAllowed("account.own_role")
        return await self._change(login, by, lambda one: one.model_copy(update={"name": name, "roles": roles, "department": department}))

    async def set_active(self, login: str, active: bool, by: Actor) -> Account:
        """Closes an account or opens it again. Nobody closes their own."""
        if by.id == login and not active:
            raise NotAllowed("account.own_end")
        return await self._change(login, by, lambda one: one.model_copy(update={"active": active, "failures": 0, "locked_until": None}))

    async def new_password(self, login: str, by: Actor) -> str:
        """Gives the account another password, which is not kept, and unlocks it."""
        password = make_password()
        hashed = await self.passwords.hash(password)
        await self._change(login, by, lambda one: one.model_copy(update={"password": hashed, "failures": 0, "locked_until": None}))
        return password

    async def change_password(self, login: str, old: str, new: str, by: Actor) -> None:
        """An officer's own choice. A wrong old password counts as at signing in. Raises NotAllowed with an 'account.' code."""
        check_password(login, new)
        if await self.sign_in(login, old) is None:
            raise NotAllowed("account.wrong_password")
        hashed = await self.passwords.hash(new)
        await self._change(login, by, lambda one: one.model_copy(update={"password": hashed}))

    async def _change(self, login: str, by: Actor, change: Callable[[Account], Account]) -> Account:
        """The changed account, kept; tried again when somebody else was quicker. Raises NotAllowed for an unknown login."""
        return await until_written(lambda: self._try_change(login, by, change))

    async def _try_change(self, login: str, by: Actor, change: Callable[[Account], Account]) -> Account:
        action = Action(self.store, self.clock.now(), by)
        account = await action.load(ACCOUNT, login)
        if account is None:
            raise NotAllowed("account.unknown")
        changed = change(account)
        action.apply(ACCOUNT, login, changed)
        await action.commit()
        log.info("account changed", login=login, roles=changed.roles, active=changed.active, failures=changed.failures, by=by.id)
        return changed


def _failed(account: Account, now: datetime) -> Account:
    failures = account.failures + 1
    return account.model_copy(update={"failures": failures, "locked_until": locked_until(failures, now)})


def accounts_of(world: World) -> Accounts:
    """The accounts of the city in which this world runs."""
    return Accounts(world.store, world.clock, world.places.departments.keys())


async def ensure_administrator(world: World) -> str | None:
    """Makes the first account when there is none and gives its password, which is not kept; else None."""
    if sum((await world.store.count(ACCOUNT.name, {})).values()):
        return None
    name = "管理员" if world.settings.language == "zh-CN" else "Administrator"
    try:
        return await accounts_of(world).create(FIRST_LOGIN, name, ("administrator",), None, THE_SYSTEM)
    except NotAllowed:
        return None  # another process has just made it
