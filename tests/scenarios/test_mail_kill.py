"""kill -9 of the real process while it takes mail in: every mail of the Maildir is one complaint or one addition, once, and on the log."""

import asyncio
import json
import random
from collections import Counter

import pytest

from services.intake.actions.composing import Sent
from services.intake.actions.submitting import submit
from services.intake.documents import COMPLAINT, KINDS
from services.intake.documents.mail import MAIL
from services.intake.model.submission import Contact, Submission
from services.intake.model.threads import reply_address, reply_token
from services.tracking.documents import CASE
from shared.ports import Equal, Order
from shared.runtime.parked import PARKED
from shared.runtime.wiring import open_store
from tests.processes import PATIENCE, System
from tests.scenarios.city import open_city
from tests.services.intake.pictures import picture
from tests.services.intake.post import BOX, TEXT, Delivery, letter, make_maildir

KILLS = 5
LETTERS, ANSWERS, AGAIN = 180, 12, 8

pytestmark = [pytest.mark.storm, pytest.mark.timeout(240)]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The process and the test on one Maildir; looked into often, with room for many mails of one sender."""
    chosen = {
        "HUIYING_MAILBOX_URL": f"maildir:{make_maildir(tmp_path / 'mail')}", "HUIYING_MAIL_ADDRESS": BOX,
        "HUIYING_INTAKE_MAILBOX_SECONDS": "1", "HUIYING_INTAKE_MAILS_OF_SENDER": "10000",
    }  # fmt: skip
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    return tuple(chosen.items())


async def first_matter(folder, settings):
    """A matter of Wang's in hand, before the process runs: its number, and the address that its answers go to."""
    async with open_city(folder / "data", settings=settings) as city:
        submission = Submission(text=TEXT, contact=Contact(email="wang@example.com"))
        receipt = await submit(city.door, Sent(submission, key="first"))
        await city.settle()
        return receipt.number, reply_address(BOX, reply_token(city.door.reply_key, receipt.number))


async def test_each_mail_is_taken_in_once(tmp_path, free_port, settings):
    (tmp_path / "data").mkdir()
    number, address = await first_matter(tmp_path, settings)
    letters = [letter(f"{TEXT}（{count}）", files=[picture()] if count % 20 == 0 else []) for count in range(LETTERS)]
    answers = [letter(f"补充第 {count} 点。", to=address) for count in range(ANSWERS)]
    delivery = Delivery(tmp_path / "mail")
    delivery.deliver(*letters[:90], *answers, *letters[90:], *(b"Received: by elsewhere\n" + raw for raw in letters[:AGAIN]))
    await storm(tmp_path / "data", free_port, delivery)
    async with open_city(tmp_path / "data", settings=settings) as city:
        await city.settle()
        complaints = {one.number: one for one in await city.everything("intake", COMPLAINT)}
        cases = {one.number: one for one in await city.everything("tracking", CASE)}
        found = await city.store("intake").find(MAIL.name, {}, order=Order("arrived_at"), limit=1_000)
        events = Counter(json.loads(one.raw)["id"] + " " + json.loads(one.raw)["event"]["type"] for one in await city.records())
    texts = Counter(one.text for one in complaints.values())
    assert texts == Counter([TEXT, *(f"{TEXT}（{count}）" for count in range(LETTERS))])
    added = Counter(line.words for line in complaints[number].progress.history if line.key == "you_added")
    assert added == Counter(f"补充第 {count} 点。" for count in range(ANSWERS))
    states = Counter((MAIL.parse(one).state, MAIL.parse(one).reason) for one in found)
    assert states == {("opened", ""): LETTERS, ("added", ""): ANSWERS, ("aside", "duplicate"): AGAIN}
    types = Counter(name.split()[1] for name in events)
    assert (types["complaint.submitted"], types["complaint.supplemented"]) == (LETTERS + 1, ANSWERS)
    assert set(cases) == set(complaints)
    assert [entry.type for entry in cases[number].timeline].count("case.supplemented") == ANSWERS
    assert len(delivery.lies_in("taken")) == LETTERS + ANSWERS + AGAIN


async def storm(folder, port, delivery):
    """Runs the process and kills it at random moments, until no mail is left."""
    seeded = random.Random(11)  # noqa: S311 - a storm that can be repeated
    house = System(folder, port)
    try:
        for _ in range(KILLS):
            house.wait_ready()
            await asyncio.sleep(seeded.uniform(0.05, 0.4))  # the moment of death is what varies
            house.kill()
            house.start()
        house.wait_ready()
        async with asyncio.timeout(PATIENCE):
            while delivery.waiting() or await kept(folder):  # noqa: ASYNC110 - what the process does is watched from outside
                await asyncio.sleep(0.1)
        assert house.stop() == 0
    finally:
        house.kill()


async def kept(folder):
    """How many mails the process has collected and not sorted yet."""
    store = open_store(f"sqlite:{folder}", "intake", [kind.collection for kind in (*KINDS, PARKED)])
    count = (await store.count(MAIL.name, {"state": Equal("kept")}))[None]
    await store.close()
    return count
