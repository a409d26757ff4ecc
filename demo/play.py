"""The play: the day's matters raised one after the other, worked on in office hours, answered, rated, sent back; until now."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo import ways_in
from demo.closing import Closing
from demo.desks import leave_work
from demo.matters import ENOUGH_IN_COMMON, Matter, Texts, in_common, read_matters, read_texts
from demo.odd_mails import last_notice_by_mail, put_odd_mails
from demo.people import move_in
from demo.schedule import Schedule, first_day
from demo.stage import Stage
from demo.working import Working
from services.intake.documents import COMPLAINT
from shared.ports import Equal, Order
from shared.refusals import NotAllowed

STEP = timedelta(hours=1)
"""How often the clock stops where nobody does anything, so that what is due comes due on time."""
DAYS_BACK = 9
"""Working days since most matters were raised: long enough for answers, redos, and for what is overdue."""
NIGHT = timedelta(hours=6)
"""Until so long after midnight the day before is not over: a demonstration at night has its fresh matters too."""

Progress = Callable[[int], None]


def matters_until(stage: Stage, now: datetime) -> list[Matter]:
    """The matters of the day and the fresh ones of today, until `now`."""
    calendar = stage.desk.cases.rules.calendar
    today = (now - NIGHT).astimezone(calendar.zone).date()
    return read_matters(first_day(calendar, today, DAYS_BACK), today, now, calendar.zone)


async def play_matters(
    stage: Stage, matters: Sequence[Matter], until: datetime, maildir: Path, progress: Progress = lambda _: None
) -> "Play":
    """Lets everybody move in, then plays these matters until then. `progress` hears how many scenes there have been."""
    stage.clock.moment = min(one.at for one in matters).astimezone(UTC)
    await move_in(stage)
    play = Play(stage, read_texts(), Schedule(stage.desk.cases.rules.calendar, until), maildir)
    await play.run(matters, progress)
    return play


@dataclass
class Play:
    """One playing of the day on a stage. `refused` are steps that the rules did not allow, with the reason."""

    stage: Stage
    texts: Texts
    schedule: Schedule
    maildir: Path
    numbers: dict[int, str] = field(default_factory=dict)
    opened: list[Matter] = field(default_factory=list)
    mailed: list[Matter] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    async def run(self, matters: Sequence[Matter], progress: Progress) -> None:
        """Plays until the schedule's end."""
        self.working = Working(self.stage, self.texts, self.schedule)
        self.closing = Closing(self.stage, self.texts, self.schedule, self.working)
        self.working.answered = self.closing.begin
        for matter in matters:
            self.schedule.at(matter.at, lambda matter=matter: self._raise(matter))  # type: ignore[misc]
        self.schedule.at(self.schedule.until - timedelta(minutes=20), self._this_morning)
        played = 0
        while setting := self.schedule.next():
            moment, scene = setting
            await self._pass_time(moment)
            try:
                await scene()
            except NotAllowed as refusal:
                self.refused[refusal.why] += 1
            await self.stage.settle()
            played += 1
            progress(played)
        await self._pass_time(self.schedule.until)
        known = [(matter, self.numbers[matter.number]) for matter in matters if matter.number in self.numbers]
        await leave_work(self.stage, self.working, known)

    async def _pass_time(self, moment: datetime) -> None:
        """Lets the hours go by, each with what comes due in it."""
        while self.stage.clock.now() + STEP < moment:
            self.stage.clock.forward(self.stage.clock.now() + STEP)
            await self.stage.settle()
        self.stage.clock.forward(moment)
        await self.stage.settle()

    async def _raise(self, matter: Matter) -> None:
        """Somebody raises the matter, by their way; the work on it begins."""
        number = await self._number(matter)
        if number is None:
            return
        await self.stage.settle()
        self.numbers[matter.number] = number
        self.opened.append(matter)
        await self.working.begin(matter, number)

    async def _number(self, matter: Matter) -> str | None:
        earlier = await self._earlier(matter)
        if matter.story == "joined":
            if earlier:
                await ways_in.join(self.stage, matter, earlier)
            return None
        match matter.channel:
            case "hotline":
                return await ways_in.by_telephone(self.stage, self.texts, matter, earlier)
            case "letter":
                return await ways_in.on_paper(self.stage, matter)
            case "mailbox":
                if matter.story == "supplement_mail":
                    await self._answer_by_mail(matter)
                    return None
                self.mailed.append(matter)
                return await self._by_mail(matter)
        return await ways_in.by_form(self.stage, matter)

    async def _earlier(self, matter: Matter) -> str | None:
        """The open matter nearby that this one says most of; one that can be joined, where somebody joins."""
        near = [one for one in reversed(self.opened) if one.address[:4] == matter.address[:4]]
        about = {self.numbers[one.number]: in_common(one.text, matter.text) for one in near}
        for number in sorted((number for number in about if about[number] >= ENOUGH_IN_COMMON), key=lambda number: -about[number]):
            stored = (await self.stage.door.store.get(COMPLAINT.name, [number]))[number]
            complaint = COMPLAINT.parse(stored)
            if complaint.shelf == "joinable" or (matter.story != "joined" and "urge" in complaint.progress.may):
                return number
        return None

    async def _by_mail(self, matter: Matter) -> str | None:
        """The number that the mail was given; the jobs open it as they would any mail."""
        before = await self._newest()
        ways_in.by_mail(matter, self.maildir)
        await self.stage.settle()
        after = await self._newest()
        return after if after != before else None

    async def _answer_by_mail(self, matter: Matter) -> None:
        """The sender of an earlier mail answers our newest notice about it."""
        before = next((one for one in self.mailed if one.who == matter.who), None)
        number = self.numbers.get(before.number) if before else None
        notice = await last_notice_by_mail(self.stage.door, number) if number else None
        if before and notice:
            ways_in.by_mail(matter, self.maildir, answers=notice, sender=before.number)

    async def _this_morning(self) -> None:
        """What lies in the mailbox besides complaints, and a call that is going on right now."""
        put_odd_mails(self.maildir)
        await ways_in.begin_call(self.stage)

    async def _newest(self) -> str | None:
        found = await self.stage.desk.cases.store.find(
            "case", {"open": Equal(value=True)}, order=Order("received_at", descending=True), limit=1
        )  # fmt: skip
        return found[0].key if found else None
