"""Routing's own numbers: how sure is sure enough, and whose catalogue."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import OwnSettings


class RoutingSettings(OwnSettings):
    """Each field is the variable HUIYING_ROUTING_<FIELD>."""

    sure: float | None = Field(
        None,
        ge=0.5,
        le=1,
        description="least confidence that dispatches without a dispatcher; 1 means never, empty what was measured on messages held back",
    )
    catalogue: Path | None = Field(
        None, description="the city's own dispatch catalogue, a TOML file or a folder of them; empty means the sample"
    )
