"""Tracking's own numbers: HUIYING_TRACKING_…"""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import OwnSettings

RATE = r"^[1-9]\d{0,5}/(second|minute|hour|day)$"


class TrackingSettings(OwnSettings):
    """How often the desk's machinery runs, and where the city's clock rules are."""

    rules: Path | None = Field(
        None, description="folder of the city's own policy.toml, calendar.toml and perhaps replies.toml; empty: those that ship"
    )
    sweep_seconds: float = Field(5.0, gt=0, le=3_600, description="seconds between two looks of the sweep at what is due")
    board_seconds: float = Field(5.0, ge=0, le=3_600, description="seconds for which the board shows the figures it has counted")
    board_days: int = Field(90, ge=1, le=3_660, description="days back from today whose cases the board's measures of departments count")
    sign_ins: str = Field("20/minute", pattern=RATE, description="tries to sign in from one address before the next must wait")
