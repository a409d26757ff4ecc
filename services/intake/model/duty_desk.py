"""The duty desk: where the alarms of critical matters go."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.model.complaint import Language
from shared.events.intake import NoticeChannel


@dataclass(frozen=True)
class DutyDesk:
    """Its address on each channel by which it is told; none where the city named none. It reads one language."""

    addresses: Mapping[NoticeChannel, str]
    language: Language
