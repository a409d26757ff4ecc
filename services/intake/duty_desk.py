"""Reads the duty desk from the settings, once when the service starts."""

from collections.abc import Collection

from pydantic import TypeAdapter, ValidationError
from pydantic.networks import EmailStr

from services.intake.contacts import read_phone
from services.intake.faults import Refused
from services.intake.model.complaint import Language
from services.intake.model.duty_desk import DutyDesk
from services.intake.settings import IntakeSettings
from shared.events.intake import NoticeChannel
from shared.runtime.settings import SettingsError

SETTINGS = {"email": ("HUIYING_INTAKE_DUTY_EMAIL", "HUIYING_NOTIFY_URL"), "sms": ("HUIYING_INTAKE_DUTY_PHONE", "HUIYING_SMS_GATEWAY")}
"""By channel, the setting that names the desk's address and the one without which nothing goes out that way."""


def open_duty_desk(own: IntakeSettings, language: Language, available: Collection[str]) -> DutyDesk:
    """The desk as the settings name it. Raises SettingsError for an address that cannot be one, or a way out that is not set up."""
    addresses: dict[NoticeChannel, str] = {}
    if own.duty_email:
        addresses["email"] = _email(own.duty_email)
    if own.duty_phone:
        addresses["sms"] = _phone(own.duty_phone)
    for channel in addresses:
        if channel not in available:
            name, needed = SETTINGS[channel]
            raise SettingsError(f"{name} is set, but nothing goes out that way: it needs {needed}")
    return DutyDesk(addresses, language)


def _email(written: str) -> str:
    try:
        return TypeAdapter[str](EmailStr).validate_python(written)
    except ValidationError as fault:
        raise SettingsError(f"{SETTINGS['email'][0]}: '{written}' is no e-mail address") from fault


def _phone(written: str) -> str:
    try:
        return read_phone(written)
    except Refused as fault:
        raise SettingsError(f"{SETTINGS['sms'][0]}: '{written}' is no phone number") from fault
