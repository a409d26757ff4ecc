"""The clock of the machine."""

from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        """The present moment, in UTC with its zone."""
        return datetime.now(UTC)
