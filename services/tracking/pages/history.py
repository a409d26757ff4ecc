"""The timeline in words: what happened, who did it by account name, and what they wrote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.tracking.actions.accounts import Accounts
from services.tracking.model.accounts import Account
from services.tracking.model.parts import Entry
from shared.events import Actor
from shared.web.speaking import Speaker

SECTIONS: Mapping[str, str] = {
    "outcome": "outcome", "clock": "clock", "to": "ladder", "step": "step", "solved": "solved", "satisfied": "stars", "process": "stars",
    "service": "service", "result": "callback", "urgency": "urgency", "sensitivity": "sensitivity",
    "read_urgency": "urgency", "read_sensitivity": "sensitivity",
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "case.handed_back": "hand_back", "extension.requested": "extension", "extension.granted": "extension",
    "case.declined": "decline", "decline.proposed": "decline", "case.closed": "closed",
}  # fmt: skip
"""Where words.toml explains the codes of an event."""
MOMENTS = frozenset({"handed_over_at", "until"})
WRITTEN = ("basis", "words", "public", "text", "channel_told", "plan")
"""Facts that somebody wrote, in the order they are shown."""


@dataclass(frozen=True)
class Line:
    """One entry as `macros/timeline.html` wants it."""

    at: datetime
    title: str
    who: str
    text: str


async def officers(accounts: Accounts, actors: Collection[Actor]) -> dict[str, Account]:
    """The accounts behind these actors."""
    return await accounts.named({actor.id for actor in actors if actor.kind == "officer"})


def tell(speaker: Speaker, entries: Sequence[Entry], accounts: Mapping[str, Account]) -> list[Line]:
    """The entries, newest first."""
    return [Line(one.at, title(speaker, one), name_actor(speaker, one.by, accounts), _written(speaker, one)) for one in reversed(entries)]


def title(speaker: Speaker, entry: Entry) -> str:
    """What happened, in the officers' terms."""
    return speaker.say(f"desk.event.{_variant(entry)}", **{name: _fact(speaker, entry, name, value) for name, value in entry.facts.items()})


def name_actor(speaker: Speaker, actor: Actor, accounts: Mapping[str, Account]) -> str:
    """An officer by name and department; a login that is no longer known stands for itself."""
    if actor.kind != "officer":
        return speaker.say(f"desk.by.{actor.kind}")
    name = accounts[actor.id].name if actor.id in accounts else actor.id
    return f"{name} · {speaker.name(actor.department)}" if actor.department else name


def _variant(entry: Entry) -> str:
    """The type of the event, or the words for its other case."""
    match entry.type, entry.facts:
        case "case.dispatched", {"designation": True}:
            return "case.designated"
        case "case.contacted", {"reached": False}:
            return "case.not_reached"
        case "review.passed", {"automatic": True}:
            return "review.passed_automatic"
        case "case.raised", {"repeated": True}:
            return "case.raised_repeated"
        case "case.related", {"same": False}:
            return "case.unrelated"
        case "case.resumed", {"why": why}:
            return f"case.resumed_{why}"
        case "case.alarmed", {"number": 0}:
            return "case.alarmed_at_once"
        case "deadline.missed", {"at_share": "after"}:
            return "deadline.missed_after"
    return entry.type


def _fact(speaker: Speaker, entry: Entry, name: str, value: object) -> object:
    if name == "department":
        return speaker.name(str(value))
    if name == "why" and entry.type != "case.resumed":
        return speaker.say(f"desk.queued.{value}" if entry.type == "case.queued" else f"refusal.{value}")
    if name in MOMENTS:
        return speaker.moment(datetime.fromisoformat(str(value)))
    section = REASONS.get(entry.type) if name == "reason" else SECTIONS.get(name)
    return speaker.say(f"desk.{section}.{value}") if section else value


def _written(speaker: Speaker, entry: Entry) -> str:
    facts = entry.facts
    texts = [str(facts[name]) for name in WRITTEN if facts.get(name)]
    if facts.get("suggested"):
        texts.append(speaker.say("desk.dispatch.suggested", department=speaker.name(facts["suggested"])))
    if facts.get("overrule"):
        texts.append(speaker.say("desk.gate.overruled", words=facts["overrule"]))
    if facts.get("internal"):
        texts.append(speaker.say("desk.case.reply_internal", text=facts["internal"]))
    return "\n".join(texts)
