"""The door: the world intake stands in, with what is made of it once and used by every route."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.intake.contacts import ContactBook
from services.intake.developing import Darkroom
from services.intake.duty_desk import open_duty_desk
from services.intake.model.complaint import NotifyBy
from services.intake.model.duty_desk import DutyDesk
from services.intake.numbering import Numbers
from services.intake.phrasebook import Phrasebook, open_phrasebook
from services.intake.questions import Questions, load_questions
from services.intake.sealing import Seal
from services.intake.settings import IntakeSettings
from shared.ports import Attachments, Clock, Store
from shared.runtime.keys import derive
from shared.runtime.service import World

WAYS: tuple[NotifyBy, ...] = ("sms", "email")


@dataclass(frozen=True)
class Door:
    """`code_key` makes the query codes; `matters` seals what a citizen's browser remembers for a few minutes, `links`
    what the links in notices carry, `mails` who wrote us what; `reply_key` signs the addresses that answers to notices come to."""

    world: World
    own: IntakeSettings
    zone: ZoneInfo
    numbers: Numbers
    contacts: ContactBook
    darkroom: Darkroom
    code_key: bytes
    matters: Seal
    links: Seal
    mails: Seal
    reply_key: bytes
    phrases: Phrasebook
    questions: Questions
    duty_desk: DutyDesk

    @property
    def store(self) -> Store:
        return self.world.store

    @property
    def files(self) -> Attachments:
        return self.world.files

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def ways(self) -> list[NotifyBy]:
        """The ways of telling people something that are set up."""
        return [way for way in WAYS if way in self.world.outside.notifiers]

    def day(self, moment: datetime) -> date:
        """The city's day."""
        return moment.astimezone(self.zone).date()


def open_door(world: World) -> Door:
    """The door of this world. Raises TypeError when the settings are another service's, a FileFault for words of notices or
    questions that cannot be used, SettingsError for a duty desk that cannot be told.
    """
    if not isinstance(world.own, IntakeSettings):
        raise TypeError(f"intake was given {type(world.own).__name__}")
    return Door(
        world=world,
        own=world.own,
        zone=ZoneInfo(world.settings.timezone),
        numbers=Numbers(world.store, world.own.number_block),
        contacts=ContactBook(world.keys.contacts),
        darkroom=Darkroom(world.outside.scanner),
        code_key=derive(world.keys.contacts, "query-code"),
        matters=Seal(derive(world.keys.contacts, "matters")),
        links=Seal(derive(world.keys.contacts, "links")),
        mails=Seal(derive(world.keys.contacts, "mails")),
        reply_key=derive(world.keys.contacts, "reply-address"),
        phrases=open_phrasebook(world.settings, world.places, world.clock.now, world.own.notices),
        questions=load_questions(world.places, world.own.questions),
        duty_desk=open_duty_desk(world.own, world.settings.language, world.outside.notifiers),
    )
