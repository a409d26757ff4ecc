"""The contact book: reads phone numbers, seals contacts, and knows the same person again without knowing who it is."""

import hmac

import phonenumbers

from services.intake.faults import Refused
from services.intake.model.submission import Contact
from services.intake.sealing import Seal
from shared.runtime.keys import derive

REGION = "CN"
PERSON_SIGNS = 24
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
        """The contact. Raises Broken when the key is another one than it was sealed with."""
        return Contact.model_validate_json(self._seal.open(sealed, number))

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
