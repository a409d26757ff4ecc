"""Words for one reader: what pages say outside of templates, in the language of the request."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from shared.web.language import language_of
from shared.web.pages import say, write


@dataclass(frozen=True)
class Speaker:
    """Words for one reader."""

    request: Request

    def say(self, key: str, /, **facts: object) -> str:
        return say(self.request, key, **facts)

    def moment(self, value: datetime) -> str:
        """Day and time in the city's zone."""
        return write(self.request, "moment", value)

    def day(self, value: datetime) -> str:
        """The day in the city's zone."""
        return write(self.request, "day", value)

    def name(self, code: str) -> str:
        """The name of a department, district or category."""
        name: str = self.request.app.state.places.name(code, language_of(self.request))
        return name
