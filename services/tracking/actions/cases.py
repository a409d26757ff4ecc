"""Officers' steps on cases: load, decide, commit; a lost race is a Conflict and changes nothing."""

from dataclasses import dataclass
from typing import Any

from services.tracking.actions.contacting import contacts_today
from services.tracking.documents import CASE
from services.tracking.model import callbacks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import perform
from services.tracking.model.life import Step, Who
from services.tracking.model.visibility import may_see
from shared.events import Actor
from shared.ports import Clock, Conflict, Store
from shared.runtime.work import Action


@dataclass(frozen=True)
class Cases:
    """The cases as officers reach them."""

    store: Store
    clock: Clock
    rules: Rules

    async def look(self, number: str, who: Who) -> tuple[Case, int] | None:
        """The case with its version, or None when there is none or it is not for these eyes (which looks the same from outside)."""
        found = (await self.store.get(CASE.name, [number])).get(number)
        if found is None:
            return None
        case = CASE.parse(found)
        return (case, found.version) if may_see(case, who) else None

    async def take(
        self, number: str, step: Step, given: Any, who: Who, by: Actor, version: int, trace: str | None = None
    ) -> tuple[Case, int] | None:
        """The case after the step with its version; None as in `look`. Raises NotAllowed, NotYours, or Conflict when the
        case is no longer at `version`.
        """
        action = Action(self.store, self.clock.now(), by, trace)
        case = await action.load(CASE, number)
        if case is None or not may_see(case, who):
            return None
        if await action.version(CASE, number) != version:
            raise Conflict(CASE.name, number)
        if step == "try_callback" and case.person:
            today = await contacts_today(self.store, [case.person], action.now, self.rules.calendar.zone)
            callbacks.check_contacts(case, today[case.person])
        changed, events = perform(case, step, given, action.now, who, by, self.rules)
        action.apply(CASE, number, changed, events)
        await action.commit()
        return changed, version + 1
