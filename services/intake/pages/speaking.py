"""A matter in a sentence or two that can be read aloud: for voice menus, and for whoever has only a moment."""

from datetime import datetime

from fastapi import Request

from services.intake.pages.knocking import door_of, reader_language
from services.intake.pages.telling import Matter
from shared.web.pages import say


def spoken(request: Request, matter: Matter) -> str:
    """Where it stands, whose turn it is and by when, in the reader's language; moments as one says them, and no number."""
    progress = matter.complaint.progress
    state = say(request, f"citizen.state.{progress.state}")
    if matter.asked and matter.asked.due_at:
        turn = say(request, "citizen.due.asked", moment=_moment(request, matter.asked.due_at))
    elif progress.due_at and progress.clock:
        tense = "late" if progress.due_at < door_of(request).clock.now() else "due"
        turn = say(request, f"citizen.{tense}.{progress.clock}", who=matter.who, moment=_moment(request, progress.due_at))
    else:
        return say(request, "spoken.state", state=state)
    return say(request, "spoken.turn", state=state, turn=turn)


def _moment(request: Request, value: datetime) -> str:
    """'3月5日17点30分' or '5 March at 17:30', in the city's zone."""
    local = value.astimezone(door_of(request).zone)
    if reader_language(request) == "en":
        return f"{local.day} {local:%B} at {local:%H:%M}"
    return f"{local.month}月{local.day}日{local.hour}点{f'{local.minute}分' if local.minute else ''}"
