"""Routing's own numbers: how sure is sure enough, and whose catalogue."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import OwnSettings


class RoutingSettings(OwnSettings):
    """Each field is the variable HUIYING_ROUTING_<FIELD>."""

    sure: float = Field(0.96, ge=0.5, le=1, description="least confidence that dispatches without a dispatcher; 1 means never")
    catalogue: Path | None = Field(
        None, description="the city's own dispatch catalogue, a TOML file or a folder of them; empty means the sample"
    )
