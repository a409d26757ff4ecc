"""Turns a row of another platform's table into what its sender said to us."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from services.intake.actions.composing import Sent
from services.intake.door import Door
from services.intake.model.submission import Submission
from services.intake.rows import Row
from shared.events import Channel
from shared.places import Places
from shared.toml_file import first_fault

MOMENTS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
    "%Y.%m.%d %H:%M", "%Y.%m.%d",
)  # fmt: skip
"""How moments are written, beside ISO 8601. Those without a zone are the city's."""


class BadRow(Exception):  # noqa: N818 - the house's word
    """The row cannot be taken in; the message says why."""


class Translator:
    """Knows which column is what, and the city that the rows speak of."""

    def __init__(self, door: Door, columns: Mapping[str, int], channel: Channel) -> None:
        self._door, self._columns, self._channel = door, columns, channel
        self._districts = _names(door.world.places)

    def sent(self, row: Row) -> Sent:
        """What the row says. The same row again has the same key. Raises BadRow."""
        if row.fault:
            raise BadRow(row.fault)
        values = {field: row.values[place].strip() for field, place in self._columns.items()}
        try:
            submission = Submission.model_validate(self._said(values))
        except ValidationError as fault:
            raise BadRow(first_fault(fault)) from fault
        return Sent(
            submission,
            channel=self._channel,
            key=hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest(),
            received_at=self._moment(values["received"]) if values.get("received") else None,
            known_as=values.get("person") or None,
        )

    def _said(self, values: Mapping[str, str]) -> dict[str, Any]:
        """A district that the city does not have by that name stays as words in front of the address."""
        district = self._districts.get(values.get("district", ""))
        unknown = "" if district else values.get("district", "")
        return {
            "text": values["text"],
            "title": values.get("title", ""),
            "place": {"district": district, "address": f"{unknown} {values.get('address', '')}"},
            "contact": {field: values.get(field, "") for field in ("name", "phone", "email")},
        }

    def _moment(self, written: str) -> datetime:
        moment = read_moment(written)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self._door.zone)
        if moment > self._door.clock.now():
            raise BadRow(f"received: {written} has not come yet")
        return moment


def read_moment(written: str) -> datetime:
    """The moment that a table says, in one of the ways in which tables say it. Raises BadRow."""
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        for pattern in MOMENTS:
            try:
                return datetime.strptime(written, pattern)
            except ValueError:
                continue
    raise BadRow(f"received: '{written}' is no moment such as 2026-03-05 17:30")


def _names(places: Places) -> dict[str, str]:
    """Each district's code by all its names."""
    return {name: code for code, district in places.districts.items() for name in (code, district.zh, district.en, *district.also)}
