"""Attachments that come with a form: the files that were chosen, developed one after the other."""

from starlette.datastructures import FormData, UploadFile

from services.intake.developing import LARGEST_FILE, Developed
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.submission import MOST_PHOTOS


def chosen(form: FormData, name: str = "photos") -> list[UploadFile]:
    """The files of this field; one that was left empty is none."""
    return [one for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]


async def develop_chosen(door: Door, form: FormData, name: str = "photos") -> list[Developed]:
    """The files of this field as they will be kept. Raises Refused when they are too many or one cannot be taken, Unavailable."""
    files = chosen(form, name)
    if len(files) > MOST_PHOTOS:
        raise Refused("photos", "fault.attachments_too_many")
    return [await door.darkroom.develop(await file.read(LARGEST_FILE + 1)) for file in files]
