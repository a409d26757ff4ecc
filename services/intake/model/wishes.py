"""What the complainant may do, and what each of these steps does to the progress they see. Tracking decides what comes of it."""

from datetime import datetime, tzinfo

from services.intake.model.complaint import Complaint, HistoryLine, Progress
from services.intake.model.submission import Rating, Supplement, Urge, Withdrawal
from shared.events.intake import Attachment, ComplaintRated, ComplaintSupplemented, ComplaintUrged, ComplaintWithdrawn
from shared.events.tracking import CitizenStep
from shared.refusals import NotAllowed

Wish = Rating | Urge | Withdrawal | Supplement
WishEvent = ComplaintRated | ComplaintUrged | ComplaintWithdrawn | ComplaintSupplemented

ONCE: frozenset[CitizenStep] = frozenset({"rate", "withdraw"})
"""Steps that are gone once taken, until tracking says otherwise."""
MOST_SUPPLEMENTS = 30
MOST_ATTACHMENTS = 120
"""Of one matter, pictures and other files together. Both so that no document grows without bound."""


def may(progress: Progress, now: datetime, zone: tzinfo) -> tuple[CitizenStep, ...]:
    """What the complainant may do now: what tracking allows, urging once a day of the city's calendar."""
    return tuple(step for step in progress.may if _reason_against(progress, step, now, zone) is None)


def wish(progress: Progress, given: Wish, now: datetime, zone: tzinfo) -> tuple[Progress, WishEvent]:
    """The progress after the complainant's step, and its event. Raises NotAllowed with the reason."""
    step, line, event = _told(given, now)
    reason = _reason_against(progress, step, now, zone)
    if reason:
        raise NotAllowed(reason)
    left = tuple(one for one in progress.may if one != step or step not in ONCE)
    urged_at = now if step == "urge" else progress.urged_at
    changes = {"may": left, "urged_at": urged_at, "history": (*progress.history, line)}
    return progress.model_copy(update=changes), event


def attach(
    complaint: Complaint, event: ComplaintSupplemented, photos: tuple[Attachment, ...], files: tuple[Attachment, ...]
) -> tuple[Complaint, ComplaintSupplemented]:
    """The complaint and the event with what came along. Raises NotAllowed when the matter has too many attachments already."""
    added = complaint.model_copy(update={"photos": (*complaint.photos, *photos), "files": (*complaint.files, *files)})
    if len(added.photos) + len(added.files) > MOST_ATTACHMENTS:
        raise NotAllowed("progress.attachments_too_many")
    return added, event.model_copy(update={"photos": photos, "files": files})


def _told(given: Wish, now: datetime) -> tuple[CitizenStep, HistoryLine, WishEvent]:
    match given:
        case Rating():
            event = ComplaintRated(solved=given.solved, satisfied=given.satisfied, process=given.process, words=given.words)
            return "rate", HistoryLine(at=now, key="you_rated", why=given.solved, words=given.words), event
        case Urge():
            return "urge", HistoryLine(at=now, key="you_urged", words=given.words), ComplaintUrged(words=given.words)
        case Withdrawal():
            return "withdraw", HistoryLine(at=now, key="you_withdrew", words=given.reason), ComplaintWithdrawn(reason=given.reason)
        case Supplement():
            return "supplement", HistoryLine(at=now, key="you_added", words=given.text), ComplaintSupplemented(text=given.text)


def _reason_against(progress: Progress, step: CitizenStep, now: datetime, zone: tzinfo) -> str | None:
    if step not in progress.may:
        return f"progress.{step}_not_now"
    if step == "urge" and progress.urged_at and progress.urged_at.astimezone(zone).date() == now.astimezone(zone).date():
        return "progress.urge_once_a_day"
    if step == "supplement" and sum(line.key == "you_added" for line in progress.history) >= MOST_SUPPLEMENTS:
        return "progress.supplement_too_many"
    return None
