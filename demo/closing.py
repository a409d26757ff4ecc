"""The end of a matter: the complainant's own rating, a clerk's callback, or nobody reached."""

from datetime import timedelta
from functools import partial

from demo.matters import Matter, Texts
from demo.people import centre
from demo.schedule import Schedule
from demo.stage import Stage
from demo.working import Working
from services.intake.actions.following import take_wish
from services.intake.model.codes import query_code
from services.intake.model.submission import Rating
from services.tracking.model.case import Case
from services.tracking.model.life import Who
from services.tracking.model.visibility import RESTRICTED

BY_THEMSELVES = 0.62
"""The share of complainants who rate by link or on the page."""
NEVER_SOLVED = 12
"""Of every so many redone matters one is not solved by the redo either, and comes to the supervisor in the end."""
RESULTS = ("no_answer", "busy", "no_answer", "asked_later")


class Closing:
    """What happens between the answer and the end."""

    def __init__(self, stage: Stage, texts: Texts, schedule: Schedule, working: Working) -> None:
        self._stage, self._texts, self._schedule, self._working = stage, texts, schedule, working
        self._chance = texts.chance

    async def begin(self, matter: Matter, number: str) -> None:
        """The answer is out: the complainant speaks, or a clerk will call."""
        await self._stage.settle()
        now = self._stage.clock.now()
        if matter.story == "callback":
            self._schedule.in_office(now + timedelta(hours=20), partial(self._call_in_vain, number))
        elif matter.anonymous or self._chance.random() < BY_THEMSELVES or matter.story == "redo":
            self._schedule.at(now + timedelta(hours=self._chance.uniform(0.5, 30)), partial(self._rate, matter, number))
        else:
            self._schedule.in_office(now + timedelta(hours=self._chance.uniform(24, 30)), partial(self._call, matter, number))

    async def _rate(self, matter: Matter, number: str) -> None:
        case = await self._stage.case(number)
        if case.state != "awaiting_callback":
            return
        verdict = self._verdict(matter, case.redos)
        code = query_code(self._stage.door.code_key, number)
        await take_wish(self._stage.door, number, code, verdict)
        await self._stage.settle()
        await self._working.again(matter, number)

    def _verdict(self, matter: Matter, redos: int) -> Rating:
        if matter.story == "redo" and (redos == 0 or matter.number % NEVER_SOLVED == 0):
            return Rating(solved="no", satisfied=1, process=2, words=self._texts.pick("not_solved"))
        if matter.story == "partly":
            return Rating(solved="partly", satisfied=3, process=3, words="解决了一半。")
        satisfied = self._chance.choice((5, 5, 5, 4, 4, 3))
        return Rating(solved="yes", satisfied=satisfied, process=max(satisfied - 1, 3), words=self._texts.pick("solved_words"))

    async def _call(self, matter: Matter, number: str) -> None:
        """A clerk asks the three questions."""
        case = await self._stage.case(number)
        if case.state != "awaiting_callback":
            return
        verdict = self._verdict(matter, case.redos)
        given = verdict.model_dump()
        await self._stage.take(number, "rate", _caller(case), **given)
        await self._stage.settle()
        await self._working.again(matter, number)

    async def _call_in_vain(self, number: str) -> None:
        """Nobody answers; the next try is at another time of day, and after the last one the matter is closed as not reached."""
        case = await self._stage.case(number)
        if case.state != "awaiting_callback":
            return
        if len(case.tries) >= self._stage.desk.cases.rules.policy.callback_tries:
            await self._stage.take(number, "close", _caller(case), outcome="unreachable", words="三次回访都没有接通")
            return
        await self._stage.take(number, "try_callback", _caller(case), result=self._chance.choice(RESULTS), words="响铃无人接听")
        self._schedule.in_office(self._stage.clock.now() + timedelta(hours=27), partial(self._call_in_vain, number))


def _caller(case: Case) -> Who:
    """Who calls: the callback clerk, and a supervisor where the matter is not for everybody's eyes."""
    return centre("supervisor" if case.sensitivity in RESTRICTED else "callback")
