"""The contact book: reads phone numbers, seals contacts, knows the same person again without knowing who it is, and how to tell them."""

import hmac
from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberType
from pydantic import ValidationError

from services.intake.faults import Refused
from services.intake.model.complaint import NotifyBy
from services.intake.model.submission import Contact
from services.intake.sealing import Broken, Seal
from shared.runtime.keys import derive

REGION = "CN"
PERSON_SIGNS = 24
MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""Kinds of number that an SMS can be sent to; in some countries the two look alike."""
SHORTEST_NUMBER = 3


class ContactBook:
    """Made from the contacts key; keys for sealing and for knowing again are derived apart."""

    def __init__(self, key: bytes) -> None:
        self._seal = Seal(derive(key, "contacts"))
        self._person = derive(key, "person")

    def close(self, number: str, contact: Contact) -> str:
        """The contact, sealed to the complaint with this number."""
        return self._seal.close(contact.model_dump_json(), number)

    def open(self, number: str, sealed: str) -> Contact:
        """The contact. Raises Broken when the key is another one than it was sealed with, or it is no contact as we know them today."""
        try:
            return Contact.model_validate_json(self._seal.open(sealed, number))
        except ValidationError:
            raise Broken("the sealed contact cannot be read by this version") from None

    def same_person(self, contact: Contact) -> str | None:
        """24 hex digits, the same for the same phone (else the same e-mail), telling nothing without the key; None without either."""
        identity = contact.phone or (contact.email or "").casefold()
        return self.pseudonym(identity) if identity else None

    def pseudonym(self, identity: str) -> str:
        """The 24 hex digits for whatever tells one person from another."""
        return hmac.digest(self._person, identity.encode(), "sha256").hex()[:PERSON_SIGNS]


def read_contact(given: Contact) -> Contact | None:
    """The contact with its phone in the international form, or None when it says nothing. Raises Refused for a phone that cannot be one."""
    if given.empty:
        return None
    return given.model_copy(update={"phone": read_phone(given.phone)}) if given.phone else given


def read_caller(written: str) -> Contact | None:
    """Whoever calls from the number that a telephone shows: as it is shown where it is no number of the plan; None when it is withheld."""
    if sum(character.isdecimal() for character in written) < SHORTEST_NUMBER:
        return None
    try:
        return Contact(phone=read_phone(written))
    except Refused:
        return Contact(phone=written)


def read_phone(written: str) -> str:
    """A phone number as +8613800138000, numbers without a country being China's. Raises Refused."""
    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException as fault:
        raise Refused("phone", "fault.phone_unreadable") from fault
    if not phonenumbers.is_valid_number(number):
        raise Refused("phone", "fault.phone_unreadable")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def way_of(contact: Contact | None, wish: NotifyBy | None, available: Collection[str]) -> NotifyBy:
    """How somebody is told: as they wish, and without a wish by SMS to a mobile, else by mail, else not; only by what is set up.

    `contact` has been read. Raises Refused, at the field, for a wish that cannot be followed.
    """
    open_ways: list[NotifyBy] = []
    if contact and receives_sms(contact.phone) and "sms" in available:
        open_ways.append("sms")
    if contact and contact.email and "email" in available:
        open_ways.append("email")
    if wish is None:
        return open_ways[0] if open_ways else "none"
    if wish == "none" or wish in open_ways:
        return wish
    if wish not in available:
        raise Refused("notify", "fault.notify_not_here")
    raise Refused("phone", "fault.notify_needs_mobile") if wish == "sms" else Refused("email", "fault.notify_needs_email")


def receives_sms(phone: str) -> bool:
    """Whether this number, in the international form, is one that SMS reach."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(phone)) in MOBILE
    except phonenumbers.NumberParseException:
        return False
