"""The departments at work: dispatch, acceptance, first contact, reply; hand-backs, questions and extensions where the story has them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from demo.matters import Matter, Texts
from demo.people import centre, handler
from demo.schedule import Schedule
from demo.stage import Stage
from services.intake.actions.following import take_wish
from services.intake.model.codes import query_code
from services.intake.model.submission import Withdrawal
from services.tracking.model.case import Case

NOT_YET = frozenset({"", "topic", "sensitive"})
"""Stories in which no reply has come yet, where nobody is in danger."""
NEVER_REPLIED = frozenset({"overdue", "report", "asked", "extended"})
SOON = {"U1": (0.02, 0.06), "U2": (0.05, 0.3)}
"""Hours until a dispatcher or a department has looked at what is urgent, at any hour: a critical matter is taken within ten minutes."""
QUICK = {"U1": (0.3, 1.5), "U2": (3.0, 18.0), "U3": (8.0, 40.0)}
"""Hours from the first contact to the reply, by urgency; ordinary matters take days."""

Answered = Callable[[Matter, str], Awaitable[None]]


class Working:
    """What happens to a matter between the receipt and the answer. `answered` is what follows."""

    def __init__(self, stage: Stage, texts: Texts, schedule: Schedule) -> None:
        self._stage, self.texts, self._schedule = stage, texts, schedule
        self._chance = texts.chance
        self.answered: Answered

    async def begin(self, matter: Matter, number: str) -> None:
        """Goes on from where the machine has brought it."""
        case = await self._stage.case(number)
        if not case.open:
            return
        if matter.story == "withdrawn":
            self._later(2, 5, partial(self._withdraw, number))
        if matter.story == "critical":
            return  # it has just come in, and the desk is red
        if case.state == "waiting":
            self._look(case.urgency, (0.05, 1.2), partial(self.dispatch, matter, number))
        elif case.state == "dispatched":
            self._expect(matter, number, case.urgency)

    def _later(self, least: float, most: float, scene: Callable[[], Awaitable[None]], *, any_hour: bool = False) -> None:
        """A scene in so many hours; in office hours unless it cannot wait."""
        moment = self._stage.clock.now() + timedelta(hours=self._chance.uniform(least, most))
        (self._schedule.at if any_hour else self._schedule.in_office)(moment, scene)

    def _look(self, urgency: str, ordinary: tuple[float, float], scene: Callable[[], Awaitable[None]]) -> None:
        """Somebody looks at a case: soon where it is urgent, else within so many ordinary hours."""
        self._later(*SOON.get(urgency, ordinary), scene, any_hour=urgency in SOON)

    async def _withdraw(self, number: str) -> None:
        await take_wish(self._stage.door, number, query_code(self._stage.door.code_key, number), Withdrawal(reason="已经自己解决了"))

    async def dispatch(self, matter: Matter, number: str) -> None:
        """A dispatcher decides: the proposal, else the district."""
        case = await self._stage.case(number)
        if case.state != "waiting":
            return
        if matter.story == "declined":
            words = "请通过人民法院诉讼或者人民调解解决；属于外地的，请向当地热线反映。"
            await self._stage.take(number, "decline", centre("dispatcher"), reason="court_or_review", channel_told=words)
            return
        best = case.proposal.best if case.proposal else None
        again = case.queued_why == "handed_back"
        department = best.department if best and not again else self._stage.house.places.office(matter.district).code
        if again and department == case.department:
            department = "urban_management"
        basis = best.basis if best and best.basis and not again else "职责清单：属地负责辖区内事项的受理和协调"
        await self._stage.take(number, "dispatch", centre("dispatcher"), department=department, basis=basis)
        self._expect(matter, number, case.urgency)

    def _expect(self, matter: Matter, number: str, urgency: str) -> None:
        """The department will look at it: at once where it is urgent."""
        self._look(urgency, (3, 6) if matter.story == "overdue" else (0.05, 3), partial(self.accept, matter, number))

    async def accept(self, matter: Matter, number: str) -> None:
        case = await self._stage.case(number)
        if case.state != "dispatched" or case.department is None:
            return
        who = handler(case.department)
        if matter.story == "handback" and case.hand_backs == 0 and case.urgency != "U1":
            reason = self.texts.say("handback")
            office = self._stage.house.places.office(matter.district).code
            suggested = office if office != case.department else None
            await self._stage.take(number, "hand_back", who, reason="not_our_duty", basis=reason, suggested=suggested)
            self._later(0.5, 2, partial(self._rule, matter, number))
            return
        await self._stage.take(number, "accept", who)
        fast = case.urgency in SOON
        self._later(0.1, 0.4 if fast else 5, partial(self.contact, matter, number), any_hour=fast)

    async def _rule(self, matter: Matter, number: str) -> None:
        await self._stage.take(number, "grant_hand_back", centre("dispatcher"), words="同意，改派属地")
        self._later(0.2, 1, partial(self.dispatch, matter, number))

    async def contact(self, matter: Matter, number: str) -> None:
        case = await self._stage.case(number)
        if case.state != "in_hand" or case.department is None:
            return
        who = handler(case.department)
        reached = case.person is not None and self._chance.random() < 0.93
        words = self.texts.pick("contact") if reached else "没有留联系方式或者无人接听，先到现场查看"
        await self._stage.take(number, "contact", who, reached=reached, words=words)
        if matter.story == "asked":
            words = "请告诉我们具体位置（楼号、路口或灯杆编号），有照片请一并发来，才能安排维修。"
            await self._stage.take(number, "ask", who, words=words)
        if matter.story == "extended":
            least, most = (20.0, 60.0) if case.urgency == "U4" else (0.2, 2.0)
            self._later(least, most, partial(self._extend, number), any_hour=case.urgency != "U4")
        if matter.story not in NEVER_REPLIED and (matter.story not in NOT_YET or case.urgency == "U1"):
            least, most = QUICK.get(case.urgency, (4.0, 90.0))
            self._later(least, most, partial(self.reply, matter, number), any_hour=case.urgency == "U1")

    async def _extend(self, number: str) -> None:
        case = await self._stage.case(number)
        if case.state != "in_hand" or case.department is None:
            return
        who = handler(case.department)
        plan = self.texts.say("extension")
        await self._stage.take(number, "request_extension", who, reason="several_departments", days=5, plan=plan, told=True)
        await self._stage.settle()
        if number[-2] in "369":
            return  # still to be decided, so that the queue has some
        await self._stage.take(number, "grant_extension", centre("supervisor"), words="同意延期，请把新的时间告诉诉求人")

    async def reply(self, matter: Matter, number: str) -> None:
        """The department answers; sometimes a reviewer sends the answer back first."""
        case = await self._stage.case(number)
        if case.state != "in_hand" or case.department is None:
            return
        poor = matter.story == "redo" and case.redos == 0
        text = self._answer(matter, case.department, poor=poor)
        outcome = "explained" if poor or matter.story in ("praise",) else "partly" if matter.story == "partly" else "solved"
        internal, overrule = self.texts.pick("internal"), self.texts.say("overrule") if poor else ""
        who = handler(case.department)
        await self._stage.take(number, "reply", who, public=text, internal=internal, outcome=outcome, overrule=overrule)
        if (await self._stage.case(number)).state == "replied":
            self._later(0.3, 2, partial(self._review, matter, number))
        else:
            await self.answered(matter, number)

    def _answer(self, matter: Matter, department: str, *, poor: bool) -> str:
        if matter.story == "praise":
            return self.texts.pick("praise")
        return self.texts.pick("unsolved") if poor else self.texts.reply(department, matter.address, matter.text)

    async def _review(self, matter: Matter, number: str) -> None:
        case = await self._stage.case(number)
        if case.state != "replied":
            return
        if len(case.replies) == 1 and self._chance.random() < 0.15:
            await self._stage.take(number, "fail_review", centre("reviewer"), words="没有说明什么时候完成，请补充时间")
            self._later(1, 4, partial(self.reply, matter, number))
            return
        await self.pass_reply(case)
        await self.answered(matter, number)

    async def pass_reply(self, case: Case) -> None:
        """A reviewer lets the reply go, with a reason where the reply gate would not have."""
        words = self.texts.say("passed") if case.replies[-1].overrule else ""
        await self._stage.take(case.number, "pass_review", centre("reviewer"), words=words)

    async def again(self, matter: Matter, number: str) -> None:
        """After a redo the department begins anew."""
        case = await self._stage.case(number)
        if case.state == "dispatched":
            self._expect(matter, number, "U3")
