"""Takes mail out of the mailbox: each is kept, then known, then put aside; whatever stops it in between, the next look goes on."""

from datetime import datetime, timedelta

from services.intake.actions.originals import keep_original
from services.intake.actions.together import together
from services.intake.documents.mail import MAIL
from services.intake.door import Door
from services.intake.mime import LARGEST_MAIL
from services.intake.model.mail import MailRecord
from shared.ports import Change, Incoming, Mailbox, Unavailable, Unusable
from shared.telemetry import JOB_FAILURES, MAILS, logger

JOB = "collect-mail"
AT_ONCE = 50
"""Mails taken out together."""
REST = timedelta(minutes=10)
"""Between two tries where a person must act: a wrong password said every few seconds locks an account."""

log = logger(__name__)


class Collector:
    """One process's way to the mailbox. `fault` says in words what it waits for, since `since`; both are empty when all is well."""

    def __init__(self, door: Door, mailbox: Mailbox) -> None:
        self._door, self._mailbox = door, mailbox
        self._rests_until: datetime | None = None
        self.fault = ""
        self.since: datetime | None = None

    async def collect(self) -> int:
        """Takes out what has arrived; how many mails were new. Raises Unavailable."""
        now = self._door.clock.now()
        if self._rests_until and now < self._rests_until:
            return 0
        try:
            new = await self._collect(now)
        except Unavailable as outage:
            self._wait(now, str(outage))
            raise
        except Unusable as fault:
            self._wait(now, str(fault))
            self._rests_until = now + REST
            JOB_FAILURES.labels("intake", JOB).inc()
            log.error("the mailbox cannot be used", reason=str(fault))
            return 0
        self.fault, self.since, self._rests_until = "", None, None
        return new

    def _wait(self, now: datetime, why: str) -> None:
        self.fault, self.since = why, self.since or now

    async def _collect(self, now: datetime) -> int:
        """The moments of arrival differ by a microsecond each: what came first is looked at first."""
        arrived = await self._mailbox.arrived(AT_ONCE, LARGEST_MAIL)
        taken = (self._take(one, now + timedelta(microseconds=place)) for place, one in enumerate(arrived))
        return sum(await together(taken))

    async def _take(self, incoming: Incoming, now: datetime) -> bool:
        """Whether the mail was new. Its file comes first, so that a record never leads to nothing; the mailbox gives it up last."""
        whole = incoming.raw is not None
        name = await keep_original(self._door, incoming.head if incoming.raw is None else incoming.raw)
        record = MailRecord(id=name, arrived_at=now, size=incoming.size, whole=whole)
        known = await self._door.store.commit([Change(MAIL.name, name, 0, MAIL.body(record), MAIL.values(record))])
        await self._mailbox.put_aside(incoming.handle, "taken" if whole else "too-large")
        if not known:
            MAILS.labels("kept").inc()
        return not known
