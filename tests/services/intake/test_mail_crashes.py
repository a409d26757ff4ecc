"""Mail through crashes at every step, and through two processes at once: each message is one complaint or one addition, none is lost."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest

from services.intake.actions import sorting
from services.intake.actions.collecting import Collector
from services.intake.actions.sorting import sort_mail
from services.intake.model.threads import reply_address, reply_token
from tests.scenarios.crashing import Crash, Crashing

from .pictures import picture
from .post import BOX, TEXT, letter, open_post
from .standings import DISPATCHED

pytestmark = pytest.mark.storm


class CrashingPort(Crashing):
    WRITES = frozenset({"commit", "put", "put_aside"})


@pytest.fixture
async def post(open_intake, tmp_path):
    return await open_post(open_intake, tmp_path, mails_of_sender=1_000)


async def to_the_end(post, chance, seed):
    """Collects and sorts, starting anew after each crash, until there is nothing left; the places where it crashed."""
    crashes: list[str] = []
    seeded = random.Random(seed)  # noqa: S311 - a storm that can be repeated
    world = post.house.world
    store, files, mailbox = (CrashingPort(one, chance, seeded, crashes) for one in (world.store, world.files, world.outside.mailbox))
    door = replace(post.house.door, world=replace(world, store=store, files=files))
    while True:
        collector = Collector(door, mailbox)
        try:
            if not (post.waiting() + await post.kept()):
                return crashes
            await collector.collect()
            await sort_mail(door)
        except Crash:
            continue


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_message_comes_in_once_whatever_crashes(post, seed, monkeypatch):
    monkeypatch.setattr(sorting, "MOST_TRIES", 1_000)
    (first,) = await post.receive(letter())
    await post.house.tracking_says(first.number, DISPATCHED)
    answers_to = reply_address(BOX, reply_token(post.house.door.reply_key, first.number))
    letters = [letter(f"{TEXT}（{number}）", files=[picture()] if number % 3 == 0 else []) for number in range(20)]
    answers = [letter(f"补充第 {number} 点。", to=answers_to) for number in range(8)]
    again = [b"Received: by elsewhere\n" + raw for raw in (*letters[:4], *answers[:4])]
    post.deliver(*letters, *answers, *again)
    crashes = await to_the_end(post, 0.25, seed)
    assert {"before put", "after put", "before commit", "after commit", "before put_aside", "after put_aside"} <= set(crashes)
    texts = Counter(complaint.text for complaint in await post.complaints())
    assert texts == Counter([TEXT, *(f"{TEXT}（{number}）" for number in range(20))])
    lines = (await post.house.complaint(first.number)).progress.history
    assert Counter(line.words for line in lines if line.key == "you_added") == Counter(f"补充第 {number} 点。" for number in range(8))
    assert sorted(post.lies_in("taken")[1:]) == sorted([*letters, *answers, *again])
    sent = Counter(one.event.type for one in await post.house.outgoing())
    assert (sent["complaint.submitted"], sent["complaint.supplemented"]) == (21, 8)
    assert Counter(record.state for record in await post.records()) == {"opened": 21, "added": 8, "aside": 8}
    with_photo = [complaint for complaint in await post.complaints() if complaint.photos]
    assert len(with_photo) == 7
    for complaint in with_photo:
        assert await post.house.world.files.get(f"photo-{complaint.photos[0].id}.jpg")


async def test_a_mail_that_ends_the_process_each_time_is_left_to_a_person_and_takes_no_other_along(post, monkeypatch):
    async def deadly(door, content):
        if b"X-Deadly" in content:
            raise Crash
        return await original(door, content)

    original = sorting.read
    monkeypatch.setattr(sorting, "read", deadly)
    post.deliver(*[letter(f"平常 {number}") for number in range(3)], letter(X_Deadly="yes"), letter("平常 3"))
    await to_the_end(post, 0, 1)
    states = Counter((record.state, record.reason) for record in await post.records())
    assert states == {("opened", ""): 4, ("waiting", "failed"): 1}


async def test_two_processes_on_one_mailbox_do_each_thing_once(post, open_intake, tmp_path):
    other = await open_post(open_intake, tmp_path, mails_of_sender=1_000)
    post.deliver(*[letter(f"{TEXT}（{number}）") for number in range(60)])
    await asyncio.gather(post.run(), other.run())
    assert Counter(complaint.text for complaint in await post.complaints()) == Counter(f"{TEXT}（{number}）" for number in range(60))
    assert Counter(record.state for record in await post.records()) == {"opened": 60}
    assert len(post.lies_in("taken")) == 60
