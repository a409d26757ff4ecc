"""What must never be found in files, events and logs: who the complainants are, and the codes that open their matters."""

import io
import logging
import traceback
from collections.abc import Iterator

import pytest
import structlog
from pydantic import ValidationError

from services.intake.contacts import ContactBook
from services.intake.model.submission import Contact
from services.intake.sealing import Broken, Seal
from shared import telemetry
from shared.events.intake import Attachment
from shared.runtime.keys import derive

from .conftest import TEXT

SECRETS = ("13812345678", "王小明", "wang@example.com")
CONTACT = {"name": "王小明", "phone": "13812345678", "email": "wang@example.com"}


async def test_no_contact_and_no_code_in_any_file(intake):
    receipt = await intake.submit(contact=CONTACT)
    await intake.form("/", "/complaints", {"text": TEXT, **CONTACT})
    await intake.outgoing()
    files = [path for path in intake.folder.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert TEXT.encode() in content, "the files were looked at"
    for secret in (*SECRETS, receipt["query_code"]):
        assert secret.encode() not in content


async def test_no_contact_and_no_code_in_events(intake):
    receipt = await intake.submit(contact=CONTACT)
    (record,) = await intake.outgoing()
    for secret in (*SECRETS, receipt["query_code"]):
        assert secret not in record.model_dump_json()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as in production."""
    out, handlers, level = io.StringIO(), list(logging.root.handlers), logging.root.level
    monkeypatch.setattr("sys.stderr", out)
    telemetry.configure("debug")
    yield out
    structlog.reset_defaults()
    logging.basicConfig(level=level, handlers=handlers, force=True)


async def test_no_contact_no_code_and_no_text_in_the_log(intake, away, logged):
    receipt = await intake.submit(contact=CONTACT)
    await intake.client.post("/api/v1/progress", json={"number": receipt["number"], "query_code": receipt["query_code"]})
    await intake.form("/", "/complaints", {"text": TEXT, **CONTACT, "phone": "13812345678x"})
    with away():
        answer = await intake.client.post("/api/v1/complaints", json={"text": TEXT, "contact": CONTACT})
        assert answer.status_code == 503
    assert "outage" in logged.getvalue(), "the log was looked at"
    for secret in (*SECRETS, receipt["query_code"], TEXT):
        assert secret not in logged.getvalue()


async def test_a_contact_of_another_version_is_in_no_fault(intake):
    book, seal = intake.door.contacts, Seal(derive(intake.world.keys.contacts, "contacts"))
    sealed = seal.close('{"phone": "13812345678", "fax": "13812345679"}', "2603020000011")
    with pytest.raises(Broken) as fault:
        book.open("2603020000011", sealed)
    told = "".join(traceback.format_exception(fault.value))
    assert "this version" in told
    assert "138" not in told


@pytest.mark.parametrize(("model", "given"), [(Contact, {"phone": ["13812345678"]}), (Attachment, {"id": 13812345678})])
def test_what_cannot_be_read_is_in_no_fault(model, given):
    with pytest.raises(ValidationError) as fault:
        model.model_validate(given)
    assert "13812345678" not in str(fault.value)


async def test_a_sealed_contact_opens_only_with_its_key_and_its_complaint(intake):
    one, two = [await intake.complaint((await intake.submit(contact=CONTACT))["number"]) for _ in range(2)]
    assert intake.door.contacts.open(one.number, one.contact).phone == "+8613812345678"
    for book, number, sealed in (
        (ContactBook(b"x" * 32), one.number, one.contact),
        (intake.door.contacts, two.number, one.contact),
        (intake.door.contacts, one.number, one.contact[:-8] + "AAAAAAA="),
        (intake.door.contacts, one.number, "不是封好的"),
    ):
        with pytest.raises(Broken):
            book.open(number, sealed)
