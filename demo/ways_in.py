"""The ways in: how a matter of the play reaches the city by the form, by telephone, by mail or on paper."""

import hashlib
import io
import re
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from PIL import Image, ImageDraw

from demo.matters import Matter, Texts
from demo.people import email, phone
from demo.stage import Stage
from services.intake.actions.calling import hear
from services.intake.actions.composing import Sent
from services.intake.actions.ending_calls import Written, close_call, open_case, pass_on
from services.intake.actions.joining import join_matter
from services.intake.actions.looking import complaint_of
from services.intake.actions.submitting import submit
from services.intake.model.heard import GivenCall
from services.intake.model.joining import Joining
from services.intake.model.submission import Contact, GivenPlace, Submission
from shared.events import Actor
from shared.events.intake import AnsweredByAgent, HandedOver

AGENT = Actor(kind="officer", id="agent")
CLERK = Actor(kind="officer", id="clerk")
PUBLISHED = 2
"""Every so many-th complainant agrees that others may see the matter."""
WITH_PHOTO = 5
SENTENCE = re.compile(r"[，。；：？！]|[.?!;](?= |$)")
"""Where a subject ends that is the beginning of the text."""
EMERGENCIES = {"救护车": "120", "活着": "110"}
"""Who is called, by a word of the text; else the fire brigade."""
MAIL_TO = "12345@lanchuan.example.org"


def submission(matter: Matter) -> Submission:
    """What the form says."""
    contact = None if matter.anonymous else Contact(name=matter.who[:20], phone=phone(matter.number))
    return Submission(
        text=matter.text, place=GivenPlace(district=matter.district, address=matter.address), contact=contact, anonymous=matter.anonymous,
        publish=not matter.anonymous and matter.number % PUBLISHED == 0 and matter.story not in ("report", "sensitive"),
        confidential=matter.story == "report" and not matter.anonymous,
    )  # fmt: skip


async def by_form(stage: Stage, matter: Matter) -> str:
    """The number of a matter that came by the form, some with a photo."""
    attachments = [await stage.door.darkroom.develop(picture(matter.number))] if matter.number % WITH_PHOTO == 0 else []
    language = "en" if matter.text.isascii() else "zh-CN"
    sent = Sent(submission(matter), key=f"demo-{matter.number}", attachments=attachments, language=language)  # type: ignore[arg-type]
    return (await submit(stage.door, sent)).number


async def on_paper(stage: Stage, matter: Matter) -> str:
    """The number of a letter that a clerk typed in, with its scan."""
    scan = await stage.door.darkroom.develop(picture(matter.number))
    sent = Sent(
        submission(matter), channel="letter", key=f"demo-{matter.number}", attachments=[scan], by=CLERK,
        written_on=(matter.at - timedelta(days=3)).date(),
    )  # fmt: skip
    return (await submit(stage.door, sent)).number


async def by_telephone(stage: Stage, texts: Texts, matter: Matter, earlier: str | None) -> str | None:
    """The number that the call opened, or None: it was missed, meant nothing, or was about an `earlier` matter."""
    key = f"demo-{matter.number}"
    rang = matter.at
    call = GivenCall(call_id=key, caller=phone(matter.number), queue="综合", rang_at=rang)
    if matter.story == "missed":
        await hear(stage.door, call.model_copy(update={"hung_up_at": rang + timedelta(seconds=48)}))
        return None
    talking = {"agent_login": "agent", "agent_number": "8001", "answered_at": rang + timedelta(seconds=7)}
    await hear(stage.door, call.model_copy(update=talking))
    number = await _end(stage, texts, matter, key, earlier)
    sha256 = hashlib.sha256(key.encode()).hexdigest()
    ended = {"hung_up_at": rang + timedelta(minutes=3), "recording": {"reference": f"rec/{key}.ogg", "sha256": sha256}}
    await hear(stage.door, GivenCall.model_validate({"call_id": key, **ended}))
    return number


async def begin_call(stage: Stage) -> None:
    """Somebody is on the line with an agent at the end of the play."""
    now = stage.clock.now()
    call = GivenCall(call_id="demo-now", caller=phone(990), queue="综合", agent_login="agent", rang_at=now, answered_at=now)
    await hear(stage.door, call)


async def _end(stage: Stage, texts: Texts, matter: Matter, key: str, earlier: str | None) -> str | None:
    written = Written(AGENT, matter.text, matter.text)
    if matter.story in ("nuisance", "silent"):
        await close_call(stage.door, key, matter.story, written, "")  # type: ignore[arg-type]
        return None
    if matter.story in ("urge", "supplement") and earlier:
        complaint = await complaint_of(stage.door, earlier)
        if complaint is None:
            raise LookupError(f"there is no complaint {earlier}")
        await pass_on(stage.door, key, complaint, "urge" if matter.story == "urge" else "addition", written, "本人来电，报出了编号")
        return None
    ending = None
    if matter.story == "answered":
        ending = AnsweredByAgent(public=texts.answer(matter.text))
    if matter.story == "emergency":
        service = next((number for word, number in EMERGENCIES.items() if word in matter.text), "119")
        ending = HandedOver(service=service, taken_by=f"{service} 指挥中心 07 席", handed_over_at=stage.clock.now())  # type: ignore[assignment]
    return (await open_case(stage.door, key, submission(matter), written, ending=ending)).number


async def join(stage: Stage, matter: Matter, earlier: str) -> None:
    """Joins an earlier public matter."""
    joining = Joining(phone=phone(matter.number), words=matter.text)
    if await join_matter(stage.door, earlier, joining, "zh-CN") is None:
        raise LookupError(f"{earlier} cannot be joined")


def by_mail(matter: Matter, maildir: Path, *, answers: str = "", sender: int | None = None) -> None:
    """Puts a mail into the mailbox; with `answers`, the Message-ID of a notice, it is an answer to it by an earlier `sender`."""
    message = EmailMessage()
    message["From"] = f"{matter.who[:20]} <{email(matter.number if sender is None else sender)}>"
    message["To"] = MAIL_TO
    message["Subject"] = "回复" if answers else SENTENCE.split(matter.text, maxsplit=1)[0][:40]
    message["Date"] = format_datetime(matter.at)
    message["Message-ID"] = f"<demo-{matter.number}@mail.example.org>"
    if answers:
        message["In-Reply-To"] = answers
    message.set_content(matter.text + "\n\n-- \n" + matter.who)
    if matter.number % 2:
        message.add_attachment(picture(matter.number), maintype="image", subtype="jpeg", filename="照片.jpg")
    (maildir / "new" / f"{int(matter.at.timestamp())}.{matter.number}.demo").write_bytes(message.as_bytes())


def picture(number: int) -> bytes:
    """A drawn street with a lamp, a puddle and a cover: something to look at that shows nobody."""
    page = Image.new("RGB", (960, 720), (196, 214, 226) if number % 3 else (52, 60, 82))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 430, 960, 720), fill=(120, 122, 126))
    for place in range(0, 960, 160):
        pen.rectangle((place + 20, 120 + (number * 37 + place) % 90, place + 140, 430), fill=(168 + place % 50, 150, 132))
    pen.rectangle((690, 150, 702, 470), fill=(70, 70, 74))
    pen.ellipse((664, 120, 728, 170), fill=(250, 226, 120) if number % 2 else (90, 90, 92))
    pen.ellipse((160 + number % 200, 540, 480 + number % 200, 640), fill=(84, 104, 124))
    pen.ellipse((560, 600, 660, 640), outline=(40, 40, 42), width=8)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()
