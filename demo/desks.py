"""What lies on the desks when the play ends, whatever the hour: answers to look at or call back about, hand-backs and delays to rule on."""

from collections.abc import Iterable, Sequence
from typing import Literal

from demo.matters import Matter
from demo.people import handler
from demo.stage import Stage
from demo.working import Working
from services.tracking.model.case import Case
from services.tracking.model.visibility import RESTRICTED
from shared.events.tracking import State

Left = Literal["hand_back", "callback", "extension"]
LEFT: Sequence[Left] = ("callback", "hand_back", "extension")
"""The first comes first: where few matters are fresh, there is an answer to rate at least."""
OF_EACH = 2
URGENT = frozenset({"U1", "U2"})
FRESH: Sequence[State] = ("waiting", "dispatched", "in_hand")
"""How far a fresh matter may have come; those that nobody has looked at are taken first."""


async def leave_work(stage: Stage, working: Working, matters: Iterable[tuple[Matter, str]]) -> None:
    """Takes fresh matters, with their numbers, one step beyond what the day has done with them; urgent ones are answered."""
    fresh = [(matter, number) for matter, number in matters if not matter.story]
    cases = {number: await stage.case(number) for _, number in fresh}
    open_cases = [(matter, cases[number]) for matter, number in fresh if cases[number].sensitivity not in RESTRICTED]
    for matter, case in [one for one in open_cases if one[1].state == "in_hand" and one[1].urgency in URGENT][:OF_EACH]:
        await working.reply(matter, case.number)
    ordinary = [one for one in open_cases if one[1].state in FRESH and one[1].urgency not in URGENT and one[1].person]
    ordinary.sort(key=lambda one: FRESH.index(one[1].state))
    for place, (matter, case) in enumerate(ordinary[: OF_EACH * len(LEFT)]):
        await _leave(stage, working, matter, case, LEFT[place % len(LEFT)])
    await stage.settle()


async def _leave(stage: Stage, working: Working, matter: Matter, case: Case, what: Left) -> None:
    number = case.number
    await working.dispatch(matter, number)
    department = (await stage.case(number)).department
    if department is None:
        raise LookupError(f"nobody has {number}")
    who = handler(department)
    if what == "hand_back":
        await stage.take(number, "hand_back", who, reason="not_our_duty", basis=working.texts.say("handback"), suggested=None)
        return
    await working.accept(matter, number)
    await working.contact(matter, number)
    if what == "extension":
        plan = working.texts.say("extension")
        await stage.take(number, "request_extension", who, reason="several_departments", days=5, plan=plan, told=True)
        return
    await working.reply(matter, number)
    if (await stage.case(number)).state == "replied":
        await working.pass_reply(await stage.case(number))
