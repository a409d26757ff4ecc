"""Sentiment's own numbers: which engine judges the mood."""

from typing import Literal

from pydantic import Field

from shared.runtime.settings import OwnSettings


class SentimentSettings(OwnSettings):
    """Each field is the variable HUIYING_SENTIMENT_<FIELD>."""

    engine: Literal["hashed", "snownlp"] = Field(
        "hashed", description="what judges the mood; snownlp is there to compare with and takes 2 s and 400 MB to load"
    )
