"""Opens attachments: for officers whose matter it is, and for the complainant whose browser has just opened the matter."""

from dataclasses import dataclass
from typing import Literal

from services.intake.actions.following import look_up
from services.intake.actions.keeping import file_name, thumbnail_name
from services.intake.actions.looking import Viewer, visible
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.recognising import ENDINGS

Part = Literal["photos", "files"]
"""Where it stands on the complaint: pictures are shown, all other files are only handed out."""


@dataclass(frozen=True)
class Opened:
    """An attachment as it goes out. `name` says nothing of its content: the complaint's number, its place and the ending of its type."""

    content: bytes
    media_type: str
    name: str


async def open_for_officer(door: Door, part: Part, name: str, viewer: Viewer, *, small: bool = False) -> Opened | None:
    """The attachment of this id, or None when there is none. Raises NotYours, Unavailable."""
    number, _, _ = name.partition("-")
    complaint = await visible(door, number, viewer, "attachment.not_your_matter")
    return await _open(door, complaint, part, name, small=small) if complaint else None


async def open_for_complainant(door: Door, part: Part, name: str, number: str, code: str, *, small: bool = False) -> Opened | None:
    """The attachment of this id, or None when it is not of the matter that number and code open. Raises Unavailable."""
    complaint = await look_up(door, number, code)
    return await _open(door, complaint, part, name, small=small) if complaint else None


async def _open(door: Door, complaint: Complaint, part: Part, name: str, *, small: bool) -> Opened | None:
    """`small` is a picture's thumbnail, or the picture itself where there is none."""
    for place, attachment in enumerate(complaint.photos if part == "photos" else complaint.files, 1):
        if attachment.id == name:
            content = await door.files.get(thumbnail_name(attachment)) if small else None
            content = await door.files.get(file_name(attachment)) if content is None else content
            outside = f"{complaint.number}-{place}.{ENDINGS[attachment.media_type]}"
            return None if content is None else Opened(content, attachment.media_type, outside)
    return None
