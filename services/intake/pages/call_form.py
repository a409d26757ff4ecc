"""The form an agent writes on while listening: what it says of the matter, and what each ending needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, StringConstraints, ValidationError

from services.intake.actions.calling import AHEAD
from services.intake.contacts import read_phone
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.complaint import Language
from services.intake.model.heard import EARLIEST
from services.intake.model.submission import Contact, Given, Said, Submission, clean, clean_line
from services.intake.pages.online import TICKED, read_submission
from shared.events import ComplaintType
from shared.events.intake import AnsweredByAgent, CallEnding, EmergencyService, HandedOver
from shared.web.forms import fault_summary

TYPED = (
    "record", "text", "wish", "title", "address", "district", "name", "phone", "email", "type", "language", "notify",
    "public", "service", "taken_by", "handed_over_at", "number", "code", "reason", "nothing_reason",
)  # fmt: skip
LONGEST_RECORD = 20_000
LONGEST_URGE = 500
ALL_TYPES: tuple[ComplaintType, ...] = get_args(ComplaintType)
ALL_SERVICES: tuple[EmergencyService, ...] = get_args(EmergencyService)


class GivenAnswer(Given):
    """What the agent told the caller at once."""

    public: Said


class GivenHandOver(Given):
    """Which emergency service took the caller over, and who there. The moment is the city's time as a browser writes it."""

    service: EmergencyService
    taken_by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), BeforeValidator(clean_line)]


@dataclass(frozen=True)
class CallForm:
    """What was typed. `record` is as it was written while listening, `text` the edited text: the record where nobody edited it, and
    what the caller wants as a last paragraph.
    """

    form: Mapping[str, Any]

    def typed(self, name: str) -> str:
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def which(self) -> str:
        """The ending that the button stands for."""
        return self.typed("which").partition(":")[0]

    @property
    def number(self) -> str:
        """The matter it goes to: that of the button, or the one typed."""
        return self.typed("which").partition(":")[2] or self.typed("number")

    @property
    def record(self) -> str:
        cleaned: str = clean(self.typed("record")).strip()
        return cleaned

    @property
    def text(self) -> str:
        said = clean(self.typed("text")).strip() or self.record
        wish = clean(self.typed("wish")).strip()
        return f"{said}\n\n{wish}" if said and wish else said

    @property
    def language(self) -> Language:
        return "en" if self.typed("language") == "en" else "zh-CN"

    def line(self, name: str) -> str:
        cleaned: str = clean_line(self.typed(name)).strip()
        return cleaned

    def page(self) -> dict[str, Any]:
        """All that the page puts back."""
        typed = {name: self.typed(name) for name in TYPED} | {"number": self.number}
        return {"typed": typed, "ticked": {name: name in self.form for name in TICKED}, "which": self.which}


def read_matter(form: CallForm, caller: Contact | None) -> tuple[Submission | None, dict[str, str]]:
    """The complaint that the call is, or None and its faults. The number that the caller calls from is how they are reached, unless
    another one is typed or they want to stay anonymous.
    """
    submission, faults = read_submission({**form.form, "text": form.text})
    if "text" in faults and not form.text:
        faults["record"] = faults.pop("text")
    kind = form.typed("type")
    if kind and kind not in ALL_TYPES:
        faults["type"] = "fault.choose"
    if submission is None or faults:
        return None, faults
    return submission.model_copy(update={"type": kind or None, "contact": _contact(submission, caller)}), faults


def _contact(submission: Submission, caller: Contact | None) -> Contact | None:
    given = submission.contact
    if submission.anonymous or caller is None or (given and given.phone):
        return given
    try:
        return (given or Contact()).model_copy(update={"phone": read_phone(caller.phone)})
    except Refused:
        return given  # an inner number, or one that the exchange has made up: nobody can be reached there


def read_ending(which: str, form: CallForm, door: Door) -> tuple[CallEnding | None, dict[str, str]]:
    """How the case ends with the call, None when it goes on; or what is wrong with that."""
    try:
        if which == "answered":
            return AnsweredByAgent(public=GivenAnswer(public=form.typed("public")).public), {}
        if which == "handed_over":
            given = GivenHandOver.model_validate({"service": form.typed("service"), "taken_by": form.typed("taken_by")})
            moment = _moment(form.typed("handed_over_at"), door)
            return HandedOver(service=given.service, taken_by=given.taken_by, handed_over_at=moment), {}
    except ValidationError as fault:
        return None, fault_summary(fault)
    except Refused as refusal:
        return None, {refusal.field: refusal.why}
    return None, {}


def _moment(written: str, door: Door) -> datetime:
    """A moment of the city's clock, now when none is written. Raises Refused."""
    now = door.clock.now()
    if not written:
        return now
    try:
        moment = datetime.fromisoformat(written).replace(tzinfo=door.zone)
    except ValueError as fault:
        raise Refused("handed_over_at", "fault.date") from fault
    if not EARLIEST <= moment <= now + AHEAD:
        raise Refused("handed_over_at", "fault.moment_to_come")
    return moment
