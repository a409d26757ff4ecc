"""The forms below a mail: what they are filled with at first, what was typed, and the complaint that they make."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from services.intake.actions.clerking import Seen
from services.intake.actions.filing import contact_of
from services.intake.mime import Mail
from services.intake.model.mail import MailRecord, language_of, text_of
from services.intake.model.submission import Contact, Submission, Supplement
from services.intake.pages.online import read_submission
from shared.web.forms import fault_summary

TYPED = ("text", "title", "address", "district", "name", "phone", "email", "number", "added", "reason")


def blank(seen: Seen, record: MailRecord) -> dict[str, Any]:
    """The forms before anything was typed: the mail's own words, and the matter that it answers."""
    text = title = ""
    if seen.mail and record.whole:
        text = text_of(seen.mail.subject, seen.mail.text, language_of(seen.mail.subject, seen.mail.text))
        title = seen.mail.subject
    filled_in = {"text": text, "title": title, "added": text, "number": record.about or "", "confidential": False}
    return dict.fromkeys(TYPED, "") | filled_in


def filled(form: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as it was typed."""
    return {name: str(form.get(name, "")) for name in TYPED} | {"confidential": "confidential" in form}


def read_complaint(form: FormData, mail: Mail | None) -> tuple[Submission | None, dict[str, str]]:
    """The complaint in the clerk's words, with the sender's contact where none was typed; or None and what is wrong with which field."""
    submission, faults = read_submission(form)
    if submission is None:
        return None, faults
    typed, known = submission.contact or Contact(), contact_of(mail) if mail else Contact()
    contact = Contact(name=typed.name or known.name, phone=typed.phone, email=typed.email or known.email)
    return submission.model_copy(update={"contact": None if contact.empty else contact}), {}


def read_addition(form: FormData) -> tuple[str, dict[str, str]]:
    """The words to be added, and what is wrong with them."""
    try:
        return Supplement.model_validate({"text": form.get("added", "")}).text, {}
    except ValidationError as fault:
        return "", {"added": fault_summary(fault)["text"]}
