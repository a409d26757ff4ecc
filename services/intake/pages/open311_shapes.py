"""What GeoReport says: services, service requests and receipts in the reader's language, and what apps send read as a complaint."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.intake.actions.submitting import Receipt
from services.intake.door import Door
from services.intake.model.codes import group as group_code
from services.intake.model.complaint import Complaint
from services.intake.model.numbers import group
from services.intake.model.open311 import seen, status_of
from services.intake.model.submission import Submission
from services.intake.pages.georeport import Faults
from shared.web.forms import fault_summary
from shared.web.language import language_of
from shared.web.pages import say

_HAN = re.compile(r"[\u3400-\u9fff]")
MOST_MEDIA, LONGEST_MEDIA = 5, 500
LABELS = {"text": "description", "place": "lat, long, address_string", "contact": "phone, email, first_name, last_name"}
"""What each part of a submission is called there."""


def services(request: Request, door: Door) -> list[dict[str, Any]]:
    """The second level of our categories, grouped by the first."""
    name = door.world.places.name
    language = language_of(request)
    return [
        {
            "service_code": category.code, "service_name": name(category.code, language), "description": name(category.code, language),
            "metadata": False, "type": "realtime", "keywords": "", "group": name(category.parent, language),
        }
        for category in door.world.places.categories.values() if category.parent
    ]  # fmt: skip


def check_service(request: Request, door: Door, code: str) -> str:
    """The code, when it is one of a service. Raises Faults."""
    category = door.world.places.categories.get(code)
    if category is None or not category.parent:
        raise Faults(404, [say(request, "open311.no_service")])
    return code


def service_request(request: Request, door: Door, complaint: Complaint, *, own: bool) -> dict[str, Any]:
    """A complaint as the app that filed it (`own`) or everybody sees it."""
    progress, language, places = complaint.progress, language_of(request), door.world.places
    told = seen(complaint, own=own)
    return {
        "service_request_id": complaint.number,
        "status": status_of(complaint),
        "status_notes": told.reply or say(request, f"alike.state.{progress.state}"),
        "service_name": places.name(told.topic, language) if told.topic else None,
        "service_code": told.topic,
        "description": told.description,
        "agency_responsible": places.name(told.department, language) if told.department else None,
        "service_notice": None,
        "requested_datetime": _moment(door, complaint.received_at),
        "updated_datetime": _moment(door, _updated_at(complaint)),
        "expected_datetime": _moment(door, progress.promised_at) if complaint.open else None,
        "address": told.address,
        "address_id": None,
        "zipcode": None,
        "lat": told.lat,
        "long": told.lon,
        "media_url": None,
    }


def _updated_at(complaint: Complaint) -> datetime:
    """When something happened last; that somebody joined is nothing for the public (docs/decisions/public-matters.md)."""
    return next((line.at for line in reversed(complaint.progress.history) if line.key != "joined"), complaint.received_at)


def receipt(request: Request, door: Door, given: Receipt) -> list[dict[str, Any]]:
    """The number as service_request_id; the query code, which only the complainant may have, in words for them."""
    code, page = group_code(given.query_code), f"{door.world.settings.address}/progress"
    notice = say(request, "open311.notice", number=group(given.number), code=code, page=page)
    return [{"service_request_id": given.number, "service_notice": notice, "account_id": None}]


def read_request(request: Request, form: FormData) -> Submission:
    """What the app sends. Raises Faults with all that is wrong."""
    given, faults = _given(form), [say(request, why) for why in _missing(form)]
    try:
        submission = Submission.model_validate(given)
    except ValidationError as fault:
        told = [(field, why) for field, why in fault_summary(fault).items() if field != "text" or form.get("description")]
        faults += [say(request, "fault.of_field", label=LABELS.get(field, field), fault=say(request, why)) for field, why in told]
    if faults:
        raise Faults(400, faults)
    return submission


def _given(form: FormData) -> dict[str, Any]:
    """As a submission has it. Names are put together as they are written where they belong: 王小明, Ann Lee."""
    said = {name: str(form.get(name, "")).strip() for name in ("description", "address_string", "lat", "long", "email", "phone")}
    first, last = (str(form.get(name, "")).strip() for name in ("first_name", "last_name"))
    name = f"{last}{first}" if _HAN.search(first + last) else f"{first} {last}".strip()
    media = "".join(f"\nmedia_url: {url}" for url in form.getlist("media_url") if url)
    return {
        "text": said["description"] + media if said["description"] else "",
        "place": {"address": said["address_string"], "lon": said["long"] or None, "lat": said["lat"] or None},
        "category": form.get("service_code"),
        "contact": {"name": name, "phone": said["phone"], "email": said["email"]},
        "publish": form.get("publish") in ("true", "1", "yes"),
    }


def _missing(form: FormData) -> list[str]:
    """What the shape of a submission alone does not say, as keys of words."""
    media = [str(url) for url in form.getlist("media_url")]
    checks: Mapping[str, Any] = {
        "open311.no_description": not str(form.get("description", "")).strip(),
        "open311.no_place": not (form.get("address_string") or (form.get("lat") and form.get("long"))),
        "open311.no_attributes": any(name.startswith("attribute[") for name in form),
        "open311.bad_media": len(media) > MOST_MEDIA or not all(map(_is_link, media)),
    }
    return [why for why, wrong in checks.items() if wrong]


def _is_link(url: str) -> bool:
    """Kept as text and never fetched; still, what is no link is told so."""
    try:
        return not url or (len(url) <= LONGEST_MEDIA and url.isprintable() and urlsplit(url).scheme in ("http", "https"))
    except ValueError:
        return False


def _moment(door: Door, moment: datetime | None) -> str | None:
    return moment.astimezone(door.zone).isoformat(timespec="seconds") if moment else None


def read_moment(request: Request, written: str) -> datetime | None:
    """A moment in UTC, or None for nothing. Raises Faults for one without a zone, and for what is none."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written.replace(" ", "+"))  # a + that was not escaped
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise Faults(400, [say(request, "open311.bad_moment")]) from fault
    raise Faults(400, [say(request, "open311.bad_moment")])
