"""Intake's own numbers: how often people may knock, how long an upload waits for its complaint, how numbers are given out."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.runtime.settings import OwnSettings

Rate = Annotated[str, Field(pattern=r"^[1-9]\d*/(second|minute|hour|day)$")]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class IntakeSettings(OwnSettings):
    """Each field is the variable HUIYING_INTAKE_<FIELD>; limits are such as 60/hour."""

    submissions: Rate = Field("60/hour", description="complaints from one address")
    submissions_of_app: Rate = Field("2000/hour", description="complaints filed with the key of one app")
    uploads: Rate = Field("120/hour", description="attachments sent ahead from one address")
    attachment_megabytes: Rate = Field("1000/hour", description="megabytes of attachments from one address, by form or sent ahead")
    lookups: Rate = Field("60/minute", description="questions for progress from one address")
    lookups_of_number: Rate = Field("60/hour", description="questions for the progress of one number")
    wishes_of_number: Rate = Field("30/day", description="steps of the complainant on one number")
    alike: Rate = Field("120/minute", description="looks for complaints that are like the one being written, from one address")
    compared: int = Field(100_000, ge=100, le=1_000_000, description="complaints of 90 days, the newest, that new ones are held against")
    joins: Rate = Field("20/hour", description="joinings of matters of others from one address")
    joins_of_person: Rate = Field("10/day", description="joinings with one phone number or e-mail address")
    app_reads: Rate = Field("120/minute", description="questions by Open311 from one app, or from one address without a key")
    jurisdiction: str = Field("", description="our jurisdiction_id for Open311; another one is refused; empty means any is fine")
    upload_hours: int = Field(24, ge=1, le=168, description="hours that an attachment sent ahead waits for its complaint")
    number_block: int = Field(1_000, ge=1, le=10_000, description="numbers that a process takes at a time; the rest is lost at its end")
    matter_minutes: int = Field(20, ge=1, le=120, description="minutes that a citizen's browser is remembered on the progress page")
    notices: Path | None = Field(None, description="folder with the city's own templates of notices; docs/running.md has their form")
    mailbox_seconds: int = Field(15, ge=1, le=3_600, description="seconds between two looks into the mailbox")
    mails_of_sender: int = Field(
        20, ge=1, le=10_000, description="mails from one address within an hour that are opened; the clerk sees to the rest"
    )
    quiet_from: ClockTime = Field("21:30", description="from when in the city no SMS goes out but receipts")
    quiet_to: ClockTime = Field("08:00", description="when the SMS of the night go out; the same as QUIET_FROM means no quiet hours")
    duty_email: str = Field(
        "", max_length=254, description="the duty desk's e-mail address, told of each critical case at any hour; empty means none"
    )
    duty_phone: str = Field("", max_length=40, description="the duty desk's mobile phone, told by SMS as by mail; empty means none")
    rate_days: int = Field(15, ge=1, le=90, description="days that the link to rate an answer may be used")
    keypad_lookups_of_number: Rate = Field("5/day", description="questions for the progress of one number with the code typed as digits")
    questions: Path | None = Field(None, description="TOML file with the city's own standard questions for agents; empty means the sample")
